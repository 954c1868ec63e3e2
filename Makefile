# make setup | test | report | lint | fix | clean
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup test report lint fix clean
.DEFAULT_GOAL := setup

setup: $(VENV)/ready

$(VENV)/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v < (3, 14) else f"Python {v[0]}.{v[1]} found; 3.11 to 3.13 needed (make PYTHON=python3.12)")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[mnist,dev]'
	@touch $@

test: setup
	$(BIN)/pytest $(PYTEST)

report: setup
	@mkdir -p out
	$(BIN)/backprop workbook eight-weight -o out/eight-weight.xlsx --force
	$(BIN)/mnist train published-18138 --epochs 2 --seed 0 --out out/runs/published-18138-two-epochs --force
	$(BIN)/reports build runs out/runs -o out/report
	@echo "Open out/eight-weight.xlsx and out/report/README.md"

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) out
