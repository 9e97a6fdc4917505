# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A hop: one role to assume, with all parameters of AssumeRole, validated before any request."""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t
from unicodedata import category

from .._errors import ErrorCode, OctoAwsError, closest
from .field_checks import check_command, check_mfa_serial, check_role_arn, empty, parse_role_arn, refused
from .yaml_values import to_json, to_text, to_texts

SHORTEST_SESSION = 900
LONGEST_SESSION = 43_200
LONGEST_USER_SESSION = 129_600
"""Seconds. AWS STS API reference, GetSessionToken."""

LONGEST_CHAINED_SESSION = 3_600
"""Seconds. AWS STS API reference, AssumeRole: a role that is assumed with the session of another role lasts an hour."""

DEFAULT_SESSION = 3_600
"""Seconds. The default of AWS."""

_SESSION_NAME = r"[A-Za-z0-9_+=,.@-]{2,64}"
_EXTERNAL_ID = r"[A-Za-z0-9_+=,.@:/-]{2,1224}"
_POLICY_ARN = r"arn:(aws(?:-[a-z]+)*):iam::(aws|[0-9]{12}):policy/[\x21-\x7e]{1,640}"
TAG_SIGNS = frozenset("_.:/=+-@")
JOB_TAGS = ("repository", "job", "actor")
"""The keys of tags from a CI job."""

_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_POLICY_SIGNS = r"[\t\n\r\x20-\xff]+"
_MOST_TAGS = 50
_MOST_POLICY_ARNS = 10
_LONGEST_POLICIES = 2_048


