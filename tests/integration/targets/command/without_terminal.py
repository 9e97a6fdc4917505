# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``octo-aws`` without a terminal: identities, exit codes, signals, renewal, errors."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

from runs import AWS, COMMAND, FOREIGN, WORK, octo_aws, requests, run_all, steer

IDENTITY = ("aws", "sts", "get-caller-identity", "--query", "Arn", "--output", "text")
HEAVY = (
    "ansible.cli",
    "ansible.inventory.manager",
    "ansible.playbook",
    "ansible_collections.ansible",
    "asyncio",
    "boto3",
    "botocore",
    "http.client",
    "http.server",
    "requests",
)
"""Modules that take long to load, and that a known session does not need. The collection ``ansible.builtin`` is the
list of redirections, which alone takes 50 ms."""
MOST_MODULES = 560
MOST_OF_OURS = 72
CHILD = """
import os, signal, sys, time
def note(number, frame):
    os.write(1, (signal.Signals(number).name + "\\n").encode())
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGQUIT):
    signal.signal(number, note)
print("ready", flush=True)
for line in sys.stdin:
    sys.exit(int(line))
"""


def test_the_identity_is_that_of_the_account() -> None:
    for name, arn in (("prod", "user/deployer"), ("deploy", "assumed-role/deploy/")):
        for options in ([], ["--no-refresh"]):
            run = octo_aws("exec", name, *options, "--", *IDENTITY, **FOREIGN)
            assert run.returncode == 0, run
            assert arn in run.stdout, run


def test_options_of_the_command_are_its_own() -> None:
    run = octo_aws("exec", "prod", "echo", "--region", "-h", "--", "x")
    assert run.stdout == "", run
    assert run.returncode == 2, "an option before -- is of octo-aws"
    assert octo_aws("exec", "prod", "echo", "--region", "-h").stdout == "--region -h\n"
    assert octo_aws("exec", "prod", "--", "echo", "--", "-h").stdout == "-- -h\n"


def test_the_environment_names_the_account_and_has_no_keys() -> None:
    name = "a $(name) `of` %odd signs"
    run = octo_aws("exec", name, "--", "env", **FOREIGN)
    variables = dict(line.split("=", 1) for line in run.stdout.splitlines() if "=" in line)
    assert variables["OCTO_AWS_ACCOUNT"] == name
    assert variables["AWS_REGION"] == "eu-central-1"
    assert AWS["access_key"] not in run.stdout
    assert AWS["secret_key"] not in run.stdout
    assert not {"AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_ROLE_ARN", "AWS_SESSION_TOKEN"} & set(variables)
    assert not Path(variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]).exists(), "it is left behind"


