"""A run as people read it, in Markdown: tables, the gate's verdict, what is wrong; outside text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from assistant.locale import is_message, message
from evals.compare import Comparison
from evals.metrics import METRICS, Flaw, FlawKind
from evals.results import Result, Run

_GRAVEST_FIRST: tuple[FlawKind, ...] = (
    "error", "number", "slice", "forbidden", "unproved", "answered", "lacks", "refused"
)  # fmt: skip
_BY_KIND = ("correct", "nugget_vital", "citation_recall", "hit@1", "hit@5", "refused")


def markdown(run: Run, *, reasons: Sequence[str] | None = None, compared: Comparison | None = None) -> str:
    """The whole report. ``reasons`` are the gate's, empty if it passed; without them there is no verdict."""
    started = str(run.about.get("started", ""))[:16].replace("T", " ")
    wrong = sorted((row for row in run.rows if row.correct is not True), key=_gravity)
    parts = [
        "# 答复评测报告",
        _cell("，".join(filter(None, (started, str(run.about.get("generator", "")), f"共{len(run.rows)}题")))),
        "" if reasons is None else "关卡未通过：\n\n" + _lines(reasons) if reasons else "关卡通过。",
        _table(("指标", "键", "值", "95% 区间", "题数", "未能评分"), _overall_rows(run)),
        "方括号内为95%自助法区间。“未能评分”既不算对也不算错，单列。篇幅比为答案字数与标准出处字数之比。",
        "## 分类",
        _table(("类别", "题数", *(one.label for one in METRICS if one.name in _BY_KIND)), _kind_rows(run)),
        "" if compared is None else f"## 与基线对照\n\n{compared.to_markdown()}",
        "## 有误各例",
        _lines(f"{row.id}：{row.question}（{_words(row.findings)}）" for row in wrong) or "无。",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _lines(items: Iterable[str]) -> str:
    return "\n".join(f"- {_cell(one)}" for one in items)


def _overall_rows(run: Run) -> Iterable[Sequence[str]]:
    summary = run.summary()
    for metric in METRICS:
        one = summary[metric.name]
        if one is not None:
            interval = f"[{_figure(one.low)}, {_figure(one.high)}]"
            yield metric.label, metric.name, _figure(one.value), interval, str(one.n), str(one.unscored)


def _kind_rows(run: Run) -> Iterable[Sequence[str]]:
    for kind in run.kinds:
        part = run.of_kind(kind)
        summary = part.summary()
        shown = (summary[metric.name] for metric in METRICS if metric.name in _BY_KIND)
        figures = ("—" if one is None else _figure(one.value) for one in shown)
        label = message(f"cs.kind.{kind}") if is_message(f"cs.kind.{kind}") else kind
        yield label, str(len(part.rows)), *figures


def _figure(value: float) -> str:
    return f"{value:.3f}" if value < 10 else f"{value:,.0f}"


def _gravity(row: Result) -> tuple[int, float]:
    """Cases that are wrong or could not be scored are listed by it, the gravest fault first."""
    gravest = min((_GRAVEST_FIRST.index(finding.kind) for finding in row.findings), default=len(_GRAVEST_FIRST))
    return gravest, row.scores.get("nugget_vital", 0.0)


def _words(findings: Iterable[Flaw]) -> str:
    return "；".join(message(f"cs.f.{one.kind}", one.text) for one in findings)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    """Outside text on one line, with nothing that Markdown or HTML would take as its own."""
    plain = escape(" ".join(text.split()), quote=False)
    return "".join(f"\\{c}" if c in "|`*[]\\" else c for c in plain)
