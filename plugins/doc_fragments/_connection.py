# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the connection to the identity service. Private: other collections must not rely on it."""

from __future__ import annotations

from ..module_utils._argument_spec import plugin_sources
from ..module_utils._options import CONNECTION


class ModuleDocFragment:
    """Documentation of CONNECTION in plugins/module_utils/_options.py; a unit test compares the two."""

    DOCUMENTATION = r"""
requirements:
  - requests (Python library) on the host that executes the plugin
  - defusedxml (Python library) on the host that executes the plugin, only for O(wire_format=xml)
options:
  identity_url:
    description:
      - The URL of the identity service. It may end in C(/v2.0), C(/v1.1) or neither, regardless of O(api_version).
      - For accounts in the United Kingdom, use V(https://lon.identity.api.rackspacecloud.com/v2.0).
      - If not set, the environment variable E(RAX_IDENTITY_URL) is used, then E(RAX_AUTH_URL), then the URL in the file
        that the credentials come from, then E(RS_AUTH_URL).
    type: str
    default: https://identity.api.rackspacecloud.com/v2.0
    aliases: [auth_endpoint, auth_url]
  api_version:
    description:
      - The version of the Identity API to use.
      - With V(v1.1), you can only log in, and only with O(username) and O(api_key).
      - If not set, the environment variable E(RAX_API_VERSION) is used.
    type: str
    choices: [v2.0, v1.1]
    default: v2.0
  wire_format:
    description:
      - The data format of requests and responses. It does not affect the results.
    type: str
    choices: [json, xml]
    default: json
  validate_certs:
    description:
      - Whether to verify the certificate of the service. Only set this to V(false) for your own tests.
      - If not set, the environment variable E(RAX_VALIDATE_CERTS) is used.
    type: bool
    default: true
    aliases: [verify_ssl]
  ca_path:
    description:
      - The path of a file with the certificates of the trusted CAs, in PEM format.
      - If not set, the environment variable E(RAX_CA_PATH) is used, then E(REQUESTS_CA_BUNDLE), then
        E(CURL_CA_BUNDLE), and finally the CAs that the requests library trusts.
    type: path
  proxy:
    description:
      - The URL of a proxy to use for all requests.
      - If not set, the environment variable E(RAX_PROXY) is used, then E(https_proxy), E(http_proxy) and E(no_proxy)
        as usual.
    type: str
  timeout:
    description:
      - How long connecting may take, the name servers included, and then the whole response, from the last byte sent to
        the last byte read, in seconds. A server that sends a byte at a time does not extend it.
      - If not set, the environment variable E(RAX_TIMEOUT) is used.
    type: float
    default: 30.0
  retries:
    description:
      - How often to retry a request that may succeed later. The wait time grows with each retry and is never shorter
        than the service asks for.
      - A request that reached the service is only retried if this is safe. A login with O(password) is not, since
        each attempt can send a text message to the account owner.
      - If not set, the environment variable E(RAX_RETRIES) is used.
    type: int
    default: 4
  retry_max_wait:
    description:
      - The maximum time for all retries of one request, in seconds. No retry starts after that time, and none takes
        place if the service asks to wait longer.
      - If not set, the environment variable E(RAX_RETRY_MAX_WAIT) is used.
    type: float
    default: 60.0
"""

    # Annotated, since sanity tests take a plain assignment for a string.
    PLUGINS: str = plugin_sources(CONNECTION)
