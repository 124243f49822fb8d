# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All users of the service. They are made up or come from the API documentation; their secrets are not real."""

from __future__ import annotations

from identity_service.model import Account, Credentials, Factor, Role, User

DEMO = Account("123456", "MossoCloudFS_9c24e3db-52bf-4f26-8dc1-220871796e9f")
GROUP_FIRST = Account("345678", "MossoCloudFS_3f0a52f1-3f56-4d0e-8c43-6a1f0d3c9b01")
GROUP_SECOND = Account("345679", "MossoCloudFS_5b7be0a3-9f43-4c0e-a1f5-77a5a2c6de02")
GROUP_RCN = Account("456789", "MossoCloudFS_88f1c1be-1b1c-4a33-9d0f-2c1b8f6f5e03")
OTHER = Account("765432", "MossoCloudFS_d2a9a3c4-70a5-4c39-b0a4-14f3a7d41e04")
HUB = Account("12345", "RackCloudFS_demo")
STAFF = Account("900001", "MossoCloudFS_f7be1c55-6a0b-4f6a-8f21-0f2e6f7c9a05")

_KEYSTONE = "A Role that allows a user access to keystone Service methods"


def _tenant_roles(account: Account) -> tuple[Role, ...]:
    return (
        Role("5", "object-store:default", _KEYSTONE, account.nast, propagate=True),
        Role("6", "compute:default", _KEYSTONE, account.mosso, propagate=True),
    )


CHECKMATE = Role("10000150", "checkmate", "Checkmate Access role")
USER_ADMIN = Role("3", "identity:user-admin", "User Admin Role.")
DEFAULT = Role("2", "identity:default", "Default Role.", service_id="bde1268ebabeeabb70a0e702a4626977c331d5c4")
IDENTITY_ADMIN = Role("1", "identity:admin", "Admin Role.")
RACKER = Role(
    "9",
    "Racker",
    "Defines a user as being a Racker",
    service_id="18e7a7032733486cd32f472d7bd58f709ac0d221",
    propagate=None,
)

