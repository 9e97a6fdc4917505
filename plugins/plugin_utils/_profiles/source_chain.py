# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the source of a profile's credentials, and the roles that are assumed from it.

The rules are those of botocore (``AssumeRoleProvider``, and the order of ``ProfileProviderBuilder``). No request is
sent. No error quotes a value, because a key may be pasted into the wrong line.
"""

from __future__ import annotations

import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError, closest
from .files import KEY_NAMES, assumes_role, file_of, has_keys

if t.TYPE_CHECKING:
    from .files import AwsFiles, Section

TOKEN_NAMES = ("aws_security_token", "aws_session_token")
HOP_FIELDS = ("role_arn", "role_session_name", "external_id", "duration_seconds", "mfa_serial")
INSTANCE, CONTAINER, ENVIRONMENT = "Ec2InstanceMetadata", "EcsContainer", "Environment"
SSO = ("sso_account_id", "sso_role_name")
LOGIN = "login_session"
PROCESS = "credential_process"
WEB_IDENTITY = "web_identity_token_file"

_ELSEWHERE = {**dict.fromkeys(SSO, "SSO"), LOGIN: "aws login", PROCESS: "its credential_process"}
"""Sources of credentials that an account cannot store, by field."""

CREDENTIAL_FIELDS = (*KEY_NAMES, "role_arn", "source_profile", "credential_source", WEB_IDENTITY, *_ELSEWHERE)
"""All fields that configure credentials."""


class Source(t.NamedTuple):
    """The source of a profile's credentials.

    :param way: the field that configures it, or the value of ``credential_source``
    :param profile: that has the field
    :param options: of an account with this source
    :param value: of the field, unless an account stores it as a secret
    """

    way: str
    profile: str
    options: dict[str, t.Any]
    remarks: tuple[str, ...] = ()
    value: str = ""


def source_of(files: AwsFiles, profile: str) -> Source:
    """Find the source of a profile's credentials.

    :raises OctoAwsError: there is none, or it is invalid
    """
    return resolve(Profile(files, profile, f"in {file_of(files, profile)} cannot be used"))[0]


class Profile:
    """A profile in both files.

    :param outcome: the consequence of an error for the requested profile
    :param of: the requested profile, if this is one of its sources
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
        return list(self._section)

    def get(self, field: str, section: Section | None = None) -> str:
        """Return a value, or an empty text.

        :param section: of one of the files; by default both
        """
        value = (self._section if section is None else section).get(field, "")
        if not isinstance(value, str):
            raise self.failed(f"has an indented block for {field}")
        return value

    @property
    def is_role(self) -> bool:
        return assumes_role(self._section)

    @property
    def has_keys(self) -> bool:
        return has_keys(self._section)

    @property
    def place(self) -> dict[str, str]:
        """The region and the STS connection. Those of its source profile are ignored."""
        return {"region": self.get("region"), "ca_bundle": self.get("ca_bundle"), "endpoint_url": self._endpoint()}

    def source(self, name: str) -> Profile:
        return Profile(self.files, name, self._outcome, self._of)

    def as_hop(self) -> dict[str, str]:
        """Return its role as an item of ``assume_role``."""
        return {field: self.get(field) for field in HOP_FIELDS}

    def failed(self, reason: str, hint: str = "") -> OctoAwsError:
        """Build the error of the requested profile."""
        subject = "it" if self.name == self._of else f"its source {self.name!r:.80}"
        return OctoAwsError(
            ErrorCode.PROFILE_FAILED,
            f"The profile {self._of!r:.80} {self._outcome}: {subject} {reason.rstrip('.')}.",
            hint=hint,
        )

    def _endpoint(self) -> str:
        if self.get("ignore_configured_endpoint_urls").lower() == "true":
            return ""
        services = self.files.services.get(self.get("services"), {}).get("sts", {})
        of_sts = services.get("endpoint_url", "") if isinstance(services, dict) else ""
        return of_sts or self.get("endpoint_url")


def resolve(requested: Profile) -> tuple[Source, list[Profile]]:
    """Return the source of a profile's credentials, and the profiles with the roles to assume."""
    hops: list[Profile] = []
    seen = [requested.name]
    profile = requested
    # In a source profile, keys take precedence over a role.
    while profile.is_role and not (hops and profile.has_keys):
        hops.insert(0, profile)
        if ("source_profile" in profile) == ("credential_source" in profile):
            both = "both source_profile and" if "source_profile" in profile else "neither source_profile nor"
            raise profile.failed(f"has role_arn and {both} credential_source", "Set one of the two.")
        if "credential_source" in profile:
            return _credential_source(profile), hops
        name = profile.get("source_profile")
        if name not in profile.files.names:
            hint = closest(name, profile.files.names)
            raise profile.failed(f"has a source_profile that does not exist, {name!r:.80}", hint)
        if name == profile.name and profile.has_keys:
            break
        if name in seen:
            raise profile.failed(f"has a circular source_profile, {name!r:.80}", "Correct source_profile.")
        seen.append(name)
        profile = profile.source(name)
    return _source_of(profile, alone=not hops), hops


