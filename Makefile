# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The tasks of this checkout. All that they make is in the ignored folder .build.
# PYTHON only starts the tools; they look for the newest Python from 3.10 to 3.13 by themselves.
PYTHON ?= python3
TASKS = $(PYTHON) tools/tasks.py

.PHONY: help demo shell test docs matrix bench clean

help:
	@echo 'make demo    log in to a local identity service and look an endpoint up'
	@echo 'make shell   a shell with ansible-playbook, the collection and a local identity service'
	@echo 'make test    every check; the logs go to .build/logs'
	@echo 'make docs    the documentation as a site, in .build/docs'
	@echo 'make matrix  the collection on every ansible-core and Python that can be had here'
	@echo 'make bench   what the collection costs beside Ansible; writes docs/benchmarks.md'
	@echo 'make clean   remove everything that was made'
	@echo
	@echo 'One step alone: python3 tools/tasks.py test --only STEP (--help lists the steps)'

demo shell test docs matrix bench clean:
	@$(TASKS) $@
