# `make` alone explains itself. Every target works in a fresh clone: the first one to need it
# makes .venv. Arguments are variables: make run PORT=8001, make prove NAME=seats SCALE=0.1.

PYTHON ?= python3
BOOTSTRAP := command -v $(PYTHON) >/dev/null || { \
	printf '%s\n' "Python 3 is missing: install python3 (3.11 or newer) and try again." \
	"파이썬 3이 없습니다. python3(3.11 이상)를 설치한 뒤 다시 시도해 주세요." >&2; exit 1; }; \
	 exec $(PYTHON) tools/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help run scale doctor test check fmt strings prove lock clean

##@ Use
run: ## Set up what is missing, then serve with sample data (PORT=8000 HOST=127.0.0.1)
	@$(BOOTSTRAP) run

scale: ## Serve as several processes on PostgreSQL and Redis (DATABASE_URL= REDIS_URL=)
	@$(BOOTSTRAP) scale

doctor: ## Say what this machine has and what it lacks
	@$(BOOTSTRAP) doctor

##@ Change
test: ## Lint, types, all tests on SQLite, those with data again on PostgreSQL
	@$(BOOTSTRAP) test

check: ## The quick part: lint, types, architecture
	@$(BOOTSTRAP) check

fmt: ## Format, and mend what the linter can mend
	@$(BOOTSTRAP) fmt

strings: ## Bring the translation catalogues up to date and check them (ROOM=polls for one)
	@$(BOOTSTRAP) strings $(ROOM)

prove: ## List the proofs, or run one: NAME=seats SCALE=0.1 JSON=1 TWIN=1
	@$(BOOTSTRAP) prove $(NAME)

##@ Keep
lock: ## Pin every dependency of pyproject.toml, with hashes (UPGRADE=1 for newer ones)
	@$(BOOTSTRAP) lock

clean: ## Remove .venv and caches; instance/ (your data) stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find bench platform proofs tests tools migrations -name __pycache__ -type d -prune -exec rm -rf {} +
	find translations -name '*.mo' -delete

help:
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
