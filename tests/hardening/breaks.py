# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Breaks the product on purpose, and looks whether the check that should notice it does.

    python tests/hardening/breaks.py [--write FILE] [NUMBER ...]

It changes the collection that it lies in, one file at a time, and puts it back. So it is for the copy below ``.work``
alone.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

from harness.promises import load

COLLECTION = Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True)
class Break:
    """One change.

    :param change: what it is, for people
    :param file: below the collection
    :param old: a text that is there once
    :param check: which one has to notice it
    :param promise: the key of the promise that is broken then
    """

    change: str
    file: str
    old: str
    new: str
    check: str
    promise: str

    def is_caught(self) -> bool:
        """Whether the check notices it."""
        path = COLLECTION / self.file
        whole = path.read_text(encoding="utf-8")
        if whole.count(self.old) != 1:
            sys.exit(f"{self.file} has changed: look for another place to break it ({self.change}).")
        path.write_text(whole.replace(self.old, self.new), encoding="utf-8")
        try:
            command = [sys.executable, str(Path(__file__).with_name("run.py")), self.check]
            variables = {**os.environ, "HARDENING_SECONDS": "15", "PYTHONDONTWRITEBYTECODE": "1"}
            done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        finally:
            path.write_text(whole, encoding="utf-8")
        return f"BROKEN {self.check}, {self.promise}," in done.stdout


