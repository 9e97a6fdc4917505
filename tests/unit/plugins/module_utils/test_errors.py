# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import (
    AwsResponse,
    ErrorCode,
    OctoAwsError,
    PartialFailure,
    RecordError,
    closest,
)

ROOT = Path(__file__).resolve().parents[4]
FILES = "https://github.com/octo-aws/octo.aws/blob/main/"
ENTRY = (
    r"^\.\. _ansible_collections\.octo\.aws\.docsite\.errors\.(\w+):\n\n``\1``\n\^+\n\n"
    r":Cause: .+\n(?:(?: .+)?\n)*:Solution: .+\n"
)
"""The entry of a code: its label, which links lead to, its heading, which is the anchor, its cause and its solution."""


def test_the_documented_codes_are_the_codes() -> None:
    page = (ROOT / "docs" / "docsite" / "rst" / "errors.rst").read_text(encoding="utf-8")
    entries = re.findall(ENTRY, page, re.MULTILINE)
    assert sorted(entries) == sorted(code.value for code in ErrorCode)
    assert len(entries) == page.count("\n:Cause: ") == page.count("\n:Solution: ")


def test_the_url_of_an_error_is_its_entry() -> None:
    url = OctoAwsError(ErrorCode.STORE_BUSY, "It is busy.").as_result()["url"]
    path, _separator, anchor = str(url).partition("#")
    assert (ROOT / path.removeprefix(FILES)).is_file()
    assert anchor == "store_busy"


def test_every_code_is_raised_somewhere_and_tested_somewhere() -> None:
    plugins = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "plugins").rglob("*.py") if path.name != "_errors.py"
    )
    tests = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "tests").rglob("*")
        if path.suffix in (".py", ".yml", ".sh") and "output" not in path.parts and path != Path(__file__)
    )
    assert [code.name for code in ErrorCode if f"ErrorCode.{code.name}" not in plugins] == []
    assert [code.value for code in ErrorCode if f"ErrorCode.{code.name}" not in tests and code.value not in tests] == []


def test_an_error_says_what_and_what_to_do_and_its_code() -> None:
    error = OctoAwsError(ErrorCode.STORE_BUSY, "It is busy.", hint="Wait.", aws_code="X", request_id="1")
    assert str(error) == "It is busy. Wait. (store_busy)"
    result = error.as_result()
    assert result.pop("url")
    assert result == {"code": "store_busy", "aws_code": "X", "request_id": "1", "hint": "Wait."}
    assert str(error.about("Account 'a'")) == "Account 'a': It is busy. Wait. (store_busy)"


def test_an_error_crosses_processes_whole() -> None:
    error = RecordError(ErrorCode.RECORD_DAMAGED, "It is damaged.", hint="Restore it.", aws_code="X", request_id="1")
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.as_result()) == (RecordError, str(error), error.as_result())


def test_the_answer_of_aws_is_for_decisions_alone() -> None:
    answer = AwsResponse(400, "canary-code", "canary-message")
    error = OctoAwsError(ErrorCode.AWS_REFUSED, "No.").with_response(answer)
    work = PartialFailure.after(error.about("Account 'a'"), "Run it again.", changed=True)
    for failure in (error, error.about("a"), error.reworded(str.upper), work):
        assert failure.is_refusal("canary-code", message="message")
        assert "canary" not in f"{failure} {failure!r} {failure.as_result()} {answer!r} {pickle.dumps(failure)!r}"
    assert (str(work), work.values) == ("Account 'a': No. Run it again. (aws_refused)", {"changed": True})
    assert not pickle.loads(pickle.dumps(error)).is_refusal("canary-code")


@pytest.mark.parametrize("path", sorted((ROOT / "plugins").rglob("*.py")), ids=lambda path: path.stem)
def test_nothing_is_decided_on_what_is_shown(path: Path) -> None:
    """A secret can be a word of AWS, and ``aws_code`` is masked; see ``is_refusal``."""
    assert not re.search(r"\.aws_code (==|!=|in|not in) ", path.read_text(encoding="utf-8"))


def test_closest() -> None:
    assert closest("secrte_key", ["secret_key", "region"]) == "Did you mean 'secret_key'?"
    assert closest("zzz", ["secret_key", "region"]) == ""
