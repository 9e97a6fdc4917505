# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module writes to the system log of its host."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._host import module
from ansible_collections.octo.aws.plugins.module_utils._host.handover import Handover
from ansible_collections.octo.aws.plugins.module_utils._host.module import HostModule


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    # ansible-core sends no_log of the task with all arguments, and it replaces that of the module.
    given = {"environment": {"PASSWORD": "canary-secret"}, "_ansible_no_log": False}
    lines: list[str] = []

    def log(_self: HostModule, message: str, **_options: t.Any) -> None:
        lines.append(message)

    monkeypatch.setattr(HostModule, "_load_params", lambda self: setattr(self, "params", dict(given)))
    monkeypatch.setattr(HostModule, "log", log)
    monkeypatch.setattr(module, "HANDOVER_SPEC", {})
    monkeypatch.setattr(Handover, "of_arguments", classmethod(lambda cls, _arguments: cls()))
    return lines


def test_arguments_are_kept_out_of_the_system_log(logged: list[str]) -> None:
    HostModule({"environment": {"type": "dict"}}, no_log=True)
    assert logged == []


def test_other_modules_write_their_arguments_there(logged: list[str]) -> None:
    HostModule({"environment": {"type": "dict"}})
    assert "canary-secret" in "".join(logged)
