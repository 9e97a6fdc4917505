# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what an account is, which values it may have, and how it is written down.

Ground, above C(_errors).
"""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t
from urllib.parse import urlsplit

from ._errors import ErrorCode, OctoAwsError, RecordError, closest

RECORD_VERSION = 1
NAME_LENGTH = 200
RECORD_SIZE = 1024 * 1024
"""More bytes than any sealed record of version 1 can have."""

SECRET_FIELDS = ("secret_key", "session_token")
KEY_FIELDS = ("access_key", "secret_key", "session_token")


class TypeFields(t.NamedTuple):
    """What an account of one type needs, and what it may have besides the fields that every type has."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Both kinds."""
        return self.required + self.optional


TYPES: dict[str, TypeFields] = {
    "access_key": TypeFields(required=("access_key", "secret_key"), optional=("session_token",)),
    "instance_role": TypeFields(),
}


@dataclasses.dataclass(frozen=True)
class Identity:
    """Who AWS says that credentials are, from STS GetCallerIdentity."""

    account_id: str
    arn: str
    user_id: str

    @property
    def partition(self) -> str:
        """The second part of the ARN: C(aws), C(aws-cn), C(aws-us-gov) and so on."""
        return self.arn.split(":")[1]

    def as_result(self) -> dict[str, str]:
        """The RV(identity) value of a task's result."""
        return {**dataclasses.asdict(self), "partition": self.partition}


@dataclasses.dataclass(frozen=True)
class Verified:
    """The identity that STS gave for one access key; it says nothing about another key."""

    access_key: str
    identity: Identity


@dataclasses.dataclass(frozen=True, kw_only=True)
class Account:
    """A named AWS account. Fields that are not set are empty."""

    name: str
    type: str
    description: str = ""
    region: str = ""
    access_key: str = ""
    secret_key: str = dataclasses.field(default="", repr=False)
    session_token: str = dataclasses.field(default="", repr=False)
    account_id: str = ""
    endpoint_url: str = ""
    validate_certs: bool = True
    ca_bundle: str = ""
    verified: Verified | None = None

    @property
    def secrets(self) -> list[str]:
        """The values that nobody may see."""
        return [value for value in (getattr(self, field) for field in SECRET_FIELDS) if value]

    @property
    def verified_identity(self) -> Identity | None:
        """What was verified for the access key that the account has now."""
        if self.verified and self.verified.access_key == self.access_key:
            return self.verified.identity
        return None

    def as_result(self) -> dict[str, t.Any]:
        """The RV(account) value of a task's result: everything but the secrets."""
        hidden = (*SECRET_FIELDS, "verified")
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name not in hidden}


_FIELDS = tuple(field.name for field in dataclasses.fields(Account))
_COMMON_FIELDS = tuple(field for field in _FIELDS if field not in KEY_FIELDS)


def check_name(name: object) -> str:
    """RV(name) trimmed.

    :raises OctoAwsError: not 1 to 200 printable characters
    """
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name)  # YAML reads a name of digits as a number
    trimmed = name.strip() if isinstance(name, str) else ""
    if not trimmed or len(trimmed) > NAME_LENGTH or not trimmed.isprintable():
        raise OctoAwsError(
            ErrorCode.NAME_INVALID,
            f"{name!r:.80} cannot be the name of an account.",
            hint=f"A name has 1 to {NAME_LENGTH} printable characters and no control characters.",
        )
    return trimmed


