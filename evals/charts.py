"""Inline SVG, drawn here so that a report is one file without scripts. Colours come from the page's own variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from evals.metrics import Estimate

_ROW = 26
_LABEL = 178
_WIDTH = 640
_SPAN = _WIDTH - _LABEL - 64  # room for the figure at the right


def bars(title: str, rows: Mapping[str, Estimate]) -> str:
    """Horizontal bars from 0 to 1, one a row, each with its 95 % interval as a whisker and its figure."""
    height = _ROW * len(rows) + 30
    marks = "".join(_grid(share / 4, height - 22) for share in range(5))
    drawn = "".join(_bar(label, one, 8 + _ROW * at) for at, (label, one) in enumerate(rows.items()))
    return _svg(title, height, marks + drawn)


def histogram(title: str, values: Sequence[float], unit: str, bins: int = 24) -> str:
    """How often each range of values occurs, from 0 on, equally wide; the last one takes the largest 2 % as well."""
    ordered = sorted(values) or [0.0]
    top = ordered[int(0.98 * (len(ordered) - 1))] or 1.0
    counts = [0] * bins
    for value in values:
        counts[min(int(value / top * bins), bins - 1)] += 1
    step, scale = (_WIDTH - 40) / bins, 110 / (max(counts) or 1)
    drawn = "".join(
        f'<rect class="bar" x="{20 + at * step:.1f}" y="{130 - count * scale:.1f}" width="{step - 2:.1f}" '
        f'height="{count * scale:.1f}"><title>{top * at / bins:,.0f} {escape(unit)}: {count}</title></rect>'
        for at, count in enumerate(counts)
    )
    last = f"≥ {top * (bins - 1) / bins:,.0f} {unit}"
    axis = _text(20, 146, "0", "start") + _text(_WIDTH - 20, 146, last, "end")
    return _svg(title, 152, f'<line class="axis" x1="20" x2="{_WIDTH - 20}" y1="130" y2="130"/>{drawn}{axis}')


def trend(title: str, labels: Sequence[str], series: Mapping[str, Sequence[float]]) -> str:
    """One line a series over at least two labels, from 0 below to 1 above, its name where it ends."""
    end = _WIDTH - 160
    ends = _apart([_y(values[-1]) for values in series.values()])
    lines = "".join(
        _line(values, end) + _text(end + 6, place + 4, f"{values[-1]:.3f} {name}", "start")
        for (name, values), place in zip(series.items(), ends, strict=True)
    )
    axis = "".join(f'<line class="axis" x1="20" x2="{end}" y1="{y}" y2="{y}"/>' for y in (20, 85, 150))
    dates = _text(20, 170, labels[0], "start") + _text(end, 170, labels[-1], "end")
    return _svg(title, 176, axis + lines + dates)


def _line(values: Sequence[float], end: float) -> str:
    step = (end - 20) / max(len(values) - 1, 1)
    points = " ".join(f"{20 + at * step:.1f},{_y(one):.1f}" for at, one in enumerate(values))
    return f'<polyline class="line" points="{points}"/>'


def _y(share: float) -> float:
    return 150 - 130 * share


def _apart(places: Sequence[float]) -> list[float]:
    """The same heights, those that would overlap moved down, in the order given."""
    moved = list(places)
    last = -14.0
    for at in sorted(range(len(places)), key=places.__getitem__):
        last = moved[at] = max(places[at], last + 14)
    return moved


def _svg(title: str, height: int, inside: str) -> str:
    words = escape(title)
    return f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{words}"><title>{words}</title>{inside}</svg>'


def _bar(label: str, one: Estimate, top: int) -> str:
    middle, low, high = top + 8, _x(one.low), _x(one.high)
    return (
        _text(_LABEL - 8, middle + 4, label, "end")
        + f'<rect class="bar" x="{_LABEL}" y="{top}" width="{_SPAN * one.value:.1f}" height="16" rx="2"/>'
        + f'<path class="whisker" d="M{low} {middle}H{high}M{low} {middle - 4}v8M{high} {middle - 4}v8"/>'
        + _text(_WIDTH, middle + 4, f"{one.value:.3f}", "end")
    )


def _grid(share: float, height: int) -> str:
    at = _x(share)
    return f'<line class="axis" x1="{at}" x2="{at}" y1="2" y2="{height}"/>' + _text(
        float(at), height + 16, f"{share:g}"
    )


def _x(share: float) -> str:
    return f"{_LABEL + _SPAN * share:.1f}"


def _text(x: float, y: float, words: str, anchor: str = "middle") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'
