# Two targets matter: `make site` builds and verifies the sample site, `make test` runs all tests.
# Both do their own set-up, in .venv/, .venv-judges/ and tests/interop/node_modules/.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: site test fuzz crash invariants lint docs golden verifier interoperability screenshots lighthouse serve bench clean

site: .venv/.run
	$(BIN)/obit build
	@echo "look at it: make serve"

# Pictures of one page of each kind, at three widths, light and dark, in .obit/screenshots.
screenshots: .venv/.test tests/interop/node_modules/.done
	$(BIN)/python scripts/look_at_pages.py screenshots

# What Lighthouse says of an award, a badge, the catalogue and the check page.
lighthouse: .venv/.test tests/interop/node_modules/.done
	$(BIN)/python scripts/look_at_pages.py lighthouse

serve: .venv/.run
	$(BIN)/obit serve

test: lint tests/interop/node_modules/.done verifier/node_modules/.done .venv-judges/.done
	sh scripts/tools.sh chromium git openssl pkcs11-tool softhsm2-util ssh-agent
	$(BIN)/python -m pytest -n auto --dist worksteal

# Every door of the verifier for a minute; `make test` tries each for five seconds.
fuzz: .venv/.test
	OBIT_FUZZ_SECONDS=60 $(BIN)/python -m pytest -n auto tests/fuzz

# Kills obit at every point at which it writes or runs Git, and 300 times at random: five minutes with TMPDIR=/dev/shm, more on a disk.
crash: .venv/.test
	OBIT_CRASH_EVERY=1 OBIT_CRASH_RANDOM=300 OBIT_CRASH_SHARES=15 OBIT_EDITS=300 $(BIN)/python -m pytest -n auto \
	  tests/property/test_publishing_survives.py tests/property/test_crash.py \
	  tests/property/test_incremental.py

# What always holds (docs/reference/invariants.md), with many more stories; prints how often each was looked at.
invariants: .venv/.test tests/interop/node_modules/.done
	OBIT_LEDGERS=1000 OBIT_SITES=40 OBIT_CRASH_EVERY=10 OBIT_CRASH_RANDOM=30 \
	  $(BIN)/python -m pytest -n auto -m invariant

lint: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# What is generated from the program: the reference pages and the golden site.
docs: .venv/.test
	$(BIN)/python scripts/write_file_reference.py
	$(BIN)/python scripts/write_cli_reference.py
	$(BIN)/python scripts/write_check_reference.py

golden: .venv/.test
	$(BIN)/python scripts/write_golden.py

# The script that checks badges in a browser: templates/assets/verify.js and check.js.
verifier: .venv/.test verifier/node_modules/.done
	$(BIN)/python scripts/write_verifier_classes.py
	$(BIN)/python scripts/write_specimen_badge.py
	cd verifier && npm run --silent types && npm run --silent build

# docs/reference/interoperability.md: runs all judges, which takes a few minutes.
interoperability: tests/interop/node_modules/.done .venv-judges/.done
	OBIT_STAMPED=20000 $(BIN)/python scripts/write_interoperability.py

# docs/reference/performance.md: obit beside its peers; a quarter of an hour, or a minute with BENCH=quick.
bench: tests/interop/node_modules/.done .venv-judges/.done .venv-bench/.done
	sh scripts/tools.sh node
	$(BIN)/python benchmarks/performance.py $(BENCH)

# The ledger in .obit/ledger and the keys stay.
clean:
	rm -rf build .build.obit .obit/preview .obit/site .venv .venv-judges .venv-bench tests/interop/node_modules verifier/node_modules

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "obit needs Python 3.11 or newer; say which one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv

# Exact versions with hashes; then the project itself, editable, without asking any index.
.venv/.run: requirements/run.lock pyproject.toml | .venv/bin/python
	$(PIP) install --require-hashes --only-binary :all: -r requirements/run.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/.test: requirements/test.lock .venv/.run
	$(PIP) install --require-hashes --only-binary :all: -r requirements/test.lock
	@touch $@

tests/interop/node_modules/.done: tests/interop/package-lock.json | .venv/.test
	sh scripts/tools.sh node
	cd tests/interop && npm ci --no-audit --no-fund --ignore-scripts
	@touch $@

verifier/node_modules/.done: verifier/package-lock.json | .venv/.test
	sh scripts/tools.sh node
	cd verifier && npm ci --no-audit --no-fund --ignore-scripts
	@touch $@

# Other implementations in Python judge obit from an environment of their own. No dependencies are
# looked up: the lock names them all, against the pins of one package that is very old.
.venv-judges/.done: requirements/judges.lock | .venv/bin/python
	.venv/bin/python -m venv .venv-judges
	.venv-judges/bin/python -m pip --disable-pip-version-check --quiet install \
	  --require-hashes --no-deps --only-binary :all: -r requirements/judges.lock
	@touch $@

.venv-bench/.done: requirements/bench.lock | .venv/bin/python
	.venv/bin/python -m venv .venv-bench
	.venv-bench/bin/python -m pip --disable-pip-version-check --quiet install \
	  --require-hashes --no-deps --only-binary :all: -r requirements/bench.lock
	@touch $@