def _credential_source(profile: Profile) -> Source:
    source = profile.get("credential_source")
    if source not in (INSTANCE, CONTAINER, ENVIRONMENT):
        known = f"Use {INSTANCE}, {CONTAINER} or {ENVIRONMENT}."
        raise profile.failed("has an unknown credential_source", known)
    return Source(source, profile.name, {"type": "instance_role"})


def _source_of(profile: Profile, *, alone: bool) -> Source:
    """Return the source that AWS clients would use first.

    :param alone: whether no role is assumed
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
    source = next(filter(None, (way() for way in ways)), None)
    if not source:
        reason = "has only one of a pair of keys" if profile.has_keys else "has no credentials"
        raise profile.failed(reason, "Add keys, a role with a source, a web identity, SSO or a credential_process.")
    return source


def _web_identity(profile: Profile) -> Source:
    if not profile.get("role_arn"):
        raise profile.failed("has a web_identity_token_file without role_arn", "Add role_arn.")
    remarks = {
        "role_session_name": "octo.aws names the sessions itself",
        "duration_seconds": "set it in the task that uses the account",
    }
    token_file = profile.get(WEB_IDENTITY)
    options = {"type": "web_identity", "role_arn": profile.get("role_arn"), WEB_IDENTITY: token_file}
    left_out = tuple(f"{field} is not imported: {why}." for field, why in remarks.items() if field in profile)
    unread = unread_fields(profile, (WEB_IDENTITY, "role_arn", *remarks))
    return Source(WEB_IDENTITY, profile.name, options, (*left_out, *unread), token_file)


def _keys(profile: Profile, section: Section, *, alone: bool) -> Source | None:
    """Return the keys of one file. Keys of two files are never combined.

    ``mfa_serial`` beside keys is the device of their user, which makes the account ``temporary``. A role uses the
    device of its own profile.
    """
    if "aws_access_key_id" not in section:
        return None
    if "aws_secret_access_key" not in section:
        raise profile.failed("has only one of a pair of keys", "Set both aws_access_key_id and aws_secret_access_key.")
    access_key, secret_key = (profile.get(field, section) for field in KEY_NAMES)
    token = next((profile.get(field, section) for field in TOKEN_NAMES if field in section), "")
    keys: dict[str, t.Any] = {
        "type": "access_key",
        "access_key": access_key,
        "secret_key": secret_key,
        "session_token": token,
    }
    remarks = ["The keys are temporary and will expire."] if token else []
    read = [*KEY_NAMES, *TOKEN_NAMES]
    serial = profile.get("mfa_serial") if alone and not token else ""
    files = (profile.files.config, profile.files.credentials)
    if all(any(field in one.get(profile.name, {}) for field in read) for one in files):
        remarks.append(
            f"Both files have keys of the profile {profile.name!r:.80}: those of the credentials file are used."
        )
    if serial:
        keys |= {"temporary": True, "mfa_serial": serial}
        read.append("mfa_serial")
        remarks.append("The account is temporary, because the profile has mfa_serial: its sessions need an MFA code.")
    return Source(KEY_NAMES[0], profile.name, keys, (*remarks, *unread_fields(profile, read)))


def unread_fields(profile: Profile, read: t.Container[str]) -> list[str]:
    """Return remarks about fields that concern the identity, but that AWS clients do not read in this profile."""
    known = dict.fromkeys((*CREDENTIAL_FIELDS, *HOP_FIELDS, *TOKEN_NAMES))
    where = f"of the profile {profile.name!r:.80}"
    unread = [field for field in known if field in profile and field not in read]
    remarks = [f"{field} {where} is not imported: AWS clients do not read it there." for field in unread]
    similar = {field: closest(field, known, most=1, least=0.85) for field in profile.fields if field not in known}
    return remarks + [
        f"{field!r:.80} {where} is not imported: AWS clients do not support it. {close}"
        for field, close in similar.items()
        if close
    ]


def _elsewhere(profile: Profile, *fields: str) -> Source | None:
    for field in fields:
        if field in profile:
            remark = (
                f"Keep the profile {profile.name!r:.80} in the AWS config of the user that runs Ansible: "
                f"{_ELSEWHERE[field]} still provides the credentials."
            )
            options = {"type": "profile", "profile": profile.name}
            return Source(field, profile.name, options, (remark,), profile.get(field))
    return None
