"""A case in a person's hands: as lines to edit, and what keeps it out of a suite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from corpus.errors import InputError
from corpus.normalise import fold, join_lines
from evals.metrics.matching import holds
from evals.suite import Case, case_to_dict, parse_case

Text = Callable[[str], str | None]
"""The canonical text of a document by its id; None if it is not there."""


def faults(case: Case, text: Text, others: Iterable[Case] = ()) -> tuple[str, ...]:
    """Why a case can't be in a suite, each in a line for staff; empty if it can.

    ``others``: the cases there are, whose questions and ids must be different.
    """
    return tuple(_faults(case, text, tuple(others)))


def _faults(case: Case, text: Text, others: Sequence[Case]) -> Iterator[str]:
    if case.answerable and not (case.gold and case.vital):
        yield "能答的题要有出处和至少一个必备要点。"
    if not case.answerable and case.vital:
        yield "不能答的题没有必备要点；请取消“资料能答”以外的要点，或改为能答。"
    for quote in case.gold:
        whole = text(quote.document)
        if whole is None:
            yield f"出处的资料不存在：{quote.document}。"
        elif quote.quote not in whole:
            yield f"出处不是《{quote.document}》的原文片段：{join_lines(quote.quote)[:30]}"
    gold = "\n".join(quote.quote for quote in case.gold)
    for nugget in case.vital if gold and case.kind != "english" else ():
        if not any(holds(gold, form) for form in nugget.forms):
            yield f"出处里没有这个要点：{' / '.join(nugget.forms)}"
    for one in others:
        if one.id == case.id or (fold(one.question) == fold(case.question) and one.history == case.history):
            yield f"与已有的题重复：{one.id}"


def nugget_lines(case: Case) -> str:
    """One nugget a line, its forms parted by `` / ``; a vital one begins with ``*``."""
    return "\n".join(f"{'* ' if one.vital else ''}{' / '.join(one.forms)}" for one in case.nuggets)


def gold_lines(case: Case) -> str:
    """One quote a line: document, ``：``, the quote; a line break inside a quote is ``⏎``."""
    return "\n".join(f"{one.document}：{one.quote.replace(chr(10), '⏎')}" for one in case.gold)


def edited(
    case: Case, *, kind: str, question: str, answerable: bool, nuggets: str, gold: str, must_not: str, note: str
) -> Case:
    """The case with what a person wrote in the lines; the rest as it was.

    Raises:
        InputError: a line is not as it should be.
    """
    if not question.strip():
        raise InputError("问题不能为空")
    row = case_to_dict(case) | {
        "kind": kind,
        "question": question.strip(),
        "answerable": answerable,
        "nuggets": [_nugget(line) for line in _lines(nuggets)],
        "gold": [_gold(line) for line in _lines(gold)],
        "must_not": _lines(must_not),
        "note": note.strip() or case.note,
    }
    return parse_case(row)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _nugget(line: str) -> dict[str, Any]:
    forms = [form.strip() for form in line.lstrip("*").split(" / ") if form.strip()]
    if not forms:
        raise InputError("要点一行一条，不能只有星号")
    return {"vital": line.startswith("*"), "forms": forms}


def _gold(line: str) -> dict[str, str]:
    document, mark, quote = line.partition("：")
    if not mark or not quote.strip():
        raise InputError(f"出处要写成“资料：原文”：{line[:30]}")
    return {"document": document.strip(), "quote": quote.strip().replace("⏎", "\n")}
