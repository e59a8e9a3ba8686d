# Everything a person or CI does with the project; each target can be run again at any time.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
TORCH := $(shell sed -n 's/^ *"\(torch==[^"]*\)".*/\1/p' pyproject.toml)
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check

.PHONY: serve install test lint evals bench lock audit licences

serve: install  ## open the page on http://127.0.0.1:7860, with all that it needs
	@$(BIN)/dafu serve

install: $(STAMP)  ## the environment in .venv

$(STAMP): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing into .venv (about two minutes the first time)"
	@$(PIP) $(TORCH)
	@$(PIP) --no-deps --require-hashes -r requirements.lock
	@$(PIP) --no-deps --editable . --config-settings editable_mode=compat
	@touch $(STAMP)

test: install lint  ## all tests in two processes, with the real embedding model and, where Chromium is there, a real browser
	@$(BIN)/dafu models prepare encoder
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile

lint: install  ## ruff and mypy
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy --no-error-summary

evals: install  ## all suites with the embedded language model, one after the other; run again, an interrupted run goes on
	@$(BIN)/dafu models prepare
	@$(BIN)/dafu eval run --generator extractive
	@$(BIN)/dafu eval run --generator local --resume
	@$(BIN)/dafu eval compare artifacts/eval/extractive.jsonl artifacts/eval/local.jsonl

bench: install  ## speed and quality on a folder of public sets: make bench DATA=DIR
	@$(BIN)/python -m evals.bench --data $(DATA)

lock:  ## make requirements.lock anew (needs uv); torch stays out, its builds differ by platform
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header \
	  --override lock-overrides.txt --quiet --output-file requirements.lock

audit: install  ## known advisories about what the lock names; says so where no database can be reached
	@$(BIN)/python -m evals.supply

licences: install  ## the table of LICENSES.md anew
	@sed -i '/^| package/,$$d' LICENSES.md && $(BIN)/python -m evals.supply --licences >> LICENSES.md
