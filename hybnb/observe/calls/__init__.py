"""Calls of the user's own functions: how often, how long, with what, from where, inside a graph or not."""

from hybnb.observe.calls.probes import Probes
from hybnb.observe.calls.tracing import tf_functions, traces_of

__all__ = ["Probes", "tf_functions", "traces_of"]
