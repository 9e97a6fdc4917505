# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What pages and pictures say of the code is so, and every page can be found."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import RENDERINGS, Credentials
from ansible_collections.octo.aws.plugins.module_utils._model.identity import Identity
from ansible_collections.octo.aws.plugins.plugin_utils._stores.aws_service import ServiceStore
from ansible_collections.octo.aws.plugins.plugin_utils._stores.registry import STORES, class_of
from ansible_collections.octo.aws.plugins.plugin_utils._stores.url import COMMON_OPTIONS

ROOT = Path(__file__).resolve().parents[3]
DOCSITE = ROOT / "docs" / "docsite"
PAGES = {path.stem for path in (DOCSITE / "rst").glob("*.rst")}
ELEMENT = "{http://www.w3.org/2000/svg}"
FOLDERS = {"controller": ["plugin_utils"], "hosts": ["module_utils"], "": ["plugin_utils", "module_utils"]}
"""Where files that begin with _ are, by the wing of the house that they are in."""
FORMATS = (DOCSITE / "rst" / "formats.rst").read_text(encoding="utf-8")


def test_every_page_is_listed() -> None:
    sections = yaml.safe_load((DOCSITE / "extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    listed = [page for section in sections for page in section["toctree"]]
    assert sorted(listed) == sorted(PAGES)


def files_of(picture: str) -> list[tuple[str, str]]:
    """Wing and name of the files that a picture shows."""
    root = ElementTree.parse(DOCSITE / "images" / picture).getroot()
    wings = [("", root), *((str(group.get("id")), group) for group in root.iter(f"{ELEMENT}g"))]
    found = {text: wing for wing, part in wings for text in part.iter(f"{ELEMENT}text")}
    return [(wing, str(text.text)) for text, wing in found.items() if "file" in str(text.get("class")).split()]


@pytest.mark.parametrize(("picture", "least"), [("house.svg", 50), ("lookup.svg", 12)])
def test_the_files_of_a_picture_are_there(picture: str, least: int) -> None:
    files = files_of(picture)
    assert len(files) >= least
    for wing, name in files:
        folders = FOLDERS[wing] if name.startswith("_") or "/" not in name else [""]
        paths = [ROOT / "plugins" / folder / name for folder in folders]
        assert any(path.is_dir() if name.endswith("/") else path.with_suffix(".py").is_file() for path in paths), name


def test_each_picture_says_in_words_what_it_shows() -> None:
    page = (DOCSITE / "rst" / "architecture.rst").read_text(encoding="utf-8")
    for path in (DOCSITE / "images").iterdir():
        assert re.search(rf"^\.\. figure:: https://\S+/{path.name}\n +:alt: .{{60}}", page, re.MULTILINE)
        root = ElementTree.parse(path).getroot()
        assert root.findtext(f"{ELEMENT}title")
        assert root.findtext(f"{ELEMENT}desc")


def row(first: str) -> set[str]:
    """The names in the last cell of a row of the page of formats."""
    [cell] = re.findall(rf"^  \* - ``{first}``\n    - (.*)$", FORMATS, re.MULTILINE)
    return set(re.findall(r"``(\w+)``", cell))


@pytest.mark.parametrize("rendering", sorted(RENDERINGS))
def test_the_keys_of_a_format_are_documented(rendering: str) -> None:
    whole = Credentials(
        access_key="AKIAIOSFODNN7EXAMPLE",
        secret_key="secret",
        session_token="token",
        region="eu-central-1",
        expiration=datetime.datetime(2026, 11, 24, 15, tzinfo=datetime.timezone.utc),
        identity=Identity(account_id="123456789012", arn="arn:aws:iam::123456789012:user/a", user_id="AIDA"),
        source="access_key",
    )
    assert set(RENDERINGS[rendering](whole)) == row(rendering)


def test_the_stores_and_their_options_are_documented() -> None:
    for scheme in STORES:
        store_class = class_of(scheme)
        is_service = issubclass(store_class, ServiceStore)
        assert row(scheme) == ({*COMMON_OPTIONS, *store_class.OPTIONS} if is_service else set())
