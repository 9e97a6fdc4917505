# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the code blocks of one page: python story.py PAGE FACTS RESULTS

They run from top to bottom, as the user whose home folder HOME names, in one folder of it. FACTS is what the test AWS
says of itself; what became of the blocks is written to RESULTS.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import yaml
from aws import AwsError, check_policy
from kinds import PROMPT, Kind, commands_of, kind_of, plays_of, uses
from pages import CHECKOUT, Block, BlockError, find_blocks
from terminal import Terminal

GIVEN = Path(__file__).with_name("given.yml")
HOME = Path.home()
KEYS = HOME / "keys.yml"
PASSWORD = HOME / ".vault-password"
FOLDER = HOME / "page"
READ_BY_ALL = re.compile(r"~/\.aws/\w+|(group|host)_vars/.*")
"""Files that no block has to name."""
_READERS = {kind.value for kind in (Kind.PLAYBOOK, Kind.TASKS, Kind.SHELL)}


@dataclasses.dataclass
class Result:
    """What became of a block."""

    block: Block
    state: str
    said: str = ""
    seconds: float = 0.0

    def as_json(self) -> dict[str, t.Any]:
        block = self.block
        about = {"page": block.page, "line": block.line, "heading": block.heading, "language": block.language}
        return {**about, "state": self.state, "said": self.said, "seconds": round(self.seconds, 1)}


