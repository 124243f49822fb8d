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
  - Logs in like all plugins of this collection, at most once for a whole playbook. Without credentials, continues with
    the login of the fact C(rax_identity). If a service no longer accepts the token of a login, logs in again and sends
    the request once more.
  - Sends the token to no host but that of the endpoint, whatever links and redirects in a response say.
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
      - Only sends C(GET) and C(HEAD) requests. Predicts a change for every other method, unless O(src) is there
        already.
  diff_mode:
    support: partial
    details:
      - Only with O(unless).
  idempotent:
    support: partial
    details:
      - Requests that read are. A file of O(src) or O(dest) that is the same at both ends is not transferred again. What
        other requests do twice depends on the service.
options:
  service_type:
    description:
      - The type of the service, for example V(object-store) or V(rax:dns). The endpoint is chosen as by the lookup
        P(rackspace.identity.rax_endpoint#lookup).
    type: str
    aliases: [type]
  service_name:
    description:
      - The name of the service, for example V(cloudServersOpenStack). Tells services of one type apart.
    type: str
    aliases: [name]
  region:
    description:
      - The region of the endpoint, for example V(DFW). By default, O(default_region), then the default region of the
        user, then the only region there is.
    type: str
  interface:
    description:
      - The interface of the endpoint. V(internal) is ServiceNet, which is free of charge and can only be reached from
        within the same region.
    type: str
    choices: [public, internal, admin]
    default: public
  version:
    description:
      - The API version of the endpoint, for example V(2).
    type: str
  tenant:
    description:
      - The tenant of the endpoint.
    type: str
  path:
    description:
      - What to request below the endpoint.
      - A list holds one segment in each item, which is quoted whole, so V([backups, "db 100%.dump"]) is safe.
      - In a string, slashes separate segments. The characters V(?) and V(#), percent-encoding, and the segments V(.)
        and V(..) are refused, since they would name something else than it seems.
      - By default, the endpoint itself.
    type: raw
  url:
    description:
      - A link from an earlier response, instead of O(path). Its host must be in the catalog. The request goes to that
        host's endpoint in the catalog, with the path and the query of the link.
      - A link without a host, which begins with a slash, needs O(service_type) or O(service_name) as well.
    type: str
  method:
    description:
      - The HTTP method.
    type: str
    choices: [GET, HEAD, POST, PUT, PATCH, DELETE, COPY]
    default: GET
  query:
    description:
      - The query. A list repeats its name, V(true) and V(false) are written in lower case, and a null value is left
        out.
    type: dict
  headers:
    description:
      - Headers to send. C(X-Auth-Token), C(Host), C(Content-Length) and C(Transfer-Encoding) are set by the module.
    type: dict
  body:
    description:
      - The body. A dict or a list is sent as JSON, a string as it is.
      - Mutually exclusive with O(src).
    type: raw
  src:
    description:
      - The path of a file on the target whose content is the body. Requires O(method=PUT) or O(method=POST).
      - It is streamed, so it can be larger than the memory. Cloud Files accepts up to 5 GiB in one piece.
    type: path
  dest:
    description:
      - The path of a file on the target that gets the body of the response. In a directory, the file gets the name of
        what is requested.
      - The file is replaced only once the body is complete, and its MD5 is that of the C(ETag) if the service sends
        one.
    type: path
  mode:
    description:
      - The permissions of O(dest), as for M(ansible.builtin.copy). Quote them.
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
      - Whether to transfer a file although its MD5 is that of the C(ETag) at the other end.
    type: bool
    default: false
  status_code:
    description:
      - The statuses that count as a success. By default, every status from 200 to 299.
      - A C(DELETE) whose response is an accepted 404 or 410 changes nothing.
    type: list
    elements: int
  retry_on:
    description:
      - Further responses to try again on, for as long as O(retry_max_wait) allows. Maps a status to a text that the
        error must contain, for example 422 to V(PENDING_UPDATE).
    type: dict
  paginate:
    description:
      - Whether to read all pages of a list. By default, one page is read.
      - With V(links), follows the links to the next page, in all forms that Rackspace's services use. With V(marker),
        asks for what follows the last item, for services that give no sign. V(auto) looks at the response, and uses
        markers for the bare lists of Cloud Files.
      - RV(json) then holds the items of all pages in the shape of one page.
    type: str
    choices: [auto, links, marker]
  max_items:
    description:
      - The most items to read with O(paginate) and O(unless). A longer list is an error, and never cut.
    type: int
    default: 10000
  wait:
    description:
      - Waits until the service has done what it accepted. RV(json) is then the last response.
      - An empty dict is enough for a response with a C(callbackUrl), such as those of Cloud DNS. It waits for the job,
        and fails with the error of the job.
      - C(key) and C(values) name a state to wait for, such as C(server.status) and C(ACTIVE), and C(failures) the
        states to give up at. With C(gone), waits until there is nothing at the URL.
      - The URL to ask is C(path) below the endpoint, or the C(Location) of the response, or that of the request.
      - C(timeout) (600) and C(interval) (5) are in seconds.
    type: dict
  unless:
    description:
      - Sends nothing if what is there already contains what is wanted, so that the task is not changed when it runs
        again. Reads all pages of C(path) with C(query), by default those of the request itself, first.
      - C(contains) is what must be there, by default O(body). Dicts are compared by the names in it, lists by their
        members in any order, and numbers are equal to the same numbers as strings.
      - C(find) has members that tell one item of a list from the others, such as C(name). Without C(contains) and
        O(body), it is enough that the item is there.
      - With C(--diff), shows what is there and what is wanted, without the values of passwords and tokens.
    type: dict
  retry_max_wait:
    description:
      - The maximum time for all retries of one request, in seconds. No retry starts after that time, and none takes
        place if the service asks to wait longer.
      - If not set, the environment variable E(RAX_RETRY_MAX_WAIT) is used.
    type: float
    default: 120.0
notes:
  - What was never sent is always sent again, within O(retries). If the response is lost, or says that the service is
    not available, everything but C(POST) and C(PATCH) is. A request that the rate limit refused is sent again after the
    time that the service asks for.
  - O(timeout) bounds the time until the headers of a response are complete. Its body may take longer as long as it
    arrives with at least 1 KiB per second.
seealso:
  - module: rackspace.identity.rax_identity_token
  - plugin: rackspace.identity.rax_endpoint
    plugin_type: lookup
  - module: ansible.builtin.uri
  - ref: ansible_collections.rackspace.identity.docsite.request_guide
    description: The guide "Calling an API".
"""

EXAMPLES = r"""
- name: List the containers of Cloud Files
  rackspace.identity.rax_request:
    service_type: object-store
    region: DFW
    query:
      format: json
  register: containers

- name: Create a container
  rackspace.identity.rax_request:
    service_type: object-store
    region: DFW
    method: PUT
    path: [backups]

- name: Upload a file unless it is there
  rackspace.identity.rax_request:
    service_type: object-store
    region: DFW
    method: PUT
    path: [backups, "db 100%.dump"]
    src: /var/backups/db.dump

- name: Download it
  rackspace.identity.rax_request:
    service_type: object-store
    region: DFW
    path: [backups, "db 100%.dump"]
    dest: /var/restore/db.dump
    mode: "0600"

- name: Add a node to a load balancer, also while it is being changed
  rackspace.identity.rax_request:
    service_type: rax:load-balancer
    region: ORD
    method: POST
    path: loadbalancers/71/nodes
    body:
      nodes:
        - address: 10.1.1.1
          port: 80
          condition: ENABLED
    retry_on:
      422: PENDING_UPDATE

- name: List all servers
  rackspace.identity.rax_request:
    service_type: compute
    region: DFW
    path: servers/detail
    paginate: auto
  register: servers

- name: Add a DNS record unless it is there, and wait for the job
  rackspace.identity.rax_request:
    service_type: rax:dns
    method: POST
    path: [domains, "{{ domain_id }}", records]
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

- name: Build a server and wait for it
  rackspace.identity.rax_request:
    service_type: compute
    region: DFW
    method: POST
    path: servers
    body:
      server:
        name: web1
        imageRef: "{{ image_id }}"
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

- name: Delete a server unless it is gone already
  rackspace.identity.rax_request:
    service_type: compute
    region: DFW
    method: DELETE
    path: [servers, "{{ server_id }}"]
    status_code: [204, 404]
"""

RETURN = r"""
status:
  description: The status of the response. Null if nothing was sent in check mode.
  returned: success
  type: int
  sample: 200
url:
  description: The URL that the response came from, or in check mode, would have come from.
  returned: success
  type: str
  sample: https://storage101.dfw1.clouddrive.com/v1/MossoCloudFS_9c24e3db-52bf-4f26-8dc1-220871796e9f?format=json
headers:
  description: The headers of the response, with their names in lower case, without cookies and tokens.
  returned: success
  type: dict
  sample: {"content-type": "application/json; charset=utf-8", "x-trans-id": "tx0001"}
json:
  description:
    - The decoded body, if the response is JSON. Null otherwise.
    - Cloud Files responds to an empty list without a body, so use C(json or []) there.
  returned: success
  type: raw
  sample: [{"name": "backups", "count": 2, "bytes": 14}]
content:
  description: The body, if the response is any other text. Null otherwise.
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
  description: The path of the file that got the body.
  returned: success
  type: str
  sample: /var/restore/db.dump
elapsed:
  description: How long the task took, in seconds.
  returned: success
  type: float
  sample: 0.214
pages:
  description: How many pages were read.
  returned: success
  type: int
  sample: 1
waited:
  description: How often the service was asked while waiting. Null without O(wait).
  returned: success
  type: int
attempts:
  description: How many requests were sent to the service.
  returned: success
  type: int
  sample: 1
request_id:
  description: The ID that the service gave to the request, for its support.
  returned: success
  type: str
  sample: tx123456789abcdef
error:
  description:
    - Details about the failure, as in RV(rackspace.identity.rax_identity_token#module:error).
    - Beside the kinds there, C(kind) can be C(conflict) (409, 410, 412 and 422), C(too_many_items),
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
