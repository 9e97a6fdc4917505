# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes a recording as an SVG that plays by itself: CSS only, without scripts, and without anything from elsewhere.

Without animations, such as for readers who prefer reduced motion, it shows the end.
"""

from __future__ import annotations

import itertools
import typing as t
from xml.sax.saxutils import escape

if t.TYPE_CHECKING:
    from scenes import Scene
    from timeline import Run, Style, Timeline

WIDTH, HEIGHT, MARGIN = 8.4, 20, 16
"""Of a character, of a line, and around the screen, in pixels."""
BASELINE = 15
TURNS = 3
"""How often a recording plays before it stays at its end."""
LIGHT = {
    "paper": "#ffffff",
    "wall": "#9aa7b8",
    "ink": "#1f2328",
    "faint": "#57606a",
    "red": "#b3202c",
    "green": "#116329",
    "yellow": "#7d4e00",
    "blue": "#0550ae",
    "magenta": "#6f3fc4",
    "cyan": "#0f5e73",
}
DARK = {
    "paper": "#1b1f24",
    "wall": "#66717f",
    "ink": "#e6e9ee",
    "faint": "#a8b1bd",
    "red": "#ff9492",
    "green": "#6bd685",
    "yellow": "#e3b341",
    "blue": "#86b4ff",
    "magenta": "#d2a8ff",
    "cyan": "#66d9e8",
}
"""The colors on light and dark pages. Texts have a contrast of at least 4.5 to the paper (WCAG AA)."""
_NAMES = {"brown": "yellow", "black": "ink", "white": "ink", "brightblack": "faint", "brightwhite": "ink"}
"""Colors of terminals that have another name here."""
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!--
Copyright (c) 2026, octo.aws contributors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
Written by "make recordings".
-->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-labelledby="title description">
<title id="title">{title}</title>
<desc id="description">{words}</desc>
<style>
:root {{ {light} }}
@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}
.paper {{ fill: var(--paper); stroke: var(--wall); }}
.cursor {{ fill: var(--ink); opacity: 0.6; transform: translate({cursor}); }}
.screen {{ transform: translate(0, {scroll}px); }}
.past {{ visibility: hidden; }}
text {{ font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: var(--ink); white-space: pre; }}
.bold {{ font-weight: 600; }}
.reversed {{ fill: var(--paper); }}
rect.reversed {{ fill: var(--ink); }}
{colors}
@media (prefers-reduced-motion: no-preference) {{
.screen, .screen * {{ animation: {duration}s step-end {turns}; }}
text {{ animation: none !important; }}
"""  # noqa: E501 # lines of a picture
_SHOWN = ("red", "green", "yellow", "blue", "magenta", "cyan", "faint")


def draw(scene: Scene, timeline: Timeline) -> str:
    """The text of the SVG file."""
    return _Picture(scene, timeline).draw()


