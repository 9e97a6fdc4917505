# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The subcommands for accounts where there is no terminal: exit codes, plain tables, JSON, and what clients read."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import typing as t
from pathlib import Path

from runs import AWS, COMMAND, WORK, requests, run_all, steer

CONFIG = Path(os.environ["HOME"]) / ".aws" / "config"
SECRETS = (AWS["secret_key"], "canary-wrong-secret")


def run(*words: str, code: int = 0, **variables: str | None) -> subprocess.CompletedProcess[str]:
    """Run a subcommand, which shows no secret, no style and no traceback.

    :param variables: of the environment; ``None`` for one that is not set
    """
    merged = {**os.environ, **variables}
    ended = subprocess.run(
        [COMMAND, *words],
        env={name: value for name, value in merged.items() if value is not None},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    both = ended.stdout + ended.stderr
    assert ended.returncode == code, (words, ended)
    assert not any(secret in both for secret in SECRETS), both
    assert "Traceback" not in both, both
    assert "\x1b" not in both, both
    return ended


def test_list() -> None:
    steer("reset")
    lines = run("list").stdout.splitlines()
    assert lines[0].split()[:3] == ["NAME", "TYPE", "AWS"]
    assert [line.split("  ")[0] for line in lines[1:]] == ["-x", "A röle's name", "bad", "guarded", "prod"]
    assert requests() == []
    found = {entry["name"]: entry for entry in json.loads(run("list", "--json").stdout)}
    assert found["prod"]["arn"] == AWS["user_arn"]
    assert found["prod"]["tested"]
    assert found["bad"]["tested"] is None
    assert run("list", "--names", "*r*", ANSIBLE_VAULT_PASSWORD_FILE=None).stdout.split("\n")[:-1] == [
        "A röle's name",
        "guarded",
        "prod",
    ]
    assert "Did you mean 'prod'?" in run("list", "prud", code=1).stderr
    assert "does not exist" in run("list", "--store", "/nowhere").stderr
    locked = run("list", code=1, ANSIBLE_VAULT_PASSWORD_FILE=None)
    assert "5 of 5 records cannot be read." in locked.stderr
    assert "(vault_password_missing)" in locked.stderr


def test_show() -> None:
    assert AWS["roles"]["deploy"] in run("show", "A röle's name").stdout
    assert json.loads(run("show", "prod", "--json").stdout)["account_id"] == AWS["account_id"]
    assert "(account_unknown)" in run("show", "prud", code=1).stderr


def test_test() -> None:
    ended = run("test", "--all", code=1)
    assert "3 ok, 2 failed" in ended.stderr
    assert "(secret_key_wrong)" in ended.stdout
    assert "(account_mismatch)" in ended.stdout
    found = json.loads(run("test", "prod", "A*", "--json").stdout)
    assert [entry["ok"] for entry in found] == [True, True]
    listed = run("list").stdout
    assert re.search(r"^prod .* user/deployer +just now +0d$", listed, re.MULTILINE), listed
    run("test", code=2)


def test_doctor() -> None:
    assert "fail" not in run("doctor", "prod").stdout
    for name, link, code in (
        ("bad", "credentials", "secret_key_wrong"),
        ("guarded", "account_id", "account_mismatch"),
        ("prud", "record", "account_unknown"),
    ):
        found = json.loads(run("doctor", name, "--json", code=1).stdout)
        failed = [(entry["link"], entry["code"]) for entry in found["links"] if entry["status"] == "fail"]
        assert failed == [(link, code)], found
    for variables, link, code in (
        ({"ANSIBLE_VAULT_PASSWORD_FILE": None}, "password", "vault_password_missing"),
        ({"ANSIBLE_VAULT_PASSWORD_FILE": "/nowhere"}, "password", None),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "network", "endpoint_unreachable"),
        ({"OCTO_AWS_STORE": "nothing:here"}, "store", "store_url_invalid"),
        ({"OCTO_AWS_STORES": "x"}, "settings", "option_unknown"),
    ):
        found = json.loads(run("doctor", "prod", "--json", code=1, **variables).stdout)
        failed = [(entry["link"], entry["code"]) for entry in found["links"] if entry["status"] == "fail"]
        assert failed == [(link, code)], (variables, found)
        assert all(entry["text"] == "not reached" for entry in found["links"] if entry["status"] == "skipped"), found


