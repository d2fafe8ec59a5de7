# `make book` and `make test` are all that a reader needs; `make help` lists the rest.
PYTHON ?= python3
BIN    := .venv/bin
READY  := .venv/.ready
HUB    := _build/hub

# Notebooks run in this environment's own kernel, whatever others the machine has.
export JUPYTER_PREFER_ENV_PATH := 1
# The arrays here are small: more threads for each only wait for one another.
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help install book assignments questions nbgrader test test-site test-dist test-sandbox test-hub test-nbgrader mutation bench bench-fast bench-scale refresh lint format serve lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

install: $(READY) ## create .venv with the pinned environment
$(READY): requirements.txt pyproject.toml
	@echo "Installing the pinned environment into .venv ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@VIRTUAL_ENV=.venv $(BIN)/uv pip sync --quiet --compile-bytecode requirements.txt
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps --editable .
	@touch $@

book: $(READY) ## execute the notebooks and build the site
	@rm -rf _build/html/es
	@$(BIN)/jupyter-book build . -W -n --keep-going --quiet
	@$(BIN)/python tools/editions.py config
	@$(BIN)/jupyter-book build es --config _build/es/_config.yml --path-output _build/es -W -n --keep-going --quiet
	@cp -r _build/es/_build/html _build/html/es
	@test -f _build/html/es/index.html
	@echo "The book is built. Open file://$(CURDIR)/_build/html/index.html or run: make serve"

questions: $(READY) ## write the questions for Moodle, Canvas and Anki
	@$(BIN)/python tools/questions.py

test: $(READY) ## test the package, the book as data, and every notebook's outputs
	@$(BIN)/pytest $(foreach part,site dist sandbox hub nbgrader,--ignore tests/$(part))
	@echo "The package, the book and all notebook outputs are as published."

test-site: book ## open every built page in real browsers (needs Chromium and Firefox)
	@$(BIN)/pytest --dist worksteal tests/site
	@echo "Every page of _build/html passed in the browsers."

test-dist: book ## build the package; try its wheel, and the zip of the course, where nothing else is
	@$(BIN)/pytest -n0 tests/dist
	@echo "The distributions are whole, and the wheel works by itself."

test-sandbox: $(READY) ## grade every answer and every attack in a sandbox (needs bubblewrap, on Linux)
	@$(BIN)/pytest --dist loadgroup tests/sandbox
	@echo "What a class hands in is graded for what it is, and what means harm does none."

test-nbgrader: $(READY) ## hand out, grade and comment a chapter with nbgrader (installs it elsewhere)
	@$(BIN)/pytest -n0 tests/nbgrader
	@echo "nbgrader takes the assignments, and its feedback names the mistake."

test-hub: $(READY) $(HUB)/.ready ## let three learners work on a real JupyterHub (needs Chromium, Node.js and bubblewrap)
	@$(BIN)/pytest -n0 -rP tests/hub
	@echo "Three learners worked on one hub, and none could see another's."

HUB_NEEDS := deploy/requirements.txt tests/hub/requirements.txt
$(HUB)/.ready: requirements.txt pyproject.toml $(HUB_NEEDS) | $(READY)
	@echo "Installing a hub into $(HUB) ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(HUB)
	@VIRTUAL_ENV=$(HUB) $(BIN)/uv pip install --quiet --compile-bytecode --constraint requirements.txt $(HUB_NEEDS:%=-r %) --editable ".[learn,keras]"
	@npm install --silent --prefix $(HUB) configurable-http-proxy@5.3.0
	@touch $@

mutation: mutation-numbers mutation-feedback mutation-pictures ## change the package a little, again and again: a test must go red (takes hours)

# How many per cent may survive: 6, 8 and 3 of the changes made, because cr-rate counts those that
# operators.toml leaves out as caught. Most survivors change nothing that an input could tell apart.
mutation-numbers: MOST := 1.5
mutation-feedback: MOST := 3
mutation-pictures: MOST := 2
# It edits the files in place and restores them: run it in a clean clone.
mutation-%: $(READY)
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet "cosmic-ray==8.7.0"
	@rm -f .mutation.sqlite
	@$(BIN)/cosmic-ray baseline tests/mutation/$*.toml
	@$(BIN)/cosmic-ray init tests/mutation/$*.toml .mutation.sqlite
	@$(BIN)/cr-filter-operators .mutation.sqlite tests/mutation/operators.toml
	@$(BIN)/cosmic-ray exec tests/mutation/$*.toml .mutation.sqlite
	@$(BIN)/cr-report --surviving-only --show-diff .mutation.sqlite
	@$(BIN)/cr-rate --fail-over $(MOST) .mutation.sqlite

bench: $(READY) ## compare speed and memory with SciPy
	@$(BIN)/python benchmarks/bench_softmax.py

bench-fast: $(READY) ## compare the compiled functions with SciPy, JAX, and PyTorch if it is there
	@OPENBLAS_NUM_THREADS= $(BIN)/python benchmarks/bench_fast.py
	@$(BIN)/python benchmarks/bench_steps.py
	@$(BIN)/python benchmarks/bench_attention.py

bench-scale: $(READY) ## measure memory and time of softmax on Dask
	@$(BIN)/python benchmarks/bench_scale.py

refresh: $(READY) ## execute all notebooks and store their outputs
	@$(BIN)/python tools/notebooks.py refresh

assignments: $(READY) ## write assignments without solutions, and an instructor's copy of each
	@$(BIN)/python tools/assignments.py

nbgrader: $(READY) ## write the assignments as nbgrader's source notebooks
	@$(BIN)/python tools/nbgrader_source.py

lint: $(READY) ## check style, types and the notebooks' stored form
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python tools/notebooks.py normalise

format: $(READY) ## mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

serve: $(READY) ## serve the built book at http://localhost:8000
	@$(BIN)/python -m http.server --bind localhost --directory _build/html 8000

lock: $(READY) ## compile requirements.txt from pyproject.toml, for every platform
	@VIRTUAL_ENV=.venv $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --custom-compile-command "make lock" pyproject.toml --output-file requirements.txt
	@echo "requirements.txt is compiled; make install brings .venv up to date."

clean: ## remove everything that was built or installed
	rm -rf .venv _build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
