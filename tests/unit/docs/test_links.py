# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How wrong links of the documentation are found, and told apart from hosts that nobody can reach."""

from __future__ import annotations

import importlib
import typing as t
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
FILES = "https://github.com/octo-aws/octo.aws/blob/main"


@pytest.fixture(name="links")
def _links(monkeypatch: pytest.MonkeyPatch) -> t.Any:
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("links")


def page(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_links_within_the_site(links: t.Any, tmp_path: Path) -> None:
    page(tmp_path, "index.html", '<a href="b/page.html#here"></a><a href="#top"></a><i id="top"></i><img src="x.svg">')
    page(tmp_path, "b/page.html", '<p id="here"></p><a href="../index.html"></a><a href="../index.html#no"></a>')
    wrong, count = links.check_site(tmp_path)
    assert wrong == ["b/page.html: ../index.html#no leads nowhere", "index.html: x.svg leads nowhere"]
    assert count == 5


def test_links_to_files_of_the_repository(links: t.Any, tmp_path: Path) -> None:
    page(tmp_path, "site/index.html", f'<a href="{FILES}/README.md"></a><a href="{FILES}/GONE.md"></a>')
    page(tmp_path, "README.md", f"[a](CHANGES.md) [b]({FILES}/README.md#part) [c](#part) [d](https://example.org)")
    wrong, count = links.check_repository(tmp_path / "site", tmp_path)
    assert wrong == [
        f"index.html: {FILES}/GONE.md is no file of this repository",
        "README.md: CHANGES.md is no file of this repository",
    ]
    assert count == 4
    assert "<https://example.org>" in links.page_of_markdown(tmp_path)
    assert "CHANGES" not in links.page_of_markdown(tmp_path)


def answer(uri: str, status: str = "working", code: int = 0, info: str = "") -> dict[str, t.Any]:
    return {"filename": "a.rst", "lineno": 1, "uri": uri, "status": status, "code": code, "info": info}


def test_links_to_other_hosts(links: t.Any) -> None:
    result = links.External.of(
        [
            answer("https://up.example.org/a", code=200),
            answer("https://up.example.org/moved", "redirected", 301),
            answer("https://up.example.org/b", "broken", 404, "404 Client Error"),
            answer("https://up.example.org/c#d", "broken", 0, "Anchor 'd' not found"),
            answer("https://down.example.org/a", "broken", 0, "Max retries exceeded"),
            answer("https://down.example.org/b", "timeout", 0, "timed out"),
            answer("https://github.com/octo-aws/octo.aws", "ignored"),
        ]
    )
    assert [line.split(": ")[1] for line in result.wrong] == ["https://up.example.org/b", "https://up.example.org/c#d"]
    assert (result.good, result.unasked, result.unreachable) == (2, 2, {"down.example.org"})
