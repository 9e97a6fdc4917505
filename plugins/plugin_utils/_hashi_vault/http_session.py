# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP session of ``hvac``, with limits for responses. It is loaded only with the first request."""

from __future__ import annotations

import time
import typing as t

try:
    from requests import Session
except ImportError:
    # hvac brings it. Without hvac, there is an error before the first session.
    Session = object

if t.TYPE_CHECKING:
    from requests import PreparedRequest, Response

_PART = 65_536


class Unusable(Exception):
    """A response that no Vault sends: too large, too slow, or a redirect."""


def make_session(ca_cert: str, certificate: tuple[str, str], largest: int, longest: float) -> Session:
    """Return a session.

    :param ca_cert: a file; empty for the certificates of the system
    :param certificate: the files of a client certificate and its key; empty for none
    :param largest: bytes of the largest response
    :param longest: seconds for a response
    """
    session = _Session(largest, longest)
    if ca_cert:
        session.verify = ca_cert
    if certificate[0]:
        session.cert = certificate
    return session


class _Session(Session):
    def __init__(self, largest: int, longest: float) -> None:
        super().__init__()
        self._largest = largest
        self._longest = longest
        # requests would send the password of a ~/.netrc, too, which is for other services.
        self.auth = _no_auth

    def send(self, request: PreparedRequest, **options: t.Any) -> Response:
        options["stream"] = True
        response = super().send(request, **options)
        with response:
            if response.is_redirect:
                # It would send the token to another host.
                raise Unusable("it redirects to another address; use that of the active node")
            deadline = time.monotonic() + self._longest
            parts, size = [], 0
            for part in response.iter_content(_PART):
                parts.append(part)
                size += len(part)
                if size > self._largest:
                    raise Unusable("it is too large")
                if time.monotonic() > deadline:
                    raise Unusable("it is too slow")
            response._content = b"".join(parts)
        return response


def _no_auth(request: PreparedRequest) -> PreparedRequest:
    return request
