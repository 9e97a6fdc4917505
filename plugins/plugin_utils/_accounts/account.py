# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account: its fields, the values that they may have, and the rules about its keys and its hops.

``hop`` is imported only for accounts with hops: most have none, and ansible-core compiles each file in each process.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.credentials import Credentials
from ...module_utils._model.field_checks import (
    check_access_key,
    check_account_ids,
    check_command,
    check_description,
    check_endpoint_url,
    check_mfa_serial,
    check_region,
    check_role_arn,
    check_text,
    parse_role_arn,
)
from ...module_utils._model.identity import AccountIds, is_one_of
from .account_types import TYPES, checks_in_files, fields_of_type

if t.TYPE_CHECKING:
    from ...module_utils._model.hop import Hop
    from ...module_utils._model.identity import Identity
    from .rotation import Rotation
    from .settings import SessionOptions, Settings

NAME_LENGTH = 200
SECRET_FIELDS = (
    "secret_key",
    "session_token",
    "private_key",
    "private_key_passphrase",
    "vault_token",
    "vault_secret_id",
    "vault_jwt",
)


class Verified(t.NamedTuple):
    """The identity that STS returned for one access key. It does not hold for another key."""

    access_key: str
    identity: Identity


@dataclasses.dataclass(frozen=True, kw_only=True)
class Account:
    """A named AWS account. Fields that are not set are empty.

    :param key_created: when IAM created the access key, in ISO 8601, if a rotation created it
    :param rotation: of the access key, if it is not finished
    :param session_key: seals the sessions of this account; replaced with each change of the account
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
    mfa_process: tuple[str, ...] = ()
    key_created: str = ""
    rotation: Rotation | None = None
    role_arn: str = ""
    web_identity_token_source: str = ""
    web_identity_token_file: str = ""
    web_identity_token_variable: str = ""
    web_identity_token_command: tuple[str, ...] = ()
    web_identity_audience: str = ""
    web_identity_service_connection: str = ""
    policy: str = ""
    policy_arns: tuple[str, ...] = ()
    duration_seconds: int = 0
    profile: str = ""
    sso_start_url: str = ""
    sso_region: str = ""
    sso_account_id: str = ""
    sso_role_name: str = ""
    trust_anchor_arn: str = ""
    profile_arn: str = ""
    certificate: str = ""
    private_key: str = dataclasses.field(default="", repr=False)
    private_key_file: str = ""
    private_key_passphrase: str = dataclasses.field(default="", repr=False)
    role_session_name: str = ""
    vault_url: str = ""
    vault_namespace: str = ""
    vault_ca_cert: str = ""
    vault_mount: str = ""
    vault_role: str = ""
    vault_credential_type: str = ""
    vault_auth_method: str = ""
    vault_mount_point: str = ""
    vault_role_id: str = ""
    vault_token: str = dataclasses.field(default="", repr=False)
    vault_token_file: str = ""
    vault_secret_id: str = dataclasses.field(default="", repr=False)
    vault_secret_id_file: str = ""
    vault_jwt: str = dataclasses.field(default="", repr=False)
    vault_jwt_file: str = ""
    vault_cert_auth_public_key: str = ""
    vault_cert_auth_private_key: str = ""
    vault_aws_iam_server_id: str = ""
    assume_role: tuple[Hop, ...] = ()
    account_id: AccountIds = ""
    endpoint_url: str = ""
    validate_certs: bool = True
    ca_bundle: str = ""
    session_key: str = dataclasses.field(default="", repr=False)
    verified: Verified | None = None

    @property
    def secrets(self) -> list[str]:
        """The values to mask in all output."""
        values = [*(getattr(self, field) for field in SECRET_FIELDS), self.session_key]
        values += self.private_key.splitlines()[1:-1]  # A line can be quoted without the others.
        if self.rotation:
            values.append(self.rotation.secret_key)
        return [value for value in (*values, *(hop.external_id for hop in self.assume_role)) if value]

    @property
    def origin(self) -> tuple[object, ...]:
        """The fields that decide which identity the account has."""
        fields = {field for kind in TYPES.values() for field in (*kind.required, *kind.deciding)}
        values = tuple(getattr(self, field) for field in sorted(fields.difference(SECRET_FIELDS)))
        return (self.type, *values, tuple(hop.role_arn for hop in self.assume_role))

    @property
    def verified_identity(self) -> Identity | None:
        """The verified identity of the current access key, before any hop."""
        if self.verified and self.verified.access_key == self.access_key:
            return self.verified.identity
        return None

    def own_keys(self, settings: Settings, options: SessionOptions) -> Credentials | None:
        """Return the stored keys if they can be used without resolving a chain, else ``None``."""
        return self.keys(settings.region_for(self.region)) if self.is_static and not options.changes_session else None

    def keys(self, region: str) -> Credentials:
        """Return the stored keys, for use in a region."""
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
        """Whether the stored keys can be used as they are, without a request, even for the check of ``account_id``."""
        if self.type != "access_key" or self.temporary or self.assume_role:
            return False
        identity = self.verified_identity
        return not self.account_id or (identity is not None and is_one_of(identity.account_id, self.account_id))

    def hops(self, options: SessionOptions) -> tuple[Hop, ...]:
        """Return the roles to assume: its own, then those of ``options``.

        :raises OctoAwsError: they cannot form a chain
        """
        hops = (*self.assume_role, *options.assume_role)
        if options.assume_role:
            self.check_chain(hops)
        if not hops or not options.duration_seconds:
            return hops
        from ...module_utils._model.hop import LONGEST_CHAINED_SESSION, LONGEST_SESSION, check_duration

        chained = len(hops) > 1 or TYPES[self.type].is_role_session
        seconds = check_duration(options.duration_seconds, LONGEST_CHAINED_SESSION if chained else LONGEST_SESSION)
        return (*hops[:-1], dataclasses.replace(hops[-1], duration_seconds=seconds))

    def check_chain(self, hops: t.Sequence[Hop]) -> None:
        """Reject hops that cannot follow the credentials of the account.

        :raises OctoAwsError: names the hop
        """
        if not hops:
            return
        from ...module_utils._model.hop_chain import check_chain

        check_chain(
            hops,
            first_is_chained=TYPES[self.type].is_role_session,
            first_may_use_mfa=TYPES[self.type].may_use_mfa and not self.mfa_serial,
        )
        if self.role_arn and parse_role_arn(self.role_arn).partition != hops[0].partition:
            raise OctoAwsError(
                ErrorCode.PARTITION_MISMATCH,
                f"The first role of assume_role is in the partition {hops[0].partition}, but {self.role_arn} is not.",
                hint="Use roles of one partition.",
            )

    def is_like(self, other: Account) -> bool:
        """Whether all fields are equal, except those that belong to one record: session key, verified identity and
        rotation."""
        of_record = ("session_key", "verified", "rotation", "key_created")
        return dataclasses.replace(self, **{field: getattr(other, field) for field in of_record}) == other


FIELDS = tuple(field.name for field in dataclasses.fields(Account))
_DEFAULTS = {field.name: field.default for field in dataclasses.fields(Account)}
TYPED_FIELDS = tuple(dict.fromkeys(field for fields in TYPES.values() for field in fields.all))


@contextlib.contextmanager
def error_context(account: Account) -> t.Iterator[None]:
    """Prefix errors raised in this context with the account's name."""
    try:
        yield
    except OctoAwsError as error:
        subject = f"account {account.name!r}"
        if not account.name or subject in error.message.replace("A", "a", 1):
            raise
        raise error.about(subject.capitalize()) from None


