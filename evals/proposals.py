"""From use to suite: what people complained of, handed over or got answered by staff becomes a case to decide on.

A candidate freezes what was asked, what was said, and the quotes it rested on, so that it can be judged when documents
and program have moved on. Nothing enters a suite by itself: staff accept a case, edited or not, or refuse it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from assistant.locale import message
from assistant.records import Candidate, Feedback, FrozenTurn, Handover, Records, Review, StaffCitation
from corpus.errors import InputError
from corpus.normalise import fold, is_english, is_traditional, join_lines
from corpus.quantities import bare, facts
from corpus.structure import sentences
from evals.metrics.matching import holds
from evals.suite import Case, GoldQuote, Kind, case_to_dict, load, parse_case, suite_names

Text = Callable[[str], str | None]
"""The canonical text of a document by its id; None if it is not there."""

_NUGGETS = 6  # proposed for one case; more are no longer one fact each


@dataclass(frozen=True, slots=True)
class Proposal:
    """A case as proposed, with what a person needs to judge it: what was said, on what evidence, and the remarks."""

    case: Case
    answer: str = ""
    evidence: tuple[StaffCitation, ...] = ()
    remark: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As it is kept in the records."""
        return {**asdict(self), "case": case_to_dict(self.case)}


def proposal(candidate: Candidate) -> Proposal:
    """What was kept in the records, again."""
    kept = candidate.case
    evidence = tuple(StaffCitation(**one) for one in kept["evidence"])
    return Proposal(**{**kept, "case": parse_case(kept["case"]), "evidence": evidence})


def collect(records: Records) -> int:
    """Propose a case for each complaint, hand-over and approved staff answer that has none; returns how many are new.

    A complaint or hand-over that staff answered is proposed once, with the answer of staff.
    """
    before = {one.origin for one in records.candidates.all()}
    answered = records.reviews.all(("approved",))
    done = {item.partition(":")[2] for one in answered for item in one.items}
    found = {f"review:{one.id}": _of_review(one, _asked_for(one, records)) for one in answered}
    found |= {
        f"handover:{one.id}": _of_handover(one)
        for one in records.handovers.all(None)
        if one.state != "withdrawn" and not {one.id, one.turn} & done - {None}
    }
    found |= {
        f"feedback:{one.id}": _of_feedback(one)
        for one in records.feedback.all("down")
        if not {one.id, one.turn} & done - {None}
    }
    new = [origin for origin in found if origin not in before]
    for origin in new:
        records.candidates.propose(origin, found[origin].to_dict())
    return len(new)


def _asked_for(review: Review, records: Records) -> FrozenTurn:
    """What was asked, as the hand-over or complaint froze it; a staff answer to neither has its question alone."""
    source: Handover | Feedback | None = None
    if review.handover:
        source = records.handovers.get(review.handover)
    elif review.feedback:
        source = records.feedback.get(review.feedback)
    return source.asked if source else FrozenTurn(review.question)


def _of_review(review: Review, asked: FrozenTurn) -> Proposal:
    """What staff answered is what is right; their citations are the gold."""
    cited = review.citations
    case = _case(f"use-{review.id}", asked, answerable=bool(cited), right=review.text if cited else "")
    gold = tuple(GoldQuote(one.document, one.quote) for one in cited)
    return Proposal(replace(case, gold=gold), _answer(asked), tuple(cited), review.text)


def _of_handover(handover: Handover) -> Proposal:
    """Nobody answered yet: proposed as a question that the documents don't answer, which staff may correct."""
    case = _case(f"use-{handover.id}", handover.asked, answerable=False)
    return Proposal(case, _answer(handover.asked), _evidence(handover.asked), handover.note)


def _of_feedback(feedback: Feedback) -> Proposal:
    """Wrong, by a person's judgement; whether it should have been answered at all they may have said."""
    refuse = "should_refuse" in feedback.reasons or not (feedback.asked.answer or {}).get("citations")
    case = _case(f"use-{feedback.id}", feedback.asked, answerable=not refuse)
    remark = "；".join(part for part in (*(message(f"fb.{one}") for one in feedback.reasons), feedback.text) if part)
    return Proposal(case, _answer(feedback.asked), _evidence(feedback.asked), remark)


def _case(identifier: str, asked: FrozenTurn, *, answerable: bool, right: str = "") -> Case:
    history = tuple({"question": one["question"], "answer": one["answer"]} for one in asked.history if one["answer"])
    question = asked.question if history else asked.standalone or asked.question
    row = {
        "id": identifier,
        "kind": _kind(question, answerable=answerable, follows=bool(history), right=right),
        "question": question,
        "answerable": answerable,
        "history": list(history),
        "nuggets": [{"vital": True, "forms": [form]} for form in nugget_forms(right)] if answerable else [],
        "note": "取自实际使用",
    }
    return parse_case(row)


