# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Everything that is needed is installed below .work.
PYTHON ?= python3

.PHONY: help demo test one blocks docs recordings hardening breaks bench format release clean

help:  ## List the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/'

demo:  ## Run the demo with a local AWS; STORE='ssm:/octo?region=eu-central-1' selects the store
	@$(PYTHON) tests/demo/run.py $(if $(STORE),--store '$(STORE)')

test:  ## Run all checks; CORE=2.22 selects an ansible-core, CHECKS="units ruff" some checks
	@JOBS="$(JOBS)" PART="$(PART)" $(PYTHON) tests/tools/check.py $(if $(CORE),--core $(CORE)) $(CHECKS)

one:  ## Run single tests: TEST=tests/unit/plugins/lookup/test_creds.py K="cached or expired", or TEST="sessions mfa"
	@$(PYTHON) tests/tools/one.py $(if $(CORE),--core $(CORE)) $(if $(K),-k '$(K)') $(TEST)

blocks:  ## Run the code blocks of the documentation, and list them; PAGE=howto_steps selects a page
	@PAGE="$(PAGE)" $(PYTHON) tests/tools/check.py blocks

docs:  ## Build the site of the documentation, and check its links; LINKS=required requires a response of every host
	@$(PYTHON) tests/tools/environment.py $(CORE) >/dev/null
	@$(PYTHON) tests/tools/docsite.py $(if $(CORE),--core $(CORE)) $(if $(LINKS),--links $(LINKS))

recordings:  ## Record the terminals of the documentation again; SCENES="add exec" selects some
	@$(PYTHON) tests/recordings/make.py $(if $(CORE),--core $(CORE)) $(SCENES)

hardening:  ## Test the guarantees on every ansible-core, and write docs/docsite/rst/hardening.rst
	@$(PYTHON) tests/hardening/table.py --run

breaks:  ## Break the product deliberately, and verify that the hardening detects it
	@$(PYTHON) tests/tools/check.py breaks

bench:  ## Measure beside the alternatives, and write docs/docsite/rst/benchmarks.rst; QUICK=1 is a test run
	@$(PYTHON) tests/benchmark/bench.py $(if $(CORE),--core $(CORE)) $(if $(QUICK),--quick) $(if $(ROUNDS),--rounds $(ROUNDS)) $(SCENARIOS)

format:  ## Format the Python files
	@"$$($(PYTHON) tests/tools/environment.py | tail -n 1)/ruff" format .

release:  ## Cut the release that galaxy.yml names; DATE=2026-11-24 is its day
	@$(PYTHON) tests/tools/release.py $(if $(DATE),--date $(DATE))

clean:  ## Remove what the commands above made
	@rm -rf .work
