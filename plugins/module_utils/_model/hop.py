# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: a hop, one role to assume, and the chain that hops form.

Ground, above ``_yaml_values``. All of AssumeRole's parameters, checked as AWS documents them, before anything is sent.
"""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t
from unicodedata import category

from .._errors import ErrorCode, OctoAwsError, closest
from .validation import check_mfa_serial, check_role_arn, empty, parse_role_arn, refused
from .yaml_values import to_json, to_text, to_texts

SHORTEST_SESSION = 900
LONGEST_SESSION = 43_200
LONGEST_USER_SESSION = 129_600
"""Seconds. AWS STS API reference, GetSessionToken."""

LONGEST_CHAINED_SESSION = 3_600
"""Seconds. AWS STS API reference, AssumeRole: a role that is assumed with the session of another role lasts an hour."""

DEFAULT_SESSION = 3_600
"""Seconds that AWS gives when it is not told otherwise."""

_SESSION_NAME = r"[A-Za-z0-9_+=,.@-]{2,64}"
_EXTERNAL_ID = r"[A-Za-z0-9_+=,.@:/-]{2,1224}"
_POLICY_ARN = r"arn:(aws(?:-[a-z]+)*):iam::(aws|[0-9]{12}):policy/[\x21-\x7e]{1,640}"
_TAG_SIGNS = frozenset("_.:/=+-@")
_POLICY_SIGNS = r"[\t\n\r\x20-\xff]+"
_MOST_TAGS = 50
_MOST_POLICY_ARNS = 10
_LONGEST_POLICIES = 2_048


@dataclasses.dataclass(frozen=True)
class Hop:
    """One role to assume. What is not set is empty, and is not sent."""

    role_arn: str
    role_session_name: str = ""
    external_id: str = dataclasses.field(default="", repr=False)
    duration_seconds: int = 0
    policy: str = ""
    policy_arns: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    transitive_tag_keys: tuple[str, ...] = ()
    source_identity: str = ""
    mfa_serial: str = ""

    @property
    def partition(self) -> str:
        """The partition of the role."""
        return parse_role_arn(self.role_arn).partition

    @property
    def account_id(self) -> str:
        """The AWS account of the role."""
        return parse_role_arn(self.role_arn).account_id

    def as_record(self) -> dict[str, t.Any]:
        """What is set, as it is written down."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        values["tags"] = dict(self.tags)
        values.update({name: list(value) for name, value in values.items() if isinstance(value, tuple)})
        return {name: value for name, value in values.items() if value}

    def as_result(self) -> dict[str, t.Any]:
        """What is set and not secret. AWS calls an external ID no secret, but who knows it is half way in."""
        return {name: value for name, value in self.as_record().items() if name != "external_id"}


_FIELDS = tuple(field.name for field in dataclasses.fields(Hop))

HOP_SPEC: dict[str, t.Any] = {
    "role_arn": {"type": "str", "required": True},
    "role_session_name": {"type": "str"},
    "external_id": {"type": "str", "no_log": True},
    "duration_seconds": {"type": "int"},
    "policy": {"type": "json"},
    "policy_arns": {"type": "list", "elements": "str"},
    "tags": {"type": "dict"},
    "transitive_tag_keys": {"type": "list", "elements": "str", "no_log": False},
    "source_identity": {"type": "str"},
    "mfa_serial": {"type": "str"},
}
"""The same as arguments of a module."""


def hop_label(hop: Hop, number: int, count: int) -> str:
    """Names a hop in errors."""
    return f"hop {number} of {count} ({hop.role_arn})"


def parse_hops(value: object, what: str = "assume_role") -> tuple[Hop, ...]:
    """The hops that a list of mappings describes.

    :param what: names the list in errors
    :raises OctoAwsError: names the hop and the field
    """
    if not isinstance(value, (list, tuple)):
        raise refused(what, "is not a list of roles", "Each item is a mapping with role_arn.")
    return tuple(_named(item, f"{what}, hop {number}") for number, item in enumerate(value, 1))


def check_written(value: object) -> None:
    """Refuse empty texts in hops as a user wrote them: without its policy, a session may do all that its role may.

    :raises OctoAwsError: names the hop and the field
    """
    for number, item in enumerate(value if isinstance(value, (list, tuple)) else (), 1):
        for field, text in item.items() if isinstance(item, t.Mapping) else ():
            if isinstance(text, str) and not text.strip():
                raise empty(str(field)).about(f"assume_role, hop {number}")


