"""A run as people read it: one self-contained HTML page, and Markdown. Everything that came from outside is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from assistant.locale import is_message, message
from corpus.normalise import join_lines
from evals.charts import bars, histogram, trend
from evals.compare import Comparison
from evals.metrics import METRICS, Estimate, Flaw, FlawKind
from evals.metrics.matching import holds
from evals.results import Point, Result, Run, point

_WORST = 60  # cases shown in full; the others are in the results file
_HITS = 3

_GRAVEST_FIRST: tuple[FlawKind, ...] = (
    "error", "number", "slice", "forbidden", "unproved", "answered", "lacks", "refused"
)  # fmt: skip
_CURVES = ("correct", "nugget_vital", "refused", "citation_recall")
_BY_KIND = ("correct", "nugget_vital", "citation_recall", "hit@1", "hit@5")


def html(
    run: Run,
    *,
    reasons: Sequence[str] | None = None,
    compared: Comparison | None = None,
    earlier: Sequence[Point] = (),
) -> str:
    """The page. ``reasons`` are the gate's, empty if it passed; without them the page has no verdict.

    ``earlier``: the history of the same suites, oldest first, for the curves of what became of the figures.
    """
    summary = {metric: one for metric, one in run.summary().items() if one is not None}
    wrong = _wrong(run)
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.ChainableUndefined)
    environment.filters["joined"] = join_lines
    template = environment.from_string((files("evals") / "templates" / "report.html").read_text(encoding="utf-8"))
    return template.render(
        subtitle=_subtitle(run),
        reasons=reasons,
        about=_about(run.about),
        overall=_overall_rows(summary),
        overall_chart=_drawn(
            bars("各项指标", {m.label: summary[m.name] for m in METRICS if _is_share(m.name, summary)})
        ),
        kinds_head=_kinds_head(),
        kinds=_kind_rows(run),
        kinds_chart=_drawn(bars("各类整题答对", _correct_by_kind(run))),
        latency=_drawn(histogram("每题用时", [row.scores["ms"] for row in run.rows if "ms" in row.scores], "毫秒")),
        history=_drawn(curves([*earlier, point(run, reasons or ())])) if earlier else "",
        compared=compared,
        differences=_differences(compared) if compared else (),
        worst=wrong[:_WORST],
        left_out=max(0, len(wrong) - _WORST),
        most_hits=_HITS,
        kind=_kind,
        words=_words,
        said=lambda claims, forms: any(holds(claim, form) for claim in claims for form in forms),
    )


def _drawn(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704 (drawn here, its labels escaped)


def markdown(run: Run, *, reasons: Sequence[str] | None = None, compared: Comparison | None = None) -> str:
    """The tables, the gate's verdict and the list of wrong cases."""
    summary = {metric: one for metric, one in run.summary().items() if one is not None}
    parts = [
        "# 答复评测报告",
        _cell(_subtitle(run)),
        "" if reasons is None else _markdown_verdict(reasons),
        _markdown_table(("指标", "键", "值", "95% 区间", "题数", "未能评分"), _overall_rows(summary)),
        "## 分类",
        _markdown_table(_kinds_head(), _kind_rows(run)),
        "" if compared is None else f"## 与基线对照\n\n{compared.to_markdown()}",
        "## 有误各例",
        "\n".join(map(_wrong_line, _wrong(run))) or "无。",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _wrong_line(row: Result) -> str:
    return f"- {_cell(row.id)}：{_cell(row.question)}（{_cell(_words(row.findings))}）"


# Tables


def _overall_rows(summary: Mapping[str, Estimate]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for metric in METRICS:
        one = summary.get(metric.name)
        if one is not None:
            interval = f"[{_figure(one.low)}, {_figure(one.high)}]"
            rows.append((metric.label, metric.name, _figure(one.value), interval, str(one.n), str(one.unscored)))
    return rows


def _kinds_head() -> tuple[str, ...]:
    return ("类别", "题数", *(_label(name) for name in _BY_KIND), _label("refused"))


def _kind_rows(run: Run) -> list[tuple[str, ...]]:
    rows = []
    for kind in run.kinds:
        part = run.of_kind(kind)
        summary = part.summary()
        figures = (_mean(summary[name]) for name in (*_BY_KIND, "refused"))
        rows.append((_kind(kind), str(len(part.rows)), *figures))
    return rows


def _correct_by_kind(run: Run) -> dict[str, Estimate]:
    found = {kind: run.of_kind(kind).summary()["correct"] for kind in run.kinds}
    return {_kind(kind): one for kind, one in found.items() if one is not None}


def _figure(value: float) -> str:
    return f"{value:.3f}" if value < 10 else f"{value:,.0f}"


def _mean(one: Estimate | None) -> str:
    return "—" if one is None else _figure(one.value)


def _kind(name: str) -> str:
    return message(f"cs.kind.{name}") if is_message(f"cs.kind.{name}") else name


def _label(name: str) -> str:
    return next(metric.label for metric in METRICS if metric.name == name)


def _is_share(name: str, summary: Mapping[str, Estimate]) -> bool:
    return name in summary and name not in {"ms", "length_ratio"}


def _markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    """Outside text on one line, with nothing that Markdown or HTML would take as its own."""
    plain = escape(" ".join(text.split()), quote=False)
    return "".join(f"\\{c}" if c in "|`*[]\\" else c for c in plain)


# The run as a whole


def _subtitle(run: Run) -> str:
    started = str(run.about.get("started", ""))[:16].replace("T", " ")
    return "，".join(part for part in (started, str(run.about.get("generator", "")), f"共{len(run.rows)}题") if part)


def _about(about: Mapping[str, Any]) -> list[tuple[str, str]]:
    flat = {name: value for name, value in about.items() if name != "documents"}
    flat |= {f"文件 {name}": value for name, value in about.get("documents", {}).items()}
    return [
        (name, "，".join(f"{key} {one}" for key, one in value.items()) if isinstance(value, Mapping) else str(value))
        for name, value in flat.items()
    ]


def _markdown_verdict(reasons: Sequence[str]) -> str:
    return "关卡通过。" if not reasons else "关卡未通过：\n\n" + "\n".join(f"- {_cell(one)}" for one in reasons)


def curves(points: Sequence[Point]) -> str:
    """What became of the chief figures over at least two runs, drawn; empty where there are fewer."""
    if len(points) < 2:
        return ""
    series = {_label(name): [one.values[name] for one in points if name in one.values] for name in _CURVES}
    whole = {label: values for label, values in series.items() if len(values) == len(points)}
    return trend("历次成绩", [one.started[:16].replace("T", " ") for one in points], whole) if whole else ""


def _differences(compared: Comparison) -> list[tuple[str, ...]]:
    return [
        (_label(name), name, _figure(one.a), _figure(one.b), f"[{one.low:+.3f}, {one.high:+.3f}]", f"{one.p:.4f}")
        for name, one in compared.differences.items()
    ]


# Case by case


def _wrong(run: Run) -> list[Result]:
    """Cases that are wrong or could not be scored, the gravest fault first."""
    return sorted((row for row in run.rows if row.correct is not True), key=_gravity)


def _gravity(row: Result) -> tuple[int, float]:
    gravest = min((_GRAVEST_FIRST.index(finding.kind) for finding in row.findings), default=len(_GRAVEST_FIRST))
    return gravest, row.scores.get("nugget_vital", 0.0)


def _words(findings: Iterable[Flaw]) -> str:
    return "；".join(message(f"cs.f.{one.kind}", one.text) for one in findings)
