"""The assistant: question → hits → Reading → units → sentences → verified claims, or an abstention."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Generator as Steps
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice, zip_longest

from assistant.answer import Abstention, Answer, Citation, Claim, Note, Reason
from assistant.compose import ALSO, Group, merged, of_reading, of_structure
from assistant.conversation import History, Progress, Turn, goes_on, turns
from assistant.generate import Generator, Worded
from assistant.generate.extractive import ExtractiveGenerator
from assistant.locale import message
from assistant.notes import closing_notes, group_note, opening_notes
from assistant.question import Question, behind, is_elliptic, parts, plain, read_question
from assistant.reading import Read, Reader, Reading, default_reader
from assistant.reading.demands import agreeing, lacking_number, opening_asked, with_conversation_year, without
from assistant.reading.going_on import made_whole
from assistant.reading.passages import passages
from assistant.reading.references import with_consequences
from assistant.reading.scales import InScale, in_scale
from assistant.reading.structure import StructureReading, read_structure
from assistant.units import Unit
from assistant.verify import Context, RuleVerifier, Verifier
from corpus import limits
from corpus.document import Document
from corpus.errors import GenerationError, InputError
from corpus.normalise import simplify, traditional
from index.bigrams import question_terms, term_set
from index.encoder import Encoder
from index.hit import Hit, Retriever
from index.searcher import JoinedRetriever, Searcher, in_memory

HITS = 30  # that structure is looked for in; a reader reads the first few
NEAREST = 3  # passages shown where nothing answers, or before it is known


class Assistant:
    """Answers questions over whatever a Retriever finds; ``ask`` for the answer, ``stream`` to watch it come."""

    def __init__(
        self,
        retriever: Retriever,
        generator: str | Generator = "extractive",
        *,
        reader: Reader | None = None,
        verifier: Verifier | None = None,
        as_of: str | None = None,
    ) -> None:
        """``as_of`` is the date answers are given for, today by default.

        Without a ``reader`` the cross-encoder reads, or, where its model is not on the machine, words alone do.

        Raises:
            InputError: the generator's name is not one that works without settings.
        """
        self._retriever = retriever
        self._generator = _generator(generator)
        self._reader = reader or default_reader()
        self._verifier = verifier or RuleVerifier()
        self._as_of = as_of

    def ask(self, question: str, history: History = ()) -> Answer:
        """The answer to a question, after earlier ones.

        Raises:
            InputError: the question is empty or too long.
        """
        last: Answer | None = None
        for step in self.stream(question, history):
            if isinstance(step, Answer):
                last = step
        if last is None:
            raise InputError("no answer came; ask again")
        return last

    def stream(self, question: str, history: History = ()) -> Iterator[Progress | Answer]:
        """Where the answering stands, then the answer as it grows by verified sentences; the last one is final."""
        asked = check_question(question)
        clock = _Clock()
        yield Progress("search")
        found = yield from self._find(plain(asked), turns(history), clock)
        draft = Answer(
            asked,
            found.question.text,
            generator=self._generator.name,
            reader=found.reader,
            margin=found.margin,
            as_of=self._as_of or datetime.now(UTC).date().isoformat(),
        )
        if found.fallback:
            reason = message("nt.fallback_reader", found.fallback, language=found.question.language)
            draft = replace(draft, parts=(Note("fallback", reason),))
        if found.refusal is not None:
            yield self._refusal(draft, found, clock)
            return
        units = [unit for group in found.groups for unit in group.units]
        citations = _citations(units)
        yield Progress("compose", found.question.text, citations)
        yield from self._compose(replace(draft, citations=citations), found, units, clock)

    def document(self, identifier: str) -> Document | None:
        """A document that the retriever can show, or none."""
        show = getattr(self._retriever, "document", None)
        return show(identifier) if show else None

    def within(self, documents: Sequence[str]) -> Assistant:
        """The same over some documents alone.

        Raises:
            InputError: one of them is not there, or the retriever cannot be confined to documents.
        """
        confined = getattr(self._retriever, "within", None)
        if confined is None:
            raise InputError("this retriever searches all it has; open one that can be confined to documents")
        return self._over(confined(documents))

    def beside(self, documents: Sequence[Document]) -> Assistant:
        """The same over these documents too; those asked last stay indexed in memory."""
        own = _indexed(tuple(documents), getattr(self._retriever, "encoder", None))
        return self._over(JoinedRetriever(own, self._retriever))

    def _over(self, retriever: Retriever) -> Assistant:
        return Assistant(retriever, self._generator, reader=self._reader, verifier=self._verifier, as_of=self._as_of)

    def _find(self, asked: str, history: Sequence[Turn], clock: _Clock) -> Steps[Progress, None, _Found]:
        """The question by itself or, where it goes on from the last of the others, together with that."""
        alone = yield from self._read(asked, (), history, clock)
        if not history or alone.reader == "structure":
            return alone
        before = tuple(turn.question for turn in history)
        if whole := made_whole(asked, before):
            going_on = yield from self._read(whole, (), (), clock)
            if going_on.reader == "structure":
                return going_on
        while len(before) > 1 and is_elliptic(before[-1]):
            before = before[:-1]
        together = yield from self._read(asked, before, history, clock)
        with clock("search"):
            about = {hit.document for hit in self._retriever.search(before[-1], 1)}
        return together if goes_on(asked, alone.sure, together.sure, same=together.surest in about) else alone

    def _read(
        self, asked: str, before: Sequence[str], history: Sequence[Turn], clock: _Clock
    ) -> Steps[Progress, None, _Found]:
        whole = behind(asked, before)
        own = with_conversation_year(read_question(asked), [turn.question for turn in history])
        question = read_question(whole)
        question = replace(question, years=own.years, relative_years=own.relative_years)
        with clock("search"):
            hits = self._search(whole)
            nearest = _nearest(asked, hits)
        yield Progress("read", question.text, nearest)
        with clock("read"):
            number, opening = lacking_number(own, hits), opening_asked(own, hits)
            if number:
                return _Found(question, (), "constraint", hits, 1.0, (number,), "structure")
            if opening:
                return _Found(question, (Group(opening),), None, hits, 1.0, reader="structure")
            scaled = in_scale(asked, hits)
            by_structure = self._by_structure(question, scaled.question, before, hits)
            return by_structure or self._by_reader(question, scaled, before, hits)

    def _search(self, text: str) -> list[Hit]:
        return with_consequences(self._retriever.search(text, HITS))

    def _by_structure(
        self, question: Question, asked: str, before: Sequence[str], hits: Sequence[Hit]
    ) -> _Found | None:
        """What structure answers of the question, or of each of its parts, the later ones going on from the first."""
        asking = parts(asked)
        each = [] if before or len(asking) == 1 else list(_of_parts(asking, [hits] * len(asking)))
        if not each or not all(one and one.units for one in each):
            each = [None if before else read_structure(asked, hits)]
        found = [one for one in each if one and (one.units or one.missing)]
        if not found:
            return None
        groups = merged(of_structure(one) for one in found) if len(found) > 1 else of_structure(found[0])
        missing = tuple(f"《{law.metadata.title}》{part}" for one in found for law, part in one.missing)
        return _Found(question, groups, None if groups else "not_covered", hits, 1.0, missing, "structure")

    def _by_reader(self, question: Question, scaled: InScale, before: Sequence[str], hits: Sequence[Hit]) -> _Found:
        """What the reader finds; where the question asks several things, the surest for all of it and for each part."""
        asked = scaled.question
        reading = agreeing(question, without(self._reader.read(asked, before, hits), scaled.others))
        asking = parts(asked)
        if len(asking) == 1:
            groups = of_reading(reading.units, asked) if reading.answered else ()
            return _found(question, groups, hits, reading)
        together = of_reading(reading.units, asked, surest=True) if reading.answered else ()
        near = [_in_turn(self._search(part), hits) for part in asking]
        after = (before, *([asking[:1]] * (len(asking) - 1)))  # the first part says what the others are about
        each = [
            (part, agreeing(question, without(self._reader.read(part, earlier, own), scaled.others)))
            for part, earlier, own in zip(asking, after, near, strict=True)
        ]
        reading = replace(
            reading, answers=max(one.answers for _, one in each), margin=min(one.margin for _, one in each)
        )
        structure = zip(asking, _of_parts(asking, near), strict=True)
        by_structure = {part: own for part, one in structure if one and (own := of_structure(one))}
        answered = [
            by_structure.get(part) or (of_reading(one.units, part, surest=True) if one.answered else ())
            for part, one in each
        ]
        if not any(answered):
            return _found(question, together, hits, reading)
        first = {group.source.id for group in together or answered[0]}
        groups = merged(_kept_to(first, one) for one in (together, *answered) if one)
        reading = replace(reading, unsure=any(one.unsure for part, one in each if part not in by_structure))
        given = {unit.key for group in groups for unit in group.units}
        missing = tuple(
            part for (part, one), own in zip(each, answered, strict=True) if not own and not _among(one.units, given)
        )
        return _found(question, groups, hits, reading, missing)

    def _refusal(self, draft: Answer, found: _Found, clock: _Clock) -> Answer:
        nearest = tuple(_citation(n, unit) for n, unit in enumerate(found.nearest[:NEAREST], start=1))
        nearest = nearest or _nearest(draft.question, found.hits)
        language = found.question.language
        if found.missing:
            key = "lacks_document" if found.refusal == "constraint" else "lacks_article"
            detail = message(f"nt.{key}", "、".join(found.missing), language=language)
        elif found.refusal == "constraint":
            detail = message(
                "nt.lacks_year", "、".join(f"{year}年" for year in sorted(found.question.years)), language=language
            )
        elif found.refusal == "not_covered" and found.nearest:
            detail = message("nt.gap", _in_language(found.nearest[0].text, found.question), language=language)
        else:
            detail = message("nt.none", language=language)
        abstention = Abstention(
            found.refusal or "no_evidence", message("answer.refusal", detail, language=language), nearest
        )
        return replace(draft, abstention=abstention, timings_ms=clock.milliseconds())

    def _compose(self, draft: Answer, found: _Found, units: Sequence[Unit], clock: _Clock) -> Iterator[Answer]:
        """The answer after each verified sentence; what the model gets wrong is said in the document's own words."""
        question = found.question
        said_so_far: list[Note | Claim] = [
            *draft.notes,
            *opening_notes(question, found.groups, draft.as_of, unsure=found.unsure),
        ]
        headings = _headings(question, found.groups)
        said: set[int] = set()
        for claim in self._claims(question, units, said_so_far, clock):
            first = claim.citations[0]
            if first in headings and first not in said:
                said_so_far.append(headings[first])
            said.add(first)
            said_so_far.append(claim)
            yield replace(draft, parts=tuple(said_so_far), timings_ms=clock.milliseconds())
        said_so_far.extend(closing_notes(question, found.missing))
        yield replace(draft, parts=tuple(said_so_far), timings_ms=clock.milliseconds())

    def _claims(
        self, question: Question, units: Sequence[Unit], before: list[Note | Claim], clock: _Clock
    ) -> Iterator[Claim]:
        numbers = _citation_numbers(units)
        left = {n: Claim(_in_language(unit.text, question), numbers[n]) for n, unit in enumerate(units)}
        try:
            shown = [unit.text for unit in units]
            for sentence in clock.each("generate", self._generator.generate(question.text, shown)):
                used = [n - 1 for n in sentence.evidence if n - 1 in left]
                with clock("verify"):
                    proved = bool(used) and self._holds(sentence.text, [units[n] for n in used])
                quoted = [left.pop(n) for n in dict.fromkeys(used)]
                if proved:
                    cited = tuple(number for n in used for number in numbers[n])
                    yield Claim(_in_language(sentence.text, question), cited)
                else:  # in its place, so that a list keeps its order
                    yield from quoted
        except GenerationError as error:
            before.append(Note("fallback", message("nt.fallback", error, language=question.language)))
        yield from left.values()

    def _holds(self, text: str, used: Sequence[Unit]) -> bool:
        if len(text) > limits.SENTENCE:
            return False
        quotes = [quote.text for one in used for quote in one.quotes]
        context = Context.of(used[0].source, used[0].block.heading)
        for one in used[1:]:
            context = context + Context.of(one.source, one.block.heading)
        return self._verifier.verify(text, quotes, context).supported


