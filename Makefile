# Everything a newcomer needs: `make demo` to see it, `make test` to trust it.
# Needs Python >= 3.11, git and make; the rest is fetched into .venv, as requirements.lock says.

# All paths are relative to this folder, so it may stand anywhere, also under a name with spaces.
BIN := .venv/bin
export HERE := $(CURDIR)
MAKEFLAGS += --no-print-directory

# An environment works only where it was made: in a moved checkout its scripts point elsewhere.
ifneq ($(shell cat .venv/.home 2>/dev/null),$(CURDIR))
.PHONY: .venv/.locked
endif

# One line per stage: its name, then the last thing the tool said, or everything if it failed.
define stage
@printf '  %-22s' '$(1)'; \
if said=$$($(2) 2>&1); then printf '%s\n' "$$said" | sed '/^[[:space:]]*$$/d' | tail -n 1; \
else printf 'failed\n\n%s\n\n' "$$said"; exit 1; fi
endef

.PHONY: help
help: ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

.PHONY: demo
demo: .venv/.installed ## play a case, in the folder demo/ (PROCEDURE=investigation: of that procedure)
	@$(BIN)/zaak demo $(if $(PROCEDURE),--procedure $(PROCEDURE))

.PHONY: test
test: lint tools ## check everything: the linters, then all tests
	@$(BIN)/pytest -q -n 2 --dist worksteal

.PHONY: lint
lint: .venv/.installed ## run the linters and the type checker
	$(call stage,ruff check,$(BIN)/ruff check --output-format concise)
	$(call stage,ruff format,$(BIN)/ruff format --check)
	$(call stage,mypy,$(BIN)/mypy)
	$(call stage,import-linter,$(BIN)/lint-imports)
	$(call stage,deptry,$(BIN)/deptry --no-ansi .)

# No test is left out for want of a program: it fails. This says beforehand which ones will.
.PHONY: tools
tools:
	@missing=; \
	for tool in age age-keygen gcc jq openssl pdfinfo pdftotext qpdf spin ssh-keygen; do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing="$$missing chromium"; \
	command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$$missing postgres"; \
	[ -z "$$missing" ] || echo "  not on this machine:$$missing; the tests that run them will fail (.ci/run installs them on Debian)" >&2

.PHONY: deep
deep: .venv/.installed ## let the property tests search long, with new examples at every run
	@HYPOTHESIS_PROFILE=deep $(BIN)/pytest -q -n 2 --dist worksteal tests/properties

.PHONY: mutants
mutants: .venv/.installed ## break the program in many small ways and see that the tests notice
	@$(BIN)/python tests/faults/run.py

.PHONY: bench
bench: .venv/.installed ## measure speed, also against other engines (QUICK=1: in less time)
	@$(BIN)/python -m bench $(if $(QUICK),--quick)

.PHONY: rules
rules: .venv/.installed ## write the tables of docs/rules.md anew
	@tables=$$(mktemp) && trap 'rm -f "$$tables"' EXIT && \
	{ echo && $(BIN)/zaak procedure rules --lang en --format md && echo; } > "$$tables" && \
	sed -i -e '/^<!-- rules: begin -->/,/^<!-- rules: end -->/{//!d;}' \
		-e "/^<!-- rules: begin -->/r $$tables" docs/rules.md

.PHONY: wheel
wheel: .venv/.installed ## build the wheel into dist/
	$(call stage,wheel,$(BIN)/python -m build --wheel --no-isolation)

# The lowest Python needs the most packages, so a lock made there holds for the later ones too.
# Settings of this machine's pip are put aside: hashes of local wheels would hold nowhere else.
.PHONY: lock
lock: .venv/.installed ## choose the newest versions and write requirements.lock anew
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "Make the lock with Python 3.11: make lock PYTHON=python3.11, after make clean.")'
	@maker=$$(mktemp -d) && trap 'rm -rf "$$maker"' EXIT && \
	export PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND="make lock" && \
	unset PIP_FIND_LINKS PIP_INDEX_URL PIP_EXTRA_INDEX_URL && \
	$(BIN)/python -m venv "$$maker" && "$$maker/bin/pip" install -q pip-tools && \
	"$$maker/bin/pip-compile" -q --upgrade --generate-hashes --strip-extras --allow-unsafe \
		--extra test --extra postgresql \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--output-file requirements.lock pyproject.toml

.PHONY: clean
clean: ## remove what make has made, except a demonstration
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ------------------------------------------------------------------------------ the environment

# The first Python that is new enough and can make environments; Debian packs the latter apart.
define find_python
found=; old=; \
for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
	command -v "$$python" >/dev/null || continue; \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	old="$$python"; \
	if "$$python" -c 'import ensurepip, venv' 2>/dev/null; then found="$$python"; break; fi; \
done; \
if [ -z "$$old" ]; then echo "zaakgang needs Python 3.11 or later, and finds none here." >&2; exit 1; fi; \
if [ -z "$$found" ]; then echo "$$old cannot make environments here. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; fi
endef

# The environment is made anew whenever the lock changes, so that it holds the lock and no more.
.venv/.locked: requirements.lock
	@$(find_python); \
	echo "Installing into .venv, about half a minute:"; \
	printf '  %-22s' environment; \
	"$$found" -m venv --clear .venv && \
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input \
		--require-hashes --only-binary :all: -r requirements.lock && \
	printf '%s' "$$HERE" > .venv/.home && touch $@ && \
	echo "$$($(BIN)/python -V), $$(grep -c == requirements.lock) packages from requirements.lock"

.venv/.installed: .venv/.locked pyproject.toml
	@printf '  %-22s' zaakgang
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input \
		--no-index --no-deps --no-build-isolation --editable .
	@touch $@ && echo "$$($(BIN)/python -c 'from importlib.metadata import version; print(version("zaakgang"))'), as $(BIN)/zaak"
