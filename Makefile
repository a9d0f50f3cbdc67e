# Everything is set up in .venv; a stamp makes a second run cheap.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT := out

.PHONY: demo serve docs test differential bench fuzz lock clean

$(VENV)/core.stamp: pyproject.toml requirements/core.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/core.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/doors.stamp: $(VENV)/core.stamp requirements/doors.txt
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/doors.txt
	@touch $@

$(VENV)/dev.stamp: $(VENV)/doors.stamp requirements/dev.txt
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

demo: $(VENV)/core.stamp
	@mkdir -p $(OUT)
	@$(BIN)/python examples/demo.py --out $(OUT)

test: $(VENV)/dev.stamp
	@$(BIN)/lintas law check --mutate
	@$(BIN)/ruff check src tests bench examples
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -n 2

serve: $(VENV)/doors.stamp
	@$(BIN)/lintas serve

docs: $(VENV)/doors.stamp
	@rm -rf $(OUT)/site
	@$(BIN)/lintas publish --site $(OUT)/site

differential: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.differential --situations 1000000

bench: $(VENV)/dev.stamp
	@$(BIN)/python bench/run.py

fuzz: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.fuzz --examples 20000

clean:
	rm -rf $(VENV) $(OUT) build
