# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the token cache and the store behind it. Private: other collections must not rely on it."""

from __future__ import annotations

from ..module_utils._argument_spec import plugin_sources
from ..module_utils._options import CACHE


class ModuleDocFragment:
    """Documentation of CACHE in plugins/module_utils/_options.py; a unit test compares the two."""

    DOCUMENTATION = r"""
options:
  cache:
    description:
      - Whether to cache tokens in files and reuse them. A whole playbook then logs in once, however many tasks,
        lookups, hosts and forks it uses.
      - Logins with the same user, secret, tenant and service share a cached token.
      - A rejected login is cached, too, for 30 seconds, so that a wrong password does not lock the account.
      - If not set, the environment variable E(RAX_CACHE) is used.
    type: bool
    default: true
  cache_dir:
    description:
      - The directory of the cached tokens. If anyone but its owner can access it, it is not used and a warning is
        shown.
      - If not set, the environment variable E(RAX_CACHE_DIR) is used, then C(rackspace.identity) in
        E(XDG_CACHE_HOME), and finally C(~/.cache/rackspace.identity).
    type: path
  min_ttl:
    description:
      - The minimum remaining lifetime of a cached token, in seconds. A cached token that expires sooner is not used.
      - A token that was just issued is used regardless of its lifetime.
      - If not set, the environment variable E(RAX_MIN_TTL) is used.
    type: int
    default: 300
  cache_plugin:
    description:
      - The name of an Ansible cache plugin, such as V(community.general.redis) or V(ansible.builtin.jsonfile), whose
        store several controllers share. Where O(cache_dir) has no token, the store is asked for one, and what is
        missing there is added.
      - What is stored is encrypted with a key made from the secret of the login, so whoever can read the store but does
        not have the secret gets no token.
      - A store that cannot be used causes a warning, and the task works without it. No use of it takes longer than
        O(timeout).
      - Only lookups, and tasks that run on the controller as they are, use the store. Modules on other machines, and
        tasks with C(become), C(async) or C(environment), use O(cache_dir) alone.
      - The tokens of a second step with O(passcode) are not shared, but those with O(totp_secret) are.
      - Plugins that run what they read, C(community.general.pickle) and C(community.general.memcached), are refused.
        Whoever can write to such a store could run code on each controller.
      - If not set, the environment variable E(RAX_CACHE_PLUGIN) is used.
    version_added: 1.0.0
    type: str
  cache_plugin_connection:
    description:
      - The connection of O(cache_plugin), which its own documentation calls C(_uri), for example
        V(redis.example.com:6379:0:<password>), or the path of a directory.
      - If not set, the environment variable E(RAX_CACHE_PLUGIN_CONNECTION) is used.
    version_added: 1.0.0
    type: str
"""

    # Annotated, since sanity tests take a plain assignment for a string.
    PLUGINS: str = plugin_sources(CACHE)
