.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test coverage test-long check bench bench-declarative differential e2e-vendure \
	kill-matrix payment-load webhook-load stripe-smoke format lock clean install

# The first Python that is new enough; `make PYTHON=/path/to/python` decides otherwise.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3.14 python3; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo "$$python"; break; }; done)
ARGS ?=
KILLS ?= 60

BIN := .venv/bin
STAMP := .venv/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header $(ARGS)

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo '  ARGS="…" is passed on, as in: make demo ARGS=--once'

demo: $(STAMP)  ## start the sample retailer and the gateway over it
	@$(BIN)/tillgraph demo $(ARGS)

test: $(STAMP)  ## run the tests on every core
	@$(BIN)/pytest -n auto -m "not long and not vendure" $(ARGS)

coverage: $(STAMP)  ## run them with branch coverage, which takes twice as long; below 90 % it fails
	@$(BIN)/pytest -n auto -m "not long and not vendure" --cov --cov-report=term:skip-covered $(ARGS)

test-long: $(STAMP)  ## run the tests that take longer
	@$(BIN)/pytest -m "long and not vendure" $(ARGS) || [ $$? -eq 5 ]  # 5: there are none

bench: $(STAMP)  ## measure the gateway beside others, and write docs/performance.md (ARGS=--help)
	@$(BIN)/python -m tests.bench.gateway --page docs/performance.md $(ARGS)

bench-declarative: $(STAMP)  ## measure what a connector without code costs
	@$(BIN)/python -m tests.bench.declarative $(ARGS)

differential: $(STAMP)  ## execute 20,000 random operations beside graphql-core (ARGS=--help)
	@$(BIN)/python -m tests.unit.gateway.execution.differential $(ARGS)

e2e-vendure: $(STAMP)  ## bring up Vendure (needs node), try its connector, take it down
	@$(BIN)/pytest -m vendure tests/vendure $(ARGS)

kill-matrix: $(STAMP)  ## kill the gateway at every moment, and compare the books (KILLS=2000)
	@$(BIN)/python -m tests.killing --kills $(KILLS) $(ARGS)

payment-load: $(STAMP)  ## send 20,000 payments with faults, and compare the books (ARGS=--help)
	@$(BIN)/python -m tests.load $(ARGS)

webhook-load: $(STAMP)  ## send 10,000 webhooks in any order, repeated and forged (ARGS=--help)
	@$(BIN)/python -m tests.load.webhooks $(ARGS)

stripe-smoke: $(STAMP)  ## run the flow against a Stripe sandbox: STRIPE_TEST_KEY is its secret key
	@$(BIN)/pytest -rs tests/smoke $(ARGS)

check: $(STAMP)  ## lint, format, types, layers, dependencies, spelling, Dockerfile, what is printed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(BIN)/codespell
	$(BIN)/hadolint docker/Dockerfile
	$(BIN)/tillgraph schema --check
	$(BIN)/tillgraph payments states --check docs/payments.md

format: $(STAMP)  ## mend what the linter can mend, and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(STAMP)  ## write the lock files anew (ARGS=--upgrade takes newer versions)
	$(COMPILE) pyproject.toml --group dev --output-file requirements.lock
	$(COMPILE) pyproject.toml --constraint requirements.lock --output-file requirements-runtime.lock
	$(COMPILE) --group build --constraint requirements.lock --output-file requirements-build.lock

install: $(STAMP)  ## make the virtual environment (every other command does so when needed)

clean:  ## remove the virtual environment and what tools keep
	rm -rf .venv build dist htmlcov .coverage .coverage.* .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements.lock pyproject.toml
	@if ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "Tillgraph needs Python 3.11 or newer;" \
			"$(or $(PYTHON),the python3 that is here) is none." >&2; \
		echo "Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; fi
	@if ! $(PIP) --version >/dev/null 2>&1; then \
		echo "Making .venv with $$("$(PYTHON)" -V)"; \
		"$(PYTHON)" -m venv --clear .venv || { \
			echo "No virtual environment could be made; on Debian: apt-get install python3-venv" >&2; \
			exit 1; }; fi
	@echo "Installing what requirements.lock names (once; about a minute)"
	@# The lock is whole, so nothing is resolved: pip before 23.3 cannot match an extra's pin by its hash.
	@$(PIP) install --quiet --no-deps --require-hashes --requirement requirements.lock
	@$(PIP) install --quiet --no-build-isolation --no-deps --editable .
	@touch $@
