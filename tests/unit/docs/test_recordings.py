# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The recordings can be seen and read by everyone, and what draws them does so in the same way each time."""

from __future__ import annotations

import importlib
import re
import typing as t
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[3]
RECORDINGS = ROOT / "tests" / "recordings"
IMAGES = ROOT / "docs" / "docsite" / "images"
PAGES = [*(ROOT / "docs" / "docsite" / "rst").glob("*.rst"), ROOT / "README.md"]
SCENES = sorted(path.stem for path in (RECORDINGS / "scenes").glob("*.yml"))
LARGEST = 150_000
ENOUGH = 4.5
"""The contrast of texts that WCAG 2.2 requires at level AA."""
ELEMENT = "{http://www.w3.org/2000/svg}"


@pytest.fixture(name="module")
def _module(monkeypatch: pytest.MonkeyPatch) -> t.Callable[[str], t.Any]:
    monkeypatch.syspath_prepend(str(RECORDINGS))
    return importlib.import_module


def test_each_scene_is_recorded_and_on_a_page() -> None:
    kinds = [("svg", SCENES), ("txt", SCENES)]
    for ending, names in kinds:
        assert sorted(path.name for path in IMAGES.glob(f"recording_*.{ending}")) == [
            f"recording_{name}.{ending}" for name in names
        ]
    text = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)
    for name in SCENES:
        assert f"/main/docs/docsite/images/recording_{name}.svg" in text
        assert f"/blob/main/docs/docsite/images/recording_{name}.txt" in text


@pytest.mark.parametrize("name", SCENES)
def test_a_recording_needs_nothing_else(name: str) -> None:
    path = IMAGES / f"recording_{name}.svg"
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) < LARGEST
    for foreign in ("<script", "<image", "<foreignObject", "href", "url(", "@import", "@font-face", " on"):
        assert foreign not in re.sub(r">[^<]*<", "><", text.partition("<style>")[0] + text.partition("</style>")[2])
    style = text.partition("<style>")[2].partition("</style>")[0]
    for foreign in ("url(", "@import", "@font-face"):
        assert foreign not in style
    # All that moves is in here.
    before, _media, after = style.partition("@media (prefers-reduced-motion: no-preference) {")
    assert "animation" not in before
    assert "@keyframes" in after


@pytest.mark.parametrize("name", SCENES)
def test_the_end_of_a_recording_is_the_end_of_its_transcript(name: str) -> None:
    root = ElementTree.parse(IMAGES / f"recording_{name}.svg").getroot()
    texts = [
        text
        for group in root.iter(f"{ELEMENT}g")
        if group.get("class") != "screen" and "past" not in str(group.get("class")).split()
        for text in group.iter(f"{ELEMENT}text")
    ]
    shown = sorted(texts, key=lambda text: (float(str(text.get("y"))), float(str(text.get("x")))))
    transcript = (IMAGES / f"recording_{name}.txt").read_text(encoding="utf-8")
    # Typed characters are texts of their own.
    assert "".join("".join(str(text.text) for text in shown).split()) == "".join(transcript.split())


def test_texts_have_enough_contrast(module: t.Callable[[str], t.Any]) -> None:
    picture = module("picture")
    for colors in (picture.LIGHT, picture.DARK):
        ratios = {name: contrast(color, colors["paper"]) for name, color in colors.items()}
        low = {name: ratio for name, ratio in ratios.items() if ratio < ENOUGH and name not in ("paper", "wall")}
        assert low == {}


def contrast(first: str, second: str) -> float:
    """The contrast ratio of WCAG."""
    low, high = sorted(map(luminance, (first, second)))
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    """The relative luminance of WCAG."""
    parts = [int(color[place:][:2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_values_of_a_run_are_replaced(module: t.Callable[[str], t.Any]) -> None:
    fixed = module("fixed_values").FixedValues("/tmp/a1", "/tmp/b2")
    first, second = "AKIA" + "A" * 16, "AKIA" + "B" * 16
    assert fixed.replace(f"{second} {first} {second}") == (
        "AKIAIOSFODNN7EXAMPLE AKIAI44QH8DHBEXAMPLE AKIAIOSFODNN7EXAMPLE"
    )
    assert fixed.replace("/tmp/a1/x /tmp/b2/y 127.0.0.1:4711") == (
        "/home/alice/x /home/alice/.ansible/collections/y 127.0.0.1:8080"
    )
    with pytest.raises(ValueError, match="more than 2 values"):
        fixed.replace("AKIA" + "C" * 16)


def test_a_line_that_is_written_over_is_gone_at_the_end(module: t.Callable[[str], t.Any]) -> None:
    timeline = module("timeline").Timeline()
    timeline.output("10 %\r")
    timeline.output("100 %\r\n\x1b[31mfailed\x1b[0m & <late>\r\n\x1b[\r\x1b[\x1b[K$ ")
    timeline.type("ls")
    timeline.wait(1000)
    assert timeline.transcript() == "100 %\nfailed & <late>\n$ ls\n"
    assert [(run.text, run.style.color) for run in timeline.runs if run.end is None] == [
        ("100 %", "default"),
        ("failed", "red"),
        ("& <late>", "default"),
        ("$", "default"),
        ("l", "default"),
        ("s", "default"),
    ]
    scene = SimpleNamespace(title="A <title>", description="words", rows=2)
    drawn = module("picture").draw(scene, timeline)
    root = ElementTree.fromstring(drawn)
    assert root.findtext(f"{ELEMENT}title") == "A <title>"
    # Two of three lines are seen at the end.
    assert ".screen { transform: translate(0, -20px); }" in drawn
    assert [run.text for run in timeline.runs if run.end is not None] == ["10 %"]


def test_a_difference_is_shown_with_its_remedy(module: t.Callable[[str], t.Any], tmp_path: Path) -> None:
    record = module("record")
    path = tmp_path / "recording_a.txt"
    assert "is missing. Run make recordings" in record.compare(path, "a\n")
    path.write_text("a\nb\n", encoding="utf-8")
    assert record.compare(path, "a\nb\n") == ""
    assert "-b\n+c\n" in record.compare(path, "a\nc\n")
