# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Store accounts in the KV secrets engine (version 2) of HashiCorp Vault or OpenBao, one secret each.

Check-and-set makes every write conditional. A deletion writes an empty version first, so that a save of what was read
before it fails, and then deletes all versions softly: ``vault kv undelete`` brings one back.
"""

from __future__ import annotations

import re
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.field_checks import check_endpoint_url, check_text
from .._hashi_vault.connection import AUTH_METHODS, connection_of
from . import url as store_url
from .aws_service import ServiceStore
from .item_names import ItemNames
from .protocol import RevisionConflict
from .record_cache import Record
from .vault_client import VaultStoreClient

if t.TYPE_CHECKING:
    from .protocol import StoreContext

_FIELD = "record"
"""The only key of a secret."""
_DELETED: dict[str, str] = {}
"""The version that a deletion writes."""
_CONFLICT = "check-and-set parameter did not match"
_PAGE = 500
_MAX_PAGES = 10_000
_TRIES = 10


def _text(name: str) -> store_url.Check:
    return lambda value: check_text(name, value, 1_000, spaces=False)


_CONNECTION_OPTIONS: dict[str, store_url.Check] = {
    "url": check_endpoint_url,
    "auth_method": store_url.one_of("auth_method", *AUTH_METHODS),
    "cache_seconds": store_url.COMMON_OPTIONS["cache_seconds"],
    **{
        name: _text(name)
        for name in (
            "namespace",
            "ca_cert",
            "mount_point",
            "role_id",
            "token_file",
            "secret_id_file",
            "jwt_file",
            "cert_auth_public_key",
            "cert_auth_private_key",
            "aws_iam_server_id",
        )
    },
}
"""The names are those of ``community.hashi_vault``. A secret cannot be in a URL, which is shown."""


class VaultStore(ServiceStore):
    """See :class:`.protocol.Store`. The first part of the prefix is the mount."""

    SERVICE = "vault"
    ITEM = "secret"
    PREFIX = re.compile(r"[A-Za-z0-9_.-]*[A-Za-z0-9_-](?:/[A-Za-z0-9_.-]*[A-Za-z0-9_-])+")
    PREFIX_HINT = (
        "Write vault:MOUNT/PATH?url=https://HOST:8200, with up to 100 letters, digits and _.- in parts with a slash "
        "between them."
    )
    # A file backend has names of files, which have at most 255 bytes.
    NAMES = ItemNames(plain="_-", escape="=", max_length=200, lead="octo.aws account ")
    COMMON_OPTIONS = _CONNECTION_OPTIONS
    OPTIONS: t.ClassVar[t.Mapping[str, store_url.Check]] = {}
    SHOWN_OPTIONS = ("url", "namespace")
    BATCH = 1
    MAX_DESCRIPTION = 1_000

    client: VaultStoreClient

    @property
    def max_record_size(self) -> int:
        # An entry of Consul has at most 512 KiB (Vault, "Limits and maximums").
        return 400_000

    @property
    def size_hint(self) -> str:
        return "Reduce the roles in assume_role and their policies."

    def make_client(self, context: StoreContext) -> VaultStoreClient:
        if "url" not in self.options:
            raise store_url.invalid("the option url is missing.", self.PREFIX_HINT)
        connection = connection_of(self.options)
        try:
            connection.check("")
        except OctoAwsError as error:
            raise store_url.invalid(error.message, error.hint) from None
        return VaultStoreClient(connection, self.url)

    def fetch(self, item: str) -> Record | None:
        response = self.client.request("get", self._path("data", item))
        return _record(response["data"]) if response else None

    def fetch_many(self, items: t.Sequence[str]) -> dict[str, Record | OctoAwsError]:
        return self.one_by_one(items)

    def items(self) -> t.Iterator[tuple[str, str]]:
        yield from ((item, "") for item in self._listed())

    def _listed(self) -> t.Iterator[str]:
        """Yield the items that are not deleted. OpenBao lists them with their state, Vault only by name."""
        detailed = True
        after, seen = "", set[str]()
        for _page in range(_MAX_PAGES):
            page = self._page("detailed-metadata", after) if detailed else None
            if page is None:
                detailed = False
                page = self._page("metadata", after)
            keys = [str(key) for key in (page or {}).get("keys", ())]
            new = [key for key in keys if key not in seen]
            seen.update(new)
            details = (page or {}).get("key_info") or {}
            for key in new:
                if not key.endswith("/") and self._exists(key, details.get(key)):
                    yield key
            # A service without pages returns all at once, and again.
            if not new or len(keys) != _PAGE:
                return
            after = keys[-1]
        raise self.client.unexpected("too many pages")

    def _page(self, kind: str, after: str) -> dict[str, t.Any] | None:
        path = self._path(kind, "").rstrip("/")
        try:
            response = self.client.request("list", path, after=after, limit=str(_PAGE))
        except OctoAwsError as error:
            if kind == "detailed-metadata" and error.code in (ErrorCode.VAULT_DENIED, ErrorCode.VAULT_REFUSED):
                return None
            raise
        return dict(response["data"]) if response else None

    def _exists(self, item: str, metadata: t.Mapping[str, t.Any] | None) -> bool:
        if metadata is None:
            metadata = self._metadata(item) or {}
        current = metadata.get("versions", {}).get(str(metadata.get("current_version", 0)))
        return current is not None and not _is_deleted(current)

    def _metadata(self, item: str) -> dict[str, t.Any] | None:
        response = self.client.request("get", self._path("metadata", item))
        return dict(response["data"]) if response else None

    def create(self, item: str, text: str, description: str) -> None:
        if self.fetch(item):
            raise RevisionConflict
        # The versions of a deleted account are kept, and counted.
        metadata = self._metadata(item)
        self._put(item, text, int(metadata["current_version"]) if metadata else 0)

    def replace(self, item: str, text: str, description: str, replaces: str, *, described: bool) -> None:
        current = self.fetch(item)
        if current is None or current.revision != replaces:
            raise RevisionConflict
        self._put(item, text, _number(current))

    def remove(self, item: str, description: str) -> bool:
        for _try in range(_TRIES):
            metadata = self._metadata(item)
            if not metadata or not self._exists(item, metadata):
                return False
            version = int(metadata["current_version"])
            if self._write(item, _DELETED, version):
                versions = [*map(int, metadata["versions"]), version + 1]
                self.client.request("post", self._path("delete", item), {"versions": versions})
                return True
        raise OctoAwsError(
            ErrorCode.STORE_BUSY,
            f"The secret {self.full(item)} could not be deleted: other processes kept changing it.",
            hint="Nothing was changed. Retry in a minute.",
        )

    def _put(self, item: str, text: str, version: int) -> None:
        if self._write(item, {_FIELD: text}, version):
            return
        current = self.fetch(item)
        # A request was repeated, since its response was lost.
        if current is None or current.text != text or _number(current) != version + 1:
            raise RevisionConflict

    def _write(self, item: str, data: dict[str, str], version: int) -> bool:
        """Write a new version. Return whether ``version`` was still the current one."""
        try:
            self.client.request("post", self._path("data", item), {"options": {"cas": version}, "data": data})
        except OctoAwsError as error:
            if not error.is_refusal("400", message=_CONFLICT):
                raise
            return False
        return True

    def _path(self, kind: str, item: str) -> str:
        mount, _slash, path = self.prefix.partition("/")
        return f"{mount}/{kind}/{path}/{item}"


def _record(data: t.Mapping[str, t.Any]) -> Record | None:
    metadata, content = data["metadata"], data["data"]
    if content is None or _is_deleted(metadata):
        return None
    # A secret with other keys is no record, and its values must not be shown.
    text = content.get(_FIELD, "{}" if content else "")
    # Version numbers restart only if the metadata was removed, too.
    return Record(str(text), f"{int(metadata['version'])} {metadata['created_time']}")


def _is_deleted(version: t.Mapping[str, t.Any]) -> bool:
    return bool(version["deletion_time"] or version["destroyed"])


def _number(record: Record) -> int:
    return int(record.revision.partition(" ")[0])
