#!/bin/sh
# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Stands in for su if there is no other user: same_user.sh USER -c COMMAND
shift
exec /bin/sh "$@"
