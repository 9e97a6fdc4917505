# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions of nox: those of antsibull-nox, as C(antsibull-nox.toml) says, and what C(.ci/run) runs, for each core.

C(nox --list) shows them. ansible-core has to be installed beside antsibull-nox.
"""

from __future__ import annotations

import sys
from pathlib import Path

import antsibull_nox
import nox

sys.path.insert(0, str(Path(__file__).parent / "tests" / "tools"))

from environment import CORES

antsibull_nox.load_antsibull_nox_toml()


@nox.session(venv_backend="none", default=False)
@nox.parametrize("core", list(CORES))
def checks(session: nox.Session, core: str) -> None:
    """Run "make test" on one ansible-core."""
    session.run("make", "test", f"CORE={core}", external=True)


@nox.session(venv_backend="none", default=False)
@nox.parametrize("core", list(CORES))
def hardening(session: nox.Session, core: str) -> None:
    """Try what is promised about secrets and faults on one ansible-core."""
    session.run("make", "test", f"CORE={core}", "CHECKS=hardening", external=True)


@nox.session(venv_backend="none", default=False)
def demo(session: nox.Session) -> None:
    """Run the guided tour."""
    session.run("make", "demo", external=True)
