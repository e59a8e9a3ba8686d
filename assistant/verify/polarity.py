"""Whether a claim keeps what its quotes say of time (plan or result), direction, negation and duty."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.verify.align import Aligned, bigrams
from assistant.verify.lexicon import (
    ALREADY,
    ANY_WILL,
    DONE,
    DOWN,
    FILLER,
    NOT,
    PAIRS,
    PLAN,
    SURELY_DOWN,
    SURELY_MOVES,
    SURELY_UP,
    UP,
)
from assistant.verify.material import Clause
from assistant.verify.verdict import Finding


def check_polarity(claim: Sequence[Aligned], headings: str) -> Iterator[Finding]:
    """Plan and result, direction, opposites and negation of each claim clause. ``headings``: folded titles above."""
    for aligned in claim:
        if aligned.quoted:
            yield from _plan(aligned, headings)
            yield from _direction(aligned)
            yield from _opposites(aligned)
            yield from _negation(aligned)


def _plan(aligned: Aligned, headings: str) -> Iterator[Finding]:
    clause, quoted, said = aligned.clause, aligned.quoted[0], aligned.clause.text
    if len(re.sub(r"[\W\d年月日]", "", said)) < 3:
        return
    claims_plan = ANY_WILL.search(_scope(clause)) is not None and not _settled(clause)
    quotes_plan = PLAN.search(quoted.lead) is not None and not _settled(quoted)
    if quotes_plan and not claims_plan:
        yield Finding("plan", said, f"引文说的是目标或计划，“{said}”说成了结果。")
    elif claims_plan and not _any_plan(aligned, headings):
        yield Finding("plan", said, f"引文说的是事实，“{said}”说成了目标或计划。")
    elif ALREADY.search(said) and not _may_be_done(aligned, headings):
        yield Finding("plan", said, f"引文没有说已经完成，“{said}”说成了结果。")


def _scope(clause: Clause) -> str:
    """Where a word of planning speaks for the clause: up to its end, or anywhere for a mere topic (科创空间方面，)."""
    return clause.sentence if _is_topic(clause) else clause.lead


def _is_topic(clause: Clause) -> bool:
    return len(clause.text) <= 10 and not re.search(r"\d", clause.text)


def _may_be_done(aligned: Aligned, headings: str) -> bool:
    """Whether the quotes tell of something done, or give a figure that no heading calls a target."""
    if any(DONE.search(q.sentence) for q in aligned.quoted):
        return True
    figure = re.search(r"[\d一二两三四五六七八九十]", aligned.quoted[0].text)
    return figure is not None and not PLAN.search(headings)


def _settled(clause: Clause) -> bool:
    """Whether the clause itself says that it is done, after the last word of planning before it."""
    last = max((m.end() for m in ANY_WILL.finditer(clause.lead)), default=0)
    return ALREADY.search(clause.lead, last) is not None


def _any_plan(aligned: Aligned, headings: str) -> bool:
    """Whether the quotes plan too: up to the clause's end, or anywhere if the claim's own word stands further up."""
    inherited = not ANY_WILL.search(aligned.clause.text)
    stretches = [q.sentence if inherited else q.lead for q in aligned.quoted]
    return any(ANY_WILL.search(text) for text in (headings, *stretches))


def _direction(aligned: Aligned) -> Iterator[Finding]:
    text, quoted = aligned.clause.text, aligned.text
    for strong, same, other in ((SURELY_UP, UP, DOWN), (SURELY_DOWN, DOWN, UP)):
        found = strong.search(text)
        if not found or any(word in quoted for word in same):
            continue
        opposed = any(word in quoted for word in other if len(word) > 1)
        if opposed or found[0] in SURELY_MOVES or re.search(r"\d", text[found.end() :][:8]):
            yield Finding("direction", found[0], f"“{found[0]}”与引文方向不符。")


def _opposites(aligned: Aligned) -> Iterator[Finding]:
    for pair in PAIRS:
        for mine, other in (pair, pair[::-1]):
            found = _unnegated(mine, aligned.clause.text)
            if found and not _unnegated(mine, aligned.text) and re.search(other, aligned.text):
                if re.search(other, aligned.clause.text):
                    continue
                yield Finding("direction", found[0], f"“{found[0]}”与引文相反。")


def _unnegated(words: str, text: str) -> re.Match[str] | None:
    return re.search(f"(?<![不无未])(?:{words})", text)


def _negation(aligned: Aligned) -> Iterator[Finding]:
    clause, quoted, first = aligned.clause.text, aligned.text, aligned.quoted[0].text
    mine, theirs = list(NOT.finditer(clause)), list(NOT.finditer(first))
    if mine and not NOT.search(quoted):
        yield Finding("negation", mine[0][0], f"引文没有“{mine[0][0]}”的意思。")
    elif len(mine) != len(theirs) and not _goes_on_negated(aligned.clause):
        lost = [m for m in theirs if _contradicted(first, m, clause) or (not mine and _under(clause, first[m.end() :]))]
        added = [m for m in mine if _contradicted(clause, m, quoted)]
        if lost:
            said = first[lost[0].start() : lost[0].end() + 4]
            yield Finding("negation", lost[0][0], f"引文说“{said}”，此句漏了否定。")
        elif added:
            yield Finding("negation", added[0][0], f"引文没有“{added[0][0]}”的意思。")


def _goes_on_negated(clause: Clause) -> bool:
    """Whether this is a setting (保护区内，) whose sentence denies something further on."""
    setting = re.search("[内中上时的后]$|方面$", clause.text)
    return setting is not None and NOT.search(clause.sentence, len(clause.lead)) is not None


def _under(clause: str, negated: str) -> bool:
    """Whether most of the clause is what the quote says behind its negation."""
    wanted = {pair for pair in bigrams(clause) if not re.search(r"\d", pair)}
    return len(wanted & bigrams(negated)) >= max(1, 0.4 * len(wanted))


def _contradicted(text: str, negated: re.Match[str], other: str) -> bool:
    """Whether the other text says what is negated here, and nowhere with a negation before it in the clause."""
    rest = FILLER.sub("", text[negated.end() :])
    head = re.sub(r"\W.*", "", rest)[:2]
    if len(head) < 2:
        return not NOT.search(other)
    places = [m.start() for m in re.finditer(re.escape(head), other)]
    if not places:
        return False
    return all(NOT.search(re.split(r"[\n]", other[:at])[-1]) is None for at in places)