def merge(name: str, stored: Account | None, options: t.Mapping[str, t.Any]) -> Account:
    """The account that saving RV(options) over RV(stored) gives.

    :param options: fields by name; V(None) keeps what is stored, an empty string clears it
    :raises OctoAwsError: a value or a combination of values that no account can have
    """
    given = {
        # Trimmed before they are compared with what is stored.
        field: value.strip() if isinstance(value, str) else value
        for field, value in options.items()
        if field in _FIELDS and value is not None
    }
    kept = {field: getattr(stored, field) for field in _FIELDS} if stored else {}
    account_type = given.get("type") or kept.get("type") or "access_key"
    allowed = _fields_of(account_type)
    foreign = [field for field in KEY_FIELDS if given.get(field) and field not in allowed.all]
    if foreign:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"An account of type {account_type} has no {' and no '.join(foreign)}.",
            hint="Leave it out, or set type: access_key.",
        )
    if given.get("access_key", kept.get("access_key")) != kept.get("access_key"):
        # A secret and a token belong to one access key and are worthless with another.
        kept = {field: value for field, value in kept.items() if field not in KEY_FIELDS}
    fields = {**kept, **given, "name": name, "type": account_type}
    account = Account(**{field: value for field, value in fields.items() if field in (*_COMMON_FIELDS, *allowed.all)})
    return _with_checked_values(account)


def to_record(account: Account) -> str:
    """RV(account) as the JSON text that is stored. Fields that are not set are left out."""
    fields = {f: getattr(account, f) for f in _FIELDS if f != "verified" and getattr(account, f) not in ("", True)}
    record: dict[str, t.Any] = {"version": RECORD_VERSION, **fields}
    if account.verified:
        identity = dataclasses.asdict(account.verified.identity)
        record["verified"] = {"access_key": account.verified.access_key, **identity}
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def from_record(text: str, name: str, what: str) -> Account:
    """The account that RV(text) describes.

    People edit records by hand, so all that can be wrong with one is told by field, never by value.

    :param name: the account that was asked for; a record of another one is refused
    :param what: names the record in errors
    :raises RecordError: not a record of this account
    """
    try:
        record = json.loads(text)
    except ValueError as error:
        raise _invalid(what, f"it is not JSON (line {getattr(error, 'lineno', '?')})") from None
    except RecursionError:
        raise _invalid(what, "it is nested too deeply") from None
    if not isinstance(record, dict) or record.get("version") != RECORD_VERSION:
        raise _invalid(what, f"it is not a record of version {RECORD_VERSION}")
    if record.get("name") != name:
        raise RecordError(
            ErrorCode.RECORD_MISPLACED,
            f"{what} holds the record of another account ({record.get('name')!r:.80}), not of {name!r}.",
            hint="It was copied or renamed outside of octo.aws. Restore the right file, or delete this account.",
        )
    fields = {key: value for key, value in record.items() if key not in ("version", "verified")}
    for key, value in fields.items():
        if key not in _FIELDS:
            raise _invalid(what, f"it has an unknown field {key!r:.80}. {closest(key, _FIELDS)}".strip())
        if not isinstance(value, bool if key == "validate_certs" else str):
            raise _invalid(what, f"its field {key!r} has the wrong type")
    try:
        account = _with_checked_values(Account(**{"type": "", **fields}))
    except OctoAwsError as error:
        raise _invalid(what, error.message) from None
    return dataclasses.replace(account, verified=_verified_from_record(record.get("verified"), what))


def _verified_from_record(value: object, what: str) -> Verified | None:
    if value is None:
        return None
    names = ("access_key", "account_id", "arn", "user_id")
    if not isinstance(value, dict) or set(value) != set(names) or not all(isinstance(v, str) for v in value.values()):
        raise _invalid(what, "its field 'verified' does not name exactly " + ", ".join(names))
    if not CALLER_ARN.fullmatch(value["arn"]):
        raise _invalid(what, "its field 'verified' has no ARN")
    return Verified(value["access_key"], Identity(value["account_id"], value["arn"], value["user_id"]))


def _invalid(what: str, why: str) -> RecordError:
    return RecordError(
        ErrorCode.RECORD_INVALID,
        f"{what} is not a valid record: {why.rstrip('.')}.",
        hint="Correct it with ansible-vault edit, or delete the account and save it anew.",
    )


def _fields_of(account_type: str) -> TypeFields:
    if account_type not in TYPES:
        raise OctoAwsError(
            ErrorCode.OPTION_INVALID,
            f"type cannot be {account_type!r:.80}.",
            hint=f"It is one of {', '.join(TYPES)}. {closest(account_type, TYPES)}".strip(),
        )
    return TYPES[account_type]


