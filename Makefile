# Two commands do all the set-up: `make run` and `make test`. The rest is for people who change Annex.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test crash bench fmt lint docs build addons wasm-target peers clean

DATA    ?= data
LISTEN  ?= 127.0.0.1:8080
TARGET  ?= $(CURDIR)/target
ANNEX   := $(TARGET)/debug/annex
PACKED  := $(TARGET)/addons
KEYS    := $(DATA)/keys

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

wasm-target:
	@rustup target list --installed 2>/dev/null | grep -qx wasm32-wasip2 || rustup target add wasm32-wasip2

build: ## The host and the author tools
	@cargo build --workspace $(BUILD)

addons: build wasm-target ## The first-party add-ons, as unsigned packages in target/addons
	@plugins/pack.sh $(ANNEX) $(PACKED)

run: addons ## Starts Annex with a sample desk and the first-party add-ons, and prints the link to open
	@$(ANNEX) key new development --keys $(KEYS) --if-missing
	@$(ANNEX) publisher trust annex --data-dir $(DATA) --name "Annex" --key $(KEYS)/development.pub
	@for package in $(PACKED)/*.unsigned.annex; do \
		$(ANNEX) addon sign "$$package" --key development --keys $(KEYS) --out "$${package%.unsigned.annex}.annex"; done
	@$(ANNEX) catalog add --data-dir $(DATA) --skip-existing $(PACKED)/annex.*-1.0.0.annex
	@exec $(ANNEX) serve --data-dir $(DATA) --listen $(LISTEN) --sample

# Features of dependencies differ between a build with tests and one without: one build serves both here.
test: BUILD = --all-targets
test: addons ## Every test, with the peers they need: PostgreSQL and test servers
	@tests/peers/run-tests.sh $(PACKED)

crash: BUILD = --all-targets
crash: addons ## The long profile: 500 random crashes of the real binary, 50,000 random ledgers
	@ANNEX_LONG=1 tests/peers/run-tests.sh $(PACKED) -E 'test(crash) | test(histories)'

bench: wasm-target ## The figures of host/docs/performance.md, as ratios in one run
	@cargo run --release --manifest-path tests/bench/Cargo.toml --target-dir $(TARGET)
	@cargo build --release --package annex
	@cargo run --release --package annex-tests --example speed
	@cargo run --release --package annex-tests --example attacks
	@cargo run --release --package annex-tests --example save
	@cargo run --release --package annex-billing --example month

fmt: ## Formats everything
	@cargo fmt --all
	@for manifest in plugins tests/guests tests/bench; do cargo fmt --all --manifest-path $$manifest/Cargo.toml; done

# Add-ons and guests as they are packed: in the same folders, so that what they are built with is built once.
lint: wasm-target ## Formatting, clippy, dependency rules
	@cargo fmt --all --check
	@for manifest in plugins tests/guests tests/bench; do cargo fmt --all --check --manifest-path $$manifest/Cargo.toml; done
	@cargo clippy --workspace --all-targets -- -D warnings
	@cargo clippy --quiet --manifest-path tests/bench/Cargo.toml --no-default-features --target-dir $(TARGET) -- --no-deps -D warnings
	@for manifest in plugins tests/guests; do \
		cargo clippy --quiet --manifest-path $$manifest/Cargo.toml --workspace --all-features --release --target wasm32-wasip2 -- -D warnings; done
	@if command -v cargo-deny >/dev/null; then cargo deny check; else echo "lint: cargo-deny is not installed; deny.toml was not checked"; fi

docs: ## API documentation, with broken links refused; links to private modules are for those who read the source
	@RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --workspace --no-deps --quiet

clean: ## Deletes what was built; keeps the data directory
	@rm -rf target plugins/target tests/guests/target tests/bench/target
