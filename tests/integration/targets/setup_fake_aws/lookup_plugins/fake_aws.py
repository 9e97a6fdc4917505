# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Steer the fake AWS, or read its requests: ``lookup('fake_aws', 'fault', {...})``. ``tests/fake_aws/front.py`` has
all actions.

It imports nothing that Ansible has not imported already. The lookup ``url`` and the module ``uri`` take 0.1 and 0.3
seconds of the processor each time, and tests do this several times in each case.
"""

from __future__ import annotations

import json
import socket
import typing as t

from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    """The terms are an action of the fake AWS, and its data."""

    def run(self, terms: list[t.Any], variables: t.Any = None, **kwargs: t.Any) -> list[t.Any]:
        """The answer, in which lists are values, too."""
        action, *data = terms
        host, port = variables["aws"]["url"].rpartition("/")[2].split(":")
        body = json.dumps(data[0]).encode() if data else b""
        head = f"POST /_test/{action} HTTP/1.0\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n\r\n"
        with socket.create_connection((host, int(port)), timeout=60) as connection:
            connection.sendall(head.encode() + body)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        head, _blank, content = answer.decode().partition("\r\n\r\n")
        if head.split()[1] != "200":
            raise ValueError(head)
        return [json.loads(content)]
