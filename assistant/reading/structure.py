"""What a document's structure alone answers: an article by its number, an enumeration by its lead, a table's row.

Also what its metadata holds (文号, 施行日期), with the place in the text that says so. Nothing here is likelihood: what
structure does not answer for certain is left to a reader.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from assistant.reading.divisions import read_division
from assistant.reading.explained import left_over
from assistant.reading.held import Field, read_held
from assistant.reading.meant import paper
from assistant.reading.references import block_units, cited_units, following
from assistant.reading.rows import Row, documents_of, read_rows
from assistant.units import Unit, row_unit, units_of_enumeration
from corpus.citing import ArticleQuestion, Named, asked_articles, names, only_frames
from corpus.document import Document
from corpus.normalise import fold
from corpus.outline import Enumeration, articles, enumerations
from corpus.structure import blocks, sentences
from index.bigrams import term_set
from index.hit import Hit

# Behind an article's number: what follows from breaching it is asked for. Of questions made by script on 150 laws 35 of
# 35 get that, and 16 of 16 about an article that is the fine itself get it as it stands.
_PUNISHED = re.compile("罚|处分|违反|违犯")
Kind = Literal["article", "enumeration", "row", "metadata", "division"]


@dataclass(frozen=True, slots=True)
class StructureReading:
    """What structure answers.

    ``units`` are the answer, in the documents' order, verbatim; ``whole`` says that they are all of it, where it is
    false the answer is one of them (第十条规定的期限是几天). ``missing`` is what is asked for by number and
    a document on file does not have, with that document: with no unit beside it that is the answer. ``value`` is
    what metadata holds, which the units then show the place of, if the text says it. ``count`` is how many items an
    enumeration has.
    """

    kind: Kind
    documents: tuple[Document, ...]
    units: tuple[Unit, ...] = ()
    missing: tuple[tuple[Document, str], ...] = ()
    whole: bool = True
    count: int | None = None
    field: Field | None = None
    value: str = ""


def read_structure(question: str, hits: Sequence[Hit], *, rows_whole: bool = False) -> StructureReading | None:
    """What the structure of the hits' documents answers for certain, or none.

    The question stands for itself (a follow-up made whole). A law that is named and not among the hits is not on file
    here, and no other law's article of that number answers.
    """
    if not hits:
        return None
    asked = asked_articles(question)
    by_number = _read_articles(asked, hits) if asked else None
    if asked and only_frames(asked.rest):
        return by_number
    return (
        _read_held(question, hits)
        or _of_rows(read_rows(question, documents_of(hits)), whole=rows_whole)
        or _read_enumeration(question, hits)
        or _read_division(question, hits)
        or by_number
    )


# Articles


def _read_articles(asked: ArticleQuestion, hits: Sequence[Hit]) -> StructureReading | None:
    documents = {hit.document: hit.source for hit in hits}
    titles = {identifier: one.metadata.title for identifier, one in documents.items()}
    found = asked.named(titles)
    units: list[Unit] = []
    missing: list[tuple[Document, str]] = []
    meant: dict[str, Document] = {}
    for mention, name in zip(asked.mentions, found, strict=True):
        for document in _meant(name, documents, hits):
            meant[document.id] = document
            for cited in mention.cited:
                given = following(document, cited) if mention.breached or _PUNISHED.search(asked.rest) else ()
                if not given and not mention.breached:
                    given = cited_units(document, cited)
                units.extend(unit for unit in given if unit.key not in {one.key for one in units})
                if not given and not mention.breached and not document.metadata.is_digest:
                    missing.append((document, f"{cited}"))
    if not units and not missing:
        return None
    return StructureReading(
        "article", tuple(meant.values()), tuple(units), tuple(missing), whole=asked.is_whole(titles)
    )


def _meant(name: Named, documents: Mapping[str, Document], hits: Sequence[Hit]) -> tuple[Document, ...]:
    """The documents with articles that a name means; those in force where there are such; one, where none is named."""
    if name.how == "unknown":
        return ()
    among = name.documents if name.how in {"title", "kind"} else documents
    found = [documents[one] for one in among if articles(documents[one])]
    valid = {hit.document for hit in hits if hit.force == "in_force"}
    found = [one for one in found if one.id in valid] or found
    return tuple(found) if name.how == "title" or len(found) == 1 else ()


# Metadata


def _read_held(question: str, hits: Sequence[Hit]) -> StructureReading | None:
    held = read_held(question, hits)
    if held is None:
        return None
    return StructureReading("metadata", (held.document,), held.units, field=held.field, value=held.value)


# Divisions


def _read_division(question: str, hits: Sequence[Hit]) -> StructureReading | None:
    found = read_division(question, hits)
    if found is None:
        return None
    units = tuple(unit for block in found.blocks for unit in block_units(found.document, block))
    missing = () if units else ((found.document, found.name),)
    return StructureReading("division", (found.document,), units, missing)


# Rows


def _of_rows(rows: Sequence[Row], *, whole: bool) -> StructureReading | None:
    units = {row.block.start: row_unit(row.document, row.block, () if whole else row.beside) for row in rows}
    return StructureReading("row", (rows[0].document,), tuple(units.values())) if rows else None


# Enumerations

_LISTS = re.compile(r"哪|什么|啥|几|何|多少[种项类]|包括|包含|列|分别|\b(?:what|which|list)\b")
_POINTING = re.compile(
    r"下列|以下|如下|之一|有关|[:：]|第[一二三四五六七八九十百千零〇\d]+条(?:之[一二三四五六七八九十]+)?"
)
_NEGATED = re.compile(r"[不未无非](?=([\u4e00-\u9fff]{2}))")
_COVERED = 0.5  # of a lead's telling words that the question holds
_NAMED = 0.35  # of them, where the question names the document
_BARELY = 0.15  # of them, where a run of the lead's words stands in the question and no other lead is nearly as like it
_RUN = 5  # characters of that run
_AHEAD = 1.5  # times as like as the next lead
_LEFT_OVER = 0.15  # of the question's characters that neither the lead nor what stands around it explains


def _read_enumeration(question: str, hits: Sequence[Hit]) -> StructureReading | None:
    """The enumeration whose lead says what the question asks, where nothing of the question is left over."""
    words = re.sub(r"[\s《》]+", "", fold(question))
    if not _LISTS.search(words):
        return None
    known = [(document, one) for document in documents_of(hits) for one in enumerations(document)]
    leads = [_POINTING.sub(" ", fold(_lead(document, one))) for document, one in known]
    often = Counter(term for lead in leads for term in term_set(lead))
    rarity = {term: math.log((len(leads) + 1) / (count + 0.5)) for term, count in often.items()}
    asked = {document.id: _without_title(words, document) for document, _ in known}
    likeness = [_likeness(lead, asked[document.id], rarity) for (document, _), lead in zip(known, leads, strict=True)]
    order = sorted(range(len(known)), key=lambda at: -likeness[at])
    if not order or likeness[order[0]] == 0.0:
        return None
    document, one = known[order[0]]
    lead, own = leads[order[0]], asked[document.id]
    ahead = len(order) == 1 or likeness[order[0]] >= _AHEAD * likeness[order[1]]
    alone = len(order) == 1 or likeness[order[0]] > likeness[order[1]]
    share = _weight(term_set(lead) & term_set(_POINTING.sub(" ", own)), rarity) / _weight(term_set(lead), rarity)
    covered = share >= (_COVERED if own == words else _NAMED) or (
        share >= _BARELY and ahead and _longest_common(lead, own) >= _RUN
    )
    around = f"{lead} {fold(_around(document, one))}"
    explained = left_over(own, around) <= _LEFT_OVER or not left_over(own, f"{around} {fold(paper(document))}")
    if not (covered and alone and explained) or _contradict(lead, own):
        return None
    return StructureReading("enumeration", (document,), units_of_enumeration(document, one), count=len(one.items))


def _without_title(words: str, document: Document) -> str:
    """A question without the document's title, which says nothing of what it asks of it."""
    found = max((name for name in names(document.metadata.title) if name in words), key=len, default="")
    return words.replace(found, " ") if found else words


