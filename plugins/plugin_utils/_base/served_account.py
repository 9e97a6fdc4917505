# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credentials of an account, served on the controller: for one task by its process, for several by another one."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import typing as t

from ansible import constants as C

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._host.credential_server import serve
from ...module_utils._host.detached_server import ObservedProcess, serve_detached
from ...module_utils._host.renewal import RenewedCredentials

if t.TYPE_CHECKING:
    from ...module_utils._host.handover import Handover
    from ...module_utils._host.pointer import Pointer
    from ...module_utils._model.credentials import Credentials


@contextlib.contextmanager
def pointing(handover: Handover, renew: t.Callable[[], Handover]) -> t.Iterator[tuple[Handover, t.Collection[str]]]:
    """Serve the credentials of a handover inside a ``with`` block.

    :param renew: resolves the account again
    :returns: the handover with a pointer in place of the credentials, and all secrets served so far
    """
    credentials = RenewedCredentials(_credentials_of(handover), _renewal(renew))
    # ansible-core removes this folder at the end of the run, even if the process of the task is killed.
    with serve(credentials, C.DEFAULT_LOCAL_TMP) as pointer:
        yield dataclasses.replace(handover, credentials=None, pointer=pointer), credentials.secrets


def serve_run(handover: Handover, renew: t.Callable[[], Handover]) -> Pointer:
    """Serve the credentials of a handover until the config file of the pointer is removed, or this run of Ansible ends.

    :param renew: resolves the account again
    """
    run = ObservedProcess(os.getppid())
    credentials = RenewedCredentials(_credentials_of(handover), lambda: _credentials_of(renew()))
    return serve_detached(credentials, run.is_alive, C.DEFAULT_LOCAL_TMP)


def _renewal(renew: t.Callable[[], Handover]) -> t.Callable[[], Credentials]:
    run = os.getppid()

    def renew_in_run() -> Credentials:
        if os.getppid() != run:
            raise OctoAwsError(ErrorCode.EXECUTOR_FAILED, "Ansible has ended, so the credentials are not renewed.")
        return _credentials_of(renew())

    return renew_in_run


def _credentials_of(handover: Handover) -> Credentials:
    if not handover.credentials:
        raise AssertionError("a role of the host is not served")
    return handover.credentials
