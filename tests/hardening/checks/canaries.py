# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Canaries: secrets that are known go in everywhere, and must come out nowhere."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
import typing as t
from importlib import import_module
from pathlib import Path

from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode
from ansible_collections.octo.aws.plugins.plugin_utils._sessions import session_name
from ansible_collections.octo.aws.plugins.plugin_utils._sso import browser
from harness.canary_setup import TARGETS, CanarySetup
from harness.promises import Aside, Case

if t.TYPE_CHECKING:
    from harness.canary_secrets import Secrets
    from harness.canary_watch import Watch

PROMISES = {
    "shown": "No secret is in the output of Ansible with -vvvvv and diffs, its log file, the output of callbacks "
    "(JSON, JUnit, tree), or the system log.",
    "kept": "No secret is in a file that remains: temporary folders of the controller and of hosts, files of "
    "asynchronous jobs, kept files of modules, fact caches, stores and caches.",
    "passing": "No secret is in a file even for a moment. Exceptions: the arguments of asynchronous tasks and of other "
    "modules, which ansible-core writes, and the external ID in the AWS config of a host.",
    "processes": "No process has a secret in its arguments. Only a script with an account in the background or on "
    "another host has one in its environment.",
    "failures": "A failed task shows no secret, for every kind of failure.",
    "interrupted": "After SIGINT or SIGTERM, no secret is in the output or in files.",
    "masked": "With ansible-core 2.22 and newer, each secret that was read, resolved, saved or returned is masked in "
    "all output of a playbook.",
}

NOT_PROVOKED = {
    "store_busy": "Others have to change an account for a minute; a unit test moves the clock instead.",
    "approval_rejected": "It needs a terminal, which the integration target of the approval has.",
    "approval_timed_out": "The same.",
    "answer_missing": "The same, of the playbooks.",
    "rotation_key_not_accepted": "It takes two minutes; a unit test pauses for no time instead.",
    "console_partition_unknown": "moto has no further partition; a unit test names one.",
    "hvac_missing": "It needs a Python without the library; a unit test hides it.",
}
"""Codes of failures that nothing here comes to, with the reason."""

_PLAYBOOKS = ("add_account", "test_account", "list_accounts", "copy_accounts", "import_profiles", "delete_account")
_CREDENTIAL_PROCESS = (sys.executable, "-m", "ansible_collections.octo.aws.plugins.plugin_utils.credential_process")
_OCTO_AWS = (sys.executable, "-m", "ansible_collections.octo.aws.plugins.plugin_utils.octo_aws")
_SHOWN = ("output-", "log", "junit", "tree", "syslog")
"""What the names of folders begin with that people look at."""
_KEPT = ("ansible", "async", "facts", "home", "local", "remote", "store", "tmp")
_OUTCOMES = ("failures.json", "failures-sign-in.json")
_CLI_CACHE = re.compile(r"^home/\.aws/cli/cache/")
"""Sessions of roles that the AWS CLI took by itself are its own affair."""
_MODULE, _OURS = b"ansiballz", b"handover_secrets"
"""What is in a file that ansible-core makes of a module and its arguments, and in one of this collection's."""
_MARK = b"CANARY_SCRIPT=marked"
_OF_SCRIPT = re.compile(r"\0(?:OF_00000_SCRIPT|X)=")
"""The variables of ``environment_from``, which are for the script."""
_POINTER = b"AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:"


def cases(folder: Path) -> t.Iterator[Case | Aside]:
    """All runs first, and then one search of what they left: sessions of one can be found in another."""
    setup = CanarySetup(folder)
    try:
        watches = {"accounts": setup.play("accounts", "accounts.yml")}
        watches["a sign-in"] = _sign_in(setup)
        watches |= _work(setup)
        watches["failures"] = setup.play("failures", "failures.yml")
        watches |= _commands(setup)
        interrupted = {name: _interrupt(setup, name, by) for name, by in _SIGNALS.items()}
        setup.end_what_is_left()
        secrets = setup.secrets()
        found = _search(setup, secrets)
        yield from _folders(setup, found)
        yield from _failures(setup, secrets)
        for name, (watch, left) in interrupted.items():
            watches[f"interrupted by {name}"] = watch
            yield _interrupted(setup, name, {path: places for path, places in found.items() if path in left})
        for name, watch in watches.items():
            yield _passing(name, watch, secrets.found_below(watch.folder))
            yield _processes(name, watch, secrets)
        yield from _masked(setup)
    finally:
        setup.end_what_is_left()
        setup.end()


def _sign_in(setup: CanarySetup) -> Watch:
    """Sign in to IAM Identity Center at a terminal, which a job or a screen would change."""
    without = dict.fromkeys((*session_name._JOBS, *browser._SCREENS))
    command = (sys.executable, str(TARGETS / "playbooks" / "terminal.py"), *setup.playbook("sign_in.yml"), "--")
    status, watch = setup.run("sign_in", *command, **without)
    if status or "  Code: " not in setup.output("sign_in").read_text():
        raise AssertionError(f"sign_in ended with {status}:\n{setup.output('sign_in').read_text()[-6000:]}")
    return watch


