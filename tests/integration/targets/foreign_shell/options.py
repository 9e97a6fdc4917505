# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks whether all modules of the action groups for which the lookup gives module_defaults have the options that it
gives, so that none of them fails for one that it does not know."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import yaml

GIVEN = {"access_key", "secret_key", "session_token", "profile", "region"}

names = []
for collection in ("amazon.aws", "community.aws"):
    command = ["ansible-galaxy", "collection", "list", collection, "--format", "json"]
    found = subprocess.run(command, capture_output=True, check=True)
    folder = Path(next(path for path, listed in json.loads(found.stdout).items() if collection in listed))
    runtime = yaml.safe_load(folder.joinpath(*collection.split("."), "meta", "runtime.yml").read_text())
    names += [f"{collection}.{name}" for name in runtime["action_groups"]["aws"] if isinstance(name, str)]
shown = subprocess.run(["ansible-doc", "--json", "--type", "module", *names], capture_output=True, check=True)
without = {}
for name, documented in json.loads(shown.stdout).items():
    options = documented["doc"].get("options", {})
    known = set(options) | {alias for option in options.values() for alias in option.get("aliases", [])}
    if missing := GIVEN - known:
        without[name] = missing
assert not without, without
print(f"{len(names)} passed")
