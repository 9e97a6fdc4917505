# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets Manager for runs of ``interleavings``, as its API reference says."""

from __future__ import annotations

import datetime
import threading
import typing as t

from ansible_collections.octo.aws.tests.unit.support.interleavings import refused

CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"


class Secret:
    """One secret.

    :ivar versions: text and time by version
    :ivar holders: the version that has a label, by label
    """

    def __init__(self) -> None:
        self.versions: dict[str, tuple[str, float]] = {}
        self.holders: dict[str, str] = {}
        self.is_deleted = False

    def labels(self, version: str) -> list[str]:
        return [label for label, holder in self.holders.items() if holder == version]

    def move_current(self, version: str) -> None:
        if self.holders.get(CURRENT, version) != version:
            self.holders[PREVIOUS] = self.holders[CURRENT]
        self.holders[CURRENT] = version


class Secrets:
    """All secrets of a world."""

    def __init__(self, clock: t.Callable[[], float]) -> None:
        self._clock = clock
        self.secrets: dict[str, Secret] = {}
        self.changes = 0
        self.changed_by: threading.Thread | None = None

    def create_secret(
        self, Name: str, SecretString: str | None = None, ClientRequestToken: str = "", **_more: t.Any
    ) -> dict[str, t.Any]:
        if secret := self.secrets.get(Name):
            if secret.is_deleted:
                raise refused(
                    "InvalidRequestException",
                    "You can't create this secret because a secret with this name is already scheduled for deletion.",
                )
            raise refused("ResourceExistsException")
        secret = self.secrets[Name] = Secret()
        if SecretString is not None:
            secret.versions[ClientRequestToken] = (SecretString, self._clock())
            secret.move_current(ClientRequestToken)
        return self._changed({})

    def put_secret_value(
        self, SecretId: str, SecretString: str, ClientRequestToken: str, VersionStages: list[str]
    ) -> dict[str, t.Any]:
        secret = self._secret(SecretId)
        is_first = not secret.versions
        secret.versions[ClientRequestToken] = (SecretString, self._clock())
        for label in VersionStages:
            secret.holders[label] = ClientRequestToken
        if is_first:
            secret.move_current(ClientRequestToken)
        return self._changed({"VersionStages": secret.labels(ClientRequestToken)})

    def update_secret(
        self, SecretId: str, SecretString: str | None = None, ClientRequestToken: str = "", **_more: t.Any
    ) -> dict[str, t.Any]:
        secret = self._secret(SecretId)
        if SecretString is not None:
            secret.versions[ClientRequestToken] = (SecretString, self._clock())
            secret.move_current(ClientRequestToken)
        return self._changed({})

    def update_secret_version_stage(
        self, SecretId: str, VersionStage: str, MoveToVersionId: str, RemoveFromVersionId: str = ""
    ) -> dict[str, t.Any]:
        secret = self._secret(SecretId)
        if secret.holders.get(VersionStage, "") not in (RemoveFromVersionId, MoveToVersionId):
            raise refused("InvalidParameterException", "The parameter RemoveFromVersionId can't be empty.")
        secret.move_current(MoveToVersionId)
        return self._changed({})

    def get_secret_value(self, SecretId: str, VersionStage: str) -> dict[str, t.Any]:
        secret = self._secret(SecretId)
        version = secret.holders.get(VersionStage)
        if not version:
            raise refused(
                "ResourceNotFoundException",
                f"Secrets Manager can't find the specified secret value for staging label: {VersionStage}",
            )
        text, moment = secret.versions[version]
        created = datetime.datetime.fromtimestamp(moment, datetime.timezone.utc)
        about = {"Name": SecretId, "VersionId": version, "SecretString": text, "CreatedDate": created}
        return {**about, "ResponseMetadata": {"HTTPHeaders": {}}}

    def delete_secret(
        self, SecretId: str, ForceDeleteWithoutRecovery: bool = False, **_more: t.Any
    ) -> dict[str, t.Any]:
        if ForceDeleteWithoutRecovery:
            self.secrets.pop(SecretId, None)
            return self._changed({})
        if (secret := self.secrets.get(SecretId)) and secret.is_deleted:
            raise refused(
                "InvalidRequestException",
                "You can't perform this operation on the secret because it was already scheduled for deletion.",
            )
        self._secret(SecretId).is_deleted = True
        return self._changed({})

    def restore_secret(self, SecretId: str) -> dict[str, t.Any]:
        if SecretId not in self.secrets:
            raise refused("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
        self.secrets[SecretId].is_deleted = False
        return self._changed({})

    def _secret(self, name: str) -> Secret:
        if name not in self.secrets:
            raise refused("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
        if self.secrets[name].is_deleted:
            raise refused(
                "InvalidRequestException",
                "You can't perform this operation on the secret because it was marked for deletion.",
            )
        return self.secrets[name]

    def _changed(self, answer: dict[str, t.Any]) -> dict[str, t.Any]:
        self.changes += 1
        self.changed_by = threading.current_thread()
        return answer