# Patterns and lengths: AWS STS API reference, data type Credentials and GetCallerIdentity; IAM user guide, ARNs.
_ACCESS_KEY = re.compile(r"[A-Za-z0-9_]{16,128}")
_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-[0-9]+")
CALLER_ARN = re.compile(r"arn:aws[a-z-]*:(?:iam|sts)::[0-9]{12}:\S+")
"""What STS answers to who is asking."""

# No AWS value is as long; what is stored can always be read again.
_LENGTHS = {
    "description": 1_000,
    "secret_key": 1_000,
    "session_token": 32_000,
    "endpoint_url": 2_000,
    "ca_bundle": 4_000,
}
_TEMPORARY_KEY_PREFIX = "ASIA"


def _with_checked_values(account: Account) -> Account:
    """RV(account) with its values trimmed and checked."""
    checks: dict[str, t.Callable[[str], str]] = {
        "description": _check_description,
        "region": check_region,
        "access_key": _check_access_key,
        "secret_key": lambda value: _check_printable("secret_key", value),
        "session_token": lambda value: _check_printable("session_token", value),
        "account_id": _check_account_id,
        "endpoint_url": _check_endpoint_url,
        "ca_bundle": lambda value: _check_printable("ca_bundle", value, spaces=True),
    }
    values: dict[str, t.Any] = {}
    for field, check in checks.items():
        value = getattr(account, field).strip()
        if len(value) > _LENGTHS.get(field, len(value)):
            raise _refused(field, f"has more than {_LENGTHS[field]:,} characters")
        values[field] = check(value) if value else ""
    account = dataclasses.replace(account, **values)
    missing = [field for field in _fields_of(account.type).required if not getattr(account, field)]
    if missing:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"An account of type {account.type} needs {' and '.join(missing)}.",
            hint="A secret key and a session token belong to one access key: give them together with a new one.",
        )
    if account.access_key.startswith(_TEMPORARY_KEY_PREFIX) and not account.session_token:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"The access key {account.access_key} is temporary and needs its session_token.",
            hint="Give all three values that AWS gave, or the long-term key of an IAM user (AKIA...).",
        )
    return account


def _refused(field: str, why: str, hint: str = "") -> OctoAwsError:
    return OctoAwsError(ErrorCode.OPTION_INVALID, f"{field} {why}.", hint=hint)


def _check_description(value: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise _refused("description", "holds half a character (a surrogate), which cannot be stored") from None
    return value


def check_region(value: str) -> str:
    """RV(value), an AWS region code such as C(eu-central-1).

    :raises OctoAwsError: it does not have the shape of one
    """
    if not _REGION.fullmatch(value):
        raise _refused("region", f"cannot be {value!r:.80}", "It is a region code such as eu-central-1.")
    return value


def _check_access_key(value: str) -> str:
    if not _ACCESS_KEY.fullmatch(value):
        # Not quoted: people paste the secret key here.
        raise _refused(
            "access_key", "is not an access key ID", "It has 16 to 128 letters and digits: AKIA... or ASIA..."
        )
    return value


def _check_printable(field: str, value: str, *, spaces: bool = False) -> str:
    if not value.isprintable() or (not spaces and " " in value):
        raise _refused(field, "holds spaces, line breaks or control characters", "Copy it again, without line breaks.")
    return value


def _check_account_id(value: str) -> str:
    if not _ACCOUNT_ID.fullmatch(value):
        raise _refused("account_id", f"cannot be {value!r:.80}", "It has 12 digits; quote it in YAML: '012345678901'.")
    return value


def _check_endpoint_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
        parts = urlsplit("")
    if not usable or not value.isprintable() or parts.username is not None or parts.query or parts.fragment:
        # Not quoted: it may hold a password.
        raise _refused("endpoint_url", "is not an endpoint", "It is https://HOST or http://HOST:PORT, nothing more.")
    return value
