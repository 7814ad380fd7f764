# All that is needed beforehand is Python 3.11 or later with pip. What else there is to set up (a virtual environment
# here; Node's packages and Pyodide in build.py; a browser in tests/chromium.py) is set up by whoever needs it, once.

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input -qq
COMPILE := $(PY) -m uv --quiet pip compile pyproject.toml --universal --python-version 3.11 --fork-strategy fewest \
    --generate-hashes --no-emit-index-url --custom-compile-command 'make lock'
READY := $(VENV)/ready
TESTS := $(VENV)/tests
PYTHONS := $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python)

# A set-up broken off half-way is begun again the next time.
.DELETE_ON_ERROR:
# Under -j, check and build would both install the page's packages, in the same folder.
.NOTPARALLEL:
.PHONY: help serve test check build lock clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: $(READY) ## Build the course, serve it here, build again when a file changes (PORT=8010)
	@$(PY) build.py serve $(if $(PORT),--port $(PORT))

test: check build ## Run all tests, in real browsers too (ARGS='-k line' for some, CHROMIUM=path for yours, ENGINES=all to skip none)
	@$(PY) -m tests.chromium
	@$(PY) -m pytest --cov --cov-report= $(ARGS)
	@$(if $(ARGS),,$(PY) -m coverage report --include='engine/*,stage/*' --fail-under=100)

check: $(TESTS) ## Find faults in style, types and lessons: all that takes seconds and no browser
	@$(PY) -m ruff check --quiet
	@$(PY) -m ruff format --check --quiet
	@$(PY) -m mypy --no-error-summary
	@$(PY) build.py check

build: $(READY) ## Write the site into dist/, a plain folder for any host (docs/deploy.md)
	@$(PY) build.py build

# A lock keeps the versions that it has wherever pyproject.toml still allows them.
lock: $(PY) ## Renew both locks after a change of pyproject.toml (ARGS=--upgrade for newer versions)
	@$(PIP) install uv
	@$(PY) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' | \
	    $(COMPILE) - --output-file requirements.lock $(ARGS)
	@$(COMPILE) --extra test --constraint requirements.lock --output-file requirements-test.lock $(ARGS)

clean: ## Remove all that was built or installed here
	rm -rf dist dist.* $(VENV) site/node_modules *.egg-info .coverage .mypy_cache .pytest_cache .ruff_cache test-results

# The project itself goes in last and editable; what builds it comes from the lock like all else.
$(READY): $(PY) requirements.lock pyproject.toml
	@echo "installing Python packages into $(VENV)"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# Apart, so that who only wants to see the course need not wait for it.
$(TESTS): $(READY) requirements-test.lock
	@echo "installing what the tests need"
	@$(PIP) install --require-hashes -r requirements-test.lock
	@touch $@

# Each candidate is run, not just looked up: a name on the PATH may be pyenv's stand-in for a Python that is not there.
$(PY):
	@for python in $(PYTHONS); do \
	    version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue; \
	    seen="$$seen $$python is $$version."; \
	    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || continue; \
	    $$python -c 'import ensurepip, venv' 2>/dev/null || { \
	        echo "$$python cannot make virtual environments; on Debian and Ubuntu: apt-get install python$$version-venv" >&2; \
	        exit 1; }; \
	    echo "making a virtual environment in $(VENV) with $$python ($$version)"; \
	    exec $$python -m venv --clear $(VENV); \
	done; \
	echo "Downhill needs Python 3.11 or later.$${seen:- There is none on the PATH.}" \
	    "If yours is elsewhere: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; \
	exit 1
