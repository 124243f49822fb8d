# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that say who logs in. Private: other collections must not rely on it."""

from __future__ import annotations

from ..module_utils._argument_spec import plugin_sources
from ..module_utils._options import CREDENTIALS


class ModuleDocFragment:
    """Documentation of CREDENTIALS in plugins/module_utils/_options.py; a unit test compares the two."""

    DOCUMENTATION = r"""
notes:
  - Every option that all plugins of the collection share can also be set by the variable with C(rax_) before its name,
    such as C(rax_username), and O(default_region) by C(rax_region). The option itself takes precedence over the
    variable, and the variable over the environment. A variable that is a fact of the host is not used.
options:
  username:
    description:
      - The user to log in as, with O(api_key) or O(password).
      - If not set, the environment variable E(RAX_USERNAME) is used, then E(RS_USERNAME), then the O(credentials_file).
    type: str
  api_key:
    description:
      - The user's API key. You can find it in the Cloud Control Panel under Account Settings.
      - Use an API key for unattended work, since it never requires a second factor.
      - If not set, the environment variable E(RAX_API_KEY) is used, then E(RS_API_KEY), then the O(credentials_file).
    type: str
  password:
    description:
      - The user's password. Set either this or O(api_key).
      - If the account uses multi-factor authentication, the service responds with a challenge.
      - If not set, the environment variable E(RAX_PASSWORD) is used, then the O(credentials_file).
    type: str
  token:
    description:
      - A token that you already have, to exchange for a token of the tenant in O(tenant_id) or O(tenant_name).
      - If not set, the environment variable E(RAX_TOKEN) is used.
    type: str
    aliases: [auth_token]
  passcode:
    description:
      - The passcode for the second step of a multi-factor login. The account owner receives it by text message or
        reads it from an authenticator application. Bypass codes are accepted, too.
      - Requires O(session_id).
    type: str
  session_id:
    description:
      - The session ID that the first step of a multi-factor login returned. It is valid for about five minutes and for
        one successful login.
      - Requires O(passcode).
    type: str
  totp_secret:
    description:
      - The secret of an authenticator application, with which a login with O(password) answers a second factor by
        itself. Either base32 text, as the service shows it when the application is set up, or the C(otpauth://) URI of
        the QR code. Blanks and lower case do not matter.
      - A passcode that has been used before is refused, so the next one is tried once, after up to 30 seconds.
      - Whoever has this secret and the password can log in as the user, so store the two in different places, or use an
        O(api_key) instead.
      - If not set, the environment variable E(RAX_TOTP_SECRET) is used.
      - Requires the Python library C(pyotp) where the plugin runs.
    version_added: 1.0.0
    type: str
  tenant_id:
    description:
      - The ID of the tenant to request a token for, for example V(123456) or V(MossoCloudFS_<uuid>).
      - Mutually exclusive with O(tenant_name). If they come from different sources, the nearest one is used.
      - If not set, the environment variable E(RAX_TENANT_ID) is used, then the O(credentials_file).
    type: str
  tenant_name:
    description:
      - The name of the tenant to request a token for.
      - Mutually exclusive with O(tenant_id). If they come from different sources, the nearest one is used.
      - If not set, the environment variable E(RAX_TENANT_NAME) is used, then the O(credentials_file).
    type: str
  credentials_file:
    description:
      - The path of an INI file with a section C([rackspace_cloud]) that contains C(username), C(api_key) or
        C(password), and optionally C(tenant_id). Values are read literally, so C(%) has no special meaning.
      - It can also be a C(clouds.yaml) of the OpenStack client, with the secrets in the file itself or in a
        C(secure.yaml) beside it, or the configuration file of the rack command line. The content decides. O(cloud)
        names the entry if there are several.
      - A secret from such an entry is sent to its C(auth_url) unless O(identity_url) is set, and its region is used
        if O(default_region) is not set.
      - The file only supplies values that are not set elsewhere, and only if its username does not contradict the one
        that is set.
      - If not set, the environment variable E(RAX_CREDENTIALS) is used, then E(RAX_CREDS_FILE), and finally
        C(~/.rackspace_cloud_credentials) if that file exists.
      - A warning is shown if anyone but its owner can access the file.
    type: path
    aliases: [credentials, creds_file]
  cloud:
    description:
      - The entry of a C(clouds.yaml), or the profile of the rack command line, with the credentials.
      - If O(credentials_file) is not set, the entry is looked up where the OpenStack client does, and then in
        C(~/.rack/config). The files of the OpenStack client are the one in E(OS_CLIENT_CONFIG_FILE), and C(clouds.yaml)
        in the directory of the playbook, in C(~/.config/openstack) and in C(/etc/openstack).
      - If not set, the environment variable E(RAX_CLOUD) is used, then E(OS_CLOUD). As E(OS_CLOUD) can be meant for any
        cloud, it comes after everything else that describes a login, and is ignored if its entry does not say that it
        is for Rackspace.
      - Requires the Python library C(PyYAML) where the plugin runs, if the file is a C(clouds.yaml).
    version_added: 1.0.0
    type: str
    aliases: [profile]
"""

    # Annotated, since sanity tests take a plain assignment for a string.
    PLUGINS: str = plugin_sources(CREDENTIALS)
