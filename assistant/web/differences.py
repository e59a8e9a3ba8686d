"""What keeps a passage near a refused question from answering it: another year, another place, a plan, other words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Citation
from assistant.constraints import PLAN, demanded_places
from assistant.question import Question, years
from assistant.score import content_terms
from corpus.normalise import fold
from corpus.places import places
from corpus.structure import blocks

_WHOLE = re.compile(r"全[国省市区县]")
_AIM = re.compile(r"目标|计划(?!单列)|力争|预计")
_UNNAMED = re.compile(r"(?:19|20)\d\d年?|一共|总共|合计|大概|到底")  # a year is told apart; the rest names nothing
_OPENS = re.compile(r"(?<![其当之集])中(?=\w)")  # 中小学, 中医, 中心: here 中 is no word for "in"
_MOST = 2  # labels beside one passage
_LONGEST = 12  # characters of a word that is missed


@dataclass(frozen=True, slots=True)
class Difference:
    """The key of a message of the page and its values."""

    key: str
    values: tuple[str, ...] = ()


def differences(question: Question, citation: Citation) -> tuple[Difference, ...]:
    """What differs, the most telling first; nothing where nothing can be computed."""
    quote = fold(citation.quote.text)
    around = fold(" ".join((citation.source.metadata.title, *citation.heading)))
    found = [*_year(question, quote, _before(citation), around), *_place(question, quote, around)]
    rest = [*([] if found else _aim(question, quote, around)), *_missed(question, f"{quote} {around}")]
    return tuple([*found, *rest][:_MOST])


def _before(citation: Citation) -> str:
    """The words of the paragraph before a quote: 2025年 may stand one sentence earlier."""
    start = citation.quote.start
    block = next((one for one in blocks(citation.source) if one.start <= start < one.end), None)
    return fold(citation.source.text[block.start : start]) if block else ""


def _year(question: Question, quote: str, before: str, around: str) -> Iterator[Difference]:
    held = years(quote) or years(before) or years(around)
    if question.years and held and not question.years & held:
        told = "、".join(f"{year}年" for year in sorted(held))
        yield Difference("near.year", (f"{told}目标" if "目标" in quote else told,))


def _place(question: Question, quote: str, around: str) -> Iterator[Difference]:
    asked = demanded_places(question.folded)
    own = [place.name for place in places(quote)] or _WHOLE.findall(quote) or [p.name for p in places(around)]
    if asked and own and not {place.name for place in asked} & set(own):
        yield Difference("near.place", (own[0],))


def _aim(question: Question, quote: str, around: str) -> Iterator[Difference]:
    if _AIM.search(question.folded) and not PLAN.search(f"{quote} {around}"):
        yield Difference("near.result")


def _missed(question: Question, passage: str) -> Iterator[Difference]:
    """The words of the question that the passage doesn't hold; of an English question none can be told."""
    if question.language != "en":
        words = [run[:_LONGEST] for run in _runs(question.folded, content_terms(question), passage)]
        if words:
            yield Difference("near.missed", ("、".join(words[:_MOST]),))


def _runs(folded: str, content: Sequence[str], passage: str) -> Iterator[str]:
    """Runs of at least two characters of the question's content that lie in no pair of characters of the passage."""
    folded = _UNNAMED.sub(lambda found: " " * len(found.group()), folded)
    told = [at for at in range(len(folded) - 1) if folded[at : at + 2] in content]
    opened = [at for found in _OPENS.finditer(folded) if (at := found.start()) + 1 in told]
    asked = _places_of([*told, *opened])
    held = _places_of(at for at in told if folded[at : at + 2] in passage)
    left = "".join(c if n in asked - held else " " for n, c in enumerate(folded))
    return (run for run in left.split() if len(run) > 1 and not places(run))


def _places_of(pairs: Iterable[int]) -> set[int]:
    return {at + offset for at in pairs for offset in (0, 1)}
