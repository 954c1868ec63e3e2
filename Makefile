# make help lists the targets. Nothing outside .venv/ and out/ is written, but for pictures and what fix mends.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c

PIP := $(BIN)/python -m pip --disable-pip-version-check
# Of what pip says, the large downloads: enough to see that it goes on. Errors are told in full.
LARGE_DOWNLOADS := awk '/(Downloading|Using cached) .*[MG]B\)/ { sub(/^ */, "      "); print; fflush() }'

# The tests start Python hundreds of times and import everything in each process: compiled modules are kept.
unexport PYTHONDONTWRITEBYTECODE
PYTEST_RUN := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 8 --dist loadfile

.PHONY: setup test quick report pictures lint fix campaign audit lock wheels clean help
.DEFAULT_GOAL := setup

setup: $(VENV)/ready

$(VENV)/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v < (3, 15) else f"Python {v[0]}.{v[1]} found; 3.11 to 3.14 needed (make PYTHON=python3.12)")'
	@echo "1/3 $(VENV): an environment of its own (seconds)"
	@$(PYTHON) -m venv $(VENV)
ifdef TORCH_INDEX
	@echo "2/3 PyTorch from $(TORCH_INDEX) (200 MB for processors alone: a minute or two)"
	@$(PIP) install --index-url $(TORCH_INDEX) "$$(grep '^torch==' constraints.txt)" | $(LARGE_DOWNLOADS)
else
	@echo "2/3 PyTorch (on Linux gigabytes, as it brings what GPUs need: 2 to 10 minutes;"
	@echo "    without a GPU: make TORCH_INDEX=https://download.pytorch.org/whl/cpu)"
	@$(PIP) install -c constraints.txt torch | $(LARGE_DOWNLOADS)
endif
	@echo "3/3 everything else, and this checkout (150 MB: a minute or two)"
	@$(PIP) install -c constraints.txt -e '.[mnist,dev]' | $(LARGE_DOWNLOADS)
	@touch $@
	@echo "Ready: $(BIN)/backprop, $(BIN)/mnist, $(BIN)/reports"

# PYTEST names a part of the tests or adds options: make test PYTEST='tests/backprop -x'
test: setup
	$(PYTEST_RUN) $(PYTEST)

quick: setup
	$(PYTEST_RUN) @tests/quick.txt $(PYTEST)

report: setup
	@mkdir -p out
	$(BIN)/backprop workbook eight-weight -o out/eight-weight.xlsx --force
	$(BIN)/mnist train published-18138 --epochs 2 --seed 0 --out out/runs/published-18138-two-epochs --force
	$(BIN)/reports build runs out/runs -o out/report
	@echo "Open out/eight-weight.xlsx and out/report/README.md"

pictures: setup
	$(BIN)/python docs/draw.py

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The long forms take hours; the results stand in docs/security.md. CAMPAIGN='fuzz --only workbook --count 500' for a part
campaign: setup
	OMP_NUM_THREADS=1 nice -n 19 $(BIN)/python -m benchmarks.campaign $(or $(CAMPAIGN),--long --seconds 3600)

# Licences and reasons; the lock, installed by its hashes into an environment of its own; known vulnerabilities.
audit: setup
	$(BIN)/python benchmarks/dependencies/audit.py
	@mkdir -p out
	@$(PYTHON) -m venv --clear out/audit && out/audit/bin/python -m pip --disable-pip-version-check install -q "pip-audit==2.10.1"
	@$(PYTHON) -m venv --clear out/locked
	out/locked/bin/python -m pip --disable-pip-version-check install -q --no-deps --require-hashes -r requirements.lock
	out/audit/bin/pip-audit --strict --disable-pip --no-deps -r requirements.lock

# requirements.lock anew, after a change of pyproject.toml or constraints.txt
lock: setup
	@mkdir -p out
	@$(PYTHON) -m venv --clear out/audit && out/audit/bin/python -m pip --disable-pip-version-check install -q uv
	PATH="$$PWD/out/audit/bin:$$PATH" $(BIN)/python benchmarks/dependencies/audit.py --lock

wheels: setup
	$(BIN)/python benchmarks/dependencies/wheels.py

clean:
	rm -rf $(VENV) out

help:
	@echo "make           install everything into $(VENV)/ (minutes; TORCH_INDEX=https://download.pytorch.org/whl/cpu without a GPU)"
	@echo "make test      every test, on all cores (PYTEST='tests/backprop -x' for a part)"
	@echo "make quick     the tests that tell most, in a minute"
	@echo "make report    a workbook, a net trained for two epochs, and the report: out/"
	@echo "make pictures  the pictures of the README and of docs/ anew"
	@echo "make lint      ruff and mypy --strict;  make fix  what ruff can correct by itself"
	@echo "make campaign  broken inputs, kills, full disks, loads: the long forms (CAMPAIGN='kill --count 20' for a part)"
	@echo "make audit     licences, the lock with hashes, known vulnerabilities;  make lock  the lock anew"
	@echo "make wheels    which dependencies have wheels for which Python"
	@echo "make clean     remove $(VENV)/ and out/"
