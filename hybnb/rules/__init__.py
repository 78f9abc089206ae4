"""The rules: one file each. Each says what it sees, why it matters and what to do instead, and carries its proof.

Six files are no rules: `rule` says what one is, `registry` finds them, `asking` puts evidence before them, `wording`
and `calls` hold what several of them say and ask, and `counterparts` what TensorFlow calls things of NumPy's.
"""

from hybnb.rules.asking import ask, findings, gaps, selected
from hybnb.rules.registry import registry
from hybnb.rules.rule import Claim, Need, Place, Rule, rule

__all__ = ["Claim", "Need", "Place", "Rule", "ask", "findings", "gaps", "registry", "rule", "selected"]