BREAKS = (
    Break(
        change="A secret in a message: an error of ansible-core is shown with the rejected value",
        file="plugins/plugin_utils/_base/action.py",
        old="error = error.reworded(lambda text: _secrecy.redact(text, self._given_secrets()))",
        new="error = error.reworded(lambda text: text)",
        check="canaries",
        promise="failures",
    ),
    Break(
        change="A secret in a diff: values are shown instead of placeholders",
        file="plugins/plugin_utils/_accounts/views.py",
        old="view[field] = CHANGED_PLACEHOLDER if differs else PLACEHOLDER",
        new="view[field] = value",
        check="canaries",
        promise="shown",
    ),
    Break(
        change="A secret in an argument: scripts get the secret key on their command line",
        file="plugins/module_utils/_host/program.py",
        old="*command, cwd=chdir,",
        new="""\
*command,
                *([environment.get("AWS_SECRET_ACCESS_KEY", "")] if "aws-script-" in command[-1] else []),
                cwd=chdir,""",
        check="canaries",
        promise="processes",
    ),
    Break(
        change="A write in place: the record is overwritten instead of renamed",
        file="plugins/plugin_utils/_stores/file_writing.py",
        old="            os.rename(_NEW_FILE, path[-1], src_dir_fd=root, dst_dir_fd=parent)\n",
        new="""\
            with opened(path[-1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, dir_fd=parent) as file:
                write_all(file, data)
                os.fsync(file)
            remove(_NEW_FILE, root)
""",
        check="crashes",
        promise="killed_save",
    ),
    Break(
        change="A rename without a flush: the record is renamed before it is on the disk",
        file="plugins/plugin_utils/_stores/file_writing.py",
        old="            os.fsync(file)\n",
        new="",
        check="crashes",
        promise="durable",
    ),
    Break(
        change="A failure of the cache is an error instead of a warning",
        file="plugins/plugin_utils/_cache/shared_cache.py",
        old="            self._prune_all()\n        except OSError as error:\n",
        new="            self._prune_all()\n        except FileNotFoundError as error:\n",
        check="crashes",
        promise="failed_cache",
    ),
    Break(
        change="A rotation deletes the old key before other accounts have the new one",
        file="plugins/plugin_utils/_service/rotation_steps.py",
        old="        updated = []\n",
        new="        updated = []\n        user.delete(rotation.old_key)\n        self._pause(200.0)\n",
        check="rotation",
        promise="killed_rotation",
    ),
    Break(
        change="A rotation ignores other accounts with the key",
        file="plugins/plugin_utils/_service/rotation_steps.py",
        old="in checks.holders_of(self._store, rotation.old_key):\n",
        new="in []:\n",
        check="rotation",
        promise="finished_rotation",
    ),
    Break(
        change="A missing lock: writers of the file store do not wait for each other",
        file="plugins/plugin_utils/_stores/file_writing.py",
        old="            if not acquire_lock(lock, _PATIENCE, max_pause=0.01):\n",
        new="            if False:\n",
        check="history",
        promise="history",
    ),
    Break(
        change="A missing condition: the current version of a secret is replaced without a comparison",
        file="plugins/plugin_utils/_stores/secretsmanager.py",
        old='"RemoveFromVersionId": before',
        new='"RemoveFromVersionId": self._current(item).revision',
        check="history",
        promise="history",
    ),
    Break(
        change="An incomplete session cache key, without the parameters of the session and the key of the account",
        file="plugins/plugin_utils/_cache/seal.py",
        old="root = hmac.digest(bytes.fromhex(session_key), _CONTEXT + text.encode(), hashlib.sha256)",
        new='root = hmac.digest(b"key", _CONTEXT, hashlib.sha256)',
        check="history",
        promise="credentials",
    ),
    Break(
        change="A missing limit: a response can have any size",
        file="plugins/module_utils/_aws/response_limits.py",
        old="if len(content) > LARGEST:",
        new="if len(content) > 64 * LARGEST:",
        check="hostile",
        promise="bounds",
    ),
    Break(
        change="An error code of AWS is shown unmasked",
        file="plugins/module_utils/_aws/errors.py",
        old='text = redact(str(value or ""), secrets)[:longest]',
        new='text = str(value or "")[:longest]',
        check="hostile",
        promise="secrets",
    ),
    Break(
        change="Names are not escaped: file names contain dots and slashes of account names",
        file="plugins/plugin_utils/_stores/file_names.py",
        old='_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789_")',
        new='_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789_./")',
        check="hostile",
        promise="outside",
    ),
    Break(
        change="All users can read files",
        file="plugins/plugin_utils/_private_files.py",
        old="os.open(name, flags, 0o600, dir_fd=dir_fd)",
        new="os.open(name, flags, 0o644, dir_fd=dir_fd)",
        check="machines",
        promise="umask",
    ),
    Break(
        change="A request for each process: processes do not wait for the session that another process requests",
        file="plugins/plugin_utils/_cache/request_lock.py",
        old="            if not acquire_lock(lock, _PATIENCE, max_pause=0.1):\n",
        new="            if False:\n",
        check="machines",
        promise="forks",
    ),
    Break(
        change="A default: a step with an undefined account runs without an account",
        file="roles/aws_steps/tasks/list.yml",
        old="""\
      {{ aws_steps__step.account if 'account' in aws_steps__step and aws_steps__step.account != omit
         else""",
        new="""\
      {{ aws_steps__step.account | default(omit) if 'account' in aws_steps__step
         else""",
        check="identities",
        promise="steps",
    ),
    Break(
        change="An empty token is omitted, so that modules use the token of the shell",
        file="plugins/module_utils/_model/credentials.py",
        old="""\
        "session_token": credentials.session_token,
        "profile": "",
    } | _only_set({"region": credentials.region})
""",
        new="""\
        "profile": "",
    } | _only_set({"session_token": credentials.session_token, "region": credentials.region})
""",
        check="identities",
        promise="shell",
    ),
    Break(
        change="An empty list of names returns nothing instead of an error",
        file="plugins/plugin_utils/_base/lookup.py",
        old="            self._missing(_no_names)\n",
        new="            pass\n",
        check="identities",
        promise="empty",
    ),
    Break(
        change="A missing marker: a process cannot detect that it was started for the same credentials",
        file="plugins/plugin_utils/_circular_credentials.py",
        old="    os.environ[VARIABLE] = json.dumps([*_steps(), _step(subject, source)])\n",
        new="    os.environ[VARIABLE] = json.dumps([])\n",
        check="identities",
        promise="circle",
    ),
    Break(
        change="A missing guard: a cached session is returned without a check of its AWS account",
        file="plugins/plugin_utils/_sessions/session_reuse.py",
        old="        return self._guarded(link, session)\n",
        new="        return session\n",
        check="identities",
        promise="guard",
    ),
    Break(
        change="AWS accounts are compared by their first six digits",
        file="plugins/module_utils/_model/identity.py",
        old='        if account_id not in ("", self.account_id):\n',
        new="        if account_id and account_id[:6] != self.account_id[:6]:\n",
        check="identities",
        promise="guard",
    ),
    Break(
        change="A missing guard: a role is assumed from the role of a host in any AWS account",
        file="plugins/module_utils/_host/role_identity.py",
        old='        identity.must_belong_to(handover.own_account_id, "The role of this host")\n',
        new="",
        check="identities",
        promise="worker",
    ),
    Break(
        change="A rejection by Secrets Manager is reported as a success",
        file="plugins/plugin_utils/_stores/secretsmanager.py",
        old="                raise  # nothing was written\n",
        new="                return version\n",
        check="identities",
        promise="saved",
    ),
    Break(
        change="If the first identity of the machine fails, the next one is used",
        file="plugins/module_utils/_aws/role_providers.py",
        old="lambda environment: bool(web_identity_of(environment))",
        new="lambda environment: False",
        check="identities",
        promise="machine",
    ),
    Break(
        change="AWS clients in a step with an account can read the metadata of the machine",
        file="plugins/module_utils/_host/aws_environment.py",
        old="if handover.is_role_of_host else NO_METADATA)",
        new=")",
        check="identities",
        promise="closed",
    ),
    Break(
        change="The credential server does not compare the token of a request",
        file="plugins/module_utils/_host/credential_server.py",
        old="if len(given) != 1 or not hmac.compare_digest(given[0].encode(), self.server.token.encode()):",
        new="if len(given) > 1:",
        check="serving",
        promise="request",
    ),
    Break(
        change="The credential server does not compare the Host of a request",
        file="plugins/module_utils/_host/credential_server.py",
        old='if headers.get("host") != [self.server.host]:',
        new='if not headers.get("host"):',
        check="serving",
        promise="request",
    ),
    Break(
        change="The credential server listens on all addresses",
        file="plugins/module_utils/_host/credential_server.py",
        old="super().__init__((ADDRESS, 0), _Request)",
        new='super().__init__(("0.0.0.0", 0), _Request)',
        check="serving",
        promise="loopback",
    ),
)


