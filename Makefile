# make demo   sets everything up and shows the whole road on a sample archive
# make test   sets everything up and runs every test
# make coverage  the same, and what they cover; half as long again
# make lint   style, types, imports, dbt, Dagster
# make check  make lint, and the quick tests
# make bench  every benchmark, into benchmarks/RESULTS.md
PYTHON ?= python3
# Tests of one file stay in one process: they share servers. Three processes for two cores, since
# many tests wait: for servers to start, for a limit to pass. A process that was ended is replaced once.
PYTEST := -m pytest -n 3 --dist loadfile --no-loadscope-reorder --max-worker-restart 1
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: setup demo test coverage lint check bench clean
.DEFAULT_GOAL := demo

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; found $$($(PYTHON) --version). Try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
		{ echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Setting up $(VENV): about 1 GB of packages (PyTorch, Dagster, PostgreSQL, Milvus, a small model); 2 to 5 minutes."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=24' 2>&1 | grep -v WARNING || true
	@echo "  1/3 PyTorch"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	@echo "  2/3 everything else"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@echo "  3/3 dbt manifest"
	@$(BIN)/python -c 'from embed_platform.corpus.dbt_run import manifest; manifest()'
	@touch $(STAMP)
	@echo "Ready. Activate it with: source $(VENV)/bin/activate"

demo: setup
	@$(BIN)/embed-platform demo

test: setup
	@$(BIN)/python $(PYTEST)

coverage: setup
	@$(BIN)/python $(PYTEST) --cov --cov-report=term:skip-covered --cov-fail-under=75

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/dbt parse --project-dir dbt --profiles-dir dbt --target-path target --log-path target --quiet
	$(BIN)/dagster definitions validate -m embed_platform.definitions

check: lint
	@$(BIN)/python $(PYTEST) -m "not slow"

bench: setup
	@$(BIN)/python -m benchmarks.run_all

clean:
	rm -rf $(VENV) dbt/target
