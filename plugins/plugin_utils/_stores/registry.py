# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stores, by the scheme of their URLs."""

from __future__ import annotations

import re
import typing as t
from importlib import import_module

from ...module_utils._errors import ErrorCode, OctoAwsError, closest
from .file import FileStore

if t.TYPE_CHECKING:
    from .protocol import Store, StoreContext

STORES: dict[str, type[Store] | tuple[str, str]] = {
    "file": FileStore,
    "secretsmanager": (".secretsmanager", "SecretsManagerStore"),
    "ssm": (".ssm", "ParameterStore"),
    "vault": (".vault", "VaultStore"),
}
"""The class of each scheme, or its module and class, which are imported on first use. Only a store that every run may
need is imported at once."""

# Schemes are case-insensitive (RFC 3986, section 3.1).
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(.*)", re.DOTALL | re.IGNORECASE)


def open_store(url: str, context: StoreContext) -> Store:
    """Open the store of a URL. A plain path is a ``file:`` store.

    :raises OctoAwsError: the scheme is unknown, or the rest of the URL is invalid
    """
    match = _SCHEME.fullmatch(url)
    scheme, rest = (match[1].lower(), match[2]) if match else ("file", None)
    if scheme not in STORES:
        raise OctoAwsError(
            ErrorCode.STORE_URL_INVALID,
            f"Unknown store scheme: {scheme!r:.80}.",
            hint=f"Use one of {', '.join(STORES)}, or start a path with ./ or /. {closest(scheme, STORES)}".strip(),
        )
    store_class = class_of(scheme)
    store: Store = store_class.at_path(url, context) if rest is None else store_class.at_url(rest, context)
    return store


def class_of(scheme: str) -> t.Any:
    """Return the class of a known scheme."""
    entry = STORES[scheme]
    return getattr(import_module(entry[0], __package__), entry[1]) if isinstance(entry, tuple) else entry
