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
  - Logs in to the Rackspace Cloud Identity service and returns the token, who it belongs to, and where each service is.
  - Also leaves this, without the token, in the fact C(rax_identity), from where the lookup
    P(rackspace.identity.rax_endpoint#lookup) takes it without another login.
extends_documentation_fragment:
  - rackspace.identity._login
  - rackspace.identity._catalog
  - rackspace.identity._user
  - rackspace.identity._attributes
  - rackspace.identity._attributes.facts
attributes:
  check_mode:
    support: full
    details:
      - It logs in in check mode too, since tasks after it need the token. Nothing else is changed by a login.
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - As long as a kept token is good, it is returned and nothing changed. Without O(cache), and with O(renew=true),
        each run issues a new token.
  facts:
    support: full
options:
  include_endpoints:
    description:
      - Whether to return the catalog, in RV(endpoints).
    type: bool
    default: true
  scope:
    description:
      - With V(setup-mfa), the token is good for nothing but setting multi-factor authentication up, which is how to log
        in to an account that requires it and has not set it up. It comes without tenant, user and catalog.
    type: str
    choices: [setup-mfa]
  on_mfa:
    description:
      - What to do where the account asks for a second factor.
      - With V(fail), fail with C(error.kind=mfa_required).
      - With V(challenge), return the session to go on with, in RV(mfa). The second step is this module again, with
        O(session_id), O(passcode), and the tenant if one was given.
    type: str
    choices: [fail, challenge]
    default: fail
  renew:
    description:
      - Whether to ask for a new token even where a kept one is good, and to ask again where the login has just been
        refused.
    type: bool
    default: false
  facts:
    description:
      - What to keep in the fact C(rax_identity).
      - With V(metadata), everything but the token. Facts can end up in a persistent fact cache, which is no place
        for a token.
      - With V(all), the token too, as C(rax_identity.token_id).
      - With V(none), nothing.
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
"""

EXAMPLES = r"""
- name: Log in with an API key
  rackspace.identity.rax_identity_token:
    username: demoauthor
    api_key: "{{ vault_rax_api_key }}"
  register: login

- name: Use the token
  ansible.builtin.uri:
    url: "{{ lookup('rackspace.identity.rax_endpoint', type='object-store', region='DFW') }}"
    headers:
      X-Auth-Token: "{{ login.token.id }}"
    status_code: [200, 204]
  no_log: true

- name: Log in with what the environment or the credentials file says, and look at Cloud Files in two regions
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

- name: Begin a login with a second factor
  rackspace.identity.rax_identity_token:
    username: demoauthor
    password: "{{ vault_rax_password }}"
    on_mfa: challenge
  register: first_step

- name: Ask for the passcode that has been sent
  ansible.builtin.pause:
    prompt: Passcode
  register: answer
  when: first_step.mfa is not none

- name: Finish the login
  rackspace.identity.rax_identity_token:
    session_id: "{{ first_step.mfa.session_id }}"
    passcode: "{{ answer.user_input }}"
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
      description: The token itself, for the header C(X-Auth-Token). Whoever has it is the user.
      type: str
      sample: d74f592f986e4d6e995853ccf0123456
    expires:
      description: When it expires, in UTC.
      type: str
      sample: '2026-06-05T16:24:57Z'
    expires_in:
      description: How many seconds it is valid from now on.
      type: int
      sample: 86399
    tenant:
      description: The tenant it is for; both members are null where it is for none.
      type: dict
      contains:
        id:
          description: The tenant's ID.
          type: str
          sample: '123456'
        name:
          description: The tenant's name.
          type: str
          sample: '123456'
    authenticated_by:
      description: How its owner has proved to be that.
      type: list
      elements: str
      sample: [APIKEY]
    extra:
      description: What else the service says of the token, by the service's names.
      type: dict
      returned: when there is something
user:
  description: Who the token belongs to. What the service does not say is null.
  returned: success
  type: dict
  contains:
    id:
      description: The user's ID.
      type: str
      sample: '172157'
    name:
      description: The user's name.
      type: str
      sample: demoauthor
    default_region:
      description: The region that lookups choose where none is asked for.
      type: str
      sample: DFW
    domain_id:
      description: The domain of the user's account.
      type: str
      sample: '123456'
    federated:
      description: Whether the user comes from an identity provider of the account's own.
      type: bool
    roles:
      description: The user's roles.
      type: list
      elements: dict
      contains:
        id:
          description: The role's ID.
          type: str
          sample: '6'
        name:
          description: The role's name.
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
          description: Whether the role passes on to users that this user creates.
          type: bool
    accessible_domains:
      description: The IDs of the domains that the user has access to, with O(include_accessible_domains=true).
      type: list
      elements: str
    phone_pin_state:
      description: Whether the user has a support PIN. The PIN itself is a secret and never returned.
      type: str
      sample: ACTIVE
    extra:
      description: What else the service says of the user, by the service's names.
      type: dict
      returned: when there is something
endpoints:
  description: The endpoints of all services, or those that the filters leave. What the service does not say is null.
  returned: success
  type: list
  elements: dict
  contains:
    service_name:
      description: The service's name, which is unique.
      type: str
      sample: cloudFiles
    service_type:
      description: The service's type, which several services can share.
      type: str
      sample: object-store
    region:
      description: The region.
      type: str
      sample: DFW
    tenant_id:
      description: The tenant.
      type: str
      sample: MossoCloudFS_9c24e3db-52bf-4f26-8dc1-220871796e9f
    public_url:
      description: The URL for everybody.
      type: str
      sample: https://storage101.dfw1.clouddrive.com/v1/MossoCloudFS_9c24e3db-52bf-4f26-8dc1-220871796e9f
    internal_url:
      description: The URL for use from within the same region.
      type: str
      sample: https://snet-storage101.dfw1.clouddrive.com/v1/MossoCloudFS_9c24e3db-52bf-4f26-8dc1-220871796e9f
    admin_url:
      description: The URL for administrators.
      type: str
    version:
      description: The version of the service's API.
      type: dict
      contains:
        id:
          description: The version.
          type: str
          sample: '2'
        info:
          description: The URL of its description.
          type: str
          sample: https://dfw.servers.api.rackspacecloud.com/v2
        list:
          description: The URL of the list of all versions.
          type: str
          sample: https://dfw.servers.api.rackspacecloud.com/
    v1_default:
      description: Whether it is the service's default endpoint; only the Identity API 1.1 tells.
      type: bool
    extra:
      description: What else the service says of the endpoint, by the service's names.
      type: dict
      returned: when there is something
extra:
  description: What else the service says in its answer, by the service's names.
  returned: when there is something
  type: dict
cached:
  description: Whether the token is one that an earlier login had left in the cache.
  returned: success
  type: bool
  sample: false
mfa:
  description:
    - Null, or with O(on_mfa=challenge) what the second step needs. RV(token) and RV(user) are null then.
  returned: success
  type: dict
  contains:
    required:
      description: That a second step is needed.
      type: bool
      sample: true
    session_id:
      description: For O(session_id). Whoever has it and the passcode is the user.
      type: str
    factor:
      description: What the service asks for.
      type: str
      sample: PASSCODE
ansible_facts:
  description: The fact that later tasks and lookups use.
  returned: unless O(facts=none)
  type: dict
  contains:
    rax_identity:
      description:
        - C(identity_url), C(username), C(user_id), C(tenant_id), C(default_region), C(expires), C(roles) (names),
          C(endpoints), and C(complete), which is false where filters or the service left endpoints out.
        - With O(facts=all) also C(token_id).
      type: dict
error:
  description: What exactly went wrong. RV(ignore:msg) says it in words.
  returned: failure
  type: dict
  contains:
    kind:
      description:
        - V(missing_credentials), V(ambiguous_credentials), V(bad_request), V(unauthorized), V(mfa_required),
          V(mfa_not_set_up), V(forbidden), V(user_disabled), V(not_found), V(method_not_allowed), V(not_acceptable),
          V(over_limit), V(service_fault), V(service_unavailable), V(unreachable), V(tls), V(timeout),
          V(invalid_response), V(no_endpoint), V(ambiguous_endpoint), V(unexpected_status) or V(missing_library).
      type: str
      sample: unauthorized
    status:
      description: The HTTP status.
      type: int
      sample: 401
    fault:
      description: The service's name for it.
      type: str
      sample: unauthorized
    message:
      description: The service's own words.
      type: str
    details:
      description: More of the service's own words.
      type: str
    retry_after:
      description: How many seconds the service asks to wait.
      type: float
    request_id:
      description: The service's ID of the request, for its support.
      type: str
"""

from ansible_collections.rackspace.identity.plugins.module_utils import _login
from ansible_collections.rackspace.identity.plugins.module_utils._module import run_module


def main() -> None:
    """Log in."""
    run_module(_login.run, _login.OPTIONS)


if __name__ == "__main__":
    main()
