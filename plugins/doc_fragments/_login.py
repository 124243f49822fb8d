# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options shared by all plugins. Private: other collections must not rely on it."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of LOGIN in plugins/module_utils/_options.py; a unit test compares the two."""

    DOCUMENTATION = r"""
requirements:
  - requests (Python library), on the host that executes the plugin
  - defusedxml (Python library), on the host that executes the plugin, for O(wire_format=xml) only
options:
  username:
    description:
      - The user to log in as, together with O(api_key) or O(password).
      - If not given, the environment variable E(RAX_USERNAME) is used, then the O(credentials_file).
    type: str
  api_key:
    description:
      - The API key of the user. It is shown in the Cloud Control Panel under Account Settings.
      - This is the way for unattended work, since it is never asked for a second factor.
      - If not given, the environment variable E(RAX_API_KEY) is used, then the O(credentials_file).
    type: str
  password:
    description:
      - The password of the user. Give only one of O(api_key), O(password), O(token) and O(passcode).
      - An account with multi-factor authentication answers with a challenge.
      - If not given, the environment variable E(RAX_PASSWORD) is used, then the O(credentials_file).
    type: str
  token:
    description:
      - A token that you already have, to exchange for one of the tenant in O(tenant_id) or O(tenant_name).
      - If not given, the environment variable E(RAX_TOKEN) is used.
    type: str
    aliases: [auth_token]
  passcode:
    description:
      - The second step of a multi-factor login, which the owner of the account got by text message or from an
        authenticator application. Bypass codes are entered here, too.
      - Needs O(session_id).
    type: str
  session_id:
    description:
      - What the first step of a multi-factor login returned. It is good for about five minutes, and for one success.
      - Needs O(passcode).
    type: str
  tenant_id:
    description:
      - The ID of the tenant that the new token is to be for, for example V(123456) or V(MossoCloudFS_<uuid>).
      - Mutually exclusive with O(tenant_name).
      - If not given, the environment variable E(RAX_TENANT_ID) is used, then the O(credentials_file).
    type: str
  tenant_name:
    description:
      - The name of the tenant that the new token is to be for.
      - If not given, the environment variable E(RAX_TENANT_NAME) is used.
    type: str
  credentials_file:
    description:
      - An INI file with a section C([rackspace_cloud]) that holds C(username), C(api_key) or C(password), and
        optionally C(tenant_id). Values are taken as they stand, also with a C(%) in them.
      - It fills in only what is given nowhere else, and only where its username does not contradict the one given.
      - If not given, the environment variables E(RAX_CREDENTIALS) and then E(RAX_CREDS_FILE) are used, then
        C(~/.rackspace_cloud_credentials) where that exists.
      - A warning is shown where others than its owner can use the file.
    type: path
    aliases: [credentials, creds_file]
  identity_url:
    description:
      - The identity service. With or without C(/v2.0) or C(/v1.1) at its end, whatever O(api_version) says.
      - For accounts of the United Kingdom it is V(https://lon.identity.api.rackspacecloud.com/v2.0).
      - If not given, the environment variables E(RAX_IDENTITY_URL) and then E(RAX_AUTH_URL) are used.
    type: str
    default: https://identity.api.rackspacecloud.com/v2.0
    aliases: [auth_endpoint, auth_url]
  api_version:
    description:
      - The version of the Identity API to speak.
      - With V(v1.1), O(username) and O(api_key) are the only way to log in, and all that can be done.
      - If not given, the environment variable E(RAX_API_VERSION) is used.
    type: str
    choices: [v2.0, v1.1]
    default: v2.0
  wire_format:
    description:
      - The format to speak with the service. The result is the same.
    type: str
    choices: [json, xml]
    default: json
  validate_certs:
    description:
      - Whether to verify the certificate of the service. Set it to V(false) only for tests of your own.
      - If not given, the environment variable E(RAX_VALIDATE_CERTS) is used.
    type: bool
    default: true
    aliases: [verify_ssl]
  ca_path:
    description:
      - A file with the certificates of the CAs to trust, in PEM format.
      - If not given, the environment variable E(RAX_CA_PATH) is used, then E(REQUESTS_CA_BUNDLE) and
        E(CURL_CA_BUNDLE), then what the requests library trusts.
    type: path
  proxy:
    description:
      - The URL of a proxy to use for every request.
      - If not given, the environment variable E(RAX_PROXY) is used, then E(https_proxy), E(http_proxy) and
        E(no_proxy) as usual.
    type: str
  timeout:
    description:
      - How long to wait for a connection, and for each part of an answer, in seconds.
      - If not given, the environment variable E(RAX_TIMEOUT) is used.
    type: float
    default: 30.0
  retries:
    description:
      - How often to repeat a request that may succeed later. Waiting grows from try to try, and is never shorter than
        the service asks for.
      - A request that reached the service is repeated only where that is safe. A login with O(password) is not,
        since each can send its owner a text message.
      - If not given, the environment variable E(RAX_RETRIES) is used.
    type: int
    default: 4
  retry_max_wait:
    description:
      - The longest time, in seconds, that the retries of one request may take. No retry is begun after it, and a
        service that asks to wait longer is not waited for.
      - If not given, the environment variable E(RAX_RETRY_MAX_WAIT) is used.
    type: float
    default: 60.0
  cache:
    description:
      - Whether to keep tokens in files and use them again, so that a whole playbook logs in once, whatever the number
        of its tasks, lookups, hosts and forks.
      - The same login is one of the same user, secret, tenant and service. A login that is refused is remembered too,
        for 30 seconds, so that a wrong password does not lock the account.
      - If not given, the environment variable E(RAX_CACHE) is used.
    type: bool
    default: true
  cache_dir:
    description:
      - The folder of these files. Nobody but its owner may have access to it, else it is not used, and a warning shown.
      - If not given, the environment variable E(RAX_CACHE_DIR) is used, then C(rackspace.identity) in
        E(XDG_CACHE_HOME), then C(~/.cache/rackspace.identity).
    type: path
  min_ttl:
    description:
      - A kept token with less life left than this, in seconds, is not used any more. A new one always is.
      - If not given, the environment variable E(RAX_MIN_TTL) is used.
    type: int
    default: 300
"""

    PLUGINS = r"""
options:
  username:
    env: [{name: RAX_USERNAME}]
    vars: [{name: rax_username}]
    ini: [{section: rackspace_identity, key: username}]
  api_key:
    env: [{name: RAX_API_KEY}]
    vars: [{name: rax_api_key}]
  password:
    env: [{name: RAX_PASSWORD}]
    vars: [{name: rax_password}]
  token:
    env: [{name: RAX_TOKEN}]
    vars: [{name: rax_token}]
  passcode:
    vars: [{name: rax_passcode}]
  session_id:
    vars: [{name: rax_session_id}]
  tenant_id:
    env: [{name: RAX_TENANT_ID}]
    vars: [{name: rax_tenant_id}]
    ini: [{section: rackspace_identity, key: tenant_id}]
  tenant_name:
    env: [{name: RAX_TENANT_NAME}]
    vars: [{name: rax_tenant_name}]
    ini: [{section: rackspace_identity, key: tenant_name}]
  credentials_file:
    env: [{name: RAX_CREDENTIALS}, {name: RAX_CREDS_FILE}]
    vars: [{name: rax_credentials_file}]
    ini: [{section: rackspace_identity, key: credentials_file}]
  identity_url:
    env: [{name: RAX_IDENTITY_URL}, {name: RAX_AUTH_URL}]
    vars: [{name: rax_identity_url}]
    ini: [{section: rackspace_identity, key: identity_url}]
  api_version:
    env: [{name: RAX_API_VERSION}]
    vars: [{name: rax_api_version}]
    ini: [{section: rackspace_identity, key: api_version}]
  wire_format:
    vars: [{name: rax_wire_format}]
    ini: [{section: rackspace_identity, key: wire_format}]
  validate_certs:
    env: [{name: RAX_VALIDATE_CERTS}]
    vars: [{name: rax_validate_certs}]
    ini: [{section: rackspace_identity, key: validate_certs}]
  ca_path:
    env: [{name: RAX_CA_PATH}]
    vars: [{name: rax_ca_path}]
    ini: [{section: rackspace_identity, key: ca_path}]
  proxy:
    env: [{name: RAX_PROXY}]
    vars: [{name: rax_proxy}]
    ini: [{section: rackspace_identity, key: proxy}]
  timeout:
    env: [{name: RAX_TIMEOUT}]
    vars: [{name: rax_timeout}]
    ini: [{section: rackspace_identity, key: timeout}]
  retries:
    env: [{name: RAX_RETRIES}]
    vars: [{name: rax_retries}]
    ini: [{section: rackspace_identity, key: retries}]
  retry_max_wait:
    env: [{name: RAX_RETRY_MAX_WAIT}]
    vars: [{name: rax_retry_max_wait}]
    ini: [{section: rackspace_identity, key: retry_max_wait}]
  cache:
    env: [{name: RAX_CACHE}]
    vars: [{name: rax_cache}]
    ini: [{section: rackspace_identity, key: cache}]
  cache_dir:
    env: [{name: RAX_CACHE_DIR}]
    vars: [{name: rax_cache_dir}]
    ini: [{section: rackspace_identity, key: cache_dir}]
  min_ttl:
    env: [{name: RAX_MIN_TTL}]
    vars: [{name: rax_min_ttl}]
    ini: [{section: rackspace_identity, key: min_ttl}]
"""
