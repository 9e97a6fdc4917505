# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A profile of the controller's AWS config and credentials files.

botocore resolves it, whichever way it is configured: SSO, ``credential_process``, ``source_profile`` or a web identity.
"""

from __future__ import annotations

import hashlib
import os
import typing as t

from ...module_utils._aws.botocore import machine_facts, profile_session
from ...module_utils._aws.errors import explain, retry_throttled
from ...module_utils._clock import now
from ...module_utils._errors import OctoAwsError
from ...module_utils._model.credentials import Credentials
from ...module_utils._model.field_checks import check_region
from .._circular_credentials import VARIABLE, mark_resolving, refuse_circle
from .._profiles.errors import profile_failed
from .._profiles.files import assumes_role, digest_of, digests_of_user, process_of, read_files_of_user
from .protocol import Session

if t.TYPE_CHECKING:
    from .._accounts.account import Account
    from .._profiles.files import Section
    from .protocol import FetchOptions

_KEY_VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
_PROCESS_VARIABLES = ("AWS_", "OCTO_", "ANSIBLE_", "HOME")
"""Prefixes of variables that can change the credentials of a ``credential_process``: those of AWS clients and of this
collection."""

_SIGN_IN_ENDPOINTS = ("AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_SIGNIN")


class ProfileSource:
    """See :class:`.protocol.Source`."""

    of_executor = False

    def session(self, account: Account) -> Session | None:
        chain = read_files_of_user().chain(account.profile)
        sections = list(chain.values())
        # Checked here: a process that waits for this session could be the one that started this process.
        refuse_circle(_label(account), process_of(chain))
        roles = [section for section in sections if assumes_role(section)]
        serials = [str(section["mfa_serial"]) for section in roles if section.get("mfa_serial")]
        return Session(mfa_serial=serials[0] if serials else "", facts=_facts(sections))

    def fetch(self, account: Account, options: FetchOptions) -> Credentials:
        from botocore import exceptions as aws

        began, region = now(), ""
        codes: dict[str, str] = {}

        def code_for(prompt: str) -> str:
            serial = prompt.split()[-1].rstrip(":")
            return codes.get(serial) or codes.setdefault(serial, options.token_for(serial, account.mfa_process))

        try:
            session = profile_session(account.profile)
            region = options.region or session.get_scoped_config().get("region") or ""
            if region:
                # STS requests for the roles of the profile use it, too.
                session.set_config_variable("region", region)
            session.get_component("credential_provider").get_provider("assume-role")._prompter = code_for
            with mark_resolving(_label(account), process_of(read_files_of_user().chain(account.profile))):
                credentials = session.get_credentials()
                keys = retry_throttled(credentials.get_frozen_credentials) if credentials else None
        except aws.ClientError as error:
            raise explain(error, endpoint="STS", secrets=[]).about(f"The profile {account.profile!r}") from None
        except OctoAwsError:
            raise
        except Exception as error:
            # The output of a credential_process, quoted by botocore, may be a secret.
            raise profile_failed(account.profile, error, region) from None
        if not keys or not keys.access_key or not keys.secret_key:
            raise profile_failed(account.profile, None)
        return Credentials(
            access_key=keys.access_key,
            secret_key=keys.secret_key,
            session_token=keys.token or "",
            began=began,
            expiration=getattr(credentials, "_expiry_time", None),
            region=check_region(region) if region else "",
            source=account.type,
        )


def _label(account: Account) -> str:
    return f"account {account.name!r}"


def _facts(sections: t.Sequence[Section]) -> dict[str, t.Any]:
    """Return everything that determines the session: the files, and the other input of botocore and of programs."""
    facts: dict[str, t.Any] = {"files": digests_of_user()}
    fields = {field for section in sections for field in section}
    if "credential_source" in fields:
        facts |= machine_facts() | {"keys": {name: os.environ.get(name, "") for name in _KEY_VARIABLES}}
    if "credential_process" in fields:
        environment = {name: value for name, value in os.environ.items() if name.startswith(_PROCESS_VARIABLES)}
        environment.pop(VARIABLE, None)
        facts["environment"] = environment
    if signed_in := [file for section in sections for file in _sign_ins(section)]:
        # A new sign-in can be that of another user.
        facts["sign_ins"] = [(file, digest_of(file)) for file in signed_in]
        facts["endpoints"] = {name: os.environ.get(name, "") for name in _SIGN_IN_ENDPOINTS}
    return facts


def _sign_ins(section: Section) -> t.Iterator[str]:
    """Yield the token files of the sign-in of a profile (botocore: ``SSOTokenLoader``, ``LoginTokenLoader``)."""
    if name := str(section.get("sso_session") or section.get("sso_start_url") or ""):
        file = hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()
        yield os.path.expanduser(f"~/.aws/sso/cache/{file}.json")
    if name := str(section.get("login_session") or ""):
        folder = os.environ.get("AWS_LOGIN_CACHE_DIRECTORY") or "~/.aws/login/cache"
        file = hashlib.sha256(name.encode()).hexdigest()
        yield os.path.join(os.path.expanduser(os.path.expandvars(folder)), f"{file}.json")
