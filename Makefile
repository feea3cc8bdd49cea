# Needs Rust, Python 3 and make; the rest it gets itself, into target/, .venv/ and (make up) .local/.
.DEFAULT_GOAL := help
.PHONY: help up down demo logs clean-state test lint bench deploy
.NOTPARALLEL:

python := .venv/bin/python
local := PYTHONDONTWRITEBYTECODE=1 $(python) infra/local.py

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "  %-18s %s\n", $$1, $$2 }'

up: .venv/ready ## build, start the local stack, deploy to it, show a dozen requests
	@$(local) up

down: ## end the local stack; what it holds is kept
	@if [ -x $(python) ]; then $(local) down; else echo "Nothing was running."; fi

demo: .venv/ready ## play three months of a shop's life on the local stack, and show what they came to
	@$(local) demo

logs: ## what the functions on the local stack wrote in the last ten minutes
	@$(local) logs

clean-state: ## end the local stack and forget what it holds
	@if [ -x $(python) ]; then $(local) forget; else echo "Nothing was running."; fi

# The stack tests' state is in a folder of their own, so a stack of `make up` may run meanwhile; whatever the tests do,
# theirs is ended.
test: .venv/ready ## all tests
	@export AFTERCARE_CHROMIUM="$$(infra/install.sh browser)" || exit 1; \
	export AFTERCARE_PYTHON="$(CURDIR)/$(python)" AFTERCARE_STATE="$$(mktemp -d)/state"; \
	trap '$(local) forget >/dev/null 2>&1; rmdir "$$(dirname "$$AFTERCARE_STATE")"' EXIT; \
	trap 'exit 130' INT TERM; \
	cargo build --workspace --bins --locked && cargo test --workspace --locked

lint: .venv/ready ## formatting, lints, the rules without AWS, the template
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo check -p aftercare --no-default-features --locked
	.venv/bin/cfn-lint infra/template.yaml
	@SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=eu-central-1 .venv/bin/sam validate --lint --template-file infra/template.yaml
	@PYTHONPYCACHEPREFIX=target/pycache $(python) -W error -m compileall -q infra tests
	@bash -n infra/install.sh infra/deploy.sh tests/bench/run .ci/run

bench: .venv/ready .venv/ready-deploy ## speed, size and cost of the release build
	@PATH="$(CURDIR)/.venv/bin:$$PATH" bash tests/bench/run

deploy: .venv/ready .venv/ready-deploy ## build for Lambda and deploy to AWS (see infra/deploy.sh)
	@infra/deploy.sh

.venv/ready: infra/requirements.txt infra/install.sh
	@infra/install.sh venv && touch $@

.venv/ready-deploy: infra/requirements-deploy.txt infra/install.sh
	@infra/install.sh venv deploy && touch $@
