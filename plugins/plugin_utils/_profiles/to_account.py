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

from ...module_utils._errors import ErrorCode, OctoAwsError, closest
from ...module_utils._secrecy import PLACEHOLDER
from .._accounts.account import Account, check_name, merge
from .files import KEY_NAMES, assumes_role, file_of, has_keys

if t.TYPE_CHECKING:
    from .files import AwsFiles, Section

_TOKEN_NAMES = ("aws_security_token", "aws_session_token")
_HOP_FIELDS = ("role_arn", "role_session_name", "external_id", "duration_seconds", "mfa_serial")
INSTANCE, CONTAINER, ENVIRONMENT = "Ec2InstanceMetadata", "EcsContainer", "Environment"
SSO = ("sso_account_id", "sso_role_name")
LOGIN = "login_session"
PROCESS = "credential_process"
WEB_IDENTITY = "web_identity_token_file"

_ELSEWHERE = {**dict.fromkeys(SSO, "SSO"), LOGIN: "aws login", PROCESS: "its credential_process"}
"""What gives credentials that no account can hold, by the field that asks for it."""


_CREDENTIALS = (*KEY_NAMES, "role_arn", "source_profile", "credential_source", WEB_IDENTITY, *_ELSEWHERE)
"""What a profile says that is about credentials at all."""


@dataclasses.dataclass(frozen=True)
class ImportedAccount:
    """What a profile becomes.

    :param remarks: what a person should know of it, each a sentence
    :param process: the credential_process that its credentials come from
    """

    account: Account
    remarks: tuple[str, ...] = ()
    process: str = ""


class Source(t.NamedTuple):
    """Where the credentials of a profile come from.

    :param way: the field that says it, or the value of ``credential_source``
    :param profile: that has the field
    :param options: of an account that takes its credentials there
    :param value: of the field, where it is no secret that an account would hold
    """

    way: str
    profile: str
    options: dict[str, t.Any]
    remarks: tuple[str, ...] = ()
    value: str = ""


def names_credentials(files: AwsFiles, profile: str) -> bool:
    """Whether a profile says anything of credentials. One that just names a region is for other users of the file."""
    return any(field in files.profile(profile) for field in _CREDENTIALS)


def account_of(files: AwsFiles, profile: str, name: str) -> ImportedAccount:
    """The account RV(name) that a profile becomes.

    :raises OctoAwsError: it cannot become one
    """
    name, asked = check_name(name), _Profile(files, profile, "cannot become an account")
    source, hops = _way_of(asked)
    if source.way == ENVIRONMENT:
        raise asked.failed(
            "takes its keys from environment variables (credential_source), which an account does not read",
            "Save the keys as an account of their own, and give it the role.",
        )
    options = {**source.options, **asked.place, "assume_role": [hop.as_hop() for hop in hops]}
    remarks = (*source.remarks, *(remark for hop in hops for remark in _unread(hop, _of_role(hop))))
    try:
        return ImportedAccount(merge(name, None, options), remarks, source.value if source.way == PROCESS else "")
    except OctoAwsError as error:
        raise asked.failed(_without_values(error.message), error.hint) from None


def source_of(files: AwsFiles, profile: str) -> Source:
    """Where the credentials of a profile come from.

    :raises OctoAwsError: the files name no such place, or one that cannot be
    """
    return _way_of(_Profile(files, profile, f"in {file_of(files, profile)} cannot be used"))[0]


class _Profile:
    """One profile, as both files describe it.

    :param outcome: what an error says of the profile that was asked for
    :param of: the profile that takes its credentials from it, if it is another one
    """

    def __init__(self, files: AwsFiles, name: str, outcome: str, of: str = "") -> None:
        self.name = name
        self.files = files
        self._outcome = outcome
        self._of = of or name
        self._section = files.profile(name)

    def __contains__(self, field: str) -> bool:
        return field in self._section

    @property
    def fields(self) -> list[str]:
        """Their names."""
        return list(self._section)

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
        return _Profile(self.files, name, self._outcome, self._of)

    def as_hop(self) -> dict[str, str]:
        """The role that it assumes, as an item of O(assume_role)."""
        return {field: self.get(field) for field in _HOP_FIELDS}

    def failed(self, why: str, hint: str = "") -> OctoAwsError:
        """Why the profile that was asked for cannot become an account."""
        whose = "it" if self.name == self._of else f"its source {self.name!r:.80}"
        return OctoAwsError(
            ErrorCode.PROFILE_FAILED,
            f"The profile {self._of!r:.80} {self._outcome}: {whose} {why.rstrip('.')}.",
            hint=hint,
        )

    def _endpoint(self) -> str:
        if self.get("ignore_configured_endpoint_urls").lower() == "true":
            return ""
        services = self.files.services.get(self.get("services"), {}).get("sts", {})
        of_sts = services.get("endpoint_url", "") if isinstance(services, dict) else ""
        return of_sts or self.get("endpoint_url")


def _way_of(asked: _Profile) -> tuple[Source, list[_Profile]]:
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
            return _credential_source(profile), hops
        name = profile.get("source_profile")
        if name not in profile.files.names:
            hint = closest(name, profile.files.names)
            raise profile.failed(f"names a source_profile that does not exist, {name!r:.80}", hint)
        if name == profile.name and profile.has_keys:
            break
        if name in seen:
            raise profile.failed(
                f"leads in a circle: its source_profile {name!r:.80} was passed before", "Correct source_profile."
            )
        seen.append(name)
        profile = profile.source(name)
    return _source_of(profile, alone=not hops), hops


