# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: which account a profile of AWS clients becomes, or why it cannot become one.

A part, above C(_account) and C(_aws_files). The rules are those of botocore (C(AssumeRoleProvider), and the order of
C(ProfileProviderBuilder)). Nothing is asked, and no error quotes a value: keys get pasted into wrong lines.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ..module_utils._errors import ErrorCode, OctoAwsError, closest
from ..module_utils._secrecy import PLACEHOLDER
from ._account import Account, check_name, merge
from ._aws_files import KEY_NAMES, assumes_role, has_keys

if t.TYPE_CHECKING:
    from ._aws_files import AwsFiles, Section

_TOKEN_NAMES = ("aws_security_token", "aws_session_token")
_HOP_FIELDS = ("role_arn", "role_session_name", "external_id", "duration_seconds", "mfa_serial")
_MACHINE = ("Ec2InstanceMetadata", "EcsContainer")

_ELSEWHERE = {
    "sso_account_id": "SSO",
    "sso_role_name": "SSO",
    "login_session": "aws login",
    "credential_process": "its credential_process",
}
"""What gives credentials that no account can hold, by the field that asks for it."""


_CREDENTIALS = (*KEY_NAMES, "role_arn", "source_profile", "credential_source", "web_identity_token_file", *_ELSEWHERE)
"""What a profile says that is about credentials at all."""


@dataclasses.dataclass(frozen=True)
class AccountOfProfile:
    """What a profile becomes.

    :param remarks: what a person should know of it, each a sentence
    :param process: the credential_process that its credentials come from
    """

    account: Account
    remarks: tuple[str, ...] = ()
    process: str = ""


class _Source(t.NamedTuple):
    """Where the credentials of a profile come from, as options of an account."""

    options: dict[str, str]
    remarks: tuple[str, ...] = ()
    process: str = ""


def names_credentials(files: AwsFiles, profile: str) -> bool:
    """Whether a profile says anything of credentials. One that just names a region is for other users of the file."""
    return any(field in files.profile(profile) for field in _CREDENTIALS)


def account_of(files: AwsFiles, profile: str, name: str) -> AccountOfProfile:
    """The account RV(name) that a profile becomes.

    :raises OctoAwsError: it cannot become one
    """
    name, asked = check_name(name), _Profile(files, profile)
    source, hops = _way_of(asked)
    options = {**source.options, **asked.place, "assume_role": [hop.as_hop() for hop in hops]}
    try:
        return AccountOfProfile(merge(name, None, options), source.remarks, source.process)
    except OctoAwsError as error:
        raise asked.failed(_without_values(error.message), error.hint) from None


class _Profile:
    """One profile, as both files describe it.

    :param of: the profile that takes its credentials from it, if it is another one
    """

    def __init__(self, files: AwsFiles, name: str, of: str = "") -> None:
        self.name = name
        self.files = files
        self._of = of or name
        self._section = files.profile(name)

    def __contains__(self, field: str) -> bool:
        return field in self._section

    def get(self, field: str, section: Section | None = None) -> str:
        """A value, or an empty text.

        :param section: what one of the two files says of it
        """
        value = (self._section if section is None else section).get(field, "")
        if not isinstance(value, str):
            raise self.failed(f"has an indented block for {field}")
        return value

    @property
    def is_role(self) -> bool:
        """Whether it assumes a role with credentials that another profile or a machine gives."""
        return assumes_role(self._section)

    @property
    def has_keys(self) -> bool:
        """Whether it has keys, or half of them."""
        return has_keys(self._section)

    @property
    def place(self) -> dict[str, str]:
        """Where it is used, and how STS is reached from there. What its source says of that counts for nobody."""
        return {"region": self.get("region"), "ca_bundle": self.get("ca_bundle"), "endpoint_url": self._endpoint()}

    def source(self, name: str) -> _Profile:
        """The profile that its credentials come from."""
        return _Profile(self.files, name, self._of)

    def as_hop(self) -> dict[str, str]:
        """The role that it assumes, as an item of O(assume_role)."""
        return {field: self.get(field) for field in _HOP_FIELDS}

    def failed(self, why: str, hint: str = "") -> OctoAwsError:
        """Why the profile that was asked for cannot become an account."""
        whose = "it" if self.name == self._of else f"its source {self.name!r:.80}"
        return OctoAwsError(
            ErrorCode.PROFILE_FAILED,
            f"The profile {self._of!r:.80} cannot become an account: {whose} {why.rstrip('.')}.",
            hint=hint,
        )

    def _endpoint(self) -> str:
        if self.get("ignore_configured_endpoint_urls").lower() == "true":
            return ""
        services = self.files.services.get(self.get("services"), {}).get("sts", {})
        of_sts = services.get("endpoint_url", "") if isinstance(services, dict) else ""
        return of_sts or self.get("endpoint_url")