def aws_cli(name: str) -> str:
    """The ARN that both versions of the AWS CLI have with a profile, elsewhere and without the settings of this test.

    :returns: empty if the CLI fails
    """
    version1, version2 = (aws_cli_of(program, name) for program in ("aws", "/usr/bin/aws"))
    assert version1 == version2
    return version1


def aws_cli_of(program: str, name: str) -> str:
    variables = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OCTO_", "ANSIBLE_", "PYTHON")) and name != "AWS_CONFIG_FILE"
    }
    # Version 2 of Debian 12 reads no AWS_ENDPOINT_URL.
    options = [f"--profile={name}", "--endpoint-url", AWS["url"], "--query", "Arn", "--output", "text"]
    command = [program, "sts", "get-caller-identity", *options]
    ended = subprocess.run(command, env=variables, cwd="/", check=False, capture_output=True, text=True)
    assert not any(secret in ended.stderr for secret in SECRETS), ended
    return ended.stdout.strip()


def test_profiles() -> None:
    text = run("profiles").stdout
    assert not CONFIG.exists()
    ended = run("profiles", "--write")
    assert f"{CONFIG} has 5 profiles of octo.aws." in ended.stdout
    assert CONFIG.read_text(encoding="utf-8") == text
    assert stat.S_IMODE(CONFIG.stat().st_mode) == 0o600
    assert aws_cli("prod") == AWS["user_arn"]
    assert aws_cli("A röle's name").startswith("arn:aws:sts::123456789012:assumed-role/deploy/")
    assert aws_cli("-x") == AWS["user_arn"]
    for wrong in ("bad", "guarded"):
        assert aws_cli(wrong) == ""

    # The rest of the file stays, and a profile of the user wins.
    own = b"[default]\r\nregion = us-east-1\r\n\xff\r\n[profile prod]\r\nregion = eu-west-1"
    target = CONFIG.with_name("dotfile")
    target.write_bytes(own)
    target.chmod(0o640)
    CONFIG.unlink()
    CONFIG.symlink_to("dotfile")
    ended = run("profiles", "--write", "prod", "-x".replace("-", "[-]"))
    assert f"Left out 'prod': {CONFIG} has a profile of this name." in ended.stderr
    assert CONFIG.is_symlink()
    assert target.read_bytes().startswith(own + b"\r\n# BEGIN octo.aws\r\n")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert run("profiles", "--write", "[-]x").stdout.startswith(f"{CONFIG} has 1 profile of octo.aws, as before.")
    assert run("profiles", "--write", "zz*").stdout == f"{CONFIG} has 0 profiles of octo.aws.\nRemoved '-x'.\n"
    assert target.read_bytes() == own + b"\r\n"
    target.write_bytes(b"# END octo.aws\n")
    assert "(profiles_unreadable)" in run("profiles", "--write", code=1).stderr
    CONFIG.unlink()


def test_playbooks() -> None:
    copied = run("copy", os.environ["OCTO_AWS_STORE"], "prod", "A*", "--store", str(WORK / "second"))
    assert "[WARNING]" not in copied.stderr, copied
    assert run("list", "--names", "--store", str(WORK / "second")).stdout.split("\n")[:-1] == ["A röle's name", "prod"]
    run("delete", "prod", "--yes", "--check", "--store", str(WORK / "second"))
    run("delete", "prod", "--yes", "--store", str(WORK / "second"))
    assert run("list", "--names", "--store", str(WORK / "second")).stdout == "A röle's name\n"
    assert run("delete", "A röle's name", code=2, OCTO_AWS_STORE=str(WORK / "second"))
    (WORK / "config").write_text("[profile one]\nrole_arn = x\n", encoding="utf-8")
    run("import", "--config-file", str(WORK / "config"), "--no-test", "--check", code=2)
    assert "(option_conflict)" in run("add", "new", "-e", "account_secret_key=x", code=1).stderr
    keys = {"account_access_key": AWS["access_key"], "account_secret_key": AWS["secret_key"], "account_region": ""}
    file = WORK / "answers.json"
    file.write_text(json.dumps(keys), encoding="utf-8")
    assert AWS["user_arn"] in run("add", "new", "-e", f"@{file}").stdout
    assert json.loads(run("show", "new", "--json").stdout)["tested"]


if __name__ == "__main__":
    run_all(t.cast("dict[str, t.Any]", globals()))