def test_the_keys_are_in_the_environment_without_refresh() -> None:
    run = octo_aws("exec", "deploy", "--no-refresh", "--", "env", **FOREIGN)
    variables = dict(line.split("=", 1) for line in run.stdout.splitlines() if "=" in line)
    assert variables["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert variables["AWS_CREDENTIAL_EXPIRATION"] > time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    assert not {"AWS_PROFILE", "AWS_ROLE_ARN", "AWS_CONTAINER_CREDENTIALS_FULL_URI"} & set(variables)


def test_ansible_runs_inside() -> None:
    run = octo_aws("exec", "deploy", "--", COMMAND, "exec", "prod", "--", *IDENTITY)
    assert "user/deployer" in run.stdout, run


def test_exit_codes_are_those_of_the_command() -> None:
    for options in ([], ["--no-refresh"]):
        assert octo_aws("exec", "prod", *options, "--", "sh", "-c", "exit 7").returncode == 7
        assert octo_aws("exec", "prod", *options, "--", "sh", "-c", "kill -TERM $$").returncode == -signal.SIGTERM
        # Python ignores it, programs do not.
        piped = octo_aws("exec", "prod", *options, "--", "sh", "-c", "yes | head -1")
        assert (piped.stdout, piped.stderr) == ("y\n", ""), piped


def test_errors_have_a_code_and_no_traceback() -> None:
    steer("reset", reset=True)
    for words, code, text in (
        (["exec", "nobody", "--", "true"], 1, "(account_unknown)"),
        (["exec", "prod", "--store", "x:y", "--", "true"], 1, "(store_url_invalid)"),
        (["exec", "", "--", "true"], 1, "(name_invalid)"),
        (["exec", "prod", "--", "no-such-program"], 127, "(script_failed)"),
        (["exec", "prod"], 2, "A command is missing."),
        (["exec"], 2, "the following arguments are required: NAME"),
        (["exce", "prod"], 2, "Did you mean 'exec'?"),
        (["shell", "prod"], 2, "A shell needs a terminal."),
        (["exec", "mfa", "--", "true"], 1, "(mfa_token_missing)"),
        ([], 2, ""),
    ):
        run = octo_aws(*words)
        assert run.returncode == code, run
        assert text in run.stderr, run
        assert "Traceback" not in run.stderr, run
    assert not requests()
    missing = octo_aws("exec", "prod", "--", "true", ANSIBLE_VAULT_PASSWORD_FILE="/no/such/file")
    assert missing.returncode == 1, missing
    assert "/no/such/file was not found" in missing.stderr, missing
    broken = WORK / "broken.cfg"
    broken.write_text("[defaults]\nforks = many\n", encoding="utf-8")
    run = octo_aws("exec", "prod", "--", "true", ANSIBLE_CONFIG=str(broken))
    assert run.returncode == 1, run
    assert "Ansible cannot start: Config 'DEFAULT_FORKS'" in run.stderr, run
    assert "Traceback" not in run.stderr, run
    denied = octo_aws("exec", "prod", "--", "/etc/passwd")
    assert denied.returncode == 127, denied


def _start(*options: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [COMMAND, "exec", "prod", *options, "--", sys.executable, "-c", CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Not a new session: Linux does not stop a group that no process of the session can continue.
        process_group=0,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def test_signals_are_passed_on_once() -> None:
    for options in ([], ["--no-refresh"]):
        process = _start(*options)
        assert process.stdin
        assert process.stdout
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGUSR1, signal.SIGQUIT):
            process.send_signal(number)
            line = process.stdout.readline()
            assert line == number.name + "\n", (options, number, line, process.poll())
        output = process.communicate("5\n")[0]
        assert (process.returncode, output) == (5, "")


def test_a_stop_and_its_end_are_passed_on() -> None:
    process = _start()
    child = int(subprocess.check_output(["pgrep", "-P", str(process.pid)], text=True))
    process.send_signal(signal.SIGTSTP)
    _wait_for(child, "T")
    _wait_for(process.pid, "T")
    process.send_signal(signal.SIGCONT)
    _wait_for(child, "S")
    _wait_for(process.pid, "S")
    process.communicate("0\n")
    assert process.returncode == 0


def _wait_for(pid: int, state: str) -> None:
    for _try in range(100):
        found = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        if found == state:
            return
        time.sleep(0.05)
    raise AssertionError(f"{pid} is in the state {found}, not {state}")


def test_nohup_is_inherited() -> None:
    code = "import signal; print(signal.getsignal(signal.SIGHUP) == signal.SIG_IGN)"
    run = subprocess.run(
        ["nohup", COMMAND, "exec", "prod", "--", sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "True\n", run


def test_a_long_command_outlives_its_session() -> None:
    steer("lifetime", seconds=8)
    code = (
        "import boto3, subprocess, time\n"
        "def key(): return boto3.Session().get_credentials().get_frozen_credentials().access_key\n"
        "first = key(); time.sleep(9); second = key()\n"
        f"subprocess.check_call({list(IDENTITY)!r})\n"
        "print(first != second)"
    )
    run = octo_aws("exec", "deploy", "--session-cache", "none", "--", sys.executable, "-c", code)
    steer("reset", reset=True)
    assert run.stdout.splitlines()[1:] == ["True"], run


def test_a_known_session_needs_no_request() -> None:
    octo_aws("exec", "deploy", "--", "true")
    steer("reset", reset=True)
    assert octo_aws("exec", "deploy", "--", "true").returncode == 0
    assert not requests()


def test_a_known_session_loads_little() -> None:
    launcher = shlex.split(Path(COMMAND).read_text(encoding="utf-8").splitlines()[-1])
    python, safe, option, program, root = launcher[1:6]
    octo_aws("exec", "deploy", "--", "true")
    run = subprocess.run(
        [python, "-X", "importtime", safe, option, program, root, "exec", "deploy", "--", "true"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in run.stderr.splitlines() if line.startswith("import time:")}
    found = {name for name in loaded if any(name == heavy or name.startswith(f"{heavy}.") for heavy in HEAVY)}
    assert not found, sorted(found)
    ours = {name for name in loaded if name.startswith("ansible_collections.octo")}
    assert len(loaded) <= MOST_MODULES, len(loaded)
    assert len(ours) <= MOST_OF_OURS, len(ours)


def test_standard_input_is_that_of_the_command() -> None:
    run = subprocess.run(
        [COMMAND, "exec", "prod", "--", "cat"], input="text", capture_output=True, text=True, check=True
    )
    assert run.stdout == "text"


def test_a_folder_with_modules_of_the_same_names_changes_nothing() -> None:
    folder = WORK / "hostile"
    folder.mkdir()
    for name in ("ansible", "json", "typing", "webbrowser"):
        (folder / f"{name}.py").write_text("raise SystemExit('hostile')")
    run = subprocess.run(
        [COMMAND, "exec", "prod", "--", "true"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, ""), run


run_all(globals())