def _kind(question: str, *, answerable: bool, follows: bool, right: str) -> Kind:
    """The nearest kind by outward signs; staff may choose another."""
    if not answerable:
        return "unanswerable"
    if follows:
        return "follow_up"
    if is_english(question):
        return "english"
    if is_traditional(question):
        return "traditional"
    if re.search(r"哪些|哪几", fold(question)):
        return "list"
    return "number" if facts(fold(right)).quantities else "entity"


def nugget_forms(right: str) -> tuple[str, ...]:
    """The facts of a right answer, one form each: numbers with unit, dates, 文号, quoted terms; else its sentences."""
    told = facts(fold(right))
    dates = [one for one in told.dates if one.year or one.month or one.day]  # 全年 alone says nothing
    named = (one for kind in (told.quantities, dates, told.document_numbers, told.terms) for one in kind)
    forms = [bare(one.text).strip() for one in sorted(named, key=lambda one: one.start)]
    if not forms:
        forms = [right[start:end].strip("。；！？ \n") for start, end in sentences(right, 0, len(right))]
    return tuple(dict.fromkeys(form for form in forms if form))[:_NUGGETS]


def _answer(asked: FrozenTurn) -> str:
    """What was said, as a person read it."""
    answer = asked.answer or {}
    if answer.get("abstention"):
        return str(answer["abstention"]["detail"])
    return "\n".join(str(part["text"]) for part in answer.get("parts", ()))


def _evidence(asked: FrozenTurn) -> tuple[StaffCitation, ...]:
    answer = asked.answer or {}
    nearest = (answer.get("abstention") or {}).get("nearest", ())
    return tuple(_quoted(one) for one in (*answer.get("citations", ()), *nearest))


def _quoted(citation: Mapping[str, Any]) -> StaffCitation:
    quote = citation["quote"]
    return StaffCitation(quote["document"], quote["start"], quote["end"], quote["text"], citation["version"])


def known_cases(records: Records) -> tuple[Case, ...]:
    """The cases of the suites that come with the program, and those accepted before."""
    return (*(case for name in suite_names() for case in load(name)), *accepted(records))


def accepted(records: Records) -> tuple[Case, ...]:
    """The accepted cases, oldest first."""
    return tuple(proposal(one).case for one in reversed(records.candidates.all("accepted")))


def write_accepted(records: Records, path: Path) -> int:
    """Write the accepted cases as a suite that ``dafu eval run FILE`` takes; returns their number."""
    cases = accepted(records)
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(case_to_dict(case), ensure_ascii=False) for case in cases)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(cases)


# A case in a person's hands: as lines to edit, and what keeps it out of a suite


def faults(case: Case, text: Text, others: Iterable[Case] = ()) -> tuple[str, ...]:
    """Why a case can't be in a suite, each in a line for staff; empty if it can.

    ``others``: the cases there are, whose questions and ids must be different.
    """
    return tuple(_faults(case, text, tuple(others)))


def _faults(case: Case, text: Text, others: Sequence[Case]) -> Iterator[str]:
    if case.answerable and not (case.gold and case.vital):
        yield message("why.case.bare")
    if not case.answerable and case.vital:
        yield message("why.case.vital")
    for quote in case.gold:
        whole = text(quote.document)
        if whole is None:
            yield message("why.case.nowhere", quote.document)
        elif quote.quote not in whole:
            yield message("why.case.quote", quote.document, join_lines(quote.quote)[:30])
    gold = "\n".join(quote.quote for quote in case.gold)
    for nugget in case.vital if gold and case.kind != "english" else ():
        if not any(holds(gold, form) for form in nugget.forms):
            yield message("why.case.lacks", " / ".join(nugget.forms))
    for one in others:
        if one.id == case.id or (fold(one.question) == fold(case.question) and one.history == case.history):
            yield message("why.case.twice", one.id)


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
        raise InputError(message("why.case.question"))
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
        raise InputError(message("why.case.star"))
    return {"vital": line.startswith("*"), "forms": forms}


def _gold(line: str) -> dict[str, str]:
    document, mark, quote = line.partition("：")
    if not mark or not quote.strip():
        raise InputError(message("why.case.gold", line[:30]))
    return {"document": document.strip(), "quote": quote.strip().replace("⏎", "\n")}
