# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The face of the nox sessions of noxfile.py. All that they make is in the ignored directory .build.
# PYTHON only starts nox; the sessions look for the newest Python from 3.10 to 3.13 by themselves, and then for 3.14.
PYTHON ?= python3
# What nox is told, as in: make nox ARGS='-s units-2.21 -- -k cache'
ARGS ?=
# One more than the cores of a small machine: many checks wait for a service.
JOBS ?= 3

REQUIREMENTS = tools/requirements/constraints.txt
STARTER = .build/starter
# pip too leaves nothing in the user's home.
OWN_HOME = HOME=$(CURDIR)/.build/home PIP_CACHE_DIR=$(CURDIR)/.build/cache/pip PIP_DISABLE_PIP_VERSION_CHECK=1
RUN = $(STARTER)/bin/python tools/supervise.py $(STARTER)/bin/python -m nox

.PHONY: help demo shell test fuzz docs matrix bench nox clean

help:
	@echo 'make demo    log in to a local identity service, find Cloud Files, and store a file there'
	@echo 'make shell   a shell with ansible-playbook, the collection and local services to try it with'
	@echo 'make test    every check; the logs go to .build/logs'
	@echo 'make fuzz    generated input, 10,000 examples for each property'
	@echo 'make docs    the documentation as a site, in .build/docs'
	@echo 'make matrix  the collection on every ansible-core and Python that can be had here'
	@echo 'make bench   what the collection costs beside Ansible; writes docs/benchmarks.md'
	@echo 'make nox     the checks one by one: make nox ARGS=--list, make nox ARGS="-s units-2.21"'
	@echo 'make clean   remove everything that was made'

demo shell docs: $(STARTER)/ready
	@$(RUN) -s $@

# The properties of tests/fuzz with 10,000 examples each; make test tries a few.
fuzz: $(STARTER)/ready
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-10000} $(RUN) -s $@

bench: $(STARTER)/ready
	@$(RUN) -s $@ -- $(ARGS)

nox: $(STARTER)/ready
	@$(RUN) $(ARGS)

# Sessions side by side, each with its output in one piece (a make before 4.0 cannot do that).
test matrix: $(STARTER)/ready
	@$(STARTER)/bin/python tools/run_sessions.py $@ \
		$(MAKE) --no-print-directory --keep-going --jobs=$(JOBS) $(if $(filter output-sync,$(.FEATURES)),--output-sync)

session-%: $(STARTER)/ready
	@$(STARTER)/bin/python tools/run_sessions.py --one $*

# The environment of nox itself.
$(STARTER)/ready: $(REQUIREMENTS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or newer is needed: make PYTHON=...")'
	@echo 'Setting up nox in $(STARTER) ...'
	@$(PYTHON) -B -c 'import sys; sys.path.insert(0, "tools"); import paths; paths.prepare_home()'
	@$(OWN_HOME) $(PYTHON) -m venv --clear $(STARTER)
	@$(OWN_HOME) $(STARTER)/bin/python -m pip install -qq --constraint $(REQUIREMENTS) nox packaging psutil uv
	@touch $@

clean:
	@rm -rf .build
	@echo 'Removed .build'
