PY := .venv/bin/python
PYTHONPATHS := libs services tools tests
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help check docs fix test test-all test-ai bench lock demo call up down status logs trace reset

## Getting started
help: ## show this help
	@awk -f tools/help.awk $(MAKEFILE_LIST)

$(READY): requirements-dev.lock tools/bootstrap/requirements.lock $(wildcard libs/*/pyproject.toml services/*/pyproject.toml)
	@tools/bootstrap/bootstrap.sh
	@touch $@

## Running
demo: $(READY) ## start everything, hold a conversation, show the evidence
	@$(PY) -m tools.demo

call: $(READY) ## ring the agent and hear it out: make call W="--language fr --interrupt" (--help)
	@$(PY) -m tools.phone $(W)

up down status logs trace reset: $(READY)
	@$(PY) -m tools.stack $@

up: ## start what is missing: PostgreSQL, Kafka, the services, a local AI
down: ## stop it
status: ## look at it: what runs, what died, and why
logs: ## follow what all of it says
trace: ## show the way of the last conversation: every step, in which process, how long
reset: ## stop and forget it: data, secrets, logs

## Developing
check: $(READY) ## lint, types, layers, generated files: what CI runs before the tests
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy $(wildcard libs services tools tests conftest.py)
	.venv/bin/lint-imports
	$(PY) -m tools.generate_openapi --check
	$(PY) -m tools.check_members
	$(PY) -m tools.generate_events --check

docs: $(READY) ## write the pages that are generated from the code
	$(PY) -m tools.generate_events
	$(PY) -m tools.generate_openapi

fix: $(READY) ## let ruff mend what it can
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

test: $(READY) ## run every test, or those of one folder: make test T=services/crm
	@$(PY) -m tools.chromium || true
	$(PY) -m tools.test $(T)

test-all: $(READY) ## run every test and what takes minutes: faults, soaks, fuzzing
	@$(PY) -m tools.chromium || true
	$(PY) -m tools.test --long $(T)

test-ai: $(READY) ## run what needs real models, on the local AI (fetches 1.6 GB, once)
	$(PY) -m tools.local_ai install
	$(PY) -m pytest libs/ai tools/local_ai -m local_ai

bench: $(READY) ## measure: figures beside the obvious alternative, on all services
	$(PY) -m tests.load

lock: $(READY) ## pin the dependencies anew
	$(PY) -m tools.lock
