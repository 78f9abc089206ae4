# `make demo` and `make test` are all you need. The rest is for people who work on hybnb.
#
#   PYTHON=python3.12 make demo      another interpreter (3.11 to 3.13)
#   VENV=/somewhere/else make test   another virtual environment
#   make test ARGS="tests/rules -x"  only some tests

PYTHON ?= python3
VENV ?= .venv
ARGS ?=
JOBS ?= 2

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
NOTEBOOK := demo_notebooks/01_first_advice.ipynb

.DEFAULT_GOAL := help
.PHONY: help demo test accelerator lab bench truth odd interrupts same trials rules tables protocol panel lint format types contracts fresh pictures clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.has-demo  ## run the first demo notebook in a real kernel, try what may pay, and print the advice
	@$(BIN)/hybnb check --execute --measure $(NOTEBOOK); code=$$?; [ $$code -le 1 ] || exit $$code

test: $(VENV)/.has-dev $(VENV)/.has-browser panel  ## all tests, Python and browser
	@CUDA_VISIBLE_DEVICES=-1 $(BIN)/python -m pytest -n $(JOBS) $(ARGS)

accelerator: $(VENV)/.has-dev  ## what hybnb does, takes and measures where TensorFlow has a GPU (needs one)
	@$(BIN)/python -m pytest -n 0 -s -m accelerator tests/accelerator $(ARGS)

lab: $(VENV)/.has-demo panel  ## open JupyterLab on the demo notebooks
	@$(BIN)/jupyter lab $(ARGS) demo_notebooks

bench: $(VENV)/.has-dev $(VENV)/.has-browser panel  ## what hybnb costs, in one table; build/bench.json has the numbers
	@$(BIN)/python -m tests.benchmarks --json build/bench.json $(ARGS)

truth: $(VENV)/.has-dev  ## every claim of every rule, executed on TensorFlow
	@HYBNB_FUNCTIONS=all HYBNB_REWRITTEN=1000 $(BIN)/python -m pytest -n $(JOBS) tests/truth $(ARGS)
	@$(BIN)/python -m tests.truth.agreement

odd: $(VENV)/.has-dev  ## 10 000 generated odd cells, with and without hybnb (long)
	@HYBNB_ODD_PARTS=50 $(BIN)/python -m pytest -n $(JOBS) tests/test_odd_cells.py $(ARGS)

interrupts: $(VENV)/.has-dev  ## 300 interrupts at random moments of trials in the kernel (long)
	@HYBNB_INTERRUPTS=300 $(BIN)/python -m pytest -n 0 -s tests/measure/here/test_interrupts.py $(ARGS)

same: $(VENV)/.has-dev  ## all seeded notebooks, bit for bit with and without hybnb (long)
	@HYBNB_SEEDED_NOTEBOOKS=all $(BIN)/python -m pytest -n $(JOBS) tests/test_same_results.py $(ARGS)

trials: $(VENV)/.has-dev  ## every proof of trials: seeded notebooks with trials after every cell, hostile functions, worker killed 100 times (long)
	@HYBNB_TRIALS=100 $(BIN)/python -m pytest -n $(JOBS) tests/measure/worker tests/test_same_with_trials.py $(ARGS)

rules: $(VENV)/.has-dev  ## write RULES.md from the rule files
	@$(BIN)/python scripts/make_rules.py

protocol: $(VENV)/.has-dev  ## write labextension/src/protocol.ts from hybnb/model/wire.py
	@$(BIN)/python scripts/make_protocol.py

panel: $(VENV)/.has-demo  ## build the side panel of JupyterLab and Notebook, if its sources have changed
	@$(BIN)/python scripts/build_panel.py

tables: $(VENV)/.has-dev  ## write hybnb/analyse/tables from the installed TensorFlow
	@$(BIN)/python scripts/make_tables.py

lint: $(VENV)/.has-dev  ## ruff: errors and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: $(VENV)/.has-dev  ## let ruff mend what it can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: $(VENV)/.has-dev  ## mypy, strict
	@$(BIN)/mypy

contracts: $(VENV)/.has-dev  ## who may import whom
	@$(BIN)/lint-imports --no-logo

fresh: $(VENV)/.has-dev  ## are the generated files fresh? (all but the table made by running TensorFlow's ops: that takes long)
	@$(BIN)/python scripts/make_rules.py --check
	@$(BIN)/python scripts/make_protocol.py --check
	@for table in python numpy methods; do $(BIN)/python scripts/make_tables.py --check --only $$table || exit; done

pictures: $(VENV)/.has-dev $(VENV)/.has-browser panel  ## make the README's pictures from a real JupyterLab, light and dark
	@$(BIN)/python scripts/make_pictures.py

clean:  ## remove what was built; the virtual environment too
	rm -rf build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find hybnb tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
	@if [ -f $(VENV)/.made-by-make ]; then rm -rf $(VENV); fi

# Stamp files: an environment is only touched when what it is made from has changed.

$(VENV)/.made-by-make:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "hybnb needs Python 3.11 to 3.13; say which one: make PYTHON=python3.12 ..." >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.has-demo: pyproject.toml | $(VENV)/.made-by-make
	@echo "Installing hybnb and TensorFlow into $(VENV) (a few minutes, once) ..."
	@$(PIP) install --editable '.[tensorflow]'
	@touch $@

$(VENV)/.has-dev: pyproject.toml | $(VENV)/.made-by-make
	@echo "Installing hybnb, TensorFlow and the test tools into $(VENV) (a few minutes, once) ..."
	@$(PIP) install --editable '.[dev]'
	@touch $@ $(VENV)/.has-demo

$(VENV)/.has-browser: tests/browser/chromium.py $(VENV)/.has-dev
	@$(BIN)/python tests/browser/chromium.py
	@touch $@
