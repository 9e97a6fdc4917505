# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Secrets Manager does and moto does not: staging labels by its rules, secrets that are scheduled for deletion,
limits, and ten thousand secrets.

Methods of moto are replaced, so that moto goes on parsing requests and writing answers.
"""

from __future__ import annotations

import re
import time
import typing as t

import consistency
from limits import check_length
from moto.secretsmanager import models
from moto.secretsmanager.exceptions import (
    InvalidParameterException,
    InvalidRequestException,
    ResourceExistsException,
    ResourceNotFoundException,
    SecretNotFoundException,
    SecretsManagerClientError,
    ValidationException,
)
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend

VALUE_LENGTH = 65536
"""In bytes."""
NAME_LENGTH = 512
PAGE = 100
MOST_TAGS = 50

_NAME = re.compile(r"[A-Za-z0-9/_+=.@!-]+", re.ASCII)
_TAG = re.compile(r"[\w \u00a0+=._:/@-]*")
_SUFFIX = re.compile(r"-[A-Za-z0-9]{6}")
_MARKED = "You can't perform this operation on the secret because it was marked for deletion."

# What moto does by itself, before anything is replaced.
_create_secret = SecretsManagerBackend.create_secret
_update_secret = SecretsManagerBackend.update_secret
_put_secret_value = SecretsManagerBackend.put_secret_value
_get_secret_value = SecretsManagerBackend.get_secret_value
_batch_get_secret_value = SecretsManagerBackend.batch_get_secret_value
_delete_secret = SecretsManagerBackend.delete_secret


class SecretsStore(dict[str, t.Any]):
    """Secrets by name, found by name, ARN or the ARN without its random end; moto looks at each secret for that.

    There are no replicas.
    """

    def __getitem__(self, key: str) -> t.Any:
        return super().__getitem__(self._name(key))

    def __contains__(self, key: object) -> bool:
        return super().__contains__(self._name(str(key)))

    def get(self, key: str, default: t.Any = None) -> t.Any:
        return super().get(self._name(key), default)

    def pop(self, key: str, default: t.Any = None) -> t.Any:
        return super().pop(self._name(key), default)

    def _name(self, key: str) -> str:
        if not key.startswith("arn:"):
            return key
        name = key.split(":", 6)[-1]
        shorter = name[:-7]
        if _SUFFIX.fullmatch(name[-7:]) and super().__contains__(shorter) and super().__getitem__(shorter).arn == key:
            return shorter
        return name


def install() -> None:
    """Replace what moto does otherwise."""
    for method in (
        get_secret_value,
        batch_get_secret_value,
        create_secret,
        update_secret,
        put_secret_value,
        update_secret_version_stage,
        delete_secret,
        list_secrets,
    ):
        setattr(SecretsManagerBackend, method.__name__, method)
    FakeSecret.reset_default_version = reset_default_version
    models.SecretsStore = SecretsStore


def reset_default_version(self: t.Any, secret_version: dict[str, t.Any], version_id: str) -> None:
    """Make this version the current one; moto forgets the other labels of the one before."""
    self.versions[version_id] = secret_version
    others = [label for label in secret_version["version_stages"] if label != "AWSCURRENT"]
    for version in self.versions.values():
        if version is not secret_version:
            version["version_stages"] = [label for label in version["version_stages"] if label not in others]
    _move_current(self, version_id)


def get_secret_value(self: t.Any, secret_id: str, version_id: str, version_stage: str) -> dict[str, t.Any]:
    secret = _secret(self, secret_id)
    label = version_stage or "AWSCURRENT"
    if not version_id and _holder(secret, label) is None:
        raise ResourceNotFoundException(
            f"Secrets Manager can't find the specified secret value for staging label: {label}"
        )
    value: dict[str, t.Any] = _get_secret_value(self, secret_id, version_id or _holder(secret, label), version_stage)
    return value


def batch_get_secret_value(
    self: t.Any,
    secret_id_list: list[str] | None = None,
    filters: list[dict[str, t.Any]] | None = None,
    max_results: int | None = None,
    next_token: str | None = None,
) -> tuple[list[dict[str, t.Any]], list[t.Any], str | None]:
    if bool(filters) is bool(secret_id_list):
        raise InvalidParameterException("Either 'SecretIdList' or 'Filters' must be provided, but not both.")
    if secret_id_list and max_results is not None:
        raise InvalidParameterException(
            "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is."
        )
    if not secret_id_list:
        answered: tuple[list[dict[str, t.Any]], list[t.Any], str | None]
        answered = _batch_get_secret_value(self, secret_id_list, filters, max_results, next_token)
        return answered
    values, errors = [], []
    for secret_id in secret_id_list:
        try:
            values.append(get_secret_value(self, secret_id, "", ""))
        except SecretsManagerClientError as error:
            errors.append({"SecretId": secret_id, "ErrorCode": error.error_type, "Message": error.message})
    return values, errors, None


def create_secret(self: t.Any, name: str, secret_string: str | None, *arguments: t.Any, **options: t.Any) -> str:
    _check_name(name)
    _check(secret_string, options, arguments)
    _check_tags(options.get("tags") or [])
    existing = dict.get(self.secrets, name)
    if existing is None and name in _deleted(self) and consistency.is_still_there():
        raise InvalidRequestException(
            "You can't create this secret because a secret with this name is already scheduled for deletion."
        )
    if existing and existing.is_deleted():
        raise InvalidRequestException(
            "You can't create this secret because a secret with this name is already scheduled for deletion."
        )
    if existing and options.get("client_request_token") not in existing.versions:
        raise ResourceExistsException(f"The operation failed because the secret {name} already exists.")
    answered: str = _create_secret(self, name, secret_string, *arguments, **options)
    return answered


def update_secret(self: t.Any, secret_id: str, secret_string: str | None = None, **options: t.Any) -> str:
    secret = _secret(self, secret_id)
    _check(secret_string, options)
    answered: str = _update_secret(self, secret.name, secret_string, **options)
    if options.get("description") == "":
        # moto keeps the one before.
        secret.description = ""
    return answered


def put_secret_value(self: t.Any, secret_id: str, secret_string: str, **options: t.Any) -> str:
    secret = _secret(self, secret_id)
    _check(secret_string, options)
    answered: str = _put_secret_value(self, secret.name, secret_string, **options)
    return answered


def update_secret_version_stage(
    self: t.Any,
    secret_id: str,
    version_stage: str,
    remove_from_version_id: str | None,
    move_to_version_id: str | None,
) -> tuple[str, str]:
    """Move a label, if it is where the caller says."""
    secret = _secret(self, secret_id)
    holder = _holder(secret, version_stage)
    for version_id in (remove_from_version_id, move_to_version_id):
        if version_id and version_id not in secret.versions:
            raise ResourceNotFoundException(
                f"Secrets Manager can't find the specified secret value for VersionId: {version_id}"
            )
    if holder and holder not in (remove_from_version_id, move_to_version_id):
        raise InvalidParameterException(
            f"The parameter RemoveFromVersionId can't be empty. Staging label {version_stage} is currently attached to "
            f"version {holder}, so you must explicitly reference that version in RemoveFromVersionId."
        )
    if remove_from_version_id and remove_from_version_id != holder:
        raise InvalidParameterException(
            f"Staging label {version_stage} isn't currently attached to version {remove_from_version_id}."
        )
    if version_stage == "AWSCURRENT" and not move_to_version_id:
        raise InvalidParameterException("You can't remove staging label AWSCURRENT, you can only move it.")
    if version_stage == "AWSCURRENT":
        _move_current(secret, str(move_to_version_id))
    else:
        if holder:
            secret.versions[holder]["version_stages"].remove(version_stage)
        if move_to_version_id:
            secret.versions[move_to_version_id]["version_stages"].append(version_stage)
    secret.last_changed_date = int(time.time())
    return secret.arn, secret.name


def delete_secret(
    self: t.Any, secret_id: str, recovery_window_in_days: int | None, force_delete_without_recovery: bool
) -> tuple[str, str, float]:
    if recovery_window_in_days is not None and not 7 <= recovery_window_in_days <= 30:
        raise InvalidParameterException("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).")
    if recovery_window_in_days is not None and force_delete_without_recovery:
        raise InvalidParameterException(
            "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."
        )
    secret = self.secrets.get(secret_id)
    if secret and secret.is_deleted() and not force_delete_without_recovery:
        raise InvalidRequestException(
            "You can't perform this operation on the secret because it was already scheduled for deletion."
        )
    if secret and force_delete_without_recovery:
        _deleted(self).add(secret.name)
    answered: tuple[str, str, float]
    answered = _delete_secret(self, secret_id, recovery_window_in_days, force_delete_without_recovery)
    return answered


def list_secrets(
    self: t.Any,
    filters: list[dict[str, t.Any]],
    max_results: int | None = PAGE,
    next_token: str | None = None,
    include_planned_deletion: bool = False,
) -> tuple[list[dict[str, t.Any]], str | None]:
    """A page; moto describes all secrets for each. Of a list with a filter, a page may be empty and not the last."""
    size = PAGE if max_results is None else max_results
    matching = [
        secret
        for secret in consistency.listed(self).values()
        if (include_planned_deletion or not secret.is_deleted()) and models._matches(secret, filters)
    ]
    page, following = consistency.page(matching, size, next_token or (None if filters else "0"))
    return [secret.to_dict() for secret in page], following


def _secret(backend: t.Any, secret_id: str) -> t.Any:
    """A secret that is there, and not to be deleted."""
    if not secret_id.startswith("arn:"):
        _check_name(secret_id)
    secret = backend.secrets.get(secret_id)
    if not secret:
        raise SecretNotFoundException
    if secret.is_deleted():
        raise InvalidRequestException(_MARKED)
    return secret


def _deleted(backend: t.Any) -> set[str]:
    """The names of secrets that were deleted for good."""
    names: set[str] = backend.__dict__.setdefault("deleted_names", set())
    return names


def _holder(secret: t.Any, label: str) -> str | None:
    """The version that has a label."""
    return next((key for key, version in secret.versions.items() if label in version["version_stages"]), None)


def _move_current(secret: t.Any, version_id: str) -> None:
    """The one that was current is the one before now, and keeps its other labels."""
    before = secret.default_version_id
    if before == version_id:
        return
    for key, version in secret.versions.items():
        labels = [label for label in version["version_stages"] if label not in ("AWSCURRENT", "AWSPREVIOUS")]
        ours = {version_id: ["AWSCURRENT"], before: ["AWSPREVIOUS"]}.get(key, [])
        version["version_stages"] = [*ours, *labels]
    secret.set_default_version_id(version_id)


def _check_name(name: str) -> None:
    if len(name) > NAME_LENGTH:
        raise ValidationException(
            f"1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: "
            f"Member must have length less than or equal to {NAME_LENGTH}"
        )
    if not _NAME.fullmatch(name):
        raise ValidationException(
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
        )


def _check_tags(tags: t.Sequence[dict[str, str]]) -> None:
    if len(tags) > MOST_TAGS:
        raise InvalidParameterException(f"You can't attach more than {MOST_TAGS} tags to a secret.")
    for text in (text for tag in tags for text in (tag["Key"], tag.get("Value", ""))):
        if text.lower().startswith("aws:"):
            raise InvalidParameterException("The aws: prefix is reserved. You can't use it in tags.")
        if not _TAG.fullmatch(text):
            raise InvalidParameterException("A tag has a character that is not allowed.")


def _check(secret_string: str | None, options: dict[str, t.Any], arguments: tuple[t.Any, ...] = ()) -> None:
    secret_binary = options.get("secret_binary") or next(iter(arguments), None)
    if secret_string is not None and secret_binary is not None:
        raise InvalidParameterException(
            "You can't specify both a binary secret value and a string secret value in the same secret."
        )
    check_length("secretString", secret_string, VALUE_LENGTH, ValidationException)
    check_length("description", options.get("description"), 2048, ValidationException)