@dataclasses.dataclass(frozen=True)
class Hop:
    """A role to assume. Empty fields are not sent."""

    role_arn: str
    role_session_name: str = ""
    external_id: str = dataclasses.field(default="", repr=False)
    duration_seconds: int = 0
    policy: str = ""
    policy_arns: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    tags_from_job: bool = False
    transitive_tag_keys: tuple[str, ...] = ()
    source_identity: str = ""
    mfa_serial: str = ""
    mfa_process: tuple[str, ...] = ()

    @property
    def partition(self) -> str:
        """The partition of the role."""
        return parse_role_arn(self.role_arn).partition

    @property
    def account_id(self) -> str:
        """The AWS account of the role."""
        return parse_role_arn(self.role_arn).account_id

    def as_record(self) -> dict[str, t.Any]:
        """Return the fields that are set, for a record."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        values["tags"] = dict(self.tags)
        values.update({name: list(value) for name, value in values.items() if isinstance(value, tuple)})
        return {name: value for name, value in values.items() if value}

    def as_result(self) -> dict[str, t.Any]:
        """Return the fields that are set, without the external ID: it is no secret to AWS, but helps attackers."""
        return {name: value for name, value in self.as_record().items() if name != "external_id"}


_FIELDS = tuple(field.name for field in dataclasses.fields(Hop))

HOP_SPEC: dict[str, t.Any] = {
    "role_arn": {"type": "str", "required": True},
    "role_session_name": {"type": "str"},
    "external_id": {"type": "str", "no_log": True},
    "duration_seconds": {"type": "int"},
    "policy": {"type": "raw"},
    "policy_arns": {"type": "list", "elements": "str"},
    "tags": {"type": "dict"},
    "tags_from_job": {"type": "bool"},
    "transitive_tag_keys": {"type": "list", "elements": "str", "no_log": False},
    "source_identity": {"type": "str"},
    "mfa_serial": {"type": "str"},
    "mfa_process": {"type": "list", "elements": "str"},
}
"""The argument spec of a hop."""


def hop_label(hop: Hop, number: int, count: int) -> str:
    """Return the name of a hop in errors."""
    return f"hop {number} of {count} ({hop.role_arn})"


def parse_hops(value: object, label: str = "assume_role") -> tuple[Hop, ...]:
    """Parse a list of mappings.

    :param label: names the list in errors
    :raises OctoAwsError: a hop is not valid
    """
    if not isinstance(value, (list, tuple)):
        raise refused(label, "is not a list of roles", "Write each item as a mapping with role_arn.")
    return tuple(_parse_item(item, f"{label}, hop {number}") for number, item in enumerate(value, 1))


def check_written(value: object) -> None:
    """Reject empty strings in hops of a user: without its policy, a session has all permissions of its role.

    :raises OctoAwsError: a field is empty
    """
    for number, item in enumerate(value if isinstance(value, (list, tuple)) else (), 1):
        for field, text in item.items() if isinstance(item, t.Mapping) else ():
            if isinstance(text, str) and not text.strip():
                raise empty(str(field)).about(f"assume_role, hop {number}")


def _parse_item(item: object, label: str) -> Hop:
    try:
        return _parse_hop(item)
    except OctoAwsError as error:
        raise error.about(label) from None


def _parse_hop(item: object) -> Hop:
    if not isinstance(item, t.Mapping):
        raise refused("A role to assume", "must be a mapping with role_arn")
    for key in item:
        if key not in _FIELDS:
            raise OctoAwsError(
                ErrorCode.OPTION_UNKNOWN,
                f"Unknown option {key!r:.80}.",
                hint=closest(str(key), _FIELDS) or f"Valid options: {', '.join(_FIELDS)}.",
            )
    fields = {key: value for key, value in item.items() if value not in (None, "", (), [], {})}
    values = {key: _CHECKS[key](value) for key, value in fields.items()}
    if not values.get("role_arn"):
        raise refused("A role to assume", "needs role_arn")
    hop = Hop(**values)
    check_together(hop)
    return hop


def check_option(option: str, value: object) -> t.Any:
    """Return the value of an option of a hop as it is stored, for sessions of roles that are no hops.

    :raises OctoAwsError: the value is not valid
    """
    return _CHECKS[option](value)


def check_together(hop: Hop) -> None:
    """Check the fields of a hop against each other.

    :raises OctoAwsError: they cannot be used together
    """
    if len(hop.policy) + sum(map(len, hop.policy_arns)) > _LONGEST_POLICIES:
        raise refused("policy", f"and policy_arns together have more than {_LONGEST_POLICIES:,} characters")
    for arn in hop.policy_arns:
        match = re.fullmatch(_POLICY_ARN, arn)
        if match and (match[1] != hop.partition or match[2] not in ("aws", hop.account_id)):
            raise refused("policy_arns", f"has {arn}, which is not in the partition and the AWS account of the role")
    keys = {*(key.lower() for key, _value in hop.tags), *(JOB_TAGS if hop.tags_from_job else ())}
    for key in hop.transitive_tag_keys:
        if key.lower() not in keys:
            raise refused("transitive_tag_keys", f"has {key!r:.140}, which is not a key of tags")
    if hop.mfa_process and not hop.mfa_serial:
        raise refused("mfa_process", "needs mfa_serial", "Set mfa_serial to the MFA device of the codes.")


def check_duration(value: object, longest: int = LONGEST_SESSION, field: str = "duration_seconds") -> int:
    """Check the duration of a session, in seconds."""
    try:
        seconds = int(str(value))
    except ValueError:
        seconds = -1
    if isinstance(value, bool) or not SHORTEST_SESSION <= seconds <= longest:
        raise refused(
            field,
            f"cannot be {value!r:.20}",
            f"Use {SHORTEST_SESSION} (15 minutes) to {longest} seconds ({longest // 3600} "
            f"hour{'s' if longest > 3600 else ''}).",
        )
    return seconds


def _check_pattern(field: str, pattern: str, hint: str, *, quoted: bool = True) -> t.Callable[[t.Any], str]:
    def check(value: object) -> str:
        text = to_text(field, value).strip()
        if not re.fullmatch(pattern, text):
            raise refused(field, f"cannot be {text!r:.80}" if quoted else "has a format that AWS does not accept", hint)
        return text

    return check


def _no_constant(name: str) -> t.NoReturn:
    """Reject ``Infinity`` and ``NaN``, which Python accepts in JSON against the standard."""
    raise ValueError(name)


def _check_policy(value: object) -> str:
    """Return the text of a policy. A mapping becomes compact JSON."""
    text = to_json("policy", value) if isinstance(value, t.Mapping) else to_text("policy", value).strip()
    try:
        usable = isinstance(json.loads(text, parse_constant=_no_constant), dict) and bool(
            re.fullmatch(_POLICY_SIGNS, text)
        )
    except (ValueError, RecursionError):
        usable = False
    if not usable:
        raise refused("policy", "is not an IAM policy in JSON", "Use a mapping, or a string with JSON.")
    return text


def _check_list(field: str, value: object, most: int, check: t.Callable[[str], str]) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise refused(field, "is not a list")
    if len(value) > most:
        raise refused(field, f"has more than {most} items")
    return tuple(check(to_text(field, item).strip()) for item in value)


def _check_policy_arn(value: str) -> str:
    if not re.fullmatch(_POLICY_ARN, value):
        raise refused("policy_arns", f"cannot have {value!r:.120}", "Use ARNs such as arn:aws:iam::aws:policy/NAME.")
    return value


def _check_tag_text(label: str, text: str, longest: int) -> str:
    if len(text) > longest or not all(sign in TAG_SIGNS or category(sign)[0] in "LNZ" for sign in text):
        raise refused(
            "tags",
            f"has a {label} that AWS does not accept, {text!r:.80}",
            f"Use at most {longest} letters, digits, spaces and characters of _.:/=+-@",
        )
    return text


def _check_tag_key(value: str) -> str:
    if not value or value.lower().startswith("aws:"):
        raise refused("tags", f"has a key that AWS reserves, {value!r:.80}" if value else "has an empty key")
    return _check_tag_text("key", value, 128)


def _check_tags(value: object) -> tuple[tuple[str, str], ...]:
    tags = to_texts("tags", value)
    if len(tags) > _MOST_TAGS:
        raise refused("tags", f"has more than {_MOST_TAGS} keys")
    keys = [key.lower() for key in tags]
    if len(set(keys)) != len(keys):
        raise refused("tags", "has keys that differ only in case, which AWS does not distinguish")
    return tuple((_check_tag_key(key), _check_tag_text(f"value of {key}", text, 256)) for key, text in tags.items())


def _check_flag(option: str, value: object) -> bool:
    text = to_text(option, value).strip().lower()
    if text not in (*_TRUE, *_FALSE):
        raise refused(option, f"is neither true nor false, but {text!r:.80}", "Write true or false.")
    return text in _TRUE


_NAME_HINT = "Use 2 to 64 letters, digits and characters of _+=,.@-"
_CHECKS: dict[str, t.Callable[[t.Any], t.Any]] = {
    "role_arn": lambda value: check_role_arn(to_text("role_arn", value).strip()),
    "role_session_name": _check_pattern("role_session_name", _SESSION_NAME, _NAME_HINT),
    "external_id": _check_pattern(
        "external_id", _EXTERNAL_ID, "Use 2 to 1,224 letters, digits and characters of _+=,.@:/-", quoted=False
    ),
    "duration_seconds": check_duration,
    "policy": _check_policy,
    "policy_arns": lambda value: _check_list("policy_arns", value, _MOST_POLICY_ARNS, _check_policy_arn),
    "tags": _check_tags,
    "tags_from_job": lambda value: _check_flag("tags_from_job", value),
    "transitive_tag_keys": lambda value: _check_list("transitive_tag_keys", value, _MOST_TAGS, _check_tag_key),
    "source_identity": _check_pattern("source_identity", _SESSION_NAME, _NAME_HINT),
    "mfa_serial": lambda value: check_mfa_serial(to_text("mfa_serial", value).strip()),
    "mfa_process": lambda value: check_command("mfa_process", value),
}
