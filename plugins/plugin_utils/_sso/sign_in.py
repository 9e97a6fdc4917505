# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Share the sign-ins of this user on this machine: sealed like sessions, with a key of this machine.

The accounts of a portal have session keys of their own, and none of them belongs to the sign-in. So its key is a file
in the session cache, which only this user can read.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import typing as t

from .._cache.seal import SessionSeal
from .._cache.shared_cache import SharedCache
from .._private_files import FOLDER_FLAGS, LOCK_FLAGS, acquire_lock, make_folders, opened
from .portal import SignIn

if t.TYPE_CHECKING:
    from .._cache.seal import Kind
    from .portal import Portal

_KEY_FILE = ".sign-in-key"
_STORE = "sso"
"""In place of the store, of which sign-ins do not depend."""


class SignInCache(SharedCache):
    """The sign-in to one portal.

    :param root: the folder of the session cache
    :raises OSError: the folder cannot be used
    """

    KIND: t.ClassVar[Kind] = "sign_in"
    SUBJECT = "the sign-in to"
    # A person signs in while the other processes wait.
    PATIENCE = 1_200.0

    def __init__(self, root: str, portal: Portal, warn: t.Callable[[str], None]) -> None:
        super().__init__(root, _STORE, f"{portal.start_url} in {portal.region}", warn)
        self.seal = SessionSeal.of(_key_in(root), portal.made_by)

    def read(self) -> SignIn | None:
        """Return the sign-in, expired or not."""
        return self.read_data(self.seal, SignIn.from_data)

    def write(self, sign_in: SignIn) -> None:
        """Store a sign-in for as long as its client is registered. The caller holds the lock."""
        self.write_data(self.seal, sign_in.as_data(), max(sign_in.registration.expires, sign_in.expires))


def _key_in(root: str) -> str:
    """Return the key of this machine, 64 hexadecimal digits. The first process creates it."""
    if not os.path.isdir(root):
        with contextlib.suppress(FileExistsError):
            make_folders(root)
    with opened(root, FOLDER_FLAGS) as folder, opened(_KEY_FILE, LOCK_FLAGS, dir_fd=folder) as file:
        found = os.fstat(file)
        if found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise PermissionError(1, "others can read or replace its key")
        if not acquire_lock(file, 10.0, max_pause=0.05):
            raise TimeoutError(110, "its key is locked")
        key = os.pread(file, 65, 0)
        if not re.fullmatch(rb"[0-9a-f]{64}", key):
            key = secrets.token_hex(32).encode()
            os.ftruncate(file, 0)
            os.pwrite(file, key, 0)
        return key.decode()
