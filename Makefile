# Everything runs from .venv, which each target makes and fills by itself.

.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.filled
# Byte code of the tests is kept: translating them takes longer than running most of them.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test dates check lint wheel format completions readme bench clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

$(STAMP): pyproject.toml ffx/version.py
	@echo "making $(VENV) with $$($(PYTHON) --version); the first time takes a minute"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "ffx needs Python 3.11 or later; name one: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

demo: $(STAMP) ## look a visitor up in the embedded sandbox
	@echo '$$ ffx visitor afdwb7QPV6Y59aTP3fQxZ3tX2ox --since 2d --sandbox'
	@$(BIN)/ffx visitor afdwb7QPV6Y59aTP3fQxZ3tX2ox --since 2d --sandbox
	@echo
	@echo 'More of them: $(BIN)/ffx sandbox'

test: $(STAMP) ## run the tests
	@$(BIN)/python -m pytest -n auto --dist worksteal

# The tests whose outcome could depend on the day, and the moments at which they begin: in the
# first run, a month ends on the way.
DATED := tests/test_pictures.py tests/test_readme.py tests/sandbox tests/cli/commands
MOMENTS := '2027-02-28 23:59:30' '2027-01-01 00:00:05'

dates: $(STAMP) ## run what knows dates at the end of a month and of a year (needs faketime)
	@for moment in $(MOMENTS); do \
	  echo "at $$moment"; \
	  faketime "$$moment" $(BIN)/python -m pytest -n auto --dist worksteal $(DATED) || exit 1; done

check: $(STAMP) ## what has to pass: format, lint, types, the built wheel, tests
	@$(MAKE) --no-print-directory -j2 lint wheel
	@$(MAKE) --no-print-directory test

lint: $(STAMP) ## check format, style, types and the rooms' imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/vulture

wheel: $(STAMP) ## build the wheel, and try it in an environment of its own
	@sh tests/wheel.sh $(BIN)/python

format: $(STAMP) ## format the code, and mend what the linter can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

completions: $(STAMP) ## write the shells' completion scripts and the man page
	@for shell in bash zsh fish; do \
	  $(BIN)/python -c "from ffx.cli.completion_scripts import SCRIPTS; print(SCRIPTS['$$shell'], end='')" \
	    >completions/ffx.$$shell; done
	@$(BIN)/python -m tests.manpage

readme: $(STAMP) ## write the output of the README's commands, and its pictures, anew
	@$(BIN)/python -m tests.readme
	@$(BIN)/python -m tests.pictures

bench: $(STAMP) ## measure the speed, beside curl, HTTPie and others
	@$(BIN)/python -m tests.bench $(BENCH)

clean: ## remove what was made
	@rm -rf $(VENV) .bench dist build .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis
