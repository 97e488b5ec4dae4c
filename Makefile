# `make help` lists what there is. Everything happens inside this folder, in .venv; no root is needed.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
UV := $(or $(shell command -v uv),.venv/uv/uv)
LOCK := $(UV) pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links

# compiled modules are kept, whatever the caller's shell says: without them every process compiles its libraries anew
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-test run test long check fast e2e audit bench docs lock clean

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1	/p' Makefile | expand -t 12

setup: # install what running needs into .venv and build the front end
	@$(PYTHON) scripts/bootstrap.py run

setup-test: # the same with the tools of development
	@$(PYTHON) scripts/bootstrap.py test

run: setup ## set up, load the demonstration archive once, and serve it (MEDIA_ARCHIVE_HOME, MEDIA_ARCHIVE_PORT)
	@exec $(BIN)/media-archive serve --demo

test: setup-test ## every test but the measurements
	@scripts/test-servers.sh
	$(PYTEST) -m "not bench" -n 4 --dist loadscope
	scripts/test-frontend.sh
	AUDIT=offline scripts/audit.sh

long: setup-test ## the tests at random, at the length that is promised: two hours
	MEDIA_ARCHIVE_KILLS=10 MEDIA_ARCHIVE_HISTORIES=1000 API_EXAMPLES=1 $(PYTEST) tests/ingest/test_kill.py \
	  tests/placement/test_histories.py tests/api/test_schema.py

check: setup-test ## what every commit must pass, in under two minutes
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	scripts/test-frontend.sh
	$(PYTEST) -q -m "not slow and not e2e and not bench" -n 2

fast: setup-test ## the fast tests alone
	$(PYTEST) -q -m "not slow and not e2e and not bench" -n 2

e2e: setup-test ## the tests that drive a real browser
	$(PYTEST) -m e2e

audit: setup-test ## known weaknesses of our code and, where the services answer, of what it rests on
	scripts/audit.sh

bench: setup-test ## the measurements
	$(PYTEST) -m bench -s

docs: setup-test ## the change log as the next release would tell it, and whether the pages hold together
	$(BIN)/towncrier build --draft --version next
	$(PYTEST) -q -k docs

lock: setup-test ## lock the newest versions that pyproject.toml allows
	$(LOCK) --upgrade --extra build --extra texts --extra speech pyproject.toml -o requirements.txt
	$(LOCK) --upgrade --extra dev --extra build --extra texts --extra speech -c requirements.txt pyproject.toml -o requirements-dev.txt

clean: ## remove what was built and installed; the archive's home stays
	rm -rf .venv node_modules webapp/static/built build dist site .test-artifacts .mypy_cache .ruff_cache .pytest_cache
	rm -rf .hypothesis .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
