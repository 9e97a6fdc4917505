# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what an account is and which values it may have.

Ground, above C(_hop) and C(_values). What concerns hops is imported where there are any: most accounts have none, and
ansible-core compiles each file in each process.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError, closest
from ...module_utils._model.credentials import Credentials
from ...module_utils._model.validation import (
    check_access_key,
    check_account_id,
    check_description,
    check_endpoint_url,
    check_mfa_serial,
    check_region,
    check_role_arn,
    check_text,
    parse_role_arn,
)

if t.TYPE_CHECKING:
    from ...module_utils._model.hop import Hop
    from ...module_utils._model.identity import Identity

NAME_LENGTH = 200
SECRET_FIELDS = ("secret_key", "session_token")
KEY_FIELDS = ("access_key", "secret_key", "session_token")
_NEVER_SHOWN = (*SECRET_FIELDS, "session_key", "verified")


class TypeFields(t.NamedTuple):
    """What an account of one type needs, and what it may have besides the fields that every type has."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Both kinds."""
        return self.required + self.optional


TYPES: dict[str, TypeFields] = {
    "access_key": TypeFields(
        required=("access_key", "secret_key"), optional=("session_token", "temporary", "mfa_serial")
    ),
    "instance_role": TypeFields(),
    "web_identity": TypeFields(required=("role_arn", "web_identity_token_file")),
    "profile": TypeFields(required=("profile",)),
}


class Verified(t.NamedTuple):
    """The identity that STS gave for one access key; it says nothing about another key."""

    access_key: str
    identity: Identity


@dataclasses.dataclass(frozen=True, kw_only=True)
class Account:
    """A named AWS account. Fields that are not set are empty.

    :param session_key: seals the sessions of this account; another one with each change of the account
    """

    name: str
    type: str
    description: str = ""
    region: str = ""
    access_key: str = ""
    secret_key: str = dataclasses.field(default="", repr=False)
    session_token: str = dataclasses.field(default="", repr=False)
    temporary: bool = False
    mfa_serial: str = ""
    role_arn: str = ""
    web_identity_token_file: str = ""
    profile: str = ""
    assume_role: tuple[Hop, ...] = ()
    account_id: str = ""
    endpoint_url: str = ""
    validate_certs: bool = True
    ca_bundle: str = ""
    session_key: str = dataclasses.field(default="", repr=False)
    verified: Verified | None = None

    @property
    def secrets(self) -> list[str]:
        """The values that nobody may see."""
        values = [*(getattr(self, field) for field in SECRET_FIELDS), self.session_key]
        return [value for value in (*values, *(hop.external_id for hop in self.assume_role)) if value]

    @property
    def verified_identity(self) -> Identity | None:
        """What was verified for the access key that the account has now, before any hop."""
        if self.verified and self.verified.access_key == self.access_key:
            return self.verified.identity
        return None

    def keys(self, region: str) -> Credentials:
        """The keys that it holds, to be used in a region."""
        return Credentials(
            access_key=self.access_key,
            secret_key=self.secret_key,
            session_token=self.session_token,
            region=region,
            source=self.type,
            identity=self.verified_identity,
        )

    @property
    def is_static(self) -> bool:
        """Whether the keys that it holds are all there is to it: nobody has to be asked for anything, not even whether
        they are of the right AWS account."""
        if self.type != "access_key" or self.temporary or self.assume_role:
            return False
        identity = self.verified_identity
        return not self.account_id or (identity is not None and identity.account_id == self.account_id)

    def is_like(self, other: Account) -> bool:
        """Whether both say the same, apart from what belongs to one record: its session key, and what was verified."""
        of_other = {"session_key": other.session_key, "verified": other.verified}
        return dataclasses.replace(self, **of_other) == other  # type: ignore[arg-type]

    def has_the_origin_of(self, other: Account) -> bool:
        """Whether both lead from the same credentials along the same roles, so that they are the same identity."""
        return self._origin == other._origin

    @property
    def _origin(self) -> tuple[object, ...]:
        roles = tuple(hop.role_arn for hop in self.assume_role)
        return (self.type, self.access_key, self.role_arn, self.web_identity_token_file, self.profile, roles)

    @property
    def known_identity(self) -> Identity | None:
        """The identity that the account was verified to have. With roles to assume, the one of its keys is another."""
        return None if self.assume_role else self.verified_identity

    def as_result(self) -> dict[str, t.Any]:
        """The RV(account) value of a task's result: everything but the secrets."""
        shown = {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name not in _NEVER_SHOWN}
        return {**shown, "assume_role": [hop.as_result() for hop in self.assume_role]}


FIELDS = tuple(field.name for field in dataclasses.fields(Account))
DEFAULTS = {field.name: field.default for field in dataclasses.fields(Account)}
_TYPED_FIELDS = tuple(dict.fromkeys(field for fields in TYPES.values() for field in fields.all))
_COMMON_FIELDS = tuple(field for field in FIELDS if field not in _TYPED_FIELDS)


