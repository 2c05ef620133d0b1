# make demo    set up in .venv, run the main job on examples/, say where the report is
# make test    set up in .venv, check style and types, run all tests
# make bench   speed beside spaCy alone, time of each step, memory, growth with the number of reports (10 minutes)
# make lint    style and types only
# make fuzz    odd inputs for five minutes, then kills of stores (SECURITY.md)
# make docs    the documentation as a site, in build/site; any fault in it ends the build
# make dist    wheel and source archive in dist/, each tried in a fresh environment (3 minutes)
# make lock    renew requirements.lock from pyproject.toml
# make train   train the classifier anew from corpus/ (an hour on two cores; installs PyTorch)
# make clean   remove .venv and what the targets made
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TRAINING := training/build/venv

.PHONY: demo test bench lint fuzz docs dist lock train clean

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "detente needs Python 3.11 or newer; name one: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25'
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY)
	$(BIN)/detente demo

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint
	$(BIN)/pytest

fuzz: $(READY)
	$(BIN)/python -m benchmarks.fuzz
	$(BIN)/python -m benchmarks.kill_store

bench: $(READY)
	$(BIN)/python -m benchmarks.measure_coding
	$(BIN)/python -m benchmarks.measure_growth

docs: $(READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo "Look at it: $(BIN)/python -m http.server --directory build/site"

dist: $(READY)
	rm -rf dist
	$(BIN)/python -m hatchling build
	for made in dist/*.whl dist/*.tar.gz; do $(PYTHON) -m venv --clear build/try && \
	  build/try/bin/python -m pip install --quiet --constraint requirements.lock "$$made" && \
	  build/try/bin/detente demo -o build/try/demo || exit 1; done

lock:
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet uv
	$(VENV)-lock/bin/uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url \
	  --no-annotate --python-version 3.11 --custom-compile-command 'make lock' --quiet -o requirements.lock
	rm -rf $(VENV)-lock

train:
	$(PYTHON) -m venv $(TRAINING)
	$(TRAINING)/bin/python -m pip install --quiet --requirement training/requirements.txt --editable .
	for step in instances train export fit_linear measure fit_confidence; do OMP_WAIT_POLICY=passive $(TRAINING)/bin/python -m training.$$step || exit 1; done

clean:
	rm -rf $(VENV) training/build detente-demo build dist .mypy_cache .ruff_cache .pytest_cache
