# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files with which AWS clients find the server of :mod:`.credential_server`. None of them has a key."""

from __future__ import annotations

import os
import shlex
import sys
import typing as t

from .._aws.variables import POINTER_PATH

ADDRESS = "127.0.0.1"
PROFILE = "octo-aws"
"""The only profile in an AWS config of the collection, besides the default."""

# Runs as a credential_process. The standard library has nothing that starts faster than a socket.
_CLIENT = """\
import socket, sys

with open({token_file!r}, encoding="ascii") as file:
    token = file.read()
with socket.create_connection(({address!r}, {port})) as connection:
    connection.sendall(f"GET {path} HTTP/1.0\\r\\nHost: {host}\\r\\nAuthorization: {{token}}\\r\\n\\r\\n".encode())
    head, _, body = connection.makefile("rb").read().partition(b"\\r\\n\\r\\n")
found = b" 200 " in head.partition(b"\\n")[0]
(sys.stdout if found else sys.stderr).buffer.write(body)
sys.exit(not found)
"""


class Pointer(t.NamedTuple):
    """The place where AWS clients of this machine get credentials.

    :param url: of the container credentials protocol
    :param token_file: a private file with the token for the ``Authorization`` header
    :param config_file: an AWS config for clients that know the protocol without a file for its token, such as the
        AWS CLI before 2.13.38. Its profiles run a program that sends the same request.
    """

    url: str
    token_file: str
    config_file: str

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables of AWS clients (AWS SDKs and Tools reference guide, "Container credential
        provider")."""
        return {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": self.url,
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": self.token_file,
        }


def write_pointer(folder: str, port: int, token: str) -> Pointer:
    """Write the files of a server on a port of loopback.

    :param folder: a private folder
    """
    host = f"{ADDRESS}:{port}"
    pointer = Pointer(f"http://{host}{POINTER_PATH}", os.path.join(folder, "token"), os.path.join(folder, "config"))
    client = os.path.join(folder, "client.py")
    write_private(pointer.token_file, token)
    write_private(
        client, _CLIENT.format(token_file=pointer.token_file, address=ADDRESS, port=port, path=POINTER_PATH, host=host)
    )
    command = shlex.join([sys.executable, "-I", "-S", client])
    setting = f"credential_process = {command}\n"
    write_private(pointer.config_file, f"[default]\n{setting}\n[profile {PROFILE}]\n{setting}")
    return pointer


def write_private(path: str, text: str) -> None:
    """Write a new file that only this user can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
