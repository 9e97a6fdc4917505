# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw the logo: eight accounts around one lock, and one of them in use.

python tests/tools/logo.py           writes the SVG files
python tests/tools/logo.py --card    also takes the picture for links to the site, with Chromium
"""

from __future__ import annotations

import dataclasses
import math
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DOCSITE = Path(__file__).resolve().parents[2] / "docs" / "docsite"
STATIC = DOCSITE / "site" / "static"
CARD = STATIC / "card.png"
CARD_SIZE = (1200, 630)
CENTER, OUTER, INNER, GAP = 32.0, 31.0, 20.5, 2.6
IN_USE = 5
"""The edge at the top: the first one starts right below the center, on the right."""

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!--
Copyright (c) 2026, octo.aws contributors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
Written by tests/tools/logo.py.
-->
"""
SVG = HEAD + (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="{size}" height="{size}" role="img"'
    ' aria-labelledby="title description">\n'
    '<title id="title">octo.aws</title>\n'
    '<desc id="description">A ring of eight edges around a keyhole. One edge has another color.</desc>\n'
    "{body}</svg>\n"
)


@dataclasses.dataclass(frozen=True)
class Colors:
    """The colors of the logo on one background."""

    ring: str
    in_use: str
    keyhole: str


LIGHT = Colors(ring="#0b6b6b", in_use="#d6336c", keyhole="#14323a")
DARK = Colors(ring="#4fc3b6", in_use="#ff7eab", keyhole="#eef2f3")

Point = tuple[float, float]


def _corners(radius: float) -> list[Point]:
    turns = [math.pi / 8 + number * math.pi / 4 for number in range(8)]
    return [(CENTER + radius * math.cos(turn), CENTER + radius * math.sin(turn)) for turn in turns]


def _path(points: list[Point]) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) + "z"


def _edge(number: int) -> str:
    """One of the eight edges of the ring, with a gap at both ends."""
    outer, inner = _corners(OUTER), _corners(INNER)
    following = (number + 1) % 8
    (begin_x, begin_y), (end_x, end_y) = outer[number], outer[following]
    length = math.hypot(end_x - begin_x, end_y - begin_y)
    x, y = (end_x - begin_x) / length * GAP / 2, (end_y - begin_y) / length * GAP / 2
    begins = [(px + x, py + y) for px, py in (outer[number], inner[number])]
    ends = [(px - x, py - y) for px, py in (inner[following], outer[following])]
    return _path([*begins, *ends])


def _mark(ring: str, in_use: str, keyhole: str) -> str:
    """The shapes, each with its attribute of color."""
    edges = "".join(f'<path {in_use if number == IN_USE else ring} d="{_edge(number)}"/>\n' for number in range(8))
    return edges + f'<circle {keyhole} cx="32" cy="26.8" r="7"/>\n<path {keyhole} d="M29.2 29h5.6l3.4 14.5h-12.4z"/>\n'


def _filled(colors: Colors) -> str:
    return _mark(*(f'fill="{color}"' for color in dataclasses.astuple(colors)))


def _themed(body: str, *rules: str) -> str:
    """With the colors that the system prefers."""
    light, dark = rules
    return f"<style>\n{light}\n@media (prefers-color-scheme: dark) {{ {dark} }}\n</style>\n{body}"


def _rules(colors: Colors) -> str:
    return f".r {{ fill: {colors.ring}; }} .u {{ fill: {colors.in_use}; }} .k {{ fill: {colors.keyhole}; }}"


def _favicon() -> str:
    """Filled, since the gaps of the ring vanish at 16 pixels."""
    body = (
        f'<path class="r" fill-rule="evenodd" d="{_path(_corners(33.5))}'
        'M32 16a9 9 0 0 0-4.6 16.7L23 49.5h18l-4.4-16.8A9 9 0 0 0 32 16z"/>\n'
    )
    return _themed(body, f".r {{ fill: {LIGHT.ring}; }}", f".r {{ fill: {DARK.ring}; }}")


def _card() -> str:
    """The picture that other sites show beside a link."""
    width, height = CARD_SIZE
    font = 'font-family="DejaVu Sans, Segoe UI, system-ui, sans-serif"'
    lines = (
        (262, 96, 700, "#eef2f3", "octo.aws"),
        (336, 35, 400, "#c9d6d8", "Named AWS accounts for Ansible:"),
        (390, 35, 400, "#c9d6d8", "tested when saved, used by name."),
    )
    text = "".join(
        f'<text x="530" y="{y}" font-size="{size}" font-weight="{weight}" fill="{fill}" {font}>{words}</text>\n'
        for y, size, weight, fill, words in lines
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">\n'
        f'<rect width="{width}" height="{height}" fill="#10262b"/>\n'
        f'<g transform="translate(70 125) scale(5.9)">{_filled(DARK)}</g>\n{text}</svg>\n'
    )


def draw() -> dict[Path, str]:
    """The files, with their contents."""
    adaptive = _themed(_mark('class="r"', 'class="u"', 'class="k"'), _rules(LIGHT), _rules(DARK))
    return {
        DOCSITE / "images" / "logo.svg": SVG.format(size=96, body=adaptive),
        STATIC / "logo-light.svg": SVG.format(size=64, body=_filled(LIGHT)),
        STATIC / "logo-dark.svg": SVG.format(size=64, body=_filled(DARK)),
        STATIC / "favicon.svg": SVG.format(size=64, body=_favicon()),
    }


def take_card() -> None:
    """Render the card."""
    chromium = shutil.which("chromium")
    if not chromium:
        sys.exit("Chromium is missing. On Debian, as root: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "card.html"
        page.write_text(f'<body style="margin:0">{_card()}</body>', encoding="utf-8")
        size = f"--window-size={CARD_SIZE[0]},{CARD_SIZE[1]}"
        options = ("--headless", "--no-sandbox", "--hide-scrollbars", f"--user-data-dir={folder}/profile", size)
        subprocess.run([chromium, *options, f"--screenshot={CARD}", page.as_uri()], check=True, capture_output=True)


def main() -> None:
    """Write the files."""
    for path, text in draw().items():
        path.write_text(text, encoding="utf-8")
    if "--card" in sys.argv[1:]:
        take_card()


if __name__ == "__main__":
    main()
