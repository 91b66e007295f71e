# Two commands to know: `make demo` and `make test`. Everything is put into .venv; nothing else on the machine changes.
# Needed: make, Python 3.10 or later (another one than python3: make PYTHON=python3.12 …), a network for the packages.

VENV := .venv
PY := $(VENV)/bin/python
CANDIDATES := $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python3.10)
PIP := $(PY) -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test contract bench compat js format tables clean

help: ## Show this list.
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

demo: $(VENV)/.installed ## Set up, then show what the library does, against the sandbox.
	$(VENV)/bin/infermux demo

test: $(VENV)/.equipped ## Set up, then check style, types and behaviour (the sessions of noxfile.py).
	$(PY) -m nox --sessions lint types tests

contract: $(VENV)/.equipped ## Set up, then list which promises are proved by a test and which are not.
	$(PY) tests/checklist.py

bench: $(VENV)/.equipped ## Set up, then measure against the other clients.
	$(PY) benchmarks/run.py

compat: $(VENV)/.equipped ## Set up, build llama.cpp's server once (cmake and g++ needed), and test against it.
	$(PY) tests/compat/llama_server.py
	$(PY) -m pytest tests/compat

js: ## Install the JavaScript clients that tests/peers compares with (node and npm needed).
	mkdir -p .cache/js && cp tests/peers/js/package.json .cache/js/
	npm install --prefix .cache/js --no-audit --no-fund --silent

format: $(VENV)/.equipped ## Sort the imports and lay out the code.
	$(PY) -m ruff check --fix-only .
	$(PY) -m ruff format .

tables: $(VENV)/.equipped ## Print the tables of the documents anew from the code.
	$(PY) -m tools.tables

clean: ## Remove .venv and whatever the checks left behind.
	rm -rf $(VENV) .nox .mypy_cache .ruff_cache .pytest_cache .hypothesis .cache build dist demo-output
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The package, editable, with all its extras.
$(VENV)/.installed: pyproject.toml
	@$(PY) -c '' 2>/dev/null || { \
	  for name in $(CANDIDATES); do \
	    if $$name -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then found=$$name; break; fi; \
	  done; \
	  test -n "$$found" || { echo "No Python 3.10 or later among: $(CANDIDATES). Name one: make PYTHON=…" >&2; exit 1; }; \
	  echo "Making $(VENV) with $$found"; \
	  $$found -m venv --clear $(VENV) || { echo "The venv module of $$found is not complete (Debian: python3-venv)." >&2; exit 1; }; \
	}
	@echo "Installing infermux with all extras"
	@$(PIP) install --upgrade "pip>=25.1"
	@$(PIP) install --editable ".[all]"
	@touch $@

# What the checks need besides.
$(VENV)/.equipped: $(VENV)/.installed
	@echo "Installing the tools of the checks"
	@$(PIP) install --group dev
	@touch $@