class _Picture:
    def __init__(self, scene: Scene, timeline: Timeline) -> None:
        self._scene = scene
        self._timeline = timeline
        self._rows = min(scene.rows, timeline.rows)
        self._duration = timeline.now

    def draw(self) -> str:
        timeline = self._timeline
        columns = timeline.columns
        width, height = _number(columns * WIDTH), self._rows * HEIGHT
        _time, row, column = timeline.cursor[-1]
        head = _HEAD.format(
            width=_number(columns * WIDTH + 2 * MARGIN),
            height=height + 2 * MARGIN,
            title=escape(self._scene.title),
            words=escape(" ".join(self._scene.description.split())),
            light=_variables(LIGHT),
            dark=_variables(DARK),
            colors="\n".join(f".{name} {{ fill: var(--{name}); }}" for name in _SHOWN),
            cursor=_place(row, column),
            scroll=self._scroll(row),
            duration=_number(self._duration / 1000),
            turns=TURNS,
        )
        spans = sorted({(run.start, run.end or 0) for run in timeline.runs if run.start or run.end})
        names = {span: f"t{number}" for number, span in enumerate(spans)}
        rules = [self._rule(name, *span) for span, name in names.items()]
        paper = f'width="{_number(columns * WIDTH + 2 * MARGIN - 1)}" height="{height + 2 * MARGIN - 1}"'
        return "\n".join(
            [
                head + "\n".join(rules),
                self._motion(
                    "cursor", [(time, f"transform:translate({_place(*at)})") for time, *at in timeline.cursor]
                ),
                self._motion("screen", self._scrolls()),
                "}",
                "</style>",
                f'<rect class="paper" x="0.5" y="0.5" {paper} rx="8"/>',
                f'<svg x="{MARGIN}" y="{MARGIN}" width="{width}" height="{height}">',
                '<g class="screen">',
                *self._groups(names),
                f'<rect class="cursor" width="{WIDTH}" height="{HEIGHT - 2}" y="1"/>',
                "</g>",
                "</svg>",
                "</svg>\n",
            ]
        )

    def _groups(self, names: dict[tuple[int, int], str]) -> t.Iterator[str]:
        """What appears, and is replaced, at the same time."""

        def span_of(run: Run) -> tuple[int, int]:
            return run.start, run.end or 0

        for span, runs in itertools.groupby(sorted(self._timeline.runs, key=span_of), span_of):
            words = [names[span]] if span in names else []
            words += ["past"] if span[1] else []
            yield f'<g class="{" ".join(words)}">{"".join(map(_text, runs))}</g>'

    def _rule(self, name: str, start: int, end: int) -> str:
        steps = "0%{visibility:hidden}" + self._step(start, "visibility:visible")
        if end:
            steps += self._step(end, "visibility:hidden")
        return f".{name}{{animation-name:{name}}}@keyframes {name}{{{steps}}}"

    def _motion(self, name: str, stops: list[tuple[int, str]]) -> str:
        # One step for each time: of several, the last one counts.
        last = dict(stops)
        steps = "".join(self._step(time, rule) for time, rule in last.items())
        return f".{name}{{animation-name:{name}}}@keyframes {name}{{{steps}}}"

    def _step(self, time: int, rule: str) -> str:
        return f"{_number(100 * time / self._duration)}%{{{rule}}}"

    def _scrolls(self) -> list[tuple[int, str]]:
        places = ((time, self._scroll(row)) for time, row, _column in self._timeline.cursor)
        groups = (next(group) for _place, group in itertools.groupby(places, lambda stop: stop[1]))
        return [(time, f"transform:translate(0,{offset}px)") for time, offset in groups]

    def _scroll(self, row: int) -> int:
        return -HEIGHT * max(0, row + 1 - self._rows)


def _text(run: Run) -> str:
    x, y = _number(run.column * WIDTH), run.row * HEIGHT
    length = _number(len(run.text) * WIDTH)
    classes = " ".join(_classes(run.style))
    name = f' class="{classes}"' if classes else ""
    # The length makes places independent of the font.
    fixed = f' textLength="{length}"' if len(run.text) > 1 else ""
    drawn = f'<text{name} x="{x}" y="{y + BASELINE}"{fixed}>{escape(run.text)}</text>'
    if run.style.reverse:
        return f'<rect class="reversed" x="{x}" y="{y}" width="{length}" height="{HEIGHT}"/>{drawn}'
    return drawn


def _classes(style: Style) -> t.Iterator[str]:
    color = _NAMES.get(style.color, style.color)
    color = _NAMES.get(color.removeprefix("bright"), color.removeprefix("bright"))
    if style.reverse:
        yield "reversed"
    elif color in _SHOWN:
        yield color
    if style.bold:
        yield "bold"


def _variables(colors: dict[str, str]) -> str:
    return " ".join(f"--{name}: {color};" for name, color in colors.items())


def _place(row: int, column: int) -> str:
    return f"{_number(column * WIDTH)}px,{row * HEIGHT}px"


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
