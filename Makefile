# Everything a person does here, one command each. `make` alone lists them.
# Needs Python 3.11 or later with venv, and nothing else. `make PYTHON=/path/to/python3.12 test` picks another.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

ifndef PYTHON
PYTHON := $(shell for python in python3 python3.13 python3.12 python3.11; do \
    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
endif

PORT ?= 8000
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps
# What was installed, and where: another lock file, another folder or another Python sets up afresh.
KEY := $(shell { cat requirements.lock requirements-dev.lock pyproject.toml setup.py src/takeroot/simulation/native/*; pwd; \
    $(or $(PYTHON),false) --version; } 2>&1 | cksum | tr ' ' '-')
READY := .venv/.ready-$(KEY)
READY_FOR_TESTS := .venv/.ready-for-tests-$(KEY)

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY)  ## set up everything, load the examples, write their reports to demo/ and open the workbench
	@TAKEROOT_DEMO=1 $(BIN)/python -m takeroot demo --folder demo --port $(PORT)

serve: $(READY)  ## open the workbench on your own programmes, at http://127.0.0.1:8000
	@$(BIN)/python -m takeroot serve --port $(PORT)

test: $(READY_FOR_TESTS)  ## set up everything and run every test
	@scripts/system-packages.sh
	@$(BIN)/python -m pytest

quick: $(READY_FOR_TESTS)  ## run the quick tests: about two minutes
	@$(BIN)/python -m pytest -q -m 'not slow and not browser and not journey'

check: $(READY_FOR_TESTS)  ## lint, format, types and import contracts; changes nothing
	@$(BIN)/python -m ruff check
	@$(BIN)/python -m ruff format --check
	@$(BIN)/python -m mypy
	@$(BIN)/lint-imports

fix: $(READY_FOR_TESTS)  ## do what can be done for you: sort imports, format, write the made pages of the docs
	@$(BIN)/python -m ruff check --fix
	@$(BIN)/python -m ruff format
	@$(BIN)/python scripts/write_reference.py

docs: $(READY_FOR_TESTS)  ## write the pages of docs/reference/ that are made from the code
	@$(BIN)/python scripts/write_reference.py

bench: $(READY_FOR_TESTS)  ## time the work that has to be quick, each against the tool people would use
	@$(BIN)/python benchmarks/run.py

lock: $(READY_FOR_TESTS)  ## choose versions anew and write the lock files
	@scripts/lock.sh $(BIN)/python

# ----------------------------------------------------------------------------------------------------------------------

$(READY):
	@$(if $(PYTHON),,echo 'Takeroot needs Python 3.11 or later; found: $(shell python3 --version 2>&1).' >&2; exit 2)
	@echo 'Setting up in .venv; this takes about half a minute ...' >&2
	@# A half-made environment, one whose Python has gone, or one that was moved here is made anew.
	@$(BIN)/python -m pip --version >/dev/null 2>&1 && [ "$$(cat .venv/.made-in)" = "$$PWD" ] \
	    || { $(PYTHON) -m venv --clear .venv && pwd > .venv/.made-in; }
	@rm -f .venv/.ready-*
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-build-isolation --editable .
	@touch $@

$(READY_FOR_TESTS): $(READY)
	@echo 'Setting up what the tests need ...' >&2
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

.PHONY: help demo serve test quick check fix docs bench lock