def _credential_source(profile: _Profile) -> Source:
    source = profile.get("credential_source")
    if source not in (INSTANCE, CONTAINER, ENVIRONMENT):
        known = f"They know {INSTANCE}, {CONTAINER} and {ENVIRONMENT}."
        raise profile.failed("has a credential_source that AWS clients do not know", known)
    return Source(source, profile.name, {"type": "instance_role"})


def _source_of(profile: _Profile, *, alone: bool) -> Source:
    """The first way to credentials that AWS clients would take, in their order.

    :param alone: whether no role is assumed from there
    """
    if profile.get("web_identity_token_file"):
        return _web_identity(profile)
    in_credentials = profile.files.credentials.get(profile.name, {})
    in_config = profile.files.config.get(profile.name, {})
    ways: tuple[t.Callable[[], Source | None], ...] = (
        lambda: _elsewhere(profile, *SSO),
        lambda: _keys(profile, in_credentials, alone=alone),
        lambda: _elsewhere(profile, LOGIN, PROCESS),
        lambda: _keys(profile, in_config, alone=alone),
    )
    found = next(filter(None, (way() for way in ways)), None)
    if not found:
        why = "has half a pair of keys" if profile.has_keys else "names no credentials"
        raise profile.failed(why, "It needs keys, a role with a source, a web identity, SSO or a credential_process.")
    return found


def _web_identity(profile: _Profile) -> Source:
    if not profile.get("role_arn"):
        raise profile.failed("has a web_identity_token_file and needs role_arn", "A web identity is for a role.")
    remarks = {
        "role_session_name": "its sessions are named by who runs Ansible",
        "duration_seconds": "it can be given where the account is used",
    }
    token_file = profile.get(WEB_IDENTITY)
    options = {"type": "web_identity", "role_arn": profile.get("role_arn"), WEB_IDENTITY: token_file}
    left_out = tuple(f"{field} is left out: {why}." for field, why in remarks.items() if field in profile)
    unread = _unread(profile, (WEB_IDENTITY, "role_arn", *remarks))
    return Source(WEB_IDENTITY, profile.name, options, (*left_out, *unread), token_file)


def _keys(profile: _Profile, section: Section, *, alone: bool) -> Source | None:
    """The keys that one file has. Those of two files are never put together.

    ``mfa_serial`` beside keys is the device of their user: with it, they are to give sessions. A role is assumed with
    the device that its own profile names.
    """
    if "aws_access_key_id" not in section:
        return None
    if "aws_secret_access_key" not in section:
        raise profile.failed("has half a pair of keys", "Give both aws_access_key_id and aws_secret_access_key.")
    access_key, secret_key = (profile.get(field, section) for field in KEY_NAMES)
    token = next((profile.get(field, section) for field in _TOKEN_NAMES if field in section), "")
    keys: dict[str, t.Any] = {
        "type": "access_key",
        "access_key": access_key,
        "secret_key": secret_key,
        "session_token": token,
    }
    remarks = ["The keys are temporary: they end when AWS said that they would."] if token else []
    read = [*KEY_NAMES, *_TOKEN_NAMES]
    serial = profile.get("mfa_serial") if alone and not token else ""
    files = (profile.files.config, profile.files.credentials)
    if all(any(field in one.get(profile.name, {}) for field in read) for one in files):
        remarks.append(
            f"Both files have keys of the profile {profile.name!r:.80}: those of the credentials file are taken."
        )
    if serial:
        keys |= {"temporary": True, "mfa_serial": serial}
        read.append("mfa_serial")
        remarks.append("The account gives sessions (temporary), since the profile has mfa_serial: AWS asks for a code.")
    return Source(KEY_NAMES[0], profile.name, keys, (*remarks, *_unread(profile, read)))


def _of_role(profile: _Profile) -> tuple[str, ...]:
    """The fields of a profile that assumes a role which are read."""
    own_keys = profile.get("source_profile") == profile.name
    return (*_HOP_FIELDS, "source_profile", "credential_source", *((*KEY_NAMES, *_TOKEN_NAMES) if own_keys else ()))


def _unread(profile: _Profile, read: t.Container[str]) -> list[str]:
    """What a person should know of fields that have to do with an identity, and that AWS clients do not read there."""
    known = dict.fromkeys((*_CREDENTIALS, *_HOP_FIELDS, *_TOKEN_NAMES))
    whose = f"of the profile {profile.name!r:.80}"
    unread = [field for field in known if field in profile and field not in read]
    remarks = [f"{field} {whose} is left out: AWS clients do not read it there." for field in unread]
    meant = {field: closest(field, known, most=1, least=0.85) for field in profile.fields if field not in known}
    return remarks + [
        f"AWS clients know no {field!r:.80}, and it is left out {whose}. {close}"
        for field, close in meant.items()
        if close
    ]


def _elsewhere(profile: _Profile, *fields: str) -> Source | None:
    for field in fields:
        if field in profile:
            remark = (
                f"The profile {profile.name!r:.80} stays needed: {_ELSEWHERE[field]} gives the credentials, as the AWS "
                "config of the user that runs Ansible says."
            )
            options = {"type": "profile", "profile": profile.name}
            return Source(field, profile.name, options, (remark,), profile.get(field))
    return None


def _without_values(message: str) -> str:
    """What is wrong with a value, without the value, which is quoted at the end of a message."""
    return "has a value that no account can have: " + re.sub(r"['\"].*", PLACEHOLDER, message, flags=re.DOTALL)
