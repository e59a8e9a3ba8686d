"""A run as people read it: one self-contained HTML page, and Markdown. Everything that came from outside is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from assistant.locale import is_message, message
from corpus.normalise import join_lines
from evals.charts import bars, histogram, trend
from evals.compare import Comparison, Flip
from evals.metrics import METRICS, Estimate, Finding, FindingKind
from evals.metrics.matching import holds
from evals.results import Point, Row, Run, point

_WORST = 60  # cases shown in full; the others are in the results file
_HITS = 3

_GRAVEST_FIRST: tuple[FindingKind, ...] = (
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
    template = Template((files("evals") / "templates" / "report.html").read_text(encoding="utf-8"))
    summary = {metric: one for metric, one in run.summary().items() if one is not None}
    return template.substitute(
        subtitle=escape(_subtitle(run)),
        verdict="" if reasons is None else _verdict(reasons),
        about=_about(run.about),
        overall=_html_table(("指标", "值", "95% 区间", "题数", "未能评分"), _overall_rows(summary), code=True),
        overall_chart=bars("各项指标", {m.label: summary[m.name] for m in METRICS if _is_share(m.name, summary)}),
        kinds=_html_table(("类别", "题数", *(_label(name) for name in _BY_KIND), _label("refused")), _kind_rows(run)),
        kinds_chart=bars("各类整题答对", _correct_by_kind(run)),
        latency=histogram("每题用时", [row.scores["ms"] for row in run.rows if "ms" in row.scores], "毫秒"),
        history=curves([*earlier, point(run, reasons or ())]) if earlier else "",
        comparison="" if compared is None else _comparison(compared),
        worst=_worst(run),
    )


def markdown(run: Run, *, reasons: Sequence[str] | None = None, compared: Comparison | None = None) -> str:
    """The tables, the gate's verdict and the list of wrong cases."""
    summary = {metric: one for metric, one in run.summary().items() if one is not None}
    parts = [
        "# 答复评测报告",
        _cell(_subtitle(run)),
        "" if reasons is None else _markdown_verdict(reasons),
        _markdown_table(("指标", "键", "值", "95% 区间", "题数", "未能评分"), _overall_rows(summary)),
        "## 分类",
        _markdown_table(("类别", "题数", *(_label(name) for name in _BY_KIND), _label("refused")), _kind_rows(run)),
        "" if compared is None else f"## 与基线对照\n\n{compared.to_markdown()}",
        "## 有误各例",
        "\n".join(map(_wrong_line, _wrong(run))) or "无。",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _wrong_line(row: Row) -> str:
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


def _html_table(head: Sequence[str], rows: Iterable[Sequence[str]], *, code: bool = False) -> str:
    """``code``: the second cell of each row is a key, shown small behind the first."""
    body = []
    for row in rows:
        cells = [escape(cell) for cell in row]
        if code:
            cells = [f"{cells[0]} <code>{cells[1]}</code>", *cells[2:]]
        body.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    heads = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(body)}</tbody></table>"


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


def _about(about: Mapping[str, Any]) -> str:
    flat = {name: value for name, value in about.items() if name != "documents"}
    flat |= {f"文件 {name}": value for name, value in about.get("documents", {}).items()}
    rows = "".join(f"<dt>{escape(str(name))}</dt><dd>{escape(_plain(value))}</dd>" for name, value in flat.items())
    return f"<details><summary>版本与文件</summary><dl>{rows}</dl></details>"


def _plain(value: Any) -> str:
    return "，".join(f"{key} {one}" for key, one in value.items()) if isinstance(value, Mapping) else str(value)


def _verdict(reasons: Sequence[str]) -> str:
    if not reasons:
        return '<div class="verdict good">关卡通过。</div>'
    items = "".join(f"<li>{escape(reason)}</li>" for reason in reasons)
    return f'<div class="verdict bad">关卡未通过：<ul>{items}</ul></div>'


def _markdown_verdict(reasons: Sequence[str]) -> str:
    return "关卡通过。" if not reasons else "关卡未通过：\n\n" + "\n".join(f"- {_cell(one)}" for one in reasons)


def curves(points: Sequence[Point]) -> str:
    """What became of the chief figures over at least two runs, as a section of a page; empty where there are fewer."""
    if len(points) < 2:
        return ""
    series = {_label(name): [one.values[name] for one in points if name in one.values] for name in _CURVES}
    whole = {label: values for label, values in series.items() if len(values) == len(points)}
    labels = [one.started[:16].replace("T", " ") for one in points]
    return f'<h2>历次</h2><div class="chart">{trend("历次成绩", labels, whole)}</div>' if whole else ""


