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
import sys
import typing as t
from pathlib import Path

from aws import AwsError, check_policy
from block_types import PLAYS, Kind, commands_of, kind_of, parse, playbook_of, uses
from options import check_options
from pages import Block, BlockError, find_blocks
from prerequisites import Given
from workspace import Desk, DeskError

READ_BY_ALL = re.compile(r"~/\.aws/\w+|(group|host)_vars/.*")
"""Files that no block has to name."""
_READERS = (*PLAYS, Kind.SHELL)


@dataclasses.dataclass
class Result:
    """What became of a block."""

    block: Block
    kind: Kind
    state: str
    said: str


class Story:
    """The blocks of a page, one after the other."""

    def __init__(self, blocks: list[Block], facts: dict[str, t.Any]) -> None:
        self._facts = facts
        self._given = Given(facts)
        self._kinds = [(block, kind_of(block)) for block in blocks]
        self._desk = Desk(self._given.answers)
        for block in blocks:
            self._given.check(block)

    def run(self) -> list[Result]:
        self._desk.furnish(self._given.keys)
        for block, kind in self._kinds:
            # What a block names may be shown below it. Files that change how all others run have to wait.
            if kind is Kind.FILE and block.language != "ini":
                self._desk.write(block.file, block.text)
        results = [self._run(number, block, kind) for number, (block, kind) in enumerate(self._kinds)]
        for number, result in enumerate(results):
            if result.kind is Kind.FILE and result.state == "run" and not _is_used(number, results):
                result.state, result.said = "failed", f"No block of the page that is run uses {result.block.file}."
        return results

    def _run(self, number: int, block: Block, kind: Kind) -> Result:
        try:
            state, said = ("not run", block.not_run) if kind is Kind.NONE else ("run", self._do(number, block, kind))
            if kind is Kind.NONE:
                check_options(block, self._desk)
        except (BlockError, DeskError, AwsError) as error:
            state, said = "failed", str(error)
        return Result(block, kind, state, said)

    def _do(self, number: int, block: Block, kind: Kind) -> str:
        """What was done."""
        desk, environment = self._desk, self._given.environment_of(block)
        before = []
        if text := self._given.playbook_of(block):
            before = [desk.write(f".given-{number}.yml", text)]
        if kind not in PLAYS and before:
            desk.play(before, dict(os.environ), facts=self._facts)
        if kind in PLAYS:
            name = desk.write(f".block-{number}.yml", playbook_of(block))
            desk.play([*before, name], environment, fails=block.fails, facts=self._facts if before else None)
        elif kind is Kind.SHELL:
            desk.type(commands_of(block), environment, fails=block.fails)
        elif kind is Kind.FILE:
            self._put(block, environment)
            return f"the file {block.file}"
        elif kind is Kind.POLICY:
            check_policy(block.text, self._facts, self._given.placeholders)
        elif kind is Kind.RECORD:
            self._open(block)
        else:
            self._compare(block)
        return str(kind.value)

    def _put(self, block: Block, environment: dict[str, str]) -> None:
        # One more profile is added to those that are there.
        self._desk.write(block.file, block.text, add=block.file.startswith("~/.aws/"))
        if block.file == "ansible.cfg":
            self._desk.play(["octo.aws.list_accounts"], environment)

    def _open(self, block: Block) -> None:
        """Seal a record by hand, in a store of its own, and have it listed."""
        name: str = parse(block)["name"]
        path = self._desk.write(f".records/{name}.vault", block.text)
        self._desk.type(
            f'ansible-vault encrypt --vault-password-file ~/.vault-password "{path}"\n'
            "ansible-playbook octo.aws.list_accounts --vault-password-file ~/.vault-password "
            "-e octo_aws_store=.records -e account_details=true\n",
            dict(os.environ),
        )
        if f'"{name}: ' not in self._desk.output:
            raise BlockError(f"The record was not read.\n{self._desk.output}")

    def _compare(self, block: Block) -> None:
        parts = [re.escape(" ".join(part.split())) for part in block.text.split("...")]
        if not re.search(".*".join(parts), " ".join(self._desk.output.split())):
            raise BlockError(f"The block before did not print this, but:\n{self._desk.output}")


def _is_used(number: int, results: list[Result]) -> bool:
    """Whether any block that is run uses the file that this block is."""
    name = results[number].block.file
    if name == "ansible.cfg":
        # All accounts were listed with it.
        return True
    if READ_BY_ALL.fullmatch(name):
        return any(other.kind in _READERS and other.state == "run" for other in results[number + 1 :])
    others = results[:number] + results[number + 1 :]
    return any(other.state == "run" and uses(other.block, name) for other in others)


def main() -> int:
    """1 when a block failed."""
    page, facts, results = (Path(argument) for argument in sys.argv[1:4])
    story = Story(find_blocks(page), json.loads(facts.read_text(encoding="utf-8")))
    found = [result.block.as_json(result.state, result.said) for result in story.run()]
    results.write_text(json.dumps(found, indent=2), encoding="utf-8")
    return int(any(result["state"] == "failed" for result in found))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BlockError as error:
        sys.exit(str(error))