@lru_cache(maxsize=8)  # asked again and again, and embedding takes seconds; at their largest, 53 MB of memory for all
def _indexed(documents: tuple[Document, ...], encoder: Encoder | None) -> Searcher:
    return in_memory(documents, encoder)


def let_go() -> None:
    """Keep no index of documents that were asked beside others, as when some of them are deleted."""
    _indexed.cache_clear()


@dataclass(frozen=True, slots=True)
class _Found:
    """What answers a question, or why nothing does; ``sure`` is 0 to 1, ``missing`` what nothing answers of it."""

    question: Question
    groups: tuple[Group, ...]
    refusal: Reason | None
    hits: Sequence[Hit]
    sure: float
    missing: tuple[str, ...] = ()
    reader: str = ""
    nearest: tuple[Unit, ...] = ()
    margin: float = 1.0
    unsure: bool = False
    fallback: str = ""

    @property
    def surest(self) -> str:
        """Id of the document that comes nearest, or nothing."""
        near = self.nearest or tuple(unit for group in self.groups for unit in group.units)
        return near[0].source.id if near else ""


def _of_parts(asking: Sequence[str], near: Sequence[Sequence[Hit]]) -> Iterator[StructureReading | None]:
    """What structure answers of each part of a question, the later ones going on from the first; rows whole."""
    for part, hits in zip(asking, near, strict=True):
        whole = made_whole(part, () if part is asking[0] else asking[:1]) or part
        yield read_structure(whole, hits, rows_whole=True)


