"""One real kernel for all tests of panels and cards."""

from __future__ import annotations

import pytest

from tests.panels import STAND_IN, done
from tests.shells import new_kernel


@pytest.fixture(scope="package")
def kernel(tmp_path_factory):
    installed = tmp_path_factory.mktemp("installed")
    (installed / "tensorflow.py").write_text(STAND_IN)
    with new_kernel(cwd=str(tmp_path_factory.mktemp("notebooks"))) as started:
        started.run(f"import sys; sys.path.insert(0, {str(installed)!r})")
        started.run("from traitlets.config import Config; get_ipython().config.Hybnb.record = False")
        yield started


@pytest.fixture
def loaded(kernel):
    done(kernel, "%load_ext hybnb\nget_ipython()._hybnb_session._warmth.wait(60)")
    yield kernel
    done(kernel, "%unload_ext hybnb\n%reset -f\nget_ipython().history_manager.reset()")
