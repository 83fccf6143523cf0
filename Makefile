# Halfword: see `make help`. Needs Python 3.11 or newer, and nothing else.
.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test browser faults stateful races chaos bench-messages simulate check lint format types floors templates migrations deploy lock bench bench-large bench-lists backup restore-drill

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3 || echo python3)
BIN := .venv/bin
export PYTHONUNBUFFERED := 1
# Where this is set, every process compiles everything anew: most of a start.
unexport PYTHONDONTWRITEBYTECODE
PYTEST := $(BIN)/python -m pytest
COMPILE := $(BIN)/uv pip compile -q --generate-hashes --no-header --universal --python-version 3.11
# Checks must not depend on the settings of this machine, nor leave anything in var/.
CLEAN = ENV_FILE=/dev/null DATABASE_URL= REDIS_URL= DATA_DIR=$${TMPDIR:-/tmp}/halfword-check \
	SECRET_KEY=only-for-checks-0123456789-abcdefghijklmnopqrstuvwxyz-9876543210
# Where types are checked: what decides. Views, forms and models are held by tests.
TYPED = common matching/engine config/demo.py config/embedded.py \
	$(wildcard */actions.py */actions */tasks.py) $(filter-out common/%,$(wildcard */rules.py))
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
	@$(PYTEST) -n $(JOBS) -q -m "not browser and not faults and not stateful and not races" $(ARGS)

browser: ## Walk through the product in a real browser
	@$(PYTHON) requirements/install.py dev
	@$(PYTEST) -q -m browser $(ARGS)

faults: ## Kill processes and servers and count what is lost
	@$(PYTHON) requirements/install.py dev
	@$(PYTEST) -q -m faults $(ARGS)

chaos: ## Break every part on purpose and count lost and doubled messages from outside (ARGS="--long --seed 7")
	@$(PYTHON) requirements/install.py dev
	@exec env -i PATH="$$PATH" HOME="$$HOME" TMPDIR="$${TMPDIR:-/tmp}" PYTHONUNBUFFERED=1 $(BIN)/python -m tests.chaos $(ARGS)

stateful: ## Let anybody do anything, thousands of lives, and ask after each step what must always be true (STATEFUL_RUNS=2000)
	@$(PYTHON) requirements/install.py dev
	@$(PYTEST) -q -m stateful $(ARGS)

races: ## Two at the same moment, hundreds of rounds, and controls without protection (RACE_ROUNDS=500)
	@$(PYTHON) requirements/install.py dev
	@$(PYTEST) -q -m races $(ARGS)

simulate: ## Play a programme in every format and compare what it owed with what it made (ARGS="--mentees 1000")
	@$(PYTHON) requirements/install.py dev
	@$(CLEAN) $(BIN)/python manage.py simulate --mentees 60 --months 3 --format all $(ARGS)

backup: ## Write the whole database into one file (BACKUP_DIR, BACKUP_KEEP)
	@$(PYTHON) requirements/install.py base
	@$(BIN)/python manage.py backup

restore-drill: ## Restore the newest backup into a fresh database, compare every table, sign in (FILE=...)
	@$(PYTHON) requirements/install.py base
	@$(BIN)/python manage.py restore_drill $(FILE)

check: ## Lint, types, floors, templates, migrations, deployment settings
	@$(PYTHON) requirements/install.py dev
	@$(MAKE) --no-print-directory --keep-going lint format types floors templates migrations deploy && echo "All checks passed."

lint:
	@echo "-- lint" && $(BIN)/ruff check .

format:
	@echo "-- format" && $(BIN)/ruff format --check .

types:
	@echo "-- types" && $(CLEAN) $(BIN)/mypy $(TYPED)

floors:
	@echo "-- floors" && $(BIN)/lint-imports --no-cache

templates:
	@echo "-- templates" && $(BIN)/djlint --lint --quiet $(wildcard templates */templates)

migrations:
	@echo "-- migrations" && $(CLEAN) $(BIN)/python manage.py makemigrations --check --dry-run

deploy:
	@echo "-- deploy" && $(CLEAN) DEBUG=0 HTTPS=1 $(BIN)/python manage.py check --deploy --fail-level WARNING

lock: ## Renew the locked requirements
	@$(PYTHON) requirements/install.py dev
	@$(COMPILE) --upgrade -o requirements/base.txt requirements/base.in
	@$(COMPILE) --upgrade -o requirements/dev.txt -c requirements/base.txt requirements/dev.in
	@$(COMPILE) --upgrade -o requirements/uv.txt requirements/uv.in

bench: ## Measure the matching engine beside its goals and beside mentor-match
	@$(PYTHON) requirements/install.py dev
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python bench/match.py $(ARGS)

bench-large: ## The same with 50,000 mentees and 15,000 mentors
	@$(PYTHON) requirements/install.py dev
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python bench/match.py --large $(ARGS)

bench-lists: ## Measure what each list costs on a large programme
	@$(PYTHON) requirements/install.py dev
	@$(BIN)/python bench/lists.py

bench-messages: ## Measure how many mails a second one worker hands over (ARGS=1000)
	@$(PYTHON) requirements/install.py dev
	@exec $(BIN)/python -m bench.messages $(ARGS)
