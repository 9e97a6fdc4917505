# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Load the part of Ansible that a command of the collection needs."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import typing as t

INTERRUPTED = 130
"""The exit code after Ctrl-C, as of shells."""

_PRELOADED = (
    "ansible.module_utils.secrets",
    "ansible.parsing.dataloader",
    "ansible.plugins.lookup",
    "ansible.template",
)
"""The modules of ansible-core that a known session needs."""

_COLLECTIONS = "ansible_collections"


def load_collection() -> None:
    """Set up the collection loader of Ansible, unless this process has it.

    Python imported the file of the command without it, but it must load all others. It finds this collection where that
    file is, even if ``collections_path`` has another one.

    :raises SystemExit: Ansible cannot start, because of its configuration for example
    """
    try:
        _load_collection()
    except ImportError:
        raise
    except Exception as error:
        # An error of Ansible, the class of which may not be loaded.
        raise SystemExit(f"Ansible cannot start: {getattr(error, 'message', None) or error}") from None


def _load_collection() -> None:
    from ansible.utils.collection_loader import AnsibleCollectionConfig

    if AnsibleCollectionConfig.collection_finder is not None:
        return
    for loaded in [module for module in sys.modules if module.partition(".")[0] == _COLLECTIONS]:
        del sys.modules[loaded]
    from ansible.plugins import loader

    # Before the collection loader, which reads the redirections of all plugins of ansible-core for the first import
    # after it: 50 ms.
    for module in _PRELOADED:
        try:
            importlib.import_module(module)
        except ModuleNotFoundError:
            # Only newer releases of ansible-core have it. The collection loader does not look for it, either.
            sys.modules[module] = t.cast("t.Any", None)
    loader.init_plugin_loader(_own_path())


def _own_path() -> list[str]:
    """Return the folder above ``ansible_collections``, in the form of ``collections_path``."""
    before, name, _after = os.path.abspath(__file__).rpartition(f"{os.sep}{_COLLECTIONS}{os.sep}")
    return [before] if name else []


def replace_input() -> None:
    """Replace a non-blocking standard input with the null device. The workers of ansible-core, which run these commands
    for connections with a profile, have one, and ansible-core does not load with it."""
    with contextlib.suppress(OSError):
        if not os.isatty(0) and not os.get_blocking(0):
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