def _comparison(compared: Comparison) -> str:
    rows = [
        (_label(name), name, _figure(one.a), _figure(one.b), f"[{one.low:+.3f}, {one.high:+.3f}]", f"{one.p:.4f}")
        for name, one in compared.differences.items()
    ]
    head = ("指标", "基线", "本次", "差的 95% 区间", "p")
    flips = _flips("由对转错", compared.lost) + _flips("由错转对", compared.gained)
    return f'<h2>与基线对照</h2><div class="scroll">{_html_table(head, rows, code=True)}</div>{flips}'


def _flips(title: str, flips: Sequence[Flip]) -> str:
    items = "".join(
        f"<li><code>{escape(one.id)}</code> {escape(one.question)} "
        f'<span class="soft">{escape(_words(one.findings))}</span></li>'
        for one in flips
    )
    return f"<details><summary>{title}：{len(flips)}题</summary><ul>{items}</ul></details>"


# Case by case


def _wrong(run: Run) -> list[Row]:
    """Cases that are wrong or could not be scored, the gravest fault first."""
    return sorted((row for row in run.rows if row.correct is not True), key=_gravity)


def _gravity(row: Row) -> tuple[int, float]:
    gravest = min((_GRAVEST_FIRST.index(finding.kind) for finding in row.findings), default=len(_GRAVEST_FIRST))
    return gravest, row.scores.get("nugget_vital", 0.0)


def _worst(run: Run) -> str:
    rows = _wrong(run)
    rest = f'<p class="soft">另有{len(rows) - _WORST}题，见结果文件。</p>' if len(rows) > _WORST else ""
    return "".join(map(_article, rows[:_WORST])) + rest or "<p>无。</p>"


def _article(row: Row) -> str:
    case, answer = row.trace.get("case", {}), row.trace.get("answer") or {}
    columns = (("标准", _gold(case, answer)), ("回答", _said(answer, row)), ("依据", _evidence(answer, row)))
    return (
        f"<article><header><h3>{escape(row.id)}</h3><span class='soft'>{escape(_kind(row.kind))}</span>"
        f'<span class="bad">{escape(_words(row.findings))}</span></header>{_history(case, answer)}'
        f'<p class="question">{escape(row.question)}</p><div class="columns">'
        + "".join(f"<section><h4>{title}</h4>{inside}</section>" for title, inside in columns)
        + "</div></article>"
    )


def _history(case: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    lines = [f"前问：{_turn(turn)}" for turn in case.get("history", ())]
    searched = answer.get("standalone_question", "")
    if searched and searched != answer.get("question"):
        lines.append(f"检索所用：{searched}")
    return "".join(f'<p class="turn">{escape(line)}</p>' for line in lines)


def _turn(turn: Any) -> str:
    return turn if isinstance(turn, str) else f"{turn['question']} → {turn['answer']}"


def _gold(case: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    claims = [claim["text"] for claim in answer.get("claims", ())]
    nuggets = "".join(_nugget(nugget, claims) for nugget in case.get("nuggets", ()))
    quotes = "".join(_quote(gold["quote"], gold["document"]) for gold in case.get("gold", ()))
    note = f'<p class="soft">{escape(case["note"])}</p>' if case.get("note") else ""
    refuse = "" if case.get("answerable", True) else "<p>应答“资料未涉及”。</p>"
    return f'{refuse}<ul class="plain">{nuggets}</ul>{quotes}{note}'


def _nugget(nugget: Mapping[str, Any], claims: Sequence[str]) -> str:
    there = any(holds(claim, form) for claim in claims for form in nugget["forms"])
    mark = '<span class="good">✓</span>' if there else '<span class="bad">✗</span>'
    optional = "" if nugget["vital"] else ' <span class="soft">（可选）</span>'
    return f"<li>{mark} {escape(' / '.join(nugget['forms']))}{optional}</li>"


def _said(answer: Mapping[str, Any], row: Row) -> str:
    if row.error:
        return f'<p class="said bad">{escape(row.error)}</p>'
    return f'<p class="said">{escape(answer.get("text", ""))}</p>'


def _evidence(answer: Mapping[str, Any], row: Row) -> str:
    shown = answer.get("citations") or (answer.get("abstention") or {}).get("nearest", ())
    cited = "".join(
        _quote(one["quote"], f"[{one['n']}] {one['document']} {one['start']}–{one['end']}") for one in shown
    )
    hits = "".join(
        _quote(hit["text"], f"第{hit['rank']}位 {hit['document']} {hit['score']:.3f}")
        for hit in row.trace.get("hits", ())[:_HITS]
    )
    return f"{cited}<details><summary>检索前{_HITS}段</summary>{hits}</details>" if hits else cited


def _quote(text: str, place: str) -> str:
    return f"<blockquote>{escape(join_lines(text))}<footer>{escape(place)}</footer></blockquote>"


def _words(findings: Iterable[Finding]) -> str:
    return "；".join(message(f"cs.f.{one.kind}", one.text) for one in findings)
