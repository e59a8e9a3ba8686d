"""Where a claim runs almost word for word with its quote, each difference is looked at by itself.

A reworded sentence differs everywhere and a careless one differs in one word. So in a clause that is otherwise the
quote's, a word that stands in the place of another must mean the same (``synonyms``), and words of negation, plan and
completion must be as many as there. Two words that have changed places change who does what to whom.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import permutations

from assistant.verify.align import Aligned
from assistant.verify.lexicon import ALREADY, ANY_WILL, NOT, PAIRS, PLAN
from assistant.verify.material import ENUMERATOR, Passage
from assistant.verify.ordinary import is_ordinary
from assistant.verify.synonyms import same_meaning
from assistant.verify.verdict import Finding
from corpus.quantities import bare

_NEAR = 0.6  # share of equal characters from which two clauses count as one sentence with edits
_LISTED = re.compile(r"(?:[^,。;:]{0,12}[、和与及或])+[^,。;:]{0,4}|")
_TWICE_PLANNED = re.compile(r"((?:预计|预期|计划|有望|力争|目标)[^,。;:]*)(?:将|推动)")
_NUMERAL = re.compile(r"第?[\d.,%零〇一二两三四五六七八九十百千万亿]+[年月日个家条项]?")


@dataclass(frozen=True, slots=True)
class _Edit:
    """``old`` in the quote, ``new`` in the claim, each with one character more on either side (``wide``)."""

    old: str
    new: str
    wide_old: str
    wide_new: str


def check_edits(claim: Sequence[Aligned], known: str, headings: str) -> Iterator[Finding]:
    """Edits of near-verbatim clauses that change the sense. ``known``: bare text of quotes and titles."""
    for aligned in claim:
        if aligned.quoted:
            yield from _clause(aligned, known, headings)


def check_exchanged(claim: str, quotes: Sequence[str]) -> Iterator[Finding]:
    """Two stretches of a quote that have changed places in a claim that otherwise runs as it does: 甲向乙 for 乙向甲.

    Items of a list may stand in any order.
    """
    mine = bare(claim)
    for quote in quotes:
        theirs = bare(ENUMERATOR.sub("", quote))
        matcher = SequenceMatcher(None, theirs, mine, autojunk=False)
        if matcher.ratio() < _NEAR:
            continue
        edits = [edit for edit in matcher.get_opcodes() if edit[0] == "replace"]
        for number, (_, a, b, c, d) in enumerate(edits):
            for _, e, f, g, h in edits[number + 1 :]:
                exchanged = theirs[a:b] == mine[g:h] and theirs[e:f] == mine[c:d]
                if exchanged and not _LISTED.fullmatch(theirs[b:e]):
                    yield Finding("attachment", mine[c:d], f"“{theirs[a:b]}”与“{theirs[e:f]}”在引文中的位置相反。")


def check_mixed(claim: Passage, quotes: Sequence[Passage]) -> Iterator[Finding]:
    """A clause that begins as one clause of the quotes and ends as a parallel one: 甲在后 of 甲在前，乙在后."""
    quoted = [bare(clause.text) for passage in quotes for clause in passage.clauses]
    for clause in claim.clauses:
        mine = bare(clause.text)
        if not any(mine in text for text in quoted):
            begins = {text: _shared(mine, text) for text in quoted}
            ends = {text: _shared(mine[::-1], text[::-1]) for text in quoted}
            for first, second in permutations(quoted, 2):
                start, end = begins[first], len(mine) - ends[second]
                if end >= 2 and len(mine) > start >= end + 2 and mine[end:start] in second and end > begins[second]:
                    yield Finding("attachment", clause.text, f"“{mine[start:]}”在引文中说的不是“{mine[:end]}”。")
                    break


def _shared(a: str, b: str) -> int:
    """How many characters two texts share from their beginning on."""
    return next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _clause(aligned: Aligned, known: str, headings: str) -> Iterator[Finding]:
    mine, theirs = bare(aligned.clause.text), bare(aligned.quoted[0].text)
    matcher = SequenceMatcher(None, theirs, mine, autojunk=False)
    blocks = [b for b in matcher.get_matching_blocks() if b.size >= 2]
    if not blocks:
        return
    cut = theirs[
        _start(blocks[0].a, blocks[0].b) : blocks[-1].a + blocks[-1].size + len(mine) - blocks[-1].b - blocks[-1].size
    ]
    matcher = SequenceMatcher(None, cut, mine, autojunk=False)
    if matcher.ratio() < _NEAR and not _one_edit(matcher):
        return
    yield from _counts(mine, cut, aligned, planned_above=PLAN.search(headings) is not None)
    yield from _opposites(mine, cut)
    for edit in _edits(matcher, cut, mine):
        yield from _foreign(edit, mine, cut, known)


def _start(quoted: int, claimed: int) -> int:
    """Where the part of the quote that the claim goes through begins; a word or so before it belongs to it (没有)."""
    start = max(0, quoted - claimed)
    return start if start > 3 else 0


def _one_edit(matcher: SequenceMatcher[str]) -> bool:
    """Whether the two differ in one place only, however long the words there."""
    edits = [tag for tag, *_ in matcher.get_opcodes() if tag != "equal"]
    return edits == ["replace"] and sum(b.size for b in matcher.get_matching_blocks()) >= 3


def _counts(mine: str, theirs: str, aligned: Aligned, *, planned_above: bool) -> Iterator[Finding]:
    """Negations, and words of planning, that the claim's clause has more or fewer of than the quote's."""
    if len(re.sub(r"[\W\d年月日]", "", mine)) < 3:
        return
    negated, quoted_here = NOT.findall(mine), NOT.findall(theirs)
    wider = {len(NOT.findall(text)) for text in (aligned.quoted[0].text, aligned.text)}
    if len(negated) != len(quoted_here) and (not negated or len(negated) not in wider):
        word = (negated or quoted_here)[0]
        yield Finding("negation", word, f"“{word}”：此句与引文一个肯定、一个否定。")
    if ALREADY.search(theirs) and "把" in mine and "把" not in theirs and not ALREADY.search(mine):  # 将 before a noun
        yield Finding("plan", aligned.clause.text, f"引文说的是已经完成的事，“{aligned.clause.text}”没有这样说。")
    planned, quoted = (len(ANY_WILL.findall(_TWICE_PLANNED.sub(r"\1", text))) for text in (mine, theirs))
    if not planned_above and planned > max(quoted, len(PLAN.findall(aligned.quoted[0].lead))):
        yield Finding("plan", aligned.clause.text, f"引文说的是事实，“{aligned.clause.text}”说成了目标或计划。")
    if planned < quoted and not ANY_WILL.search(aligned.clause.sentence) and "把" not in mine:
        yield Finding("plan", aligned.clause.text, f"引文说的是目标或计划，“{aligned.clause.text}”说成了结果。")


def _edits(matcher: SequenceMatcher[str], old: str, new: str) -> Iterator[_Edit]:
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "replace" and max(b - a, d - c) <= 8:
            yield _Edit(old[a:b], new[c:d], old[max(0, a - 1) : b + 1], new[max(0, c - 1) : d + 1])


def _opposites(mine: str, theirs: str) -> Iterator[Finding]:
    """A word that the claim has once more than the quote, where it has the opposite word once less."""
    for pair in PAIRS:
        for word, other in (pair, pair[::-1]):
            more = _count(word, mine) - _count(word, theirs)
            less = _count(other, theirs) - _count(other, mine)
            if more > 0 and less > 0:
                found = re.findall(word, mine)[0]
                yield Finding("direction", found, f"“{found}”与引文相反。")
    if _count("倒数|末位", mine) != _count("倒数|末位", theirs):
        yield Finding("direction", "倒数", "名次与引文相反。")


def _count(word: str, text: str) -> int:
    return len(re.findall(f"(?<![不无未])(?:{word})", text))


def _same(old: str, new: str) -> bool:
    """Whether the words mean the same, or each character of them does (只说, 仅指)."""
    pairs = zip(old, new, strict=False)
    return same_meaning(old, new) or (len(old) == len(new) and all(a == b or same_meaning(a, b) for a, b in pairs))


def _foreign(edit: _Edit, claim: str, quoted: str, known: str) -> Iterator[Finding]:
    """A noun or name in another's place that is neither known from the quotes nor a way to say the same."""
    old, new = (re.sub(r"\W", "", _NUMERAL.sub("", text)) for text in (edit.old, edit.new))
    if len(new) < 2 or len(old) < 2 or 2 * len(set(old) & set(new)) >= len(new) or new in known:
        return
    moved = claim.count(edit.old) >= quoted.count(edit.old)
    if new == "双方" and re.search("[两双和与、]", known):
        return
    beside = edit.wide_new.partition(edit.new)
    if not moved and not is_ordinary(new, beside[0], beside[2], known) and not _same(old, new):
        yield Finding("name", edit.new, f"引文此处是“{edit.old}”，不是“{edit.new}”。")
