# Halfword: see `make help`. Needs Python 3.11 or newer, and nothing else.
.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test browser faults check lock

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3 || echo python3)
BIN := .venv/bin
export PYTHONUNBUFFERED := 1
PYTEST := $(BIN)/python -m pytest
COMPILE := $(BIN)/uv pip compile -q --generate-hashes --no-header --universal --python-version 3.11
# One test process for each core, two at least.
JOBS ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: ## Start everything with a demo programme (PORT=8000, DATA_DIR=var)
	@$(PYTHON) requirements/install.py base
	@exec $(BIN)/python -m config.demo

demo-reset: ## Throw the demo's data away and start again
	@$(PYTHON) requirements/install.py base
	@exec $(BIN)/python -m config.demo --reset

test: ## Run the tests that need no browser and kill nothing
	@$(PYTHON) requirements/install.py dev
	@$(PYTEST) -n $(JOBS) -q -m "not browser and not faults" $(ARGS)

browser: ## Walk through the product in a real browser
	@$(PYTHON) requirements/install.py dev
	@$(PYTEST) -q -m browser $(ARGS)

faults: ## Kill processes and servers and count what is lost
	@$(PYTHON) requirements/install.py dev
	@$(PYTEST) -q -m faults $(ARGS)

check: ## Lint, types, floors, templates, migrations, deployment settings
	@$(PYTHON) requirements/install.py dev
	@$(BIN)/python -m config.check

lock: ## Renew the locked requirements
	@$(PYTHON) requirements/install.py dev
	@$(COMPILE) --upgrade -o requirements/base.txt requirements/base.in
	@$(COMPILE) --upgrade -o requirements/dev.txt -c requirements/base.txt requirements/dev.in
	@$(COMPILE) --upgrade -o requirements/uv.txt requirements/uv.in