def _way_of(asked: _Profile) -> tuple[_Source, list[_Profile]]:
    """Where the credentials of a profile come from, and the profiles whose roles are assumed from there."""
    hops: list[_Profile] = []
    seen = [asked.name]
    profile = asked
    # The keys of a source profile come before its role.
    while profile.is_role and not (hops and profile.has_keys):
        hops.insert(0, profile)
        if ("source_profile" in profile) == ("credential_source" in profile):
            both = "both source_profile and" if "source_profile" in profile else "neither source_profile nor"
            raise profile.failed(f"has role_arn and {both} credential_source", "A role needs one of the two.")
        if "credential_source" in profile:
            return _machine(profile), hops
        name = profile.get("source_profile")
        if name not in profile.files.names:
            hint = closest(name, profile.files.names)
            raise profile.failed(f"names a source_profile that does not exist, {name!r:.80}", hint)
        if name == profile.name and profile.has_keys:
            break
        if name in seen:
            raise profile.failed(f"leads in a circle: its source_profile {name!r:.80} was passed before")
        seen.append(name)
        profile = profile.source(name)
    return _source_of(profile), hops


def _machine(profile: _Profile) -> _Source:
    source = profile.get("credential_source")
    if source in _MACHINE:
        return _Source({"type": "instance_role"})
    if source == "Environment":
        raise profile.failed(
            "takes its keys from environment variables (credential_source), which an account does not read",
            "Save the keys as an account of their own, and give it the role.",
        )
    raise profile.failed("has a credential_source that AWS clients do not know", f"They know {', '.join(_MACHINE)}.")


def _source_of(profile: _Profile) -> _Source:
    """The first way to credentials that AWS clients would take, in their order."""
    if profile.get("web_identity_token_file"):
        return _web_identity(profile)
    in_credentials = profile.files.credentials.get(profile.name, {})
    in_config = profile.files.config.get(profile.name, {})
    ways: tuple[t.Callable[[], _Source | None], ...] = (
        lambda: _elsewhere(profile, "sso_account_id", "sso_role_name"),
        lambda: _keys(profile, in_credentials),
        lambda: _elsewhere(profile, "login_session", "credential_process"),
        lambda: _keys(profile, in_config),
    )
    found = next(filter(None, (way() for way in ways)), None)
    if not found:
        why = "has half a pair of keys" if profile.has_keys else "names no credentials"
        raise profile.failed(why, "It needs keys, a role with a source, a web identity, SSO or a credential_process.")
    return found


def _web_identity(profile: _Profile) -> _Source:
    remarks = {
        "role_session_name": "its sessions are named by who runs Ansible",
        "duration_seconds": "it can be given where the account is used",
    }
    return _Source(
        {
            "type": "web_identity",
            "role_arn": profile.get("role_arn"),
            "web_identity_token_file": profile.get("web_identity_token_file"),
        },
        tuple(f"{field} is left out: {why}." for field, why in remarks.items() if field in profile),
    )


def _keys(profile: _Profile, section: Section) -> _Source | None:
    """The keys that one file has. Those of two files are never put together."""
    if "aws_access_key_id" not in section:
        return None
    if "aws_secret_access_key" not in section:
        raise profile.failed("has half a pair of keys", "Give both aws_access_key_id and aws_secret_access_key.")
    access_key, secret_key = (profile.get(field, section) for field in KEY_NAMES)
    token = next((profile.get(field, section) for field in _TOKEN_NAMES if field in section), "")
    keys = {"type": "access_key", "access_key": access_key, "secret_key": secret_key, "session_token": token}
    return _Source(keys, ("The keys are temporary: they end when AWS said that they would.",) if token else ())


def _elsewhere(profile: _Profile, *fields: str) -> _Source | None:
    for field in fields:
        if field in profile:
            remark = (
                f"The profile {profile.name!r:.80} stays needed: {_ELSEWHERE[field]} gives the credentials, as the AWS "
                "config of the user that runs Ansible says."
            )
            process = profile.get(field) if field == "credential_process" else ""
            return _Source({"type": "profile", "profile": profile.name}, (remark,), process)
    return None


def _without_values(message: str) -> str:
    """What is wrong with a value, without the value, which is quoted at the end of a message."""
    return "has a value that no account can have: " + re.sub(r"['\"].*", PLACEHOLDER, message, flags=re.DOTALL)