class Story:
    """The blocks of a page, one after the other."""

    def __init__(self, blocks: list[Block], facts: dict[str, t.Any]) -> None:
        self._blocks = blocks
        self._facts = facts
        self._given: dict[str, t.Any] = yaml.safe_load(GIVEN.read_text(encoding="utf-8"))
        self._output = ""
        self._results: list[Result] = []

    def run(self) -> list[Result]:
        FOLDER.mkdir()
        self._write_home()
        kinds: dict[int, Kind] = {}
        for number, block in enumerate(self._blocks):
            kinds[number] = kind_of(block)
            if unknown := set(block.given) - set(self._given["given"]):
                raise BlockError(f"{block.place}: {GIVEN.name} knows no {', '.join(sorted(unknown))}.")
            if kinds[number] is Kind.FILE and block.language != "ini":
                self._write_file(block)
        for number, block in enumerate(self._blocks):
            begin = time.monotonic()
            try:
                state, said = self._do(number, block, kinds[number])
            except (BlockError, AwsError, subprocess.TimeoutExpired) as error:
                state, said = "failed", str(error)
            self._results.append(Result(block, state, said, time.monotonic() - begin))
        self._judge_files(kinds)
        return self._results

    def _do(self, number: int, block: Block, kind: Kind) -> tuple[str, str]:
        if kind is Kind.NONE:
            return "not run", block.not_run
        environment = self._provide(number, block, kind)
        if kind is Kind.FILE:
            self._write_file(block)
            if block.file == "ansible.cfg":
                self._run_playbooks(["octo.aws.list_accounts"], environment, block.fails)
            return "run", f"the file {block.file}"
        if kind in (Kind.PLAYBOOK, Kind.TASKS):
            self._play(number, block, environment)
        elif kind is Kind.SHELL:
            self._type(block, environment)
        elif kind is Kind.POLICY:
            check_policy(block.text, self._facts, self._given["placeholders"])
        elif kind is Kind.RECORD:
            self._open_record(block)
        else:
            self._compare(block)
        return "run", kind.value

    def _write_home(self) -> None:
        values = {name: value.format_map(self._facts) for name, value in self._given["keys"].items()}
        for path, text in ((PASSWORD, "vault-password\n"), (KEYS, yaml.safe_dump(values))):
            path.touch(0o600)
            path.write_text(text, encoding="utf-8")
        command = ["ansible-vault", "encrypt", "--vault-password-file", str(PASSWORD), str(KEYS)]
        subprocess.run(command, check=True, capture_output=True, cwd=FOLDER)
        (FOLDER / KEYS.name).symlink_to(KEYS)

    def _write_file(self, block: Block) -> None:
        path = FOLDER / os.path.expanduser(block.file)
        path.parent.mkdir(parents=True, exist_ok=True)
        # One more profile is added to what is there.
        added = block.language == "ini" and not block.file.endswith(".cfg") and path.exists()
        before = path.read_text(encoding="utf-8") if added else ""
        path.write_text(f"{before}\n{block.text}" if before else block.text, encoding="utf-8")

    def _provide(self, number: int, block: Block, kind: Kind) -> dict[str, str]:
        """Have what the block takes for granted made: the environment for it."""
        fixtures = [self._given["given"][name] or {} for name in block.given]
        tasks = [task for fixture in fixtures for task in fixture.get("tasks", [])]
        variables = {name: value for fixture in fixtures for name, value in fixture.get("environment", {}).items()}
        if tasks:
            play = {"name": "What the block takes for granted", "hosts": "localhost", "gather_facts": False}
            path = FOLDER / f".given-{number}.yml"
            path.write_text(yaml.safe_dump([{**play, "tasks": tasks}], sort_keys=False), encoding="utf-8")
            if kind not in (Kind.PLAYBOOK, Kind.TASKS):
                self._run_playbooks([path.name], dict(os.environ), "")
        return {**os.environ, **{name: value.format(home=HOME) for name, value in variables.items()}}

    def _play(self, number: int, block: Block, environment: dict[str, str]) -> None:
        path = FOLDER / f".block-{number}.yml"
        text = block.text if kind_of(block) is Kind.PLAYBOOK else yaml.safe_dump(plays_of(block), sort_keys=False)
        path.write_text(text, encoding="utf-8")
        given = FOLDER / f".given-{number}.yml"
        self._run_playbooks([*([given.name] if given.exists() else []), path.name], environment, block.fails)

    def _run_playbooks(self, names: list[str], environment: dict[str, str], fails: str) -> None:
        options = ["-e", f"@{KEYS}", "--vault-password-file", str(PASSWORD)]
        facts = ["-e", json.dumps({"aws": self._facts})] if len(names) > 1 or names[0].startswith(".given") else []
        self._watch(["ansible-playbook", *names, *options, *facts], environment, fails)

    def _type(self, block: Block, environment: dict[str, str]) -> None:
        self._watch(["bash", "-c", f"set -e\n{commands_of(block)}"], environment, block.fails)

    def _watch(self, command: list[str], environment: dict[str, str], fails: str) -> None:
        answers = {asked: answer.format_map(self._facts) for asked, answer in self._given["answers"].items()}
        terminal = Terminal(answers)
        code = terminal.run(command, FOLDER, environment)
        self._output = terminal.output
        if terminal.unanswered:
            raise BlockError(f"{GIVEN.name} has no answer to {terminal.unanswered!r}.\n{self._output}")
        if "no hosts matched" in self._output:
            raise BlockError(f"A play has no hosts.\n{self._output}")
        if fails and (not code or fails not in self._output):
            raise BlockError(f"It should have failed and said {fails!r}.\n{self._output}")
        if code and not fails:
            raise BlockError(f"It ended with {code}.\n{self._output}")

    def _open_record(self, block: Block) -> None:
        """Seal it by hand in a store of its own, and have it listed."""
        store = FOLDER / ".records"
        store.mkdir(exist_ok=True)
        name = json.loads(block.text)["name"]
        path = store / f"{name}.vault"
        path.touch(0o600)
        path.write_text(block.text, encoding="utf-8")
        listed = f"-e octo_aws_store={store} -e account_details=true"
        self._watch(
            [
                "bash",
                "-ec",
                f"ansible-vault encrypt --vault-password-file {PASSWORD} {path}\n"
                f"ansible-playbook octo.aws.list_accounts --vault-password-file {PASSWORD} {listed}",
            ],
            dict(os.environ),
            "",
        )
        if f"{name}: " not in self._output or "unreadable" in self._output:
            raise BlockError(f"The record was not read.\n{self._output}")

    def _compare(self, block: Block) -> None:
        """What it shows must be what the block before printed; three points stand for anything."""
        parts = (re.escape(" ".join(part.split())) for part in block.text.split("..."))
        if not re.search(".*".join(parts), " ".join(self._output.split())):
            raise BlockError(f"The block before did not print this, but:\n{self._output}")

    def _judge_files(self, kinds: dict[int, Kind]) -> None:
        for number, result in enumerate(self._results):
            if kinds[number] is not Kind.FILE or result.state != "run" or result.block.file == "ansible.cfg":
                continue
            name = result.block.file
            others = [other for place, other in enumerate(self._results) if place != number and other.state == "run"]
            if READ_BY_ALL.fullmatch(name):
                others = [other for other in self._results[number + 1 :] if other.said in _READERS]
            else:
                others = [other for other in others if uses(other.block, name)]
            if not others:
                result.state, result.said = "failed", f"No block of the page that is run uses the file {name}."


def main() -> int:
    page, facts, results = (Path(argument) for argument in sys.argv[1:4])
    story = Story(find_blocks(page), json.loads(facts.read_text(encoding="utf-8")))
    found = [result.as_json() for result in story.run()]
    results.write_text(json.dumps(found, indent=2), encoding="utf-8")
    return int(any(result["state"] == "failed" for result in found))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BlockError as error:
        sys.exit(str(error))