def _named(item: object, what: str) -> Hop:
    try:
        return _hop_of(item)
    except OctoAwsError as error:
        raise error.about(what) from None


def _hop_of(item: object) -> Hop:
    if not isinstance(item, t.Mapping):
        raise refused("A role to assume", "is a mapping with role_arn")
    for key in item:
        if key not in _FIELDS:
            raise OctoAwsError(
                ErrorCode.OPTION_UNKNOWN,
                f"There is no option {key!r:.80}.",
                hint=closest(str(key), _FIELDS) or f"The options are {', '.join(_FIELDS)}.",
            )
    given = {key: value for key, value in item.items() if value not in (None, "", (), [], {})}
    values = {key: _CHECKS[key](value) for key, value in given.items()}
    if not values.get("role_arn"):
        raise refused("A role to assume", "needs role_arn")
    hop = Hop(**values)
    _check_together(hop)
    return hop


def _check_together(hop: Hop) -> None:
    """What one field of a hop says about another."""
    if len(hop.policy) + sum(map(len, hop.policy_arns)) > _LONGEST_POLICIES:
        raise refused("policy", f"and policy_arns have more than {_LONGEST_POLICIES:,} characters together")
    for arn in hop.policy_arns:
        match = re.fullmatch(_POLICY_ARN, arn)
        if match and (match[1] != hop.partition or match[2] not in ("aws", hop.account_id)):
            raise refused("policy_arns", f"names {arn}, which is not of the partition and the AWS account of the role")
    keys = {key.lower() for key, _value in hop.tags}
    for key in hop.transitive_tag_keys:
        if key.lower() not in keys:
            raise refused("transitive_tag_keys", f"names {key!r:.140}, which is no key of tags")


def check_chain(hops: t.Sequence[Hop], *, first_is_chained: bool, first_may_use_mfa: bool) -> None:
    """Refuse hops that AWS cannot make a chain of.

    :param first_is_chained: the credentials that assume the first role are those of a role's session
    :param first_may_use_mfa: they may be those of an IAM user, who alone can use an MFA device, and did not use it yet
    :raises OctoAwsError: names the hop
    """
    for number, hop in enumerate(hops, 1):
        what = f"assume_role, hop {number}"
        if hop.partition != hops[0].partition:
            raise refused(what, f"is a role of the partition {hop.partition}, and the first one of {hops[0].partition}")
        if hop.duration_seconds > LONGEST_CHAINED_SESSION and (number > 1 or first_is_chained):
            raise refused(
                f"{what}: duration_seconds",
                f"is {hop.duration_seconds:,}, but a role that another role assumes lasts at most an hour",
                f"Leave it out, or make it at most {LONGEST_CHAINED_SESSION}.",
            )
        if hop.mfa_serial and (number > 1 or not first_may_use_mfa):
            raise refused(
                f"{what}: mfa_serial",
                "is of no use: an MFA device belongs to an IAM user, who can use it once, for the first role",
                "Give it for the first hop of an account with the keys of a user.",
            )
    _check_inherited(hops)


def _check_inherited(hops: t.Sequence[Hop]) -> None:
    """Refuse what a hop cannot change: a source identity and transitive tags stay for all sessions after theirs (AWS
    STS API reference, AssumeRole)."""
    identity = ""
    inherited: set[str] = set()
    for number, hop in enumerate(hops, 1):
        if identity and hop.source_identity not in ("", identity):
            raise refused(
                f"assume_role, hop {number}: source_identity",
                f"is {hop.source_identity!r}, and {identity!r} of a hop before, which stays",
                "Leave it out, or make it the same.",
            )
        for key, _value in hop.tags:
            if key.lower() in inherited:
                raise refused(
                    f"assume_role, hop {number}: tags",
                    f"has {key!r:.140}, which is a transitive tag of a hop before and stays",
                    "Leave it out, or take it out of transitive_tag_keys there.",
                )
        identity = identity or hop.source_identity
        inherited |= {key.lower() for key in hop.transitive_tag_keys}


