# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dialog of the playbook install_command. It has no questions."""

from __future__ import annotations

import os
import shlex
import stat
import sys
import tempfile
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError

if t.TYPE_CHECKING:
    from .conversation import Conversation, Result

_DEFAULT = "~/.local/bin/octo-aws"
_MARK = "octo-aws of the Ansible collection octo.aws"
_MODULE = "ansible_collections.octo.aws.plugins.plugin_utils.octo_aws"
_PROGRAM = f"import sys; sys.path.insert(0, sys.argv.pop(1)); from {_MODULE} import main; sys.exit(main())"
_MODE = 0o755
_LARGEST = 64 * 1024


def hold_install(conversation: Conversation) -> Result:
    """Write the launcher, and show how to use it."""
    given = str(conversation.given("path") if conversation.is_set("path") else _DEFAULT)
    path = os.path.expanduser(given.strip())
    if not os.path.isabs(path) or path.endswith("/"):
        raise OctoAwsError(
            ErrorCode.OPTION_INVALID,
            f"The path {given} is not valid.",
            hint="Set -e path= to the absolute path of the file to write, such as ~/bin/octo-aws.",
        )
    content = _launcher()
    try:
        changed = _differs(path, content)
        if changed and not conversation.check_mode:
            _write(path, content)
    except OSError as error:
        raise OctoAwsError(
            ErrorCode.OPTION_INVALID,
            f"{path} cannot be written: {error.strerror}.",
            hint="Set another path with -e path=.",
        ) from None
    done = "would be installed" if conversation.check_mode else "is installed"
    conversation.show(f"octo-aws {done if changed else 'is already installed'} as {path}.")
    folder = os.path.dirname(path)
    if folder in os.environ.get("PATH", "").split(":"):
        conversation.show("Run octo-aws --help.")
    else:
        conversation.show(f"{folder} is not in PATH. Add this line to the profile of your shell:")
        conversation.show_verbatim(f"export PATH={shlex.quote(folder)}:$PATH")
    return {"changed": changed}


def _launcher() -> str:
    """Return the launcher, with the Python of this process and the folder above this collection."""
    collections = os.path.abspath(__file__).rpartition(f"{os.sep}ansible_collections{os.sep}")[0]
    words = shlex.join([sys.executable, "-P", "-c", _PROGRAM, collections])
    return f'#!/bin/sh\n# {_MARK}, written by the playbook octo.aws.install_command\nexec {words} "$@"\n'


def _differs(path: str, content: str) -> bool:
    """Whether the launcher has to be written.

    :raises OctoAwsError: the file that is there is something else
    :raises OSError: it cannot be read
    """
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return True
    old = b""
    if stat.S_ISREG(found.st_mode):
        with open(path, "rb") as file:
            old = file.read(_LARGEST)
    if _MARK.encode() not in old:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"{path} exists, and is not a launcher of octo.aws. Nothing was written.",
            hint="Remove it, or set another path with -e path=.",
        )
    return old != content.encode() or stat.S_IMODE(found.st_mode) != _MODE


def _write(path: str, content: str) -> None:
    """Write the launcher as a whole, or not at all.

    :raises OSError: it cannot be written
    """
    folder = os.path.dirname(path)
    os.makedirs(folder, _MODE, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=folder, prefix=".octo-aws-", delete=False) as new:
        try:
            new.write(content)
            os.fchmod(new.fileno(), _MODE)
            new.flush()
            os.replace(new.name, path)
        except BaseException:
            os.unlink(new.name)
            raise