def _work(setup: CanarySetup) -> t.Iterator[tuple[str, Watch]]:
    """Modules on a host. Those of the collection get their arguments by a pipe, whatever ANSIBLE_PIPELINING says, so
    that the ways differ by whether files are kept, and by async."""
    kept = {"ANSIBLE_KEEP_REMOTE_FILES": "true"}
    yield "kept files", setup.play("work-kept", "work.yml", "-e", '{"kept": true}', **kept)
    yield "background", setup.play("work", "work.yml", "work_dry.yml", "-e", '{"kept": false}')


def _commands(setup: CanarySetup) -> t.Iterator[tuple[str, Watch]]:
    """What a person types, and what AWS clients do."""
    prompts = ("-e", f"@{setup.given}/prompts.json")
    store = {"OCTO_AWS_STORE": str(setup.left / "store-by-playbook")}
    playbooks = [f"octo.aws.{name}" for name in _PLAYBOOKS]
    yield "playbooks", setup.play("playbooks", *playbooks, *prompts, **store)
    # What it prints when it succeeds are credentials.
    quiet = ("sh", "-c", 'exec "$@" >/dev/null', "sh")
    yield "credential_process", setup.run("process", *quiet, *_CREDENTIAL_PROCESS, "chain")[1]
    yield from _octo_aws(setup, quiet)
    proxy = {"HTTP_PROXY": "http://user:canary%2Fof+the+search@127.0.0.1:1", "NO_PROXY": None}
    uncached = ("external", "--session-cache", "none")
    yield "a proxy", setup.run("process-proxy_failed", *_CREDENTIAL_PROCESS, *uncached, **proxy)[1]
    no_password = {"ANSIBLE_VAULT_PASSWORD_FILE": None}
    yield "no password", setup.run("process-vault_password_missing", *_CREDENTIAL_PROCESS, "chain", **no_password)[1]


def _octo_aws(setup: CanarySetup, quiet: tuple[str, ...]) -> t.Iterator[tuple[str, Watch]]:
    """The command at a terminal of CI. A link to the console is a secret, too."""
    sign_in = {"AWS_ENDPOINT_URL_SIGNIN": setup.aws["url"]}
    for name in ("list", "profiles"):
        # They fail, since some of the records cannot be read.
        yield f"octo-aws {name}", setup.run(f"octo-aws-{name}", *_OCTO_AWS, name)[1]
    for words in (
        ("show", "external", "--json"),
        ("test", "external"),
        ("doctor", "external"),
        ("exec", "external", "--", "true"),
        ("exec", "external", "--no-refresh", "--", "true"),
    ):
        yield f"octo-aws {' '.join(words)}", setup.succeed(f"octo-aws-{'-'.join(words)}", *_OCTO_AWS, *words)
    console = (*quiet, *_OCTO_AWS, "console", "external", "--print")
    yield "octo-aws console", setup.succeed("octo-aws-console", *console, **sign_in)
    setup.tell("console", status=400, times=9)
    failed = (*_OCTO_AWS, "console", "external", "--print")
    yield "a failing console", setup.run("process-console_sign_in_failed", *failed, **sign_in)[1]
    unsuitable = (*_OCTO_AWS, "console", "temporary", "--print")
    yield "an unsuitable session", setup.run("process-console_session_unsuitable", *unsuitable, **sign_in)[1]


_SIGNALS: dict[str, t.Callable[[int], None]] = {
    # As a terminal does it, and as a service manager.
    "SIGINT": lambda process: os.killpg(process, signal.SIGINT),
    "SIGTERM": lambda process: os.kill(process, signal.SIGTERM),
}


def _interrupt(setup: CanarySetup, name: str, interrupt: t.Callable[[int], None]) -> tuple[Watch, set[Path]]:
    """Interrupt a save and a lookup that wait for AWS, and a script; what was left by it."""
    before = set(setup.left.rglob("*"))
    setup.started.unlink(missing_ok=True)
    setup.tell("reset", now=True)
    setup.tell("fault", action="sts:AssumeRole", kind="slow", seconds=60, times=99)
    with setup.watch(f"interrupted-{name}") as watch:
        hosts = ("-i", "saver,looker,runner,", "-e", '{"kept": false}')
        process = setup.start(f"interrupted-{name}", *setup.playbook("interrupted.yml", *hosts))
        deadline = time.monotonic() + 60
        while not (setup.started.exists() and len(setup.tell("requests")) > 1):
            if time.monotonic() > deadline or process.poll() is not None:
                raise AssertionError("nothing was there to interrupt")
            time.sleep(0.1)
        interrupt(process.pid)
        process.wait(120)
    setup.tell("reset", now=True)
    return watch, set(setup.left.rglob("*")) - before


