# What can be done here; `make` alone lists it. The work is in scripts/.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run dev test measure bench sync-report fuzz fmt lint types deps clean

PAGE := $(shell find web package.json -type f -not -path '*/node_modules/*' -not -path 'web/dist/*' 2>/dev/null)

help: ## List what can be done
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 18

run: check-tools web/dist/index.html ## Build all of it and start the server (ARGS="--library ~/Films", PORT=7860)
	@cargo build --release -p matinee-server && exec "$${CARGO_TARGET_DIR:-target}/release/matinee" $(ARGS)

dev: check-tools deps ## Page and server that follow your edits
	@exec node scripts/dev.mjs $(ARGS)

test: ## The gate: everything that must hold, on a fresh machine too
	@exec scripts/test

measure: check-tools web/dist/index.html ## Measure what the README claims of the release binary
	@cargo build --release -p matinee-server && node scripts/measure.mjs

bench: check-tools web/dist/index.html ## Measure side by side with others, into docs/performance.md (ARGS="relay": only that)
	@exec scripts/bench $(ARGS)

sync-report: check-tools web/dist/index.html ## Measure how far apart people's films are, into docs/sync.md (ARGS="--minutes 10 --runs 3")
	@cargo build --quiet -p matinee-server && node scripts/sync-report.mjs $(ARGS)

fuzz: ## Feed any bytes to every dialect (ARGS="600 native": seconds, which)
	@scripts/fuzz $(ARGS)

fmt: deps ## Format all code
	@cargo fmt --all && npm run --silent format --workspaces

lint: deps ## What the compilers and linters find
	@cargo clippy --workspace --all-targets -- -D warnings && npm run --silent lint && npm run --silent check --workspaces --if-present

types: ## Write the page's protocol types anew from the Rust messages
	@UPDATE_TYPES=1 cargo test --quiet -p matinee-wire types

deps: node_modules/.package-lock.json ## Install the npm packages that the lock file names

clean: ## Remove what was built (not ./data)
	@cargo clean --quiet; rm -rf node_modules web/dist tests/.artifacts

.PHONY: check-tools
check-tools:
	@scripts/check-tools

node_modules/.package-lock.json: package-lock.json
	@npm ci --no-audit --no-fund --loglevel=error && touch $@

web/dist/index.html: node_modules/.package-lock.json $(PAGE)
	@npm run --silent build --workspace web