@contextlib.contextmanager
def named(account: Account) -> t.Iterator[None]:
    """Errors of what is done inside say whose they are."""
    try:
        yield
    except OctoAwsError as error:
        whose = f"account {account.name!r}"
        if not account.name or whose in error.message.replace("A", "a", 1):
            raise
        raise error.about(whose.capitalize()) from None


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

    :param options: fields by name; V(None) keeps what is stored, an empty string or list clears it
    :raises OctoAwsError: a value or a combination of values that no account can have
    """
    given = {
        # Trimmed before they are compared with what is stored.
        field: value.strip() if isinstance(value, str) else value
        for field, value in options.items()
        if field in FIELDS and value is not None
    }
    kept = {field: getattr(stored, field) for field in FIELDS} if stored else {}
    account_type = given.get("type") or kept.get("type") or "access_key"
    allowed = _fields_of(account_type)
    foreign = [field for field in _TYPED_FIELDS if given.get(field) and field not in allowed.all]
    if foreign:
        right = next(kind for kind, fields in TYPES.items() if foreign[0] in fields.all)
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"An account of type {account_type} has no {' and no '.join(foreign)}.",
            hint=f"Leave it out, or set type: {right}.",
        )
    if given.get("access_key", kept.get("access_key")) != kept.get("access_key"):
        # A secret and a token belong to one access key and are worthless with another.
        kept = {field: value for field, value in kept.items() if field not in KEY_FIELDS}
    if "assume_role" in given:
        given["assume_role"] = assume_role_of(given["assume_role"] or ())
    fields = {**kept, **given, "name": name, "type": account_type}
    account = Account(**{field: value for field, value in fields.items() if field in (*_COMMON_FIELDS, *allowed.all)})
    return with_checked_values(account)


def _fields_of(account_type: str) -> TypeFields:
    if account_type not in TYPES:
        raise OctoAwsError(
            ErrorCode.OPTION_INVALID,
            f"type cannot be {account_type!r:.80}.",
            hint=f"It is one of {', '.join(TYPES)}. {closest(account_type, TYPES)}".strip(),
        )
    return TYPES[account_type]


_SESSION_KEY = r"[0-9a-f]{64}"
_TEMPORARY_KEY_PREFIX = "ASIA"


def _check_session_key(value: str) -> str:
    if not re.fullmatch(_SESSION_KEY, value):
        raise OctoAwsError(ErrorCode.OPTION_INVALID, "session_key does not have 64 hexadecimal digits.")
    return value


_CHECKS: dict[str, t.Callable[[str], str]] = {
    "description": check_description,
    "region": check_region,
    "access_key": check_access_key,
    # No AWS value is as long; what is stored can always be read again.
    "secret_key": lambda value: check_text("secret_key", value, 1_000, spaces=False),
    "session_token": lambda value: check_text("session_token", value, 32_000, spaces=False),
    "mfa_serial": check_mfa_serial,
    "role_arn": check_role_arn,
    "web_identity_token_file": lambda value: check_text("web_identity_token_file", value, 4_000),
    "profile": lambda value: check_text("profile", value, 1_000),
    "account_id": check_account_id,
    "endpoint_url": check_endpoint_url,
    "ca_bundle": lambda value: check_text("ca_bundle", value, 4_000),
    "session_key": _check_session_key,
}


def check_given(options: t.Mapping[str, t.Any]) -> None:
    """Refuse values that no account can have, before a store is read.

    :raises OctoAwsError: names the option
    """
    for field, check in _CHECKS.items():
        if value := str(options.get(field) or "").strip():
            check(value)
    written_hops(options.get("assume_role") or ())


def with_checked_values(account: Account) -> Account:
    """RV(account) with its values trimmed and checked."""
    values: dict[str, t.Any] = {}
    for field, check in _CHECKS.items():
        given = getattr(account, field)
        value = check(trimmed) if (trimmed := given.strip()) else ""
        if value != given:
            values[field] = value
    if values:
        account = dataclasses.replace(account, **values)
    missing = [field for field in _fields_of(account.type).required if not getattr(account, field)]
    if missing:
        of_keys = "A secret key and a session token belong to one access key: give them together with a new one."
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"An account of type {account.type} needs {' and '.join(missing)}.",
            hint=of_keys if account.type == "access_key" else "",
        )
    if account.access_key.startswith(_TEMPORARY_KEY_PREFIX) and not account.session_token:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"The access key {account.access_key} is temporary and needs its session_token.",
            hint="Give all three values that AWS gave, or the long-term key of an IAM user (AKIA...).",
        )
    if account.temporary and account.session_token:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            "temporary makes sessions with the long-term key of an IAM user, and this access key is temporary already.",
            hint="Leave temporary out, or give a long-term key (AKIA...).",
        )
    if account.mfa_serial and not account.temporary:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            "mfa_serial of an account is for the sessions that temporary makes.",
            hint="Set temporary: true, or give mfa_serial in the first item of assume_role.",
        )
    check_chain_of(account, account.assume_role)
    return account


def assume_role_of(value: object) -> tuple[Hop, ...]:
    """The hops that a list of mappings describes.

    :raises OctoAwsError: names the hop and the field
    """
    if value in ((), []):
        return ()
    from ...module_utils._model.hop import parse_hops

    return parse_hops(value)


def written_hops(value: object) -> tuple[Hop, ...]:
    """The hops that a user wrote: the same, and no field is empty.

    :raises OctoAwsError: names the hop and the field
    """
    if value in ((), []):
        return ()
    from ...module_utils._model.hop import check_written

    check_written(value)
    return assume_role_of(value)


def check_chain_of(account: Account, hops: t.Sequence[Hop]) -> None:
    """Refuse hops that cannot follow the credentials of this account.

    :raises OctoAwsError: names the hop
    """
    if not hops:
        return
    from ...module_utils._model.hop_chain import check_chain

    check_chain(
        hops,
        first_is_chained=account.type == "web_identity",
        first_may_use_mfa=account.type in ("access_key", "profile") and not account.mfa_serial,
    )
    if account.role_arn and parse_role_arn(account.role_arn).partition != hops[0].partition:
        raise OctoAwsError(
            ErrorCode.PARTITION_MISMATCH,
            f"The first role of assume_role is of the partition {hops[0].partition}, and {account.role_arn} is not.",
            hint="A chain of roles stays in one partition.",
        )
