# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the code blocks of one page: python runner.py PAGE FACTS RESULTS

They run from top to bottom, as the user whose home folder HOME names, in one folder of it. FACTS is what the fake AWS
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
from block_types import PLAYS, BlockType, commands_of, parse, playbook_of, type_of, uses
from options import check_options
from pages import Block, BlockError, find_blocks
from prerequisites import Prerequisites
from workspace import Workspace, WorkspaceError

READ_BY_ALL = re.compile(r"~/\.aws/\w+|(group|host)_vars/.*")
"""Files that no block has to name."""
_READERS = (*PLAYS, BlockType.SHELL)


@dataclasses.dataclass
class Result:
    """What became of a block."""

    block: Block
    block_type: BlockType
    state: str
    said: str


class Runner:
    """The blocks of a page, one after the other."""

    def __init__(self, blocks: list[Block], facts: dict[str, t.Any]) -> None:
        self._facts = facts
        self._prerequisites = Prerequisites(facts)
        self._types = [(block, type_of(block)) for block in blocks]
        self._workspace = Workspace(self._prerequisites.answers)
        for block in blocks:
            self._prerequisites.check(block)

    def run(self) -> list[Result]:
        self._workspace.furnish(self._prerequisites.keys)
        for block, block_type in self._types:
            # What a block names may be shown below it. Files that change how all others run have to wait.
            if block_type is BlockType.FILE and block.language != "ini":
                self._workspace.write(block.file, block.text)
        results = [self._run(number, block, block_type) for number, (block, block_type) in enumerate(self._types)]
        for number, result in enumerate(results):
            if result.block_type is BlockType.FILE and result.state == "run" and not _is_used(number, results):
                result.state, result.said = "failed", f"No block of the page that is run uses {result.block.file}."
        return results

    def _run(self, number: int, block: Block, block_type: BlockType) -> Result:
        try:
            state, said = (
                ("not run", block.not_run)
                if block_type is BlockType.NONE
                else ("run", self._do(number, block, block_type))
            )
            if block_type is BlockType.NONE:
                check_options(block, self._workspace)
        except (BlockError, WorkspaceError, AwsError) as error:
            state, said = "failed", str(error)
        return Result(block, block_type, state, said)

    def _do(self, number: int, block: Block, block_type: BlockType) -> str:
        """What was done."""
        workspace, environment = self._workspace, self._prerequisites.environment_of(block)
        before = []
        if text := self._prerequisites.playbook_of(block):
            before = [workspace.write(f".given-{number}.yml", text)]
        if block_type not in PLAYS and before:
            workspace.play(before, dict(os.environ), facts=self._facts)
        if block_type in PLAYS:
            name = workspace.write(f".block-{number}.yml", playbook_of(block))
            workspace.play([*before, name], environment, fails=block.fails, facts=self._facts if before else None)
        elif block_type is BlockType.SHELL:
            workspace.type(commands_of(block), environment, fails=block.fails)
        elif block_type is BlockType.FILE:
            self._put(block, environment)
            return f"the file {block.file}"
        elif block_type is BlockType.POLICY:
            check_policy(block.text, self._facts, self._prerequisites.placeholders)
        elif block_type is BlockType.RECORD:
            self._open(block)
        else:
            self._compare(block)
        return str(block_type.value)

    def _put(self, block: Block, environment: dict[str, str]) -> None:
        # One more profile is added to those that are there.
        self._workspace.write(block.file, block.text, add=block.file.startswith("~/.aws/"))
        if block.file == "ansible.cfg":
            self._workspace.play(["octo.aws.list_accounts"], environment)

    def _open(self, block: Block) -> None:
        """Seal a record by hand, in a store of its own, and have it listed."""
        name: str = parse(block)["name"]
        path = self._workspace.write(f".records/{name}.vault", block.text)
        self._workspace.type(
            f'ansible-vault encrypt --vault-password-file ~/.vault-password "{path}"\n'
            "ansible-playbook octo.aws.list_accounts --vault-password-file ~/.vault-password "
            "-e octo_aws_store=.records -e account_details=true\n",
            dict(os.environ),
        )
        if not re.search(rf"(?m)^{re.escape(name)} +(?!not readable)\S", self._workspace.output):
            raise BlockError(f"The record was not read.\n{self._workspace.output}")

    def _compare(self, block: Block) -> None:
        parts = [re.escape(" ".join(part.split())) for part in block.text.split("...")]
        if not re.search(".*".join(parts), " ".join(self._workspace.output.split())):
            raise BlockError(f"The block before did not print this, but:\n{self._workspace.output}")


def _is_used(number: int, results: list[Result]) -> bool:
    """Whether any block that is run uses the file that this block is."""
    name = results[number].block.file
    if name == "ansible.cfg":
        # All accounts were listed with it.
        return True
    if READ_BY_ALL.fullmatch(name):
        return any(other.block_type in _READERS and other.state == "run" for other in results[number + 1 :])
    others = results[:number] + results[number + 1 :]
    return any(other.state == "run" and uses(other.block, name) for other in others)


def main() -> int:
    """1 when a block failed."""
    page, facts, results = (Path(argument) for argument in sys.argv[1:4])
    runner = Runner(find_blocks(page), json.loads(facts.read_text(encoding="utf-8")))
    found = [result.block.as_json(result.state, result.said) for result in runner.run()]
    results.write_text(json.dumps(found, indent=2), encoding="utf-8")
    return int(any(result["state"] == "failed" for result in found))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BlockError as error:
        sys.exit(str(error))