USERS = (
    User(
        id="172157",
        login="demoauthor",
        name="demoauthor",
        credentials=Credentials("myPassword01", "aaaaa-bbbbb-ccccc-12345678"),
        domain_id="123456",
        default_region="DFW",
        accounts=(DEMO,),
        roles=(CHECKMATE, *_tenant_roles(DEMO), USER_ADMIN),
        accessible_domains=("123456", "432112"),
        phone_pin="914737",
        phone_pin_state="ACTIVE",
    ),
    User(
        id="172158",
        login="demouser",
        name="demouser",
        credentials=Credentials("userPassword02", "aaaaa-bbbbb-ccccc-00000002"),
        domain_id="123456",
        default_region="IAD",
        accounts=(DEMO,),
        roles=(*_tenant_roles(DEMO), DEFAULT),
        phone_pin="302817",
        phone_pin_state="LOCKED",
    ),
    User(
        id="172159",
        login="demoadmin",
        name="demoadmin",
        credentials=Credentials("adminPassword03", "aaaaa-bbbbb-ccccc-00000003"),
        domain_id="123456",
        default_region="DFW",
        accounts=(DEMO,),
        roles=(*_tenant_roles(DEMO), USER_ADMIN),
    ),
    User(
        id="172160",
        login="disableduser",
        name="disableduser",
        credentials=Credentials("disabledPassword04", "aaaaa-bbbbb-ccccc-00000004"),
        domain_id="123456",
        default_region="DFW",
        accounts=(DEMO,),
        roles=(*_tenant_roles(DEMO), DEFAULT),
        enabled=False,
    ),
    User(
        id="172161",
        login="noregion",
        name="noregion",
        credentials=Credentials("regionPassword05", "aaaaa-bbbbb-ccccc-00000005"),
        domain_id="123456",
        default_region=None,
        accounts=(DEMO,),
        roles=(*_tenant_roles(DEMO), DEFAULT),
    ),
    User(
        id="789345",
        login="mfaTestUser",
        name="mfaTestUser",
        credentials=Credentials("mfaPassword06", "aaaaa-bbbbb-ccccc-00000006"),
        domain_id="123456",
        default_region="IAD",
        accounts=(DEMO,),
        roles=(USER_ADMIN,),
        factor=Factor("sms", "PASSCODE", "PASSCODE", bypass_codes=("20000001", "20000002", "20000003")),
    ),
    User(
        id="789346",
        login="mfaAppUser",
        name="mfaAppUser",
        credentials=Credentials("appPassword07", "aaaaa-bbbbb-ccccc-00000007"),
        domain_id="123456",
        default_region="DFW",
        accounts=(DEMO,),
        roles=(*_tenant_roles(DEMO), DEFAULT),
        factor=Factor("app", "OTPPASSCODE", "OTPPASSCODE", seed="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
    ),
    User(
        id="789347",
        login="mfaEnforced",
        name="mfaEnforced",
        credentials=Credentials("enforcedPassword08", "aaaaa-bbbbb-ccccc-00000008"),
        domain_id="123456",
        default_region="DFW",
        accounts=(DEMO,),
        roles=(*_tenant_roles(DEMO), DEFAULT),
        factor_enforced=True,
    ),
    User(
        id="289001",
        login="groupuser",
        name="groupuser",
        credentials=Credentials("groupPassword09", "aaaaa-bbbbb-ccccc-00000009"),
        domain_id="345678",
        default_region="SYD",
        accounts=(GROUP_FIRST, GROUP_SECOND),
        roles=(*_tenant_roles(GROUP_FIRST), *_tenant_roles(GROUP_SECOND), USER_ADMIN),
        rcn_accounts=(GROUP_RCN,),
        rcn_roles=(Role("10015034", "rcn:reader", "Read access in the whole group", GROUP_RCN.mosso),),
        accessible_domains=("345678", "456789"),
    ),
    User(
        id="389001",
        login="otheradmin",
        name="otheradmin",
        credentials=Credentials("otherPassword10", "aaaaa-bbbbb-ccccc-00000010"),
        domain_id="765432",
        default_region="HKG",
        accounts=(OTHER,),
        roles=(*_tenant_roles(OTHER), USER_ADMIN),
    ),
    User(
        id="172162",
        login="hub_cap",
        name="hub_cap",
        credentials=Credentials(api_key="a86850deb2742ec3cb41518e26aa2d89"),
        domain_id="12345",
        default_region="DFW",
        accounts=(HUB,),
        roles=(*_tenant_roles(HUB), DEFAULT),
        document_catalog_v11=True,
    ),
    User(
        id="100001",
        login="identityadmin",
        name="identityadmin",
        credentials=Credentials("identityPassword11", "aaaaa-bbbbb-ccccc-00000011"),
        domain_id="900001",
        default_region="DFW",
        accounts=(STAFF,),
        roles=(IDENTITY_ADMIN,),
        sees_admin_urls=True,
    ),
    User(
        id="rackerSSOUsername",
        login="racker",
        name=None,
        credentials=Credentials("rackerPassword12"),
        domain_id=None,
        default_region="",
        roles=(RACKER, Role(None, "dl_RackUSA", propagate=None)),
    ),
    # Every encoding changes some character of their secrets.
    User(
        id="172163",
        login="oddsecrets",
        name="oddsecrets",
        credentials=Credentials("pÄ \"<&'>+/%41\\n-oddPassword13-é😀", "kÖ \"<&'>+/%5c\\u0041-oddApiKey13-ü"),
        domain_id="123456",
        default_region="DFW",
        accounts=(DEMO,),
        roles=(*_tenant_roles(DEMO), DEFAULT),
        phone_pin="40718529361704",
        phone_pin_state="ACTIVE",
    ),
    User(
        id="172164",
        login="oddfactor",
        name="oddfactor",
        credentials=Credentials("fÜ \"<&'>+/%2f\\x41-oddPassword14-ß"),
        domain_id="123456",
        default_region="DFW",
        accounts=(DEMO,),
        roles=(*_tenant_roles(DEMO), DEFAULT),
        factor=Factor(
            "sms", "PASSCODE", "PASSCODE", bypass_codes=tuple(f"58201937{number:04}" for number in range(200))
        ),
    ),
)

# Made up, like the users. Only shown if the setting extra_attributes asks for what live services add.
EMAIL_DOMAIN = "example.com"
SESSION_INACTIVITY_TIMEOUT = "PT12H"
