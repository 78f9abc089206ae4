"""Distributions and bijectors of TensorFlow Probability: known by the tables; checked against the library where it is installed."""

from __future__ import annotations

import importlib.util

import pytest

from hybnb.advisor import check
from hybnb.analyse import lexicon
from hybnb.model import Cell, Verdict
from hybnb.settings import Settings

HEAD = """
import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
tfd, tfb = tfp.distributions, tfp.bijectors
prior = tfd.MultivariateNormalDiag(tf.zeros([2]), tf.ones([2]))
chain = tfb.Chain([tfb.Exp(), tfb.Scale(2.0)])
calls = []

class Noted(tfd.Normal):
    def _log_prob(self, x):
        calls.append(1)
        return super()._log_prob(x)

class Twice(tfb.Bijector):
    def _forward(self, x):
        calls.append(1)
        return x * 2.0

noted, twice = Noted(0.0, 1.0), Twice()
"""
INSTALLED = importlib.util.find_spec("tensorflow_probability") is not None


def _verdict(body: str, call: str = "f(tf.ones([2]))") -> Verdict:
    code = f"def f(x):\n    {body}\n"
    cells = [Cell(1, HEAD), Cell(2, code), Cell(3, call)]
    return next(one for one in check(cells, (), Settings()) if one.function.name == "f")


@pytest.mark.parametrize(
    "body",
    [
        "return -tf.reduce_mean(tfd.Normal(loc=x, scale=1.0).log_prob(x))",
        "return tfp.distributions.Categorical(logits=x).sample(seed=1)",
        "return tfd.kl_divergence(tfd.MultivariateNormalDiag(x, tf.ones([2])), prior)",
        "return tfd.Independent(tfd.Normal(x, 1.0), reinterpreted_batch_ndims=1).log_prob(x)",
        "return chain.forward(x) + chain.forward_log_det_jacobian(x, event_ndims=0)",
        "d = tfd.Normal(x, 1.0); return d.loc / d.scale + float(d.batch_shape[0]) + tfp.math.log_cosh(x)",
    ],
)
def test_what_is_pure_is_safe(body: str) -> None:
    assert _verdict(body).safe.value == "yes"


@pytest.mark.parametrize(
    "body",
    [
        "return noted.log_prob(x)",
        "return tfd.TransformedDistribution(tfd.Normal(0.0, 1.0), twice).log_prob(x)",
        "return twice.forward(x)",
        "return tfd.JointDistributionNamed(dict(a=prior)).sample()",
    ],
)
def test_what_may_run_code_of_the_users_is_not_known(body: str) -> None:
    assert _verdict(body).safe.value == "unknown"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("return tfd.Normal(x, 1.0).mean().numpy()", "eager-numpy-method"),
        ("return [one for one in tfd.Normal(x, 1.0).log_prob(x)]", "tensor-iteration"),
    ],
)
def test_what_comes_out_is_a_tensor(body: str, name: str) -> None:
    verdict = _verdict(body)
    assert verdict.safe.value == "no"
    assert name in {one.name for one in verdict.findings}


def test_an_array_keeps_its_dtype_in_a_graph() -> None:
    body = "return tfd.Normal(0.0, 1.0).log_prob(x)"
    assert _verdict(body, "f(np.array([1.0, 2.0]))").safe.value == "unknown"
    assert _verdict(body).safe.value == "yes"


def test_classes_are_known_by_every_name() -> None:
    one = "tensorflow_probability.distributions.Given"
    for name in ("distributions.Normal", "python.distributions.Normal", "python.distributions.normal.Normal"):
        assert lexicon.canonical(f"tensorflow_probability.{name}") == one


@pytest.mark.tensorflow
@pytest.mark.skipif(not INSTALLED, reason="TensorFlow Probability isn't installed")
@pytest.mark.parametrize("kind", ["distributions", "bijectors"])
def test_the_library_has_what_the_tables_name(kind: str) -> None:
    import tensorflow_probability as tfp

    named = {name for name in lexicon._load().internal if name.startswith(f"tensorflow_probability.{kind}.")}
    assert named
    assert all(hasattr(getattr(tfp, kind), name.rpartition(".")[2]) for name in named)
