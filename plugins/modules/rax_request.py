#!/usr/bin/python
# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module rackspace.identity.rax_request."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: rax_request
short_description: Send a request to a Rackspace Cloud service
version_added: 1.0.0
author:
  - The rackspace.identity authors (@rackspace-identity)
description:
  - Finds the endpoint of a service in the catalog of the login, sends one request to it with the token, and returns the
    response.
  - Logs in like all other plugins of this collection, at most once for a whole playbook. Without credentials, uses the
    login that the fact C(rax_identity) describes. If a service no longer accepts the token of a login, logs in again
    and sends the request once more.
  - Only sends the token to the host of the endpoint, whatever links and redirects a response contains.
extends_documentation_fragment:
  - rackspace.identity._credentials
  - rackspace.identity._connection
  - rackspace.identity._cache
  - rackspace.identity._catalog_defaults
  - rackspace.identity._attributes
attributes:
  check_mode:
    support: full
    details:
      - Only sends C(GET) and C(HEAD) requests.
      - Predicts a change for others, unless O(src) is there already.
  diff_mode:
    support: partial
    details:
      - Only with O(unless).
  idempotent:
    support: partial
    details:
      - Requests that only read are idempotent.
      - A file that is the same at both ends is not transferred.
      - What repeating another request does depends on the service.