def check_name(name: object) -> str:
    """Return ``name`` trimmed.

    :raises OctoAwsError: not 1 to 200 printable characters
    """
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name)  # YAML reads a name of digits as a number
    trimmed = name.strip() if isinstance(name, str) else ""
    if not trimmed or len(trimmed) > NAME_LENGTH or not trimmed.isprintable():
        raise OctoAwsError(
            ErrorCode.NAME_INVALID,
            f"{name!r:.80} is not a valid account name.",
            hint=f"Use 1 to {NAME_LENGTH} printable characters.",
        )
    return trimmed


def _check_session_key(value: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", value):
        raise OctoAwsError(ErrorCode.OPTION_INVALID, "session_key does not have 64 hexadecimal digits.")
    return value


CHECKS: dict[str, t.Callable[[t.Any], t.Any]] = {
    "description": check_description,
    "region": check_region,
    "access_key": check_access_key,
    # Longer than any value of AWS, so that each stored record can be read again.
    "secret_key": lambda value: check_text("secret_key", value, 1_000, spaces=False),
    "session_token": lambda value: check_text("session_token", value, 32_000, spaces=False),
    "mfa_serial": check_mfa_serial,
    "mfa_process": lambda value: check_command("mfa_process", value),
    "key_created": lambda value: check_text("key_created", value, 40),
    "role_arn": check_role_arn,
    "profile": lambda value: check_text("profile", value, 1_000),
    "account_id": check_account_ids,
    "endpoint_url": check_endpoint_url,
    "ca_bundle": lambda value: check_text("ca_bundle", value, 4_000),
    "session_key": _check_session_key,
}
CHECKS.update(checks_in_files(frozenset(CHECKS)))


def checked(account: Account) -> Account:
    """Return ``account`` with its values trimmed.

    :raises OctoAwsError: a value or a combination of values that no account can have
    """
    values: dict[str, t.Any] = {}
    for field in CHECKS:
        stored = getattr(account, field)
        value = checked_value(field, stored)
        if value != stored or type(value) is not type(stored):
            values[field] = value
    if values:
        account = dataclasses.replace(account, **values)
    missing = [field for field in fields_of_type(account.type).required if not getattr(account, field)]
    if missing:
        keys_hint = "A secret key and a session token belong to one access key: set them together with a new one."
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"An account of type {account.type} needs {' and '.join(missing)}.",
            hint=keys_hint if account.type == "access_key" else "",
        )
    TYPES[account.type].check_all(vars(account))
    account.check_chain(account.assume_role)
    return account


def checked_value(field: str, value: t.Any) -> t.Any:
    """Return the value of a field as an account has it. One that is empty is the default of the field.

    :raises OctoAwsError: no account can have the value
    """
    if isinstance(value, str):
        value = value.strip()
    return CHECKS[field](value) if value or value is False else _DEFAULTS[field]


def hops_from(value: object, *, written: bool = False) -> tuple[Hop, ...]:
    """Return the hops that a list of mappings describes.

    :param written: the list was written by a user, and no field of it may be empty
    :raises OctoAwsError: names the hop and the field
    """
    if not value:
        return ()
    from ...module_utils._model.hop import check_written, parse_hops

    if written:
        check_written(value)
    return parse_hops(value)