def check_duration(value: object, longest: int = LONGEST_SESSION, field: str = "duration_seconds") -> int:
    """Seconds that a session is asked to last."""
    try:
        seconds = int(str(value))
    except ValueError:
        seconds = -1
    if isinstance(value, bool) or not SHORTEST_SESSION <= seconds <= longest:
        raise refused(
            field,
            f"cannot be {value!r:.20}",
            f"AWS gives sessions of {SHORTEST_SESSION} seconds (15 minutes) to {longest} seconds ({longest // 3600} "
            f"hour{'s' if longest > 3600 else ''}).",
        )
    return seconds


def _check_pattern(field: str, pattern: str, hint: str, *, quoted: bool = True) -> t.Callable[[t.Any], str]:
    def check(value: object) -> str:
        text = to_text(field, value).strip()
        if not re.fullmatch(pattern, text):
            raise refused(field, f"cannot be {text!r:.80}" if quoted else "has a form that AWS does not take", hint)
        return text

    return check


def _no_constant(name: str) -> t.NoReturn:
    """Refuse what Python takes for JSON, and JSON does not have: infinity, and what is no number."""
    raise ValueError(name)


def _check_policy(value: object) -> str:
    """The text of a policy. A mapping becomes JSON, as short as can be."""
    text = to_json("policy", value) if isinstance(value, t.Mapping) else to_text("policy", value).strip()
    try:
        usable = isinstance(json.loads(text, parse_constant=_no_constant), dict) and bool(
            re.fullmatch(_POLICY_SIGNS, text)
        )
    except (ValueError, RecursionError):
        usable = False
    if not usable:
        raise refused("policy", "is not an IAM policy in JSON", "Give a mapping, or the text of one.")
    return text


def _check_list(field: str, value: object, most: int, check: t.Callable[[str], str]) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise refused(field, "is not a list")
    if len(value) > most:
        raise refused(field, f"has more than {most} items")
    return tuple(check(to_text(field, item).strip()) for item in value)


def _check_policy_arn(value: str) -> str:
    if not re.fullmatch(_POLICY_ARN, value):
        raise refused("policy_arns", f"cannot hold {value!r:.120}", "It holds ARNs: arn:aws:iam::aws:policy/NAME.")
    return value


def _check_tag_text(what: str, text: str, longest: int) -> str:
    if len(text) > longest or not all(sign in _TAG_SIGNS or category(sign)[0] in "LNZ" for sign in text):
        raise refused(
            "tags",
            f"has a {what} that AWS does not take, {text!r:.80}",
            f"It has at most {longest} letters, digits, spaces and signs of _.:/=+-@",
        )
    return text


def _check_tag_key(value: str) -> str:
    if not value or value.lower().startswith("aws:"):
        raise refused("tags", f"has a key that AWS keeps for itself, {value!r:.80}" if value else "has an empty key")
    return _check_tag_text("key", value, 128)


def _check_tags(value: object) -> tuple[tuple[str, str], ...]:
    tags = to_texts("tags", value)
    if len(tags) > _MOST_TAGS:
        raise refused("tags", f"has more than {_MOST_TAGS} keys")
    keys = [key.lower() for key in tags]
    if len(set(keys)) != len(keys):
        raise refused("tags", "has keys that differ in case only, which are one key to AWS")
    return tuple((_check_tag_key(key), _check_tag_text(f"value of {key}", text, 256)) for key, text in tags.items())


_NAME_HINT = "It has 2 to 64 letters, digits and signs of _+=,.@-"
_CHECKS: dict[str, t.Callable[[t.Any], t.Any]] = {
    "role_arn": lambda value: check_role_arn(to_text("role_arn", value).strip()),
    "role_session_name": _check_pattern("role_session_name", _SESSION_NAME, _NAME_HINT),
    "external_id": _check_pattern(
        "external_id", _EXTERNAL_ID, "It has 2 to 1,224 letters, digits and signs of _+=,.@:/-", quoted=False
    ),
    "duration_seconds": check_duration,
    "policy": _check_policy,
    "policy_arns": lambda value: _check_list("policy_arns", value, _MOST_POLICY_ARNS, _check_policy_arn),
    "tags": _check_tags,
    "transitive_tag_keys": lambda value: _check_list("transitive_tag_keys", value, _MOST_TAGS, _check_tag_key),
    "source_identity": _check_pattern("source_identity", _SESSION_NAME, _NAME_HINT),
    "mfa_serial": lambda value: check_mfa_serial(to_text("mfa_serial", value).strip()),
}
