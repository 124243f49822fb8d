#!/usr/bin/python
# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module rackspace.identity.rax_identity_token."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: rax_identity_token
short_description: Log in to Rackspace Cloud Identity
version_added: 0.1.0
author:
  - The rackspace.identity authors (@rackspace-identity)
description:
  - Logs in to the Rackspace Cloud Identity service and returns the token, its user, and the endpoints of all services.
  - Stores the same data, except for the token, in the fact C(rax_identity). The lookup
    P(rackspace.identity.rax_endpoint#lookup) uses this fact instead of logging in again.
extends_documentation_fragment:
  - rackspace.identity._credentials
  - rackspace.identity._connection
  - rackspace.identity._cache
  - rackspace.identity._catalog_defaults
  - rackspace.identity._catalog
  - rackspace.identity._user
  - rackspace.identity._attributes
  - rackspace.identity._attributes.facts
attributes:
  check_mode:
    support: full
    details:
      - Logs in even in check mode, since later tasks need the token.
      - A login does not change anything else.
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - As long as a cached token is usable, nothing changes.
      - With O(cache=false) or O(renew=true), each run gets a new token.
  facts:
    support: full
options:
  include_endpoints:
    description:
      - Whether to return the catalog in RV(endpoints).
    type: bool
    default: true
  scope:
    description:
      - With V(setup-mfa), the token can only be used to set up multi-factor authentication. Use this to log in to an
        account that requires multi-factor authentication but does not have it set up yet.
      - Such a token comes without a tenant, a user and a catalog.
    type: str
    choices: [setup-mfa]
  on_mfa:
    description:
      - What to do if the account requires a second factor.
      - With V(fail), fail with C(error.kind=mfa_required).
      - With V(challenge), return the session for the second step in RV(mfa). For the second step, run this module again
        with O(session_id) and O(passcode), and with the same tenant if you specified one.
    type: str
    choices: [fail, challenge]
    default: fail
  renew:
    description:
      - Whether to request a new token even if a cached one is usable, and to send the login again even if it has just
        been rejected.
    type: bool
    default: false
  facts:
    description:
      - What to store in the fact C(rax_identity).
      - With V(metadata), everything except the token. Facts can end up in a persistent fact cache, where a token does
        not belong.
      - With V(all), everything, including the token as C(rax_identity.token_id).
      - With V(none), nothing. The fact is not set.
    type: str
    choices: [metadata, all, none]
    default: metadata
seealso:
  - module: rackspace.identity.rax_token_info
  - module: rackspace.identity.rax_token_revoke
  - plugin: rackspace.identity.rax_endpoint
    plugin_type: lookup
  - plugin: rackspace.identity.rax_token
    plugin_type: lookup
  - name: Logging in
    description: The guide to the ways to log in, and where values come from.
    link: https://github.com/rackspace-identity/rackspace.identity/blob/main/docs/docsite/rst/login_guide.rst
  - name: Logging in with a second factor
    description: The guide to passcodes.
    link: https://github.com/rackspace-identity/rackspace.identity/blob/main/docs/docsite/rst/multi_factor_guide.rst
  - name: One login for a whole playbook
    description: The guide to the token cache.
    link: https://github.com/rackspace-identity/rackspace.identity/blob/main/docs/docsite/rst/cache_guide.rst
"""

EXAMPLES = r"""
- name: Log in with credentials from the environment, variables or the credentials file
  rackspace.identity.rax_identity_token:
  register: login

- name: Show who that is, and until when
  ansible.builtin.debug:
    msg: "{{ login.user.name }} is logged in until {{ login.token.expires }}"

- name: Log in with an API key
  rackspace.identity.rax_identity_token:
    username: demoauthor
    api_key: "{{ vault_rax_api_key }}"
  register: login

- name: Use the token
  ansible.builtin.uri:
    url: >-
      {{ lookup('rackspace.identity.rax_endpoint',
         type='object-store', region='DFW') }}
    headers:
      X-Auth-Token: "{{ login.token.id }}"
    status_code: [200, 204]
  no_log: true

- name: Log in, and return only Cloud Files in two regions
  rackspace.identity.rax_identity_token:
    service_type: object-store
    region: [DFW, IAD]
  register: files

- name: Exchange a token for one of another tenant
  rackspace.identity.rax_identity_token:
    token: "{{ login.token.id }}"
    tenant_id: MossoCloudFS_9c24e3db-52bf-4f26-8dc1-220871796e9f
    facts: none
  register: files_login

# With a second factor, a login takes two steps.

- name: Start a login with a password
  rackspace.identity.rax_identity_token:
    username: mfaTestUser
    password: "{{ vault_mfa_password }}"
    tenant_id: "123456"
    on_mfa: challenge
  register: first_step

- name: Ask for the passcode
  ansible.builtin.pause:
    prompt: Passcode
  register: answer
  when: first_step.mfa is not none

- name: Finish the login
  rackspace.identity.rax_identity_token:
    session_id: "{{ first_step.mfa.session_id }}"
    passcode: "{{ answer.user_input }}"
    tenant_id: "123456"
  register: second_step
  when: first_step.mfa is not none
"""

RETURN = r"""
token:
  description: The token.
  returned: success
  type: dict
  contains:
    id:
      description: The token itself, for the C(X-Auth-Token) header. Anyone who has it can act as the user.
      type: str
      sample: d74f592f986e4d6e995853ccf0123456
    expires:
      description: When the token expires, in UTC.
      type: str
      sample: '2026-06-05T16:24:57Z'
    expires_in:
      description: The number of seconds until the token expires.
      type: int
      sample: 86399
    tenant:
      description: The tenant of the token. If the token does not have a tenant, both values are null.
      type: dict
      contains:
        id:
          description: The ID of the tenant.
          type: str
          sample: '123456'
        name:
          description: The name of the tenant.
          type: str
          sample: '123456'
    authenticated_by:
      description: The methods used to authenticate.
      type: list
      elements: str
      sample: [APIKEY]
    extra:
      description: Further attributes of the token, under the names that the service uses.
      type: dict
      returned: when there are any
user:
  description: The user of the token. Values that the service does not provide are null.
  returned: success
  type: dict
  contains:
    id:
      description: The ID of the user.
      type: str
      sample: '172157'
    name:
      description: The name of the user.
      type: str
      sample: demoauthor
    default_region:
      description: The region that lookups prefer if you do not specify one.
      type: str
      sample: DFW
    domain_id:
      description: The domain of the user's account.
      type: str
      sample: '123456'
    federated:
      description: Whether the user comes from the account's own identity provider.
      type: bool
    roles:
      description: The roles of the user.
      type: list
      elements: dict
      contains:
        id:
          description: The ID of the role.
          type: str
          sample: '6'
        name:
          description: The name of the role.
          type: str
          sample: compute:default
        description:
          description: What the role is for.
          type: str
        tenant_id:
          description: The tenant that the role is limited to.
          type: str
          sample: '123456'
        service_id:
          description: The service that the role belongs to.
          type: str
        propagate:
          description: Whether users that this user creates inherit the role.
          type: bool
    accessible_domains:
      description: The IDs of the domains that the user can access, with O(include_accessible_domains=true).
      type: list
      elements: str
    phone_pin_state:
      description: Whether the user has a support PIN. The PIN itself is a secret and is never returned.
      type: str
      sample: ACTIVE
    extra:
      description: Further attributes of the user, under the names that the service uses.
      type: dict
      returned: when there are any
endpoints:
  description:
    - The endpoints of all services, or those that match the filters. Values that the service does not provide are null.
  returned: success
  type: list
  elements: dict
  contains:
    service_name:
      description: The name of the service. It is unique.
      type: str
      sample: cloudFiles
    service_type:
      description: The type of the service. Several services can have the same type.
      type: str
      sample: object-store
    region:
      description: The region of the endpoint.
      type: str
      sample: DFW
    tenant_id:
      description: The tenant of the endpoint.
      type: str
      sample: MossoCloudFS_9c24
    public_url:
      description: The URL for public access.
      type: str
      sample: https://storage101.dfw1.clouddrive.com/v1/MossoCloudFS_9c24
    internal_url:
      description: The URL for access from within the same region.
      type: str
      sample: https://snet-storage101.dfw1.clouddrive.com/v1/MossoCloudFS_9c24
    admin_url:
      description: The URL for administrators.
      type: str
    version:
      description: The version of the service's API.
      type: dict
      contains:
        id:
          description: The version number.
          type: str
          sample: '2'
        info:
          description: The URL of information about the version.
          type: str
          sample: https://dfw.servers.api.rackspacecloud.com/v2
        list:
          description: The URL of the list of all versions.
          type: str
          sample: https://dfw.servers.api.rackspacecloud.com/
    v1_default:
      description: Whether this is the default endpoint of the service. Only version 1.1 of the Identity API says so.
      type: bool
    extra:
      description: Further attributes of the endpoint, under the names that the service uses.
      type: dict
      returned: when there are any
extra:
  description: Further attributes of the response, under the names that the service uses.
  returned: when there are any
  type: dict
cached:
  description: Whether the token was found in the cache.
  returned: success
  type: bool
  sample: false
mfa:
  description:
    - What the second step of the login needs if O(on_mfa=challenge) and the account requires a second factor. In this
      case, RV(token) and RV(user) are null. Otherwise, this is null.
  returned: success
  type: dict
  contains:
    required:
      description: That a second step is required.
      type: bool
      sample: true
    session_id:
      description: The value for O(session_id). Anyone who has it and the passcode can log in as the user.
      type: str
    factor:
      description: The factor that the service asks for.
      type: str
      sample: PASSCODE
ansible_facts:
  description: The fact that later tasks and lookups can use.
  returned: unless O(facts=none)
  type: dict
  contains:
    rax_identity:
      description:
        - Contains C(identity_url), C(username), C(user_id), C(tenant_id), C(default_region), C(expires), C(roles) (a
          list of names), C(endpoints), and C(complete), which is false if filters or the service left out endpoints.
        - With O(facts=all), it also contains C(token_id).
      type: dict
error:
  description: Details about the failure. RV(ignore:msg) describes it in words.
  returned: failure
  type: dict
  contains:
    kind:
      description:
        - The kind of failure.
        - One of V(missing_credentials), V(ambiguous_credentials), V(bad_request), V(unauthorized), V(mfa_required),
          V(mfa_not_set_up), V(forbidden), V(user_disabled), V(not_found), V(method_not_allowed), V(not_acceptable),
          V(over_limit), V(service_fault), V(service_unavailable), V(unreachable), V(tls), V(timeout),
          V(invalid_response), V(no_endpoint), V(ambiguous_endpoint), V(unexpected_status) or V(missing_library).
      type: str
      sample: unauthorized
    status:
      description: The HTTP status code.
      type: int
      sample: 401
    fault:
      description: The name that the service gave the fault.
      type: str
      sample: unauthorized
    message:
      description: The error message of the service.
      type: str
    details:
      description: Further details from the service.
      type: str
    retry_after:
      description: The number of seconds to wait, as requested by the service.
      type: float
    request_id:
      description: The service's ID of the request. Provide it when you contact Rackspace support.
      type: str
"""

from ..module_utils._operations import identity_token
from ..module_utils._run_module import run_module


def main() -> None:
    """Log in."""
    run_module(identity_token)


if __name__ == "__main__":
    main()
