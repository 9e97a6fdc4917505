# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: finds the store that a URL names. The only file that names a scheme."""

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
}
"""Class by scheme, or module and class of those that need a library. They are imported when they are asked for, so that
one store's libraries cost the users of another nothing."""

# RFC 3986, section 3.1: letters of either case mean the same.
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(.*)", re.DOTALL | re.IGNORECASE)


def open_store(url: str, surroundings: StoreContext) -> Store:
    """The store that RV(url) names; a plain path is a C(file:) store.

    :raises OctoAwsError: no store has this scheme, or the store does not understand the rest of the URL
    """
    match = _SCHEME.fullmatch(url)
    scheme, rest = (match[1].lower(), match[2]) if match else ("file", None)
    if scheme not in STORES:
        raise OctoAwsError(
            ErrorCode.STORE_URL_INVALID,
            f"No store has the scheme {scheme!r:.80}.",
            hint=f"Start a path with ./ or /. The schemes are {', '.join(STORES)}. {closest(scheme, STORES)}".strip(),
        )
    found: t.Any = STORES[scheme]
    store_class = getattr(import_module(found[0], __package__), found[1]) if isinstance(found, tuple) else found
    if rest is None:
        store: Store = store_class.at_path(url, surroundings)
    else:
        store = store_class.at_url(rest, surroundings)
    return store
