# Everything a person or CI does with the project; each target can be run again at any time.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
TORCH := $(shell sed -n 's/^ *"\(torch==[^"]*\)".*/\1/p' pyproject.toml)
TUTORIAL := langchain-text-splitters==1.1.3 langchain-huggingface==1.2.3 langchain-chroma==1.1.0 langchain-community==0.4.2 langchain-classic==1.0.8 rank-bm25==0.2.2
BUILDER := $(shell sed -n 's/^requires = \["\([^"]*\)".*/\1/p' pyproject.toml)
LINT := $(BIN)/ruff format --check --quiet && $(BIN)/ruff check --quiet && $(BIN)/mypy --no-error-summary
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check
WHEEL := $(BIN)/python -m pip wheel --quiet --no-deps --disable-pip-version-check --wheel-dir build/bundle/wheels
PREPARED := import json, os, sys; llm = os.environ.get("DAFU_LLM") != "off"; print(*(one["path"] for one in json.load(sys.stdin) if one["present"] and (llm or not one["path"].endswith(".gguf"))))
MODELS = $(BIN)/python -c 'import os; from index.models import default_models_dir; print(default_models_dir(os.environ))'

.PHONY: serve install bundle test lint evals bench lock audit licences

serve: install  ## open the page on http://127.0.0.1:7860, with all that it needs
	@$(BIN)/dafu serve

install: $(STAMP)  ## the environment in .venv

# With BUNDLE=FILE everything comes out of an archive that `make bundle` wrote, and no registry is asked.
$(STAMP): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing into .venv (about two minutes the first time)"
ifdef BUNDLE
	@rm -rf build/bundle && mkdir -p build/bundle && tar -xf "$(BUNDLE)" -C build/bundle
	@cd build/bundle && sha256sum --quiet --check SHA256SUMS
	@$(PIP) --no-index --no-deps build/bundle/wheels/*.whl
	@$(PIP) --no-index --no-deps --no-build-isolation --editable . --config-settings editable_mode=compat
	@mkdir -p "$$($(MODELS))" && cp -R build/bundle/models/. "$$($(MODELS))"
	@rm -rf build/bundle
else
	@$(PIP) $(TORCH)
	@$(PIP) --no-deps --require-hashes -r requirements.lock
	@$(PIP) --no-deps --editable . --config-settings editable_mode=compat
endif
	@touch $(STAMP)

bundle: install  ## one archive for machines that reach no registry, with this platform's wheels: make install BUNDLE=FILE
	@$(BIN)/dafu models prepare
	@rm -rf build/bundle && mkdir -p build/bundle/wheels build/bundle/models build/bundle/dafu dist
	@$(WHEEL) $(TORCH) '$(BUILDER)'
	@$(WHEEL) --require-hashes -r requirements.lock
	@for path in $$($(BIN)/dafu models status --json | $(BIN)/python -c '$(PREPARED)'); do cp -R "$$path" build/bundle/models/; done
	@cd build/bundle && find wheels models -type f -print0 | sort -z | xargs -0 sha256sum > SHA256SUMS
	@git archive HEAD | tar -xf - -C build/bundle/dafu
	@tar -cf dist/dafu-bundle.tar -C build/bundle dafu SHA256SUMS wheels models && rm -rf build/bundle
	@ls -l dist/dafu-bundle.tar

# What lint finds stands above the tests' summary, and fails the target as a test does. Files that begin with a browser
# come first, as they are collected: a long one that began last would leave a core idle.
test: install  ## lint, and all tests in two processes, with the real embedding model and, where Chromium is there, a real browser
	@$(BIN)/dafu models prepare encoder
	@($(LINT)) & lint=$$!; \
	  $(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder; tests=$$?; \
	  wait $$lint && exit $$tests

lint: install  ## ruff and mypy
	@$(LINT)

evals: install  ## all suites with the embedded language model, one after the other; run again, an interrupted run goes on
	@$(BIN)/dafu models prepare
	@$(BIN)/dafu eval run --generator extractive
	@$(BIN)/dafu eval run --generator local --resume
	@$(BIN)/dafu eval compare artifacts/eval/extractive.jsonl artifacts/eval/local.jsonl

bench: install  ## search on a public set, and Dafu beside LangChain's tutorial: make bench DATA=DIR
	@$(BIN)/python -m evals.bench --data $(DATA)
	@$(PIP) --no-deps --target build/tutorial --upgrade $(TUTORIAL)
	@$(BIN)/python -m evals.bench.stack --data $(DATA) --packages build/tutorial --out artifacts/bench

lock:  ## make requirements.lock anew (needs uv); torch stays out, its builds differ by platform
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header \
	  --override lock-overrides.txt --quiet --output-file requirements.lock

audit: install  ## known advisories about what the lock names; says so where no database can be reached
	@$(BIN)/python -m evals.supply

licences: install  ## the table of LICENSES.md anew
	@sed -i '/^| package/,$$d' LICENSES.md && $(BIN)/python -m evals.supply --licences >> LICENSES.md