def _among(read: Sequence[Read], given: Collection[tuple[str, tuple[int, int]]]) -> bool:
    """Whether one of the units that come nearest to a part of a question is said already."""
    return any(one.unit.key in given for one in read if one.sure >= ALSO * read[0].sure)


def _kept_to(documents: Collection[str], groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """Of what answers a later part of a question, what the first part's documents say, where it is surest there."""
    if groups[0].source.id not in documents:
        return groups
    return tuple(one for one in groups if one.source.id in documents)


def _in_turn(first: Sequence[Hit], second: Sequence[Hit]) -> list[Hit]:
    """The hits of two searches by turns, each chunk once: what a part finds by itself, and under the whole question."""
    found: dict[str, Hit] = {}
    for hit in (hit for pair in zip_longest(first, second) for hit in pair if hit is not None):
        found.setdefault(hit.chunk, hit)
    return list(found.values())


def _found(
    question: Question, groups: tuple[Group, ...], hits: Sequence[Hit], reading: Reading, missing: tuple[str, ...] = ()
) -> _Found:
    refusal: Reason | None = None if groups else reading.refusal
    nearest = tuple(one.unit for one in reading.units)
    open_parts = (missing or reading.open) if groups else ()
    return _Found(
        question=question,
        groups=groups,
        refusal=refusal,
        hits=hits,
        sure=reading.answers,
        missing=open_parts,
        reader=reading.reader,
        nearest=nearest,
        margin=reading.margin,
        unsure=reading.unsure,
        fallback=reading.fallback,
    )


def check_question(question: str) -> str:
    """The question, trimmed.

    Raises:
        InputError: it is empty or longer than 1,000 characters.
    """
    asked = question.strip()
    if not asked:
        raise InputError("the question is empty; write what you want to know")
    if len(asked) > limits.QUESTION:
        raise InputError(f"the question is longer than {limits.QUESTION} characters; split it into several")
    return asked


def _nearest(asked: str, hits: Sequence[Hit]) -> tuple[Citation, ...]:
    """Of the nearest hits the unit each that shares most words with the question, to be seen before any is read."""
    terms = frozenset(question_terms(simplify(asked)))
    found = (
        max(one.units, key=lambda unit: len(terms & term_set(simplify(unit.text)))) for one in passages(hits[:NEAREST])
    )
    return tuple(_citation(n, unit) for n, unit in enumerate(found, start=1))


def _generator(given: str | Generator) -> Generator:
    if not isinstance(given, str):
        return given
    if given != "extractive":
        raise InputError(f"generator {given!r} needs settings; use `extractive`, or open_assistant(settings)")
    return ExtractiveGenerator()


def _citation_numbers(units: Sequence[Unit]) -> list[tuple[int, ...]]:
    """For each unit the numbers of its quotes; the same place has one number throughout the answer."""
    places: dict[tuple[str, int, int], int] = {}
    keys = ([(quote.document, quote.start, quote.end) for quote in unit.quotes] for unit in units)
    return [tuple(places.setdefault(key, len(places) + 1) for key in some) for some in keys]


def _citations(units: Sequence[Unit]) -> tuple[Citation, ...]:
    made: dict[int, Citation] = {}
    for unit, numbers in zip(units, _citation_numbers(units), strict=True):
        for n, quote in zip(numbers, unit.quotes, strict=True):
            made.setdefault(n, Citation(n, quote, unit.source, unit.block.heading, unit.block.page))
    return tuple(made.values())


def _citation(n: int, unit: Unit) -> Citation:
    return Citation(n, unit.quotes[-1], unit.source, unit.block.heading, unit.block.page)


def _headings(question: Question, groups: Sequence[Group]) -> dict[int, Note]:
    """Where several documents answer, the note before each one's first claim, by that claim's first citation."""
    if len(groups) < 2:
        return {}
    numbers = iter(_citation_numbers([unit for group in groups for unit in group.units]))
    found: dict[int, Note] = {}
    for group in groups:
        first, *_ = islice(numbers, len(group.units))
        found.setdefault(first[0], group_note(question, group))
    return found


def _in_language(text: str, question: Question) -> str:
    return traditional(text) if question.language == "zh-Hant" else text


@dataclass(slots=True)
class _Clock:
    """Milliseconds by stage."""

    spent: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("search", "read", "generate", "verify"), 0.0)
    )

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.spent[stage] += time.perf_counter() - began

    def each(self, stage: str, items: Iterable[Worded]) -> Iterator[Worded]:
        """The items, the time spent waiting for each counted to the stage."""
        iterator = iter(items)
        while True:
            with self(stage):
                item = next(iterator, None)
            if item is None:
                return
            yield item

    def milliseconds(self) -> dict[str, int]:
        """Whole milliseconds by stage."""
        return {stage: round(1000 * seconds) for stage, seconds in self.spent.items()}
