# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: a profile of the controller's AWS config and credentials files.

botocore does the work, with whatever the profile uses: SSO, C(credential_process), C(source_profile), a web identity.
"""

from __future__ import annotations

import configparser
import contextlib
import os
import typing as t

from ...module_utils._aws_errors import explain
from ...module_utils._botocore import machine_facts, profile_session
from ...module_utils._clock import now
from ...module_utils._credentials import Credentials
from ...module_utils._errors import OctoAwsError
from ...module_utils._values import check_region
from .._aws_files import digests_of_user, files_of_user
from .._profile_errors import profile_failed
from .protocol import Session

if t.TYPE_CHECKING:
    from .._account import Account
    from .protocol import Terms

_KEY_VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")


class ProfileSource:
    """See :class:`.protocol.Source`."""

    of_executor = False

    def session(self, account: Account) -> Session | None:
        facts: dict[str, t.Any] = {"files": digests_of_user()}
        sections = _sections(account.profile, files_of_user()[0])
        if any("credential_source" in section for section in sections):
            facts |= machine_facts() | {"keys": {name: os.environ.get(name, "") for name in _KEY_VARIABLES}}
        serials = [section["mfa_serial"] for section in sections if section.get("mfa_serial")]
        return Session(mfa_serial=serials[0] if serials else "", facts=facts)

    def fetch(self, account: Account, terms: Terms) -> Credentials:
        from botocore import exceptions as aws

        began = now()
        try:
            session = profile_session(account.profile)
            resolver = session.get_component("credential_provider")
            resolver.get_provider("assume-role")._prompter = lambda prompt: terms.token_for(
                prompt.split()[-1].rstrip(":")
            )
            found = session.get_credentials()
            keys = found.get_frozen_credentials() if found else None
            region = terms.region or session.get_scoped_config().get("region") or ""
        except aws.ClientError as error:
            raise explain(error, endpoint="STS", secrets=[]).about(f"The profile {account.profile!r}") from None
        except OctoAwsError:
            raise
        except Exception as error:
            # What a credential_process prints, or botocore quotes, may be a secret.
            raise profile_failed(account.profile, error) from None
        if not keys or not keys.access_key or not keys.secret_key:
            raise profile_failed(account.profile, None)
        return Credentials(
            access_key=keys.access_key,
            secret_key=keys.secret_key,
            session_token=keys.token or "",
            began=began,
            expiration=getattr(found, "_expiry_time", None),
            region=check_region(region) if region else "",
            source=account.type,
        )


def _sections(profile: str, path: str) -> list[configparser.SectionProxy]:
    """What the config file says of the profile, and of those that it takes its credentials from (AWS CLI user guide,
    "Using an IAM role in the AWS CLI"). What is wrong with the file is said by botocore."""
    config = configparser.RawConfigParser(strict=False)
    with contextlib.suppress(OSError, configparser.Error, UnicodeDecodeError):
        config.read(path)
    names = {section.removeprefix("profile").strip(" \"'"): section for section in config.sections()}
    found: dict[str, configparser.SectionProxy] = {}
    while profile in names and profile not in found:
        found[profile] = config[names[profile]]
        profile = found[profile].get("source_profile", "")
    return list(found.values())
