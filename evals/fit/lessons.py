"""What the reader learns from: questions with a few parts of passages, and which of their sentences answer."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.document import Document, Metadata
from corpus.normalise import fold, simplify
from corpus.structure import sentences
from evals.bench.data import BenchSet, Query
from index.bigrams import keyword_terms
from index.catalog import Catalog, Entry
from index.chunk import Chunk
from index.keywords import PostingKeywords
from index.reader import Ids, Part, Passage, Tokens

GONE = 0.35  # share of questions whose answering sentence is taken out of the part: the subject is there, not the point
DOUBT = 0.15  # share of questions with a number that are asked with another one, which nothing answers then
_SPAN = 60  # characters; a longer answer is no slice of a passage
_NEAR = 12  # parts nearest by words, among which wrong ones are chosen
_NOTHING: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Shown:
    """A part, whether it holds an answer, and the sentences that do; ``None`` where the set does not tell which."""

    part: Part
    relevant: bool
    gold: frozenset[int] | None

    @property
    def sentences(self) -> list[int]:
        """Numbers of the sentences that have tokens here."""
        return sorted({*self.part.owner} - {-1})


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question's tokens with the parts it is shown with, at most one of which answers."""

    question: Ids
    shown: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class _Cut:
    """As much of a document as is read at once."""

    document: str
    passage: Passage
    part: Part


class Lessons:
    """The lessons of a set, the same at every run.

    ``spoken`` has for a question's id its words in the passages' language, where it is asked in another.
    """

    def __init__(self, bench: BenchSet, tokens: Tokens, spoken: Mapping[str, str] | None = None) -> None:
        self._bench, self._tokens, self._spoken = bench, tokens, spoken or {}
        cuts = [cut for document in bench.documents for cut in _cuts(document, tokens)]
        self._cuts = {f"{cut.document}#{number}": cut for number, cut in enumerate(cuts)}
        self._keywords = _index(self._cuts)

    def __iter__(self) -> Iterator[Lesson]:
        """One for each question of which a part holds the answer."""
        chance = random.Random(20250021)  # noqa: S311 (repeatable, not secret)
        made = (self._lesson(query, chance) for query in self._bench.queries)
        return (lesson for lesson in made if lesson is not None)

    def _lesson(self, query: Query, chance: random.Random) -> Lesson | None:
        spans = bool(query.answers) and all(len(answer) <= _SPAN for answer in query.answers)
        own = [cut for cut in self._cuts.values() if cut.document in query.relevant]
        golds = [(cut, _gold(cut, query.answers) if spans else None) for cut in own]
        right = [(cut, gold) for cut, gold in golds if gold is None or gold]
        if not right:
            return None
        beside = [cut for cut, gold in golds if gold is not None and not gold]
        text, answer = self._answer(query.question, *chance.choice(right), chance)
        wrong = self._wrong(query, beside, chance)
        shown = [answer, *(Shown(cut.part, relevant=False, gold=_NOTHING) for cut in wrong)]
        chance.shuffle(shown)
        return Lesson(self._tokens.question(simplify(text)), tuple(shown))

    def _answer(
        self, question: str, cut: _Cut, gold: frozenset[int] | None, chance: random.Random
    ) -> tuple[str, Shown]:
        """The question with the part that answers it, or one of them changed so that it no longer does."""
        doubted = _doubted(question, chance) if gold and chance.random() < DOUBT else None
        if doubted:
            return doubted, Shown(cut.part, relevant=False, gold=_NOTHING)
        rest = self._without(cut, gold) if gold and chance.random() < GONE else None
        if rest is not None:
            return question, Shown(rest, relevant=False, gold=_NOTHING)
        return question, Shown(cut.part, relevant=True, gold=gold)

    def _without(self, cut: _Cut, gold: frozenset[int]) -> Part | None:
        kept = tuple(sentence for at, sentence in enumerate(cut.passage.sentences) if at not in gold)
        return self._tokens.parts(Passage(cut.passage.head, kept))[0] if kept else None

    def _wrong(self, query: Query, beside: Sequence[_Cut], chance: random.Random) -> list[_Cut]:
        """Two parts that do not answer: one of the same passage if there is one, the others near by their words."""
        asked = self._spoken.get(query.id, query.question)
        hits = self._keywords.search(keyword_terms(simplify(asked)), _NEAR, ("public",))
        near = [cut for hit in hits if (cut := self._cuts[hit.key]).document not in query.relevant]
        chosen = [chance.choice(beside)] if beside else []
        return [*chosen, *chance.sample(near[:4], min(2 - len(chosen), len(near[:4])))]


def _cuts(document: Document, tokens: Tokens) -> Iterator[_Cut]:
    text = document.text
    found = tuple(simplify(text[start:end]) for start, end in sentences(text, document.body, len(text)))
    head = simplify(document.metadata.title)
    for part in tokens.parts(Passage(head, found)):
        own = Passage(head, tuple(found[at] for at in sorted({*part.owner} - {-1})))
        alone = tokens.parts(own)
        if own.sentences and len(alone) == 1:
            yield _Cut(document.id, own, alone[0])


def _index(cuts: Mapping[str, _Cut]) -> PostingKeywords:
    catalog = Catalog(None)
    keywords = PostingKeywords(catalog)
    with catalog.change() as connection:
        for key, cut in cuts.items():
            body = "".join(cut.passage.sentences)
            document = Document(key, key, Metadata(key), body)
            chunk = Chunk(key, key, 0, len(body), (), cut.passage.head, body)
            catalog.put(connection, document, Entry(key, key, "", "", "public"), [chunk])
            keywords.put(connection, "public", [chunk])
    return keywords


def _gold(cut: _Cut, answers: Sequence[str]) -> frozenset[int]:
    wanted = [fold(answer) for answer in answers]
    return frozenset(at for at, one in enumerate(cut.passage.sentences) if any(w in fold(one) for w in wanted))


def _doubted(question: str, chance: random.Random) -> str | None:
    """The question with one of its numbers changed."""
    found = list(re.finditer(r"\d+", question))
    if not found:
        return None
    one = chance.choice(found)
    other = max(2, int(one.group()) + chance.choice((-7, -3, -2, -1, 1, 2, 3, 5)))
    return f"{question[: one.start()]}{other}{question[one.end() :]}"
