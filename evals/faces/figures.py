"""The right side of 评测: a run and how far it is, the latest figures with their history, every failure in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from assistant.locale import is_message
from assistant.web.html import el, language, say
from corpus.errors import InputError
from evals.faces.job import State
from evals.metrics import METRICS
from evals.results import REPORT, RESULTS, Point, Result, read_run

_MOST = 100  # failures listed
_SHARES = frozenset(metric.name for metric in METRICS) - {"length_ratio", "ms", "fell_back"}
_WIDTH, _HEIGHT = 96, 24  # of a curve, in pixels


def running(state: State, sizes: tuple[int, int], *, never: bool) -> Markup:
    """The buttons that begin a run or, while one goes on, how far it is and the one that ends it."""
    if state.running:
        bar = el("progress", value=state.done, max=max(state.total, 1)) if state.done else el("progress")
        told = say("cs.run.at", state.done, state.total) if state.done else say("cs.run.begins")
        stop = el("button", say("cs.run.stop"), type="button", data_ev="halt", class_="btn sm")
        return el("div", el("p", told, role="status"), bar, stop, class_="run going")
    every, own = sizes
    buttons = [el("button", say("cs.run", every), type="button", data_ev="run", class_="btn pri")]
    if own:
        begin = {"data_ev": "run", "data_own": "1", "class_": "btn"}
        buttons.append(el("button", say("cs.run.own", own), type="button", **begin))
    failed = None
    if state.failed:
        detail = el("details", say("err.detail", tag="summary"), el("code", state.failed, lang="en"))
        failed = el("div", say("cs.run.failed", tag="p"), detail, class_="wrong", role="alert")
    told = say("cs.never" if never else "cs.run.d", tag="p", class_="meta")
    return el("div", failed, told, el("p", *buttons, class_="acts"), class_="run")


def figures(history: Sequence[Point], results: Path | None) -> Markup:
    """The latest run: whether it is good, its figures, how they came about, and what went wrong in it."""
    if not history:
        return Markup("")
    last = history[-1]
    same = [one for one in history if (one.generator, one.cases) == (last.generator, last.cases)]
    good = "good" if last.passed else "bad"
    about = f"{last.started[:16].replace('T', ' ')} · {last.generator} · {last.commit}".rstrip(" ·")
    return el(
        "div",
        say("cs.figures", tag="h2"),
        say("cs.passed" if last.passed else "cs.failed", tag="p", class_=f"verdict {good}"),
        el("p", about, " · ", say("cs.count", last.cases), class_="meta"),
        _table(last, same),
        say("cs.history", len(same), tag="p", class_="meta") if len(same) > 1 else None,
        _failures(results, last),
        say("cs.report", REPORT, tag="p", class_="meta"),
        class_="figures",
    )


def _table(last: Point, same: Sequence[Point]) -> Markup:
    before = same[-2].values if len(same) > 1 else {}
    rows = []
    for metric in METRICS:
        if metric.name not in last.values:
            continue
        value = last.values[metric.name]
        cells = [el("td", _shown(metric.name, value), class_="value")]
        low, high = last.intervals.get(metric.name, (value, value))
        bounds = f"{_shown(metric.name, low)}–{_shown(metric.name, high)}" if low < high else ""
        cells.append(el("td", bounds, class_="soft"))
        if before:
            change = value - before.get(metric.name, value)
            told = f"{change:+.3f}" if metric.name in _SHARES else f"{change:+,.0f}"
            cells.append(el("td", told if abs(change) >= 0.0005 else "=", class_="soft"))
        if len(same) > 1:
            cells.append(el("td", _curve([one.values[metric.name] for one in same if metric.name in one.values])))
        called = say(metric.key) if is_message(metric.key) else metric.name
        rows.append(el("tr", el("th", called, scope="row"), *cells))
    heads = ["cs.metric", "cs.value", "cs.interval", *(["cs.change"] if before else [])]
    heads += ["cs.trend"] if len(same) > 1 else []
    return el("table", el("thead", el("tr", *(say(key, tag="th", scope="col") for key in heads))), el("tbody", *rows))


def _shown(name: str, value: float) -> str:
    return f"{value:.3f}" if name in _SHARES or value < 10 else f"{value:,.0f}"


def _curve(values: Sequence[float]) -> Markup:
    """The values of all runs as a line, the latest as a dot; for the eye alone, the figures stand beside it."""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = _WIDTH / max(len(values) - 1, 1)
    points = [(n * step, _HEIGHT - 3 - (value - low) / span * (_HEIGHT - 6)) for n, value in enumerate(values)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    drawn = f'<polyline points="{line}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>'
    box = f"-3 0 {_WIDTH + 6} {_HEIGHT}"
    return Markup(f'<svg class="curve" viewBox="{box}" aria-hidden="true">{drawn}</svg>')  # noqa: S704 (numbers alone)


# What went wrong


def _failures(results: Path | None, last: Point) -> Markup | None:
    """The cases of the latest run that are wrong or could not be run, each in words, with what was answered."""
    rows = _wrong(results, last)
    if rows is None:
        return None
    if not rows:
        return say("cs.none.wrong", tag="p", class_="meta")
    listed = el("ol", *(_failure(row) for row in rows[:_MOST]), class_="failures")
    more = say("cs.wrong.most", _MOST, tag="p", class_="meta") if len(rows) > _MOST else None
    return el("section", say("cs.wrong", len(rows), tag="h3"), listed, more)


def _wrong(results: Path | None, last: Point) -> list[Result] | None:
    if results is None or not (results / RESULTS).is_file():
        return None
    try:
        found = read_run(results / RESULTS)
    except InputError:
        return None
    if (str(found.about.get("started")), len(found.rows)) != (last.started, last.cases):
        return None  # of another run
    return [row for row in found.rows if row.error or row.correct is False]


def _failure(row: Result) -> Markup:
    case, answer = row.trace.get("case", {}), row.trace.get("answer") or {}
    why = [_why(one.kind, one.text) for one in row.findings] or [say("cs.f.wrong")]
    if row.error:
        why = [say("cs.f.error", row.error)]
    question = str(case.get("question", row.question))
    history = [one if isinstance(one, str) else str(one.get("question", "")) for one in case.get("history", ())]
    return el(
        "li",
        el(
            "details",
            el("summary", el("span", question, class_="asked", lang=language(question)), el("span", why[0])),
            *(el("p", one) for one in why[1:]),
            _said("cs.before", " / ".join(history)),
            _said("cs.should", "\n".join(_nuggets(case))),
            say("cs.should.refuse", tag="p") if case.get("answerable") is False else None,
            _said("cs.answer", str(answer.get("text", ""))),
            *(_quote(one) for one in answer.get("citations", ())[:3]),
            el("p", say("cs.see", tag="a", href=f"/#ask={quote(question)}")) if not history else None,
        ),
    )


def _why(kind: str, text: str) -> Markup:
    key = f"cs.f.{kind}"
    return say(key, text) if is_message(key) else el("span", text)


def _nuggets(case: dict[str, Any]) -> Iterable[str]:
    for nugget in case.get("nuggets", ()):
        forms = nugget.get("forms", ()) if isinstance(nugget, dict) else (str(nugget),)
        yield " / ".join(map(str, forms))


def _said(key: str, text: str) -> Markup | None:
    return el("div", say(key, tag="h4"), el("p", text, class_="said", lang=language(text))) if text else None


def _quote(cited: dict[str, Any]) -> Markup:
    place = el("footer", str(cited.get("title", cited.get("document", ""))), class_="meta", lang="zh-Hans")
    return el("blockquote", " ".join(str(cited.get("quote", "")).split()), place, lang="zh-Hans")
