"""Plots as inline SVG, drawn by matplotlib. Imports matplotlib.

Letters stay text, in the page's own fonts, and colours are its variables ``--plot-ink``, ``-soft``, ``-line`` and
``-mark``, so that a plot follows its light and dark; a report with plots stays one file without scripts.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from html import escape
from threading import Lock
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, MultipleLocator

from evals.metrics import Estimate

Draw = Callable[[Axes], None]
_INCHES = 6.6
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "dafu",  # the same figures give the same file
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
}
_COLOURS = {"#010101": "ink", "#020202": "soft", "#030303": "line", "#040404": "mark"}  # stand for the page's variables
_INK, _SOFT, _LINE, _MARK = _COLOURS
_ALONE = {"ink": "#24292f", "soft": "#57606a", "line": "#8c959f", "mark": "#2f7f86"}  # seen on light and on dark
_DRAWING = Lock()  # matplotlib's style is one for the process


def bars(title: str, rows: Mapping[str, Estimate]) -> str:
    """Horizontal bars from 0 to 1, one a row, each with its 95 % interval as a whisker and its figure."""

    def draw(axes: Axes) -> None:
        values = [one.value for one in rows.values()]
        ends = [[one.value - one.low for one in rows.values()], [one.high - one.value for one in rows.values()]]
        axes.barh(list(rows), values, height=0.62, color=_MARK, alpha=0.45)
        axes.errorbar(values, list(rows), xerr=ends, fmt="none", ecolor=_INK, elinewidth=1, capsize=2.5)
        for at, value in enumerate(values):
            axes.text(1.03, at, f"{value:.3f}", va="center", color=_INK)
        axes.set_xlim(0, 1.0)
        axes.invert_yaxis()
        axes.xaxis.set_major_locator(MultipleLocator(0.25))
        axes.grid(axis="x", color=_LINE, linewidth=0.7)

    return _svg(title, 0.5 + 0.27 * len(rows), draw)


def multiples(title: str, rows: Mapping[str, float]) -> str:
    """How many times as much: horizontal bars from 1, one a row, as a file of its own with colours of its own."""

    def draw(axes: Axes) -> None:
        axes.barh(list(rows), [value - 1 for value in rows.values()], left=1, height=0.62, color=_MARK, alpha=0.6)
        for at, value in enumerate(rows.values()):
            axes.text(max(value, 1.0), at, f" {value:.1f}×", va="center", color=_INK)
        axes.axvline(1, color=_LINE, linewidth=0.7)
        axes.set_xlim(min(0.5, *rows.values()), 1.15 * max(1.5, *rows.values()))
        axes.set_xscale("log")
        axes.set_xticks([])
        axes.set_xticks([], minor=True)
        axes.invert_yaxis()

    drawn = _svg(title, 0.5 + 0.27 * len(rows), draw, left=0.42)
    for name, colour in _ALONE.items():
        drawn = drawn.replace(f"var(--plot-{name})", colour)
    return drawn.replace(
        "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ', 1
    )


def histogram(title: str, values: Sequence[float], unit: str, bins: int = 24) -> str:
    """How often each range of values occurs, from 0 on, equally wide; the last one takes the largest 2 % as well."""
    ordered = sorted(values) or [0.0]
    top = ordered[int(0.98 * (len(ordered) - 1))] or 1.0

    def draw(axes: Axes) -> None:
        axes.hist([min(value, top) for value in values], bins=bins, range=(0, top), color=_MARK, alpha=0.6, rwidth=0.9)
        axes.set_xlabel(unit, color=_SOFT)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="y", color=_LINE, linewidth=0.7)

    return _svg(title, 1.9, draw)


def trend(title: str, labels: Sequence[str], series: Mapping[str, Sequence[float]]) -> str:
    """One line a series over at least two labels, from 0 below to 1 above, its name where it ends."""

    def draw(axes: Axes) -> None:
        for values in series.values():
            axes.plot(range(len(values)), values, color=_MARK, marker="o", markersize=3, linewidth=1.4)
        places = _apart([values[-1] for values in series.values()])
        for (name, values), place in zip(series.items(), places, strict=True):
            axes.text(len(labels) - 0.9, place, f"{values[-1]:.3f} {name}", va="center", color=_INK)
        axes.set_xlim(-0.1, len(labels) - 0.95)
        axes.set_ylim(0, 1.03)
        axes.set_xticks([0, len(labels) - 1], [labels[0], labels[-1]])
        axes.yaxis.set_major_locator(MultipleLocator(0.25))
        axes.grid(axis="y", color=_LINE, linewidth=0.7)

    return _svg(title, 2.3, draw, right=0.72)


def _apart(heights: Sequence[float], least: float = 0.085) -> list[float]:
    """The same heights, those that would overlap moved down, in the order given."""
    moved, last = list(heights), float("inf")
    for at in sorted(range(len(heights)), key=lambda one: -heights[one]):
        last = moved[at] = min(heights[at], last - least)
    return moved


def _svg(title: str, inches: float, draw: Draw, right: float = 0.88, left: float = 0.27) -> str:
    """What ``draw`` puts into a figure of this height, as an SVG element that has a name."""
    out = io.StringIO()
    with _DRAWING, mpl.rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # letters are the browser's to draw
        figure = Figure(figsize=(_INCHES, inches), facecolor="none")
        axes = figure.add_axes((left if right > 0.8 else 0.06, 0.34 / inches, right - left, 1 - 0.42 / inches))
        axes.set_facecolor("none")
        draw(axes)
        axes.tick_params(colors=_SOFT)
        axes.spines["bottom"].set_color(_LINE)
        for artist in figure.findobj():
            artist.set_clip_on(False)  # a clip path is an address, and two plots of a page may not share one
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return _named(title, out.getvalue())


def _named(title: str, svg: str) -> str:
    """The drawing as an element that says its name to those who hear it, in the page's colours and fonts."""
    found = re.search(r'<svg[^>]*(viewBox="[^"]+")[^>]*>(.*)</svg>', svg, re.DOTALL)
    assert found is not None
    body = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", found[2], flags=re.DOTALL)
    body = re.sub(r" id=\"(?!m[0-9a-f]{8})[^\"]*\"|font-family: [^;]*; |<defs>\s*</defs>", "", body)
    for colour, name in _COLOURS.items():
        body = body.replace(colour, f"var(--plot-{name})")
    words = escape(title)
    return f'<svg {found[1]} role="img" aria-label="{words}"><title>{words}</title>{body.strip()}</svg>'