options:
  service_type:
    description:
      - The type of the service, for example V(object-store) or V(rax:dns). The endpoint is chosen in the same way as in
        the lookup P(rackspace.identity.rax_endpoint#lookup).
    type: str
    aliases: [type]
  service_name:
    description:
      - The name of the service, for example V(cloudServersOpenStack). Use it when several services have the same type.
    type: str
    aliases: [name]
  region:
    description:
      - The region of the endpoint, for example V(DFW).
      - If not set, O(default_region) is used, then the user's default region, and finally the only region of the
        service.
    type: str
  interface:
    description:
      - The interface of the endpoint.
      - V(internal) is ServiceNet, which is free of charge and can only be reached from within the same region.
    type: str
    choices: [public, internal, admin]
    default: public
  version:
    description:
      - The version of the service's API, for example V(2).
    type: str
  tenant:
    description:
      - The tenant of the endpoint.
    type: str
  path:
    description:
      - The path to request, relative to the endpoint. If not set, the endpoint itself is requested.
      - In a list, each item is one segment and is percent-encoded as a whole, so V([backups, "db 100%.dump"]) is safe.
      - In a string, slashes separate the segments. The characters V(?) and V(#), percent-encoding, and the segments
        V(.) and V(..) are rejected, since the path would not mean what it seems to.
    type: raw
  url:
    description:
      - A link from an earlier response, to use instead of O(path). Its host must be in the catalog. The request goes to
        that host's endpoint in the catalog, with the path and the query of the link.
      - If you set O(service_type), O(service_name), O(region), O(version) or O(tenant) as well, the host must belong to
        an endpoint that they select. With an O(interface) other than V(public), the request goes to that interface of
        the endpoint. Empty strings select nothing, which helps if C(module_defaults) sets these options.
      - A link without a host, which begins with a slash, also requires O(service_type) or O(service_name).
    type: str
  method:
    description:
      - The HTTP method.
    type: str
    choices: [GET, HEAD, POST, PUT, PATCH, DELETE, COPY]
    default: GET
  query:
    description:
      - The query parameters. A list repeats the parameter, V(true) and V(false) are written in lower case, and a
        parameter that is null is left out.
    type: dict
  headers:
    description:
      - Headers to send. C(X-Auth-Token), C(Host), C(Content-Length) and C(Transfer-Encoding) are set by the module.
    type: dict
  body:
    description:
      - The request body. A dictionary or list is sent as JSON, a string as is.
      - Mutually exclusive with O(src).
    type: raw
  src:
    description:
      - The path of a file on the target to send as the request body. Requires O(method=PUT) or O(method=POST).
      - The file is streamed, so it can be larger than the available memory. Cloud Files accepts up to 5 GiB in a single
        request.
    type: path
  dest:
    description:
      - The path of a file on the target to write the response body to. If this is a directory, the file is named after
        the requested resource.
      - The file is only replaced once the body is complete and, if the service sends an C(ETag), its MD5 matches it.
    type: path
  mode:
    description:
      - The permissions of O(dest), as in M(ansible.builtin.copy). Put them in quotes.
    type: raw
  owner:
    description:
      - The owner of O(dest).
    type: str
  group:
    description:
      - The group of O(dest).
    type: str
  force:
    description:
      - Whether to transfer a file even if its MD5 matches the C(ETag) at the other end.
    type: bool
    default: false
  status_code:
    description:
      - The status codes that count as success. By default, these are all codes from 200 to 299.
      - If a 404 or 410 is listed here and a C(DELETE) request receives it, nothing has changed.
    type: list
    elements: int
  retry_on:
    description:
      - Further responses to retry on, for as long as O(retry_max_wait) allows. Maps a status code to a text that the
        error must contain, for example 422 to V(PENDING_UPDATE).
    type: dict
  paginate:
    description:
      - How to read all pages of a list. If not set, only one page is read.
      - With V(links), the links to the next page are followed, in all forms that Rackspace's services use. With
        V(marker), the items after the last one are requested, for services that do not say whether there are more.
      - V(auto) decides by the response, and uses markers for the plain lists of Cloud Files.
      - RV(json) then contains the items of all pages, in the structure of a single page.
    type: str
    choices: [auto, links, marker]
  max_items:
    description:
      - The maximum number of items to read with O(paginate) and O(unless). A longer list is an error and is never
        truncated.
    type: int
    default: 10000
  wait:
    description:
      - How to wait until the service has completed what it accepted. RV(json) is then the last response.
      - An empty dictionary is enough if the response has a C(callbackUrl), as in Cloud DNS. The module waits for the
        job, and fails with its error if the job fails.
      - Otherwise, say what to wait for, with O(wait.key) and O(wait.values), or with O(wait.gone).
    type: dict
    suboptions:
      path:
        description:
          - What to look at, below the endpoint, in the same form as O(path).
          - By default, it is the C(Location) of the response, or the URL of the request unless O(method=POST). Some
            services, such as Cloud Load Balancers, only tell the ID of a new resource in the body of the response. Wait
            for it in another task, with V(GET) and its path.
        type: raw
      key:
        description:
          - Where the state is in the response, as names that are separated by dots, such as V(server.status).
        type: str
      values:
        description:
          - The states to wait for, such as V(ACTIVE), without regard to case.
        type: list
        elements: raw
      failures:
        description:
          - The states at which to give up, such as V(ERROR), without regard to case.
        type: list
        elements: raw
      gone:
        description:
          - Whether to wait until nothing exists at the URL any more.
        type: bool
        default: false
      timeout:
        description:
          - How long to wait, in seconds, at most a week.
        type: float
        default: 600.0
      interval:
        description:
          - The time between two requests, in seconds.
        type: float
        default: 5.0
  unless:
    description:
      - Does not send the request if what exists already contains what is wanted, so that the task does not report a
        change when it runs again. To find out, the module first reads all pages of what is there.
      - With C(--diff), the task shows what exists and what is wanted, without the values of passwords and tokens.
    type: dict
    suboptions:
      path:
        description:
          - Where to look, below the endpoint, in the same form as O(path). By default, it is that of the request.
        type: raw
      query:
        description:
          - The query to look with. By default, it is that of the request, unless O(unless.path) is given.
        type: dict
      find:
        description:
          - The keys and values that identify one item of a list, such as its name.
          - Without O(unless.contains) and O(body), it is enough that the item exists. If O(body) holds several items,
            O(unless.contains) is required.
        type: dict
      contains:
        description:
          - What must exist, by default O(body). Dictionaries are compared by the keys that it names, lists by their
            items in any order, and a number equals the same number as a string.
        type: raw
  retry_max_wait:
    description:
      - The maximum time for all retries of one request, in seconds. No retry starts after that time, and none takes
        place if the service asks to wait longer.
      - If not set, the environment variable E(RAX_RETRY_MAX_WAIT) is used.
    type: float
    default: 120.0
notes:
  - Within O(retries), a request that never reached the service is always retried. If the response is lost or says that
    the service is unavailable, all requests except C(POST) and C(PATCH) are retried. A request that exceeds a rate
    limit is retried after the time that the service asks for, as often as O(retry_max_wait) allows, unless
    O(retries=0).
  - O(timeout) limits the time until the response headers are complete. The body of a request or response may take
    longer, as long as it is transferred at a rate of at least 1 KiB per second.
seealso:
  - module: rackspace.identity.rax_identity_token
  - plugin: rackspace.identity.rax_endpoint
    plugin_type: lookup
  - module: ansible.builtin.uri
  - name: Calling an API
    description: The guide to requests, long lists, waiting and files.
    link: https://github.com/rackspace-identity/rackspace.identity/blob/main/docs/docsite/rst/request_guide.rst
  - name: Finding endpoints
    description: The guide to how an endpoint is selected.
    link: https://github.com/rackspace-identity/rackspace.identity/blob/main/docs/docsite/rst/endpoint_guide.rst
  - name: Errors and retries
    description: Every kind of error, and what to do about it.
    link: https://github.com/rackspace-identity/rackspace.identity/blob/main/docs/docsite/rst/error_guide.rst
  - name: Logging in
    description: The guide to the ways to log in, and where values come from.
    link: https://github.com/rackspace-identity/rackspace.identity/blob/main/docs/docsite/rst/login_guide.rst
"""

EXAMPLES = r"""
- name: List the containers of Cloud Files
  rackspace.identity.rax_request:
    service_type: object-store
    region: DFW
  register: containers

- name: Create a container
  rackspace.identity.rax_request:
    service_type: object-store
    region: DFW
    method: PUT
    path: [backups]

- name: Upload a file unless it is already there
  rackspace.identity.rax_request:
    service_type: object-store
    region: DFW
    method: PUT
    path: [backups, "hosts (100%)"]
    src: /etc/hosts

- name: Download it unless the file is the same
  rackspace.identity.rax_request:
    service_type: object-store
    region: DFW
    path: [backups, "hosts (100%)"]
    dest: "{{ playbook_dir }}/hosts"
    mode: "0600"

- name: Create a load balancer
  rackspace.identity.rax_request:
    service_type: rax:load-balancer
    region: DFW
    method: POST
    path: loadbalancers
    body:
      loadBalancer:
        name: web
        protocol: HTTP
        port: 80
        virtualIps:
          - type: PUBLIC
  register: created

- name: Wait until it is active
  rackspace.identity.rax_request:
    service_type: rax:load-balancer
    region: DFW
    path: [loadbalancers, "{{ created.json.loadBalancer.id }}"]
    wait:
      key: loadBalancer.status
      values: [ACTIVE]
      failures: [ERROR]

- name: Add a node to it, even while it is being changed
  rackspace.identity.rax_request:
    service_type: rax:load-balancer
    region: DFW
    method: POST
    path: [loadbalancers, "{{ created.json.loadBalancer.id }}", nodes]
    body:
      nodes:
        - address: 10.1.1.1
          port: 80
          condition: ENABLED
    retry_on:
      422: PENDING_UPDATE

- name: Create a domain unless it exists, and wait for the job
  rackspace.identity.rax_request:
    service_type: rax:dns
    method: POST
    path: domains
    body:
      domains:
        - name: example.com
          emailAddress: hostmaster@example.com
    unless:
      query:
        name: example.com
      find:
        name: example.com
    wait: {}

- name: Find its ID
  rackspace.identity.rax_request:
    service_type: rax:dns
    path: domains
    query:
      name: example.com
  register: domains

- name: Add a DNS record unless it exists, and wait for the job
  rackspace.identity.rax_request:
    service_type: rax:dns
    method: POST
    path: [domains, "{{ domains.json.domains[0].id }}", records]
    body:
      records:
        - name: www.example.com
          type: A
          data: 192.0.2.10
    unless:
      query:
        name: www.example.com
        type: A
    wait: {}

- name: List the images
  rackspace.identity.rax_request:
    service_type: image
    region: DFW
    path: images
  register: images

- name: Build a server unless it exists, and wait until it is active
  rackspace.identity.rax_request:
    service_type: compute
    region: DFW
    method: POST
    path: servers
    body:
      server:
        name: web1
        imageRef: "{{ images.json.images[0].id }}"
        flavorRef: general1-1
    unless:
      path: servers/detail
      find:
        name: web1
      contains: {}
    wait:
      key: server.status
      values: [ACTIVE]
      failures: [ERROR]
  no_log: true

- name: List all servers, however many pages they fill
  rackspace.identity.rax_request:
    service_type: compute
    region: DFW
    path: servers/detail
    paginate: auto
  register: servers

- name: Delete a server unless it is already gone
  rackspace.identity.rax_request:
    service_type: compute
    region: DFW
    method: DELETE
    path: [servers, "{{ (servers.json.servers | selectattr('name', '==', 'web1') | first).id }}"]
    status_code: [204, 404]
"""

RETURN = r"""
status:
  description: The status code of the response. Null if nothing was sent in check mode.
  returned: success
  type: int
  sample: 200
url:
  description: The URL that the response came from, or in check mode, would have come from.
  returned: success
  type: str
  sample: https://dns.api.rackspacecloud.com/v1.0/123456/domains
headers:
  description: The headers of the response, with lowercase names and without cookies and tokens.
  returned: success
  type: dict
  sample: {"content-type": "application/json; charset=utf-8", "x-trans-id": "tx0001"}
json:
  description:
    - The decoded body, if the response is JSON. Null otherwise.
    - For an empty list, Cloud Files sends a response without a body, so use C(json or []) there.
  returned: success
  type: raw
  sample: [{"name": "backups", "count": 2, "bytes": 14}]
content:
  description: The body, if the response is text other than JSON. Null otherwise.
  returned: success
  type: str
size:
  description: The length of the body, or of the file in O(src) or O(dest), in bytes.
  returned: success
  type: int
  sample: 1048576
checksum:
  description: The MD5 of the file in O(src) or O(dest), which is what Cloud Files calls its ETag.
  returned: success
  type: str
  sample: d41d8cd98f00b204e9800998ecf8427e
dest:
  description: The path of the file that the body was written to.
  returned: success
  type: str
  sample: /var/restore/db.dump
elapsed:
  description: How long the task took, in seconds.
  returned: success
  type: float
  sample: 0.214
pages:
  description: The number of pages that were read.
  returned: success
  type: int
  sample: 1
waited:
  description: How often the service was polled. Null without O(wait).
  returned: success
  type: int
attempts:
  description:
    - The number of requests that were sent to the service for the response, including retries, redirects and further
      pages.
    - Polls of O(wait) are counted in RV(waited). Those of O(unless) are not counted.
  returned: success
  type: int
  sample: 1
request_id:
  description: The service's ID of the request. Provide it when you contact Rackspace support.
  returned: success
  type: str
  sample: tx123456789abcdef
error:
  description:
    - Details about the failure, as in RV(rackspace.identity.rax_identity_token#module:error).
    - In addition to the kinds there, C(kind) can be C(conflict) (409, 410, 412 and 422), C(too_many_items),
      C(wait_failed) and C(wait_timeout).
  returned: failure
  type: dict
"""

from ..module_utils._operations import request
from ..module_utils._run_module import run_module


def main() -> None:
    """Send a request."""
    run_module(request)


if __name__ == "__main__":
    main()