def _lead(document: Document, one: Enumeration) -> str:
    return document.text[slice(*one.lead)] if one.lead else (one.heading or ("",))[-1]


def _weight(terms: Iterable[str], rarity: Mapping[str, float]) -> float:
    """How telling terms are together; one that no lead has tells nothing between leads."""
    return sum(rarity.get(term, 0.0) for term in terms)


def _likeness(lead: str, asked: str, rarity: Mapping[str, float]) -> float:
    """What a lead and a question share of both."""
    ours, theirs = term_set(lead), term_set(_POINTING.sub(" ", asked))
    both = _weight(ours, rarity) + _weight(theirs, rarity)
    return 2 * _weight(ours & theirs, rarity) / both if both else 0.0


def _contradict(one: str, other: str) -> bool:
    """Whether one of two texts denies words that the other only affirms: 不存在 beside 存在."""
    return any(
        any(
            denied in b and f"{n}{denied}" not in b
            for n, denied in ((m.group(), m.group(1)) for m in _NEGATED.finditer(a))
        )
        for a, b in ((one, other), (other, one))
    )


def _longest_common(one: str, other: str) -> int:
    return SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size


def _around(document: Document, one: Enumeration) -> str:
    """What stands around a lead: the document's title, its headings, the sentence before it in its paragraph."""
    before: tuple[int, int] | None = None
    if one.lead:
        block = next(block for block in blocks(document) if block.start <= one.lead[0] < block.end)
        said = [span for span in sentences(document.text, block.start, one.lead[0]) if span[1] <= one.lead[0]]
        before = said[-1] if said else None
    return " ".join((document.metadata.title, *one.heading, document.text[slice(*before)] if before else ""))
