# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does one thing in a process of its own, and says in JSON what that took, counted exactly.

    python lookup_probe.py COLLECTIONS STORE SESSION_CACHE WHAT...

Each WHAT is ``lookup``, ``list`` or ``save``, and is done after the one before. Ansible has done a lookup of
its own before, so that what it loads for itself does not count.
"""

from __future__ import annotations

import json
import os
import sys
import typing as t

from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultAES256, VaultSecret, VaultSecretsContext
from ansible.plugins.loader import init_plugin_loader
from ansible.template import Templar, trust_as_template

OURS = "ansible_collections.octo.aws.plugins."
PROGRAMS = ("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "subprocess.Popen")
CHANGES = ("os.mkdir", "os.remove", "os.rename", "os.rmdir")

collections, store, session_cache, *whats = sys.argv[1:]
taken: dict[str, list[str]] = {}


def note(event: str, arguments: tuple[t.Any, ...]) -> None:
    """Keep what the interpreter says about files, programs and connections (PEP 578)."""
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        writes = arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        note_file("write" if writes else "read", os.fsdecode(arguments[0]))
    elif event in CHANGES:
        note_file(event.removeprefix("os."), os.fsdecode(arguments[0]))
    elif event in PROGRAMS:
        taken["programs"].append(event)
    elif event == "socket.connect":
        taken["connections"].append(event)


def note_file(verb: str, path: str) -> None:
    """Keep what is done to a file, under a name without what differs from run to run."""
    if path.endswith(".py") or "__pycache__" in path:
        return  # it belongs to the import of a module, which is counted as a module
    short = path.replace(session_cache, "SESSIONS").replace(store, "STORE")
    name = ".".join("*" if len(part) == 40 else part for part in short.rpartition("/")[2].split("."))
    taken["files"].append(f"{verb} {name}")


def derive(*arguments: t.Any, real: t.Any = VaultAES256._create_key_cryptography) -> t.Any:
    """Derive a key, and count it."""
    taken["derivations"].append("")
    return real(*arguments)


def do(what: str) -> None:
    """Do one thing."""
    if what == "lookup":
        given = f"store='{store}', session_cache='{session_cache}'"
        Templar(loader=loader).template(trust_as_template(f"{{{{ lookup('octo.aws.creds', 'prod', {given}) }}}}"))
        return
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts import settings as accounts_settings
    from ansible_collections.octo.aws.plugins.plugin_utils._service import account_manager, store_access

    settings = accounts_settings.Settings(store, session_cache=session_cache)
    opened = store_access.store_of(settings, print)
    if what == "list":
        opened.names()
    else:
        options = accounts_settings.SessionOptions()
        accounts = account_manager.AccountManager(opened, settings, dry_run=False, options=options, warn=print)
        accounts.save("prod", {"description": "another one"}, vault_id=None, test=False)


init_plugin_loader([collections])
VaultSecretsContext.initialize(VaultSecretsContext([("default", VaultSecret(b"default"))]))
loader = DataLoader()
Templar(loader=loader).template(trust_as_template("{{ lookup('ansible.builtin.env', 'HOME') }}"))
VaultAES256._create_key_cryptography = staticmethod(derive)
counts = []
for index, what in enumerate(whats):
    taken |= {key: [] for key in ("files", "programs", "connections", "derivations")}
    before = set(sys.modules)
    if not index:
        sys.addaudithook(note)
    do(what)
    modules = set(sys.modules) - before
    # Files: ansible-core makes a package of a folder without one.
    paths = {name.removeprefix(OURS): str(sys.modules[name].__file__) for name in modules if name.startswith(OURS)}
    ours = sorted(name for name, path in paths.items() if path.endswith(".py"))
    others = sorted({name for name in modules if not name.startswith("ansible")})
    counts.append({**taken, "derivations": len(taken["derivations"]), "modules": ours, "others": others})
print("\n" + json.dumps(counts))
