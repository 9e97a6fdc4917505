# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a check of ``checks`` promises and yields.

A check is a module with two things: ``PROMISES``, sentences by key, and ``cases``, a function that tries each of them,
case after case, in a folder of its own.
"""

from __future__ import annotations

import dataclasses
import os
import typing as t
from importlib import import_module
from pathlib import Path

CHECKS = ("canaries", "crashes", "history", "hostile", "identities", "machines", "names", "rotation", "serving")
"""In the order of the table."""

SECONDS = float(os.environ.get("HARDENING_SECONDS") or 60)
"""How long a check goes on that could go on for ever."""


@dataclasses.dataclass(frozen=True)
class Case:
    """One thing that was tried.

    :param promise: the key of the promise that it is about
    :param name: what was tried, for people
    :param failure: how the promise was broken; empty when it was kept
    """

    promise: str
    name: str
    failure: str = ""


@dataclasses.dataclass(frozen=True)
class Aside:
    """A promise that this ansible-core gives nothing to try it with.

    :param promise: its key
    :param reason: a sentence for the table
    """

    promise: str
    reason: str


class Check(t.Protocol):
    """A module of ``checks``."""

    PROMISES: dict[str, str]

    def cases(self, folder: Path) -> t.Iterator[Case | Aside]:
        """Try everything.

        :param folder: an empty folder, which is removed afterwards
        """


def load(name: str) -> Check:
    """A check, by its name."""
    return t.cast("Check", import_module(f"checks.{name}"))
