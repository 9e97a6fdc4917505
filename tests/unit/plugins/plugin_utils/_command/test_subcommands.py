# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of accounts, tests of several at once, and playbooks, as the subcommands print and start them."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._command import playbooks, tables, testing
from ansible_collections.octo.aws.plugins.plugin_utils._command.start import Start
from ansible_collections.octo.aws.plugins.plugin_utils._command.subcommand import SUBCOMMANDS, subcommand_of
from ansible_collections.octo.aws.plugins.plugin_utils._sessions.test_note import read_note
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.tests.unit.support.accounts import SECRET_KEY, make_accounts
from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws, cache_of, save

Run = t.Callable[..., int]


@pytest.fixture
def run(store: FileStore, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a subcommand with the store of the test."""
    # The passwords of the fixture, in place of those of ansible.cfg.
    monkeypatch.setattr(Start, "load_passwords", lambda self: None)

    def run_subcommand(name: str, *words: str) -> int:
        subcommand = subcommand_of(name)
        parser = argparse.ArgumentParser()
        subcommand.add_arguments(parser)
        settings = ("--store", store.url, "--session-cache", str(cache_of(store)))
        parsed = parser.parse_intermixed_args([*words, *settings])
        return subcommand.run(parsed, Start(parsed, f"octo-aws {name}"))

    return run_subcommand


def printed(capsys: pytest.CaptureFixture[str], aws: FakeAws) -> tuple[str, str]:
    out, err = capsys.readouterr()
    assert aws.facts["secret_key"] not in out + err
    assert SECRET_KEY not in out + err
    return out, err


def test_each_subcommand_has_its_arguments() -> None:
    for name in SUBCOMMANDS:
        parser = argparse.ArgumentParser()
        subcommand_of(name).add_arguments(parser)
        assert "--store" in parser.format_help(), name


def test_a_list_knows_what_was_tested(
    store: FileStore, aws: FakeAws, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    save(store, aws)
    save(store, aws, "role", assume_role=aws.hops("first", "second"))
    assert run("list", "--json") == 0
    before = {entry["name"]: entry for entry in json.loads(printed(capsys, aws)[0])}
    assert before["prod"]["tested"] is None
    assert before["prod"]["arn"] is None
    assert before["role"]["arn"] == aws.facts["roles"]["second"]
    assert before["role"]["assume_role"] == [aws.facts["roles"]["first"], aws.facts["roles"]["second"]]
    aws.tell("reset")
    assert run("list") == 0
    out, _err = printed(capsys, aws)
    assert [line.split()[0] for line in out.splitlines()] == ["NAME", "prod", "role"]
    assert aws.requests == []

    assert run("test", "--all") == 0
    assert [line.split()[:2] for line in printed(capsys, aws)[0].splitlines()[1:]] == [["prod", "ok"], ["role", "ok"]]
    assert run("list", "--json") == 0
    after = {entry["name"]: entry for entry in json.loads(printed(capsys, aws)[0])}
    assert after["prod"]["arn"] == aws.facts["user_arn"]
    assert after["prod"]["key_created"].endswith("Z")
    assert after["role"]["key_created"] is None
    assert ":assumed-role/second/" in after["role"]["arn"]
    assert set(after["prod"]) == {
        *("name", "type", "description", "region", "access_key", "aws_account", "arn", "assume_role", "account_id"),
        *("tested", "key_created", "vault_id", "error"),
    }
    assert run("list") == 0
    assert "just now" in printed(capsys, aws)[0]

    # Another key was not tested.
    save(store, aws, description="changed")
    assert run("show", "prod") == 0
    assert "not on this machine" in printed(capsys, aws)[0]


def test_a_save_with_a_test_is_a_test(
    store: FileStore, aws: FakeAws, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    manager = make_accounts(store, str(cache_of(store)))
    keys = {name: aws.facts[name] for name in ("access_key", "secret_key")}
    manager.save("prod", keys, vault_id=None, test=True)
    assert run("show", "prod", "--json") == 0
    assert json.loads(printed(capsys, aws)[0])["tested"]
    account = store.read("prod")
    assert account
    assert read_note(None, account.account) is None


def test_usages_are_those_of_the_account(
    store: FileStore, aws: FakeAws, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(store, aws)
    site = tmp_path / "plays" / "site.yml"
    site.parent.mkdir()
    site.write_text("- hosts: all\n  vars:\n    aws_steps_account: prod\n    other: x\n")
    (site.parent / "run.sh").write_text("octo-aws exec prod -- true\nocto-aws exec other -- true\n")
    config = tmp_path / "config"
    config.write_text("[profile x]\ncredential_process = /p/python /c/plugin_utils/credential_process.py prod\n")
    assert run("show", "prod", "--usages", str(site.parent), str(config), "--json") == 0
    usages = json.loads(printed(capsys, aws)[0])["usages"]
    assert [(Path(entry["path"]).name, entry["line"]) for entry in usages] == [
        ("config", 2),
        ("run.sh", 1),
        ("site.yml", 3),
    ]
    assert run("show", "prod", "--usages", str(site.parent)) == 0
    out, _err = printed(capsys, aws)
    assert f"{site}:3" in out
    assert "2 usages of prod" in out
    with pytest.raises(OctoAwsError) as caught:
        run("show", "prod", "--usages", "/nowhere")
    assert caught.value.code is ErrorCode.OPTION_INVALID


def test_a_failed_test_is_exit_code_1(
    store: FileStore, aws: FakeAws, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    save(store, aws)
    save(store, aws, "bad", secret_key=SECRET_KEY)
    (Path(store.url) / "odd.vault").write_text("not a record")
    assert run("test", "prod") == 0
    printed(capsys, aws)
    assert run("test", "--all", "--json") == 1
    found = {entry["name"]: entry for entry in json.loads(printed(capsys, aws)[0])}
    assert {name: entry["ok"] for name, entry in found.items()} == {"prod": True, "bad": False, "odd": False}
    assert found["bad"]["error"]["code"] == "secret_key_wrong"
    assert run("list") == 1
    out, err = printed(capsys, aws)
    assert "record_unreadable" in out or "record_damaged" in out
    assert "1 of 3 records cannot be read." in err
    assert run("list", "--names") == 0
    assert printed(capsys, aws)[0].split() == ["bad", "odd", "prod"]


def test_which_accounts_must_be_said(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("test") == 2
    assert run("test", "prod", "--all") == 2
    assert capsys.readouterr().err.count("Name the accounts, or write --all.") == 2


def test_a_name_that_is_not_there(store: FileStore, aws: FakeAws, run: Run) -> None:
    save(store, aws)
    for words in (("list", "prud"), ("test", "prud"), ("show", "prud"), ("profiles", "prud")):
        with pytest.raises(OctoAwsError, match="Did you mean 'prod'") as caught:
            run(*words)
        assert caught.value.code is ErrorCode.ACCOUNT_UNKNOWN


def test_accounts_are_tested_side_by_side(
    store: FileStore, aws: FakeAws, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once: list[int] = []
    running: set[str] = set()

    def test(resolver: object, account: t.Any) -> t.Any:
        running.add(account.name)
        time.sleep(0.2)
        at_once.append(len(running))
        running.remove(account.name)
        raise OctoAwsError(ErrorCode.ACCESS_DENIED, "denied")

    for number in range(8):
        save(store, aws, f"a{number}")
    monkeypatch.setattr(testing, "_test", test)
    started = time.monotonic()
    assert run("test", "--all", "--jobs", "4") == 1
    assert time.monotonic() - started < 1.5
    assert 1 < max(at_once) <= 4


# Profiles


def test_profiles_of_a_store(
    store: FileStore,
    aws: FakeAws,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config, credentials = tmp_path / "config", tmp_path / "credentials"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    config.write_text("[profile mine]\nregion = x\n")
    credentials.write_text("[old]\naws_access_key_id = AKIAOLD\n")
    for name in ("prod", "mine", "old", "default", "a]b", "-x"):
        save(store, aws, name, region="eu-west-1" if name == "-x" else "")
    assert run("profiles") == 0
    out, err = printed(capsys, aws)
    assert [line for line in out.splitlines() if line.startswith("[")] == ["[profile -x]", "[profile prod]"]
    assert out.count("region = ") == 1
    assert f"Left out 'mine': {config} has a profile of this name." in err
    assert f"Left out 'old': {credentials} has a profile of this name." in err
    assert "Left out 'default': AWS clients use this profile" in err
    assert "Left out 'a]b': AWS clients cannot read" in err
    assert config.read_text() == "[profile mine]\nregion = x\n"
    assert out.splitlines()[-2].endswith(" prod")
    assert out.splitlines()[4].endswith(" -- -x")

    assert run("profiles", "--write", "default", "prod") == 0
    out, _err = printed(capsys, aws)
    assert f"{config} has 2 profiles of octo.aws.\n" in out
    assert "[default]" in config.read_text()
    assert run("profiles", "--write", "p*") == 0
    assert "Removed 'default'." in printed(capsys, aws)[0]
    assert run("profiles", "--write", "p*", "--config-file", str(tmp_path / "other")) == 0
    assert (tmp_path / "other").read_text().count("[profile") == 1


def test_a_profile_has_the_passwords_by_their_paths(
    store: FileStore,
    aws: FakeAws,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    from ansible import constants as C

    save(store, aws)
    monkeypatch.setattr(C, "DEFAULT_VAULT_IDENTITY_LIST", ["dev@dev-password", "prompt", "ops@prompt"])
    monkeypatch.setattr(C, "DEFAULT_VAULT_PASSWORD_FILE", "/etc/password")
    monkeypatch.chdir(tmp_path)
    assert run("profiles", "--vault-password-file", "mine", "--vault-id", "other@~/x") == 0
    command = printed(capsys, aws)[0].splitlines()[-2]
    home = Path.home()
    assert f"--vault-id dev@{tmp_path}/dev-password --vault-id other@{home}/x" in command
    assert f"--vault-password-file {tmp_path}/mine --vault-password-file /etc/password prod" in command
    assert "prompt" not in command


def test_a_url_with_a_password_is_not_written(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "ssm:/octo?endpoint_url=http://user:canary-password@localhost"
    parser = argparse.ArgumentParser()
    subcommand = subcommand_of("profiles")
    subcommand.add_arguments(parser)
    parsed = parser.parse_args(["--store", url])
    monkeypatch.setattr(Start, "store", lambda self: make_store())
    with pytest.raises(OctoAwsError) as caught:
        subcommand.run(parsed, Start(parsed, "octo-aws profiles"))
    assert caught.value.code is ErrorCode.OPTION_CONFLICT
    assert "canary" not in str(caught.value)


def make_store() -> t.Any:
    return argparse.Namespace(names=list, url="ssm:/octo")


# Playbooks


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], t.Any]]:
    """The commands that were started, with the answers in their file."""
    found: list[tuple[list[str], t.Any]] = []

    def start(command: list[str], descriptors: tuple[int, ...], variables: dict[str, str]) -> int:
        assert not descriptors
        assert ("ANSIBLE_STDOUT_CALLBACK" in variables) is ("-v" not in command)

        class Loader(yaml.SafeLoader):
            pass

        Loader.add_constructor("!unsafe", lambda loader, node: f"unsafe: {node.value}")
        path = Path(command[5].removeprefix("@"))
        assert path.stat().st_mode & 0o777 == 0o600
        found.append(([*command[:5], *command[6:]], yaml.load(path.read_text(encoding="utf-8"), Loader)))
        return 3

    monkeypatch.setattr(playbooks, "_run", start)
    return found


def test_answers_are_values_in_a_private_file(run: Run, store: FileStore, started: list[t.Any]) -> None:
    assert run("add", "a {{ name }}: 'ä'", "--check", "-e", "account_region=eu-west-1", "-vv") == 3
    command, answers = started[0]
    assert command[:4] == [sys.executable, "-m", "ansible.cli.playbook", "octo.aws.add_account"]
    assert command[4:] == ["-e", "-e", "account_region=eu-west-1", "--check", "-v", "-v"]
    assert answers == {
        "account_name": "unsafe: a {{ name }}: 'ä'",
        "octo_aws_store": f"unsafe: {store.url}",
        "octo_aws_session_cache": f"unsafe: {cache_of(store)}",
    }


def test_vault_options_are_passed_on(run: Run, started: list[t.Any]) -> None:
    run("delete", "prod", "--yes", "--vault-id", "a@b", "--vault-password-file", "c", "--ask-vault-pass")
    command, answers = started[0]
    assert command[-5:] == ["--vault-id", "a@b", "--vault-password-file", "c", "--ask-vault-pass"]
    assert answers["account_confirm"] == "unsafe: prod"


def test_each_answer_is_a_variable(run: Run, started: list[t.Any]) -> None:
    run("import", "web-*", "--no-test", "--name-prefix", "x-")
    run("import")
    run("copy", "/from", "--test", "a", "b")
    assert started[0][1]["import_profiles"] == ["unsafe: web-*"]
    assert started[0][1]["import_test"] is False
    assert started[0][1]["import_name_prefix"] == "unsafe: x-"
    assert "import_test" not in started[1][1]
    assert started[2][1]["copy_names"] == ["unsafe: a", "unsafe: b"]
    assert started[2][1]["copy_test"] is True


def test_a_named_account_is_rotated_at_once(run: Run, started: list[t.Any]) -> None:
    run("rotate", "prod", "--keep-old", "deactivate")
    run("rotate", "--all")
    assert run("rotate") == 2
    assert run("rotate", "prod", "--all") == 2
    assert started[0][0][3] == "octo.aws.rotate_accounts"
    assert started[0][1]["rotate_names"] == ["unsafe: prod"]
    assert started[0][1]["rotate_after_days"] == 0
    assert started[0][1]["rotate_keep_old"] == "unsafe: deactivate"
    assert started[1][1]["rotate_names"] == []
    assert "rotate_after_days" not in started[1][1]
    assert len(started) == 2


@pytest.mark.parametrize("word", ["account_secret_key=x", '{"account_session_token": "x"}'])
def test_secrets_are_not_taken_from_the_command_line(word: str, run: Run, started: list[t.Any]) -> None:
    with pytest.raises(OctoAwsError, match="visible to other users") as caught:
        run("add", "prod", "-e", word)
    assert caught.value.code is ErrorCode.OPTION_CONFLICT
    assert started == []
    run("add", "prod", "-e", "@account_secret_key.yml")
    assert len(started) == 1


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("raise SystemExit(4)", 4),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 128 + 9),
        ("import os, signal; os.kill(os.getppid(), signal.SIGTERM); import time; time.sleep(9)", 128 + 15),
        ("import os, signal, time; os.kill(os.getppid(), signal.SIGINT); time.sleep(.5); raise SystemExit(99)", 130),
    ],
)
def test_the_exit_code_is_passed_on(program: str, code: int) -> None:
    before = signal.getsignal(signal.SIGTERM)
    assert playbooks._run([sys.executable, "-c", program], (), {}) == code
    assert signal.getsignal(signal.SIGTERM) == before


# Tables


class Terminal:
    """Standard output that is a terminal."""

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize("no_color", ["", "1"])
@pytest.mark.parametrize("rich", [True, False])
def test_a_table_fits_the_terminal(columns: int, no_color: str, rich: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", no_color)
    if not rich:
        monkeypatch.setitem(sys.modules, "rich.console", None)
    tables.has_styles.cache_clear()
    arn = "arn:aws:sts::123456789012:assumed-role/a-very-long-role-name/somebody@a-long-host-name"
    tables.print_table([("NAME", "RESULT", "IDENTITY"), ("prod", "ok", arn), ("bad [red]", "failed", f"{arn} {arn}")])
    tables.has_styles.cache_clear()
    monkeypatch.undo()
    plain = terminal.text
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[32m", "\x1b[31m"):
        plain = plain.replace(code, "")
    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) <= columns
    assert "bad [red]" in plain
    assert "".join(plain.split()).count("a-long-host-name") == 3 or columns == 40 or rich
    assert ("\x1b[31m" in terminal.text) == (rich and not no_color and columns > 30)


def test_sessions_are_counted_and_cleared(
    store: FileStore, aws: FakeAws, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    save(store, aws)
    save(store, aws, "other")
    assert run("test", "--all") == 0
    root = cache_of(store)
    foreign = {root / "notes.txt", next(path for path in root.iterdir() if path.is_dir()) / "notes.txt"}
    for path in foreign:
        path.write_text("mine", encoding="utf-8")
    elsewhere = root / ("a" * 40)
    elsewhere.mkdir(mode=0o700)
    (elsewhere / f"{'b' * 40}.session").touch()
    printed(capsys, aws)

    def counted() -> tuple[set[str], int]:
        assert run("sessions", "--json") == 0
        document = json.loads(printed(capsys, aws)[0])
        assert document["folder"] == str(root)
        return {entry["name"] for entry in document["accounts"]}, document["others"]

    assert counted() == ({"prod", "other"}, 1)
    assert run("sessions") == 0
    assert [line.split()[0] for line in printed(capsys, aws)[0].splitlines()[1:]] == [
        "NAME",
        "other",
        "prod",
        "(others)",
    ]
    with pytest.raises(OctoAwsError) as caught:
        run("sessions", "--clear", "prdo")
    assert caught.value.code == ErrorCode.ACCOUNT_UNKNOWN
    assert run("sessions", "--clear", "prod") == 0
    printed(capsys, aws)
    assert counted() == ({"other"}, 1)
    assert run("sessions", "--clear") == 0
    assert "removed from the session cache" in printed(capsys, aws)[0]
    assert counted() == (set(), 0)
    assert not elsewhere.exists()
    assert all(path.read_text(encoding="utf-8") == "mine" for path in foreign)


def test_a_link_in_the_session_cache_is_not_followed(store: FileStore, aws: FakeAws, run: Run, tmp_path: Path) -> None:
    root = cache_of(store)
    root.mkdir(mode=0o700, exist_ok=True)
    target = tmp_path / "target"
    target.mkdir()
    kept = target / f"{'b' * 40}.session"
    kept.touch()
    (root / ("a" * 40)).symlink_to(target)
    with pytest.raises(OctoAwsError, match="cannot be cleared") as caught:
        run("sessions", "--clear")
    assert caught.value.code is ErrorCode.OPTION_INVALID
    assert kept.exists()
