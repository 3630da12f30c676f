# The verbs of this project. `make` alone lists them; each sets up what it needs in .venv.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev

.PHONY: help serve test compile compiled compiled-tests lint types house bench fuzz soak tables docs image

help: ## list these verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "mockenv needs Python 3.11 or newer; set PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(READY_DEV): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

serve: $(READY) ## start the simulator (flags in ARGS=, or MOCKENV_… variables)
	@exec $(BIN)/mockenv serve $(ARGS)

test: $(READY_DEV) ## run the test suite (arguments for pytest in ARGS=)
	@$(BIN)/python -m pytest $(ARGS)

# What is compiled stands on these tests (of the services Vector alone is compiled); they are run where nothing of the checkout's own code is in the way.
COMPILED := build/compiled
COMPILED_TESTS := kernel store edge golden providers/vector

compile: $(READY_DEV) ## build the compiled form in build/compiled
	@rm -rf $(COMPILED) && mkdir -p $(COMPILED)/src && cp -R mockenv openapi fixtures docs pyproject.toml README.md LICENSE hatch_build.py $(COMPILED)/src
	@HATCH_BUILD_HOOK_ENABLE_MYPYC=1 $(BIN)/python -m build --wheel --no-isolation --outdir $(COMPILED) $(COMPILED)/src
	@$(BIN)/python -m zipfile -e $(COMPILED)/*.whl $(COMPILED) && rm -rf $(COMPILED)/src
	@cp -R tests openapi fixtures docs benchmarks pyproject.toml README.md $(COMPILED) && ln -s $(CURDIR)/$(VENV) $(COMPILED)/$(VENV)

compiled: compile compiled-tests ## build it and test it: five minutes (other tests in ARGS=)

compiled-tests: $(READY_DEV)
	@cd $(COMPILED) && $(CURDIR)/$(BIN)/python -m mockenv version && $(CURDIR)/$(BIN)/python -m mockenv version | grep -q compiled
	@cd $(COMPILED) && $(CURDIR)/$(BIN)/python -m pytest $(or $(ARGS),-n 2 $(COMPILED_TESTS:%=tests/%))

lint: $(READY_DEV) ## ruff: style, simple defects, format
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(READY_DEV) ## mypy, strict
	@$(BIN)/mypy

house: $(READY_DEV) ## who may import whom
	@$(BIN)/lint-imports

bench: $(READY_DEV) ## measure mockenv beside its peers: ten minutes, or two with ARGS=--quick; other flags too
	@$(BIN)/python -m benchmarks $(ARGS)

fuzz: $(READY_DEV) ## what nobody thought of, for minutes: every document against a real server (names, --seed … in ARGS=)
	@$(BIN)/python -m fuzz $(ARGS)

soak: $(READY_DEV) ## minutes of load and hostile clients (one run: ARGS=idle; --help lists them)
	@$(BIN)/python -m soak $(ARGS)

tables: $(READY_DEV) ## what real programs do, measured: minutes, not in CI (tables, --only WORD in ARGS=)
	@$(BIN)/python -m tables $(ARGS)

docs: $(READY_DEV) ## draw docs/ and the providers' tables from tests and code, then the site from them: build/site
	@$(BIN)/python -m docs $(ARGS) && $(BIN)/python -m docs.site

image: ## build the container image
	docker build --tag mockenv .
