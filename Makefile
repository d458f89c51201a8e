PYTHON := .venv/bin/python
DJANGO := DJANGO_SETTINGS_MODULE=tests.settings $(PYTHON) manage.py
COMPILE := $(PYTHON) -m uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate -p 3.11
.DEFAULT_GOAL := help
.PHONY: help install run test check bench soak audit lock pictures runtime development packages office

help:  ## List these targets
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1\t/p' Makefile | expand -t 16

install: runtime  ## Install what running needs into .venv, checked by its hashes

run: runtime  ## Install what is missing, start everything and serve http://127.0.0.1:8000
	@exec $(PYTHON) manage.py up

test: development packages  ## The whole test suite, browser tests included
	@$(PYTHON) -m pytest $(or $(ARGS),-n 2 --dist loadscope --no-loadscope-reorder)

check: development  ## Lint, formatting, types, migrations, system checks, templates, lock files
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(DJANGO) makemigrations --check --dry-run
	$(DJANGO) check --fail-level WARNING
	$(PYTHON) -m pytest tests/test_tree.py

bench: development packages  ## The benchmarks, as tables of medians and ratios
	@$(PYTHON) -m tests.bench

soak: development packages office  ## The long forms of the tests, an hour at most
	@$(PYTHON) -m pytest -m soak $(ARGS)

audit: development  ## Known weaknesses of the locked packages (asks the network)
	@$(PYTHON) -m pip_audit --require-hashes --disable-pip --requirement requirements.lock

lock: development  ## Write the lock files anew from pyproject.toml
	@$(COMPILE) pyproject.toml --output-file requirements.lock
	@$(COMPILE) pyproject.toml --group dev --output-file requirements-dev.lock

pictures: development packages  ## The README's pictures, taken of the running product
	@$(PYTHON) -m tests.pictures

runtime:
	@sh .ci/venv requirements.lock

development:
	@sh .ci/venv requirements-dev.lock

packages:
	@missing=; \
	command -v redis-server >/dev/null || missing="$$missing redis-server"; \
	command -v age >/dev/null || missing="$$missing age"; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	[ -z "$$missing" ] || sh .ci/packages $$missing
	@command -v caddy >/dev/null || sh .ci/unpack caddy
	@sh .ci/unpack docker-compose || echo "Going on without docker-compose, which knows what a compose file may say." >&2
	@shell=chromium-headless-shell; \
	if [ "$$(id -u)" = 0 ] && ! command -v $$shell >/dev/null && apt-cache show $$shell >/dev/null 2>&1; then \
	sh .ci/packages $$shell || echo "Going on with chromium, which is slower." >&2; fi

office:  # for make soak alone: it is a large package
	@command -v libreoffice >/dev/null || sh .ci/packages libreoffice-calc-nogui
