"""What the headings of a document tell apart: the section that a question names, and those that stand beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from assistant.units import Unit
from corpus.document import Document
from corpus.markers import leading_marker
from corpus.normalise import simplify
from corpus.structure import blocks
from index.bigrams import question_terms, term_set

# Of the terms that tell a heading from those beside it: 措施 does not name 保障措施. Of 25 near misses in documents
# with sections for different groups 11 are answered with this, 15 without; of 65 answers beside them, 99 about nine
# further documents and 290 of the suites none that was right is lost.
SHARE = 0.34
Path = tuple[str, ...]
Terms = frozenset[str]


def beside(asked: str, units: Iterable[Unit]) -> frozenset[tuple[str, Path]]:
    """Of the sections that units stand in, by document and headings, those beside one that the question names.

    A question names a section by terms of its heading that no other heading of the storey has. A section stands beside
    that one if the question has none of its own heading's terms, and the section itself says none of those it has.
    """
    terms = frozenset(question_terms(simplify(asked)))
    sections = {(unit.source.id, unit.block.heading): unit.source for unit in units}
    return frozenset((name, path) for (name, path), document in sections.items() if _is_beside(terms, document, path))


def _is_beside(asked: Terms, document: Document, path: Path) -> bool:
    named = frozenset(term for storey in range(len(path)) for term in _named_beside(asked, document, path, storey))
    return bool(named) and not named & _said(document, path)


def _named_beside(asked: Terms, document: Document, path: Path, storey: int) -> Terms:
    """The question's terms that tell a section of the same storey from all others, where none tells this one."""
    own, above = path[storey], path[:storey]
    headings = {
        block.heading[storey]
        for block in blocks(document)
        if len(block.heading) > storey and block.heading[:storey] == above
    }
    counted = Counter(term for heading in headings for term in _heading_terms(heading))
    telling = {heading: {one for one in _heading_terms(heading) if counted[one] == 1} for heading in headings}
    if asked & telling[own]:
        return frozenset()
    named = (asked & terms for terms in telling.values() if len(asked & terms) >= SHARE * max(1, len(terms)))
    return frozenset(term for terms in named for term in terms)


def _said(document: Document, path: Path) -> Terms:
    """The terms of a section, of its headings and of the title."""
    own = " ".join(document.text[block.start : block.end] for block in blocks(document) if block.heading == path)
    return _terms(" ".join((document.metadata.title, *path, own)))


def _heading_terms(heading: str) -> Terms:
    """Without its number: 养一条狗 does not name 第十一条."""
    marker = leading_marker(heading)
    return _terms(heading.removeprefix(marker.text) if marker else heading)


def _terms(text: str) -> Terms:
    return term_set(simplify(text))