def _search(setup: CanarySetup, secrets: Secrets) -> dict[Path, list[str]]:
    """Where secrets are in what is left of the runs, and proof that they would be found."""
    control = setup.left / "control"
    control.write_text(json.dumps(setup.tell("secrets")[-1]))
    found = secrets.found_below(setup.left)
    if not found.pop(control, None):
        raise AssertionError("the search does not find what is there")
    return {path: at for path, at in found.items() if not _CLI_CACHE.match(str(path.relative_to(setup.left)))}


def _folders(setup: CanarySetup, found: dict[Path, list[str]]) -> t.Iterator[Case]:
    folders = sorted(path.name for path in setup.left.iterdir() if path.name not in _OUTCOMES)
    missing = [name for name in (*_SHOWN, *_KEPT) if not any(folder.startswith(name) for folder in folders)]
    if missing or "Invoked with" not in (setup.left / "syslog").read_text():
        raise AssertionError(f"nothing was written to {missing or 'the system log'}")
    for folder in folders:
        promise = "shown" if folder.startswith(_SHOWN) else "kept"
        leaks = {str(path.relative_to(setup.left)): at for path, at in found.items() if _is_in(path, setup, folder)}
        yield Case(promise, folder, _told(leaks))


def _is_in(path: Path, setup: CanarySetup, folder: str) -> bool:
    return path.relative_to(setup.left).parts[0] == folder


def _failures(setup: CanarySetup, secrets: Secrets) -> t.Iterator[Case]:
    """Each code of the table came about, and its result, which no core has masked yet, holds no secret."""
    said: dict[str, list[str]] = {}
    outcomes = [json.loads((setup.left / name).read_text()) for name in _OUTCOMES]
    for result in [result for outcome in outcomes for results in outcome.values() for result in results]:
        said.setdefault(_code_of(result), []).append(json.dumps(result))
    for path in setup.left.glob("output-process-*"):
        said.setdefault(_code_of({"msg": path.read_text().strip()}), []).append(path.read_text())
    for code in (code.value for code in ErrorCode):
        if code not in NOT_PROVOKED:
            texts = "\n".join(said.get(code, []))
            leaks = {code: secrets.found_in(texts.encode())}
            yield Case("failures", code, _told(leaks) if texts else "It did not come about.")


def _code_of(result: dict[str, t.Any]) -> str:
    if error := result.get("error"):
        return str(error["code"])
    ending = re.search(r"\((\w+)\)$", str(result.get("msg")))
    return ending[1] if ending else ""


def _interrupted(setup: CanarySetup, name: str, found: dict[Path, list[str]]) -> Case:
    leaks = {str(path.relative_to(setup.left)): places for path, places in found.items()}
    return Case("interrupted", f"{name} during a save, a lookup and a script", _told(leaks))


def _passing(name: str, watch: Watch, found: dict[Path, list[str]]) -> Case:
    leaks = {}
    for copy, places in found.items():
        path = watch.copies[copy]
        data = copy.read_bytes()
        arguments = _MODULE in data.lower() and (name == "background" or _OURS not in data)
        of_host = path.name.startswith("aws-config-") and all("external_id" in place for place in places)
        if not arguments and not of_host:
            leaks[str(path)] = places
    return Case("passing", f"{name}, {len(watch.copies)} files", _told(leaks))


def _processes(name: str, watch: Watch, secrets: Secrets) -> Case:
    leaks = {}
    marked = 0
    for process in watch.processes:
        places = secrets.found_in(process.arguments)
        marked += _MARK in process.environment and _POINTER in process.environment
        if _MARK not in process.environment or _POINTER in process.environment:
            places += [place for place in secrets.found_in(process.environment) if not _OF_SCRIPT.search(place)]
        if places:
            leaks[process.arguments.replace(b"\0", b" ").decode("utf-8", "replace")[:200]] = places
    if name == "kept files" and not marked:
        raise AssertionError("no script was seen with what it was given")
    return Case("processes", f"{name}, {len(watch.processes)} processes", _told(leaks))


def _masked(setup: CanarySetup) -> t.Iterator[Case | Aside]:
    """What a playbook shows on purpose, by the way in which it does. Each secret is shown before it was registered."""
    try:
        import_module("ansible.module_utils.secrets")
    except ImportError:
        yield Aside("masked", "Masking needs ansible-core 2.22.")
        return
    setup.play("masked", "masked.yml")
    shown = setup.output("masked").read_text().partition('"canary results"')[0]
    tasks = dict(part.split("] **", 1) for part in shown.split("\nTASK [")[1:])
    revealed: dict[str, list[str]] = json.loads((setup.given / "revealed.json").read_text())
    for name, values in revealed.items():
        if name != "sessions" and not all(value in tasks["Show what nobody knows to be secret"] for value in values):
            raise AssertionError(f"{name} was not shown before it was known")
    for task in [task for task in tasks if task.startswith("Masked: ")]:
        for name, values in revealed.items():
            seen = sum(value in tasks[task] for value in values)
            yield Case("masked", f"{name}, {task.removeprefix('Masked: ')}", f"{seen} were shown" if seen else "")


def _told(leaks: dict[str, list[str]]) -> str:
    return "\n".join(f"{where}: {places[:5]}" for where, places in leaks.items() if places)