def main() -> int:
    """Try all of them, or those with the numbers; 1 when one was not noticed."""
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--write", type=Path, help="what was found; of those that are not tried now, it keeps what it has"
    )
    parser.add_argument("numbers", nargs="*", type=int)
    options = parser.parse_args()
    if (COLLECTION / ".git" / "refs" / "heads" / "main").exists():
        sys.exit("This is a checkout. Run it with: make breaks")
    known: dict[str, bool] = {}
    if options.write and options.numbers and options.write.exists():
        known = {entry["change"]: entry["caught"] for entry in json.loads(options.write.read_text(encoding="utf-8"))}
    for number, change in enumerate(BREAKS, 1):
        if not options.numbers or number in options.numbers:
            caught = known[change.change] = change.is_caught()
            print(f"{number}. {change.change}: {'caught by ' + change.check if caught else 'NOT NOTICED'}", flush=True)
    if options.write:
        options.write.write_text(
            json.dumps([_entry(change, known) for change in BREAKS], indent=2) + "\n", encoding="utf-8"
        )
    return int(not all(known.values()))


def _entry(change: Break, known: dict[str, bool]) -> dict[str, object]:
    promise = load(change.check).PROMISES[change.promise]
    caught = known.get(change.change, False)
    return {"change": change.change, "check": change.check, "promise": promise, "caught": caught}


if __name__ == "__main__":
    sys.exit(main())
