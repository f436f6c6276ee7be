# Cồng. `make run` and `make test` need Python 3.11 and make, nothing else.

PYTHON ?= python3.11
ifeq ($(shell command -v $(PYTHON) 2>/dev/null),)
PYTHON := python3
endif
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py

.PHONY: run test check bench soak shell clean

# What is installed is remembered by the hash of the lock file, so a second start installs nothing.
$(VENV)/.base: requirements/base.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	touch $@

run: $(VENV)/.base
	@CONG_LOG_LEVEL=$${CONG_LOG_LEVEL:-WARNING} $(MANAGE) run_local

test: $(VENV)/.test
	$(BIN)/python -m tests.run

check: $(VENV)/.test
	$(BIN)/python -m tests.check

bench: $(VENV)/.test
	$(BIN)/python -m tests.benchmarks

# Workers that die at random for CONG_SOAK_MINUTES on each kind of channel; CONG_SOAK_SEED repeats a run.
soak: $(VENV)/.test
	CONG_SOAK_MINUTES=$${CONG_SOAK_MINUTES:-10} $(BIN)/python -m pytest -q -s -p no:cacheprovider tests/crash/test_soak.py

shell: $(VENV)/.base
	$(MANAGE) shell

clean:
	rm -rf var .mypy_cache .ruff_cache .pytest_cache .hypothesis
