# Needs python3 (3.11 or newer) and make; Node.js (20.19 or newer) for the web pages and their
# tests. Everything else comes from the lock files.

PYTHON ?= python3
BIN := .venv/bin
PIP := python -m pip --disable-pip-version-check
READY := .venv/ready
FRONT := frontend-contract
BROWSER := tests/browser
APPS := server/web/apps/index.html
EXPLORER := server/web/explorer/index.html
WEB := $(APPS) $(EXPLORER) $(BROWSER)/node_modules/.ready
# Meaning of text must not hang on the language of whoever runs this.
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test check fmt bench native screenshots lighthouse lock clean no-node

help: ## say what can be made
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(READY) $(if $(shell command -v npm),$(WEB),no-node) ## install everything, build the web pages

run: setup ## serve at PORT (8000) with demo people, keys and mail in var/
	$(BIN)/sparekey demo --port $(or $(PORT),8000)

test: setup ## run all tests, on SQLite and on a real PostgreSQL
	$(BIN)/python -m pytest -n auto $(ARGS)
	cd $(FRONT) && npm run --silent test

check: setup ## lint, types and floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	cd $(FRONT) && npm run --silent check

fmt: setup ## put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## measure against yardsticks and peers; writes tests/benchmarks/RESULTS.md
	$(BIN)/python -m tests.benchmarks $(ARGS)

native: $(READY) ## build Argon2 for this processor, or ARCH: a password takes two thirds of the time
	$(PYTHON) -m venv --clear build/native
	build/native/bin/$(PIP) install --quiet --require-hashes -r requirements-native.txt
	sed -n '/^argon2-cffi-bindings==/,/[^\\]$$/p' requirements.txt > build/native/argon2.txt
	PATH="$(CURDIR)/build/native/bin:$$PATH" CFLAGS="-O3 -march=$(or $(ARCH),native)" build/native/bin/$(PIP) wheel \
		--quiet --require-hashes --no-cache-dir --no-deps --no-build-isolation --no-binary argon2-cffi-bindings \
		-r build/native/argon2.txt --wheel-dir build/native/dist
	$(BIN)/$(PIP) install --quiet --force-reinstall --no-deps --no-index build/native/dist/*.whl

screenshots: setup ## make docs/pictures anew
	$(BIN)/python -m tests.browser.screenshots

lighthouse: setup ## let Lighthouse (from npm) judge sign-in and desk
	$(BIN)/python -m tests.browser.lighthouse

lock: setup ## choose the newest allowed versions anew
	$(BIN)/uv $(COMPILE) pyproject.toml --output-file requirements.txt
	$(BIN)/uv $(COMPILE) pyproject.toml --extra dev --constraint requirements.txt --output-file requirements-dev.txt
	$(BIN)/uv $(COMPILE) --group native --output-file requirements-native.txt

clean: ## forget what was installed and cached; var/ stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build *.egg-info
	rm -rf server/web $(FRONT)/node_modules $(BROWSER)/node_modules
	rm -rf tests/benchmarks/peers/node_modules tests/benchmarks/peers/.venv

# Hashes, but no address of any registry: the installer's own settings say where to fetch.
COMPILE := pip compile --quiet --upgrade --universal --python-version 3.11 --system-certs \
	--generate-hashes --no-header --no-emit-index-url --no-emit-find-links

$(READY): requirements-dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=… setup")'
	$(PYTHON) -m venv .venv
	$(BIN)/$(PIP) install --quiet --require-hashes -r requirements-dev.txt
	$(BIN)/$(PIP) install --quiet --no-deps --no-build-isolation \
		--config-settings editable_mode=compat --editable .
	touch $@

$(FRONT)/node_modules/.ready: $(FRONT)/package-lock.json
	cd $(FRONT) && npm ci --no-audit --no-fund
	touch $@

SOURCES = $(shell find $(FRONT)/$(1) -name node_modules -prune -o -type f -print)
COMMON := $(FRONT)/node_modules/.ready $(FRONT)/packed.ts $(FRONT)/tsconfig.base.json

$(APPS): $(COMMON) $(call SOURCES,spa) $(call SOURCES,client)
	cd $(FRONT) && npm run --silent build --workspace spa
	touch $@

$(EXPLORER): $(COMMON) $(call SOURCES,explorer) $(call SOURCES,operations)
	cd $(FRONT) && npm run --silent build --workspace explorer
	touch $@

$(BROWSER)/node_modules/.ready: $(BROWSER)/package-lock.json $(BROWSER)/chromium.mjs
	cd $(BROWSER) && npm ci --no-audit --no-fund && node chromium.mjs
	touch $@

no-node:
	@echo "Node.js is not here: the web pages are not built, and browser tests will fail."
