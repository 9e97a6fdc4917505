# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages and pictures agree with the code, and every page is listed."""

from __future__ import annotations

import datetime
import re
import typing as t
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import RENDERINGS, Credentials
from ansible_collections.octo.aws.plugins.module_utils._model.identity import Identity
from ansible_collections.octo.aws.plugins.plugin_utils._stores.registry import STORES, class_of
from ansible_collections.octo.aws.tests.tools import house
from ansible_collections.octo.aws.tests.unit.project.test_layers import ON_HOSTS, ROOMS

ROOT = Path(__file__).resolve().parents[3]
DOCSITE = ROOT / "docs" / "docsite"
PAGES = {path.stem for path in (DOCSITE / "rst").glob("*.rst")}
ELEMENT = "{http://www.w3.org/2000/svg}"
ARCHITECTURE = (DOCSITE / "rst" / "architecture.rst").read_text(encoding="utf-8")
TOP_DOWN = (*reversed(ROOMS[len(ON_HOSTS) :]), *reversed(ON_HOSTS))
"""The rows of rooms, those of the controller first."""
FORMATS = (DOCSITE / "rst" / "formats.rst").read_text(encoding="utf-8")


def test_every_page_is_listed() -> None:
    sections = yaml.safe_load((DOCSITE / "extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    listed = [page for section in sections for page in section["toctree"]]
    assert sorted(listed) == sorted(PAGES)


def names_of(rooms: t.Iterable[str]) -> set[str]:
    """The folders of rooms, without those of single files."""
    return {room.rpartition("/")[2] for room in rooms} - {"module_utils", "plugin_utils"}


def names_in(picture: str) -> list[set[str]]:
    """The names of rooms in a picture, row by row."""
    rows: dict[float, set[str]] = {}
    for text in ElementTree.parse(DOCSITE / "images" / picture).iter(f"{ELEMENT}text"):
        if "name" in str(text.get("class")).split():
            rows.setdefault(float(str(text.get("y"))), set()).add(str(text.text))
    return [rows[place] for place in sorted(rows)]


def test_the_house_has_all_rooms_in_their_rows() -> None:
    drawn = [set(row) for row in (*house.CONTROLLER, *house.HOSTS)]
    assert drawn == [names for rooms in TOP_DOWN if (names := names_of(rooms))]


def test_the_house_is_drawn_from_its_rows() -> None:
    assert house.PICTURE.read_text(encoding="utf-8") == house.draw(), "run: python tests/tools/house.py"


def test_the_rooms_of_a_lookup_exist() -> None:
    assert set().union(*names_in("lookup.svg")) <= set().union(*map(names_of, ROOMS))


def test_every_room_is_described_in_its_row() -> None:
    rows = re.findall(r"^  \* - (``.*)$", ARCHITECTURE, re.MULTILINE)
    described = [names_of(re.findall(r"``(?:plugins/)?(\w+)``", row)) for row in rows]
    assert described == [names for rooms in TOP_DOWN if (names := names_of(rooms))]


def test_each_picture_says_in_words_what_it_shows() -> None:
    pages = [*(DOCSITE / "rst").glob("*.rst"), ROOT / "README.md"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in pages)
    for path in (DOCSITE / "images").glob("*.svg"):
        address = rf"https://raw\.\S+/{path.name}"
        figure = rf"^\.\. figure:: {address}\n +:alt: .{{60}}"
        assert re.search(rf"{figure}|!\[[^\]]{{60,}}\]\({address}\)", text, re.MULTILINE), path.name
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
        assert row(scheme) == {*getattr(store_class, "COMMON_OPTIONS", ()), *getattr(store_class, "OPTIONS", ())}
