"""The assistant: question → standalone question → hits → evidence → sentences → verified claims, or an abstention."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from assistant.answer import Abstention, Answer, Citation, Claim, Note
from assistant.compound import parts
from assistant.constraints import Violation
from assistant.conversation import Progress, Turn, turns
from assistant.evidence import EvidenceFinder, Selection, merged
from assistant.generate import Evidence, Generator, Sentence
from assistant.generate.extractive import ExtractiveGenerator
from assistant.notes import closing_notes, group_note, opening_notes
from assistant.question import Question, plain, read_question
from assistant.rewrite import standalone
from assistant.texts import say
from assistant.units import Unit
from assistant.verify import Context, RuleVerifier, Verifier
from corpus import limits
from corpus.document import Document
from corpus.errors import GenerationError, InputError
from corpus.naming import bears, numbered
from corpus.normalise import traditional
from index.encoder import Encoder, load_default_encoder
from index.hit import Hit, Retriever
from index.reader import load_reader

CANDIDATE_HITS = 30


class Assistant:
    """Answers questions over whatever a Retriever finds; ``ask`` for the answer, ``stream`` to watch it come."""

    def __init__(
        self,
        retriever: Retriever,
        generator: str | Generator = "extractive",
        *,
        finder: EvidenceFinder | None = None,
        verifier: Verifier | None = None,
        as_of: str | None = None,
    ) -> None:
        """``as_of`` is the date answers are given for, today by default.

        Raises:
            InputError: the generator's name is not one that works without settings.
        """
        self._retriever = retriever
        self._generator = _generator(generator)
        self._finder = finder or _finder(retriever)
        self._verifier = verifier or RuleVerifier()
        self._as_of = as_of

    def ask(self, question: str, history: Iterable[str | Turn | Mapping[str, Any]] = ()) -> Answer:
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

    def stream(
        self, question: str, history: Iterable[str | Turn | Mapping[str, Any]] = ()
    ) -> Iterator[Progress | Answer]:
        """Where the answering stands, then the answer as it grows by verified sentences; the last one is final."""
        asked = check_question(question)
        clock = _Clock()
        yield Progress("search")
        read, selection = self._find(plain(asked), turns(history), clock)
        draft = Answer(
            asked, read.text, generator=self._generator.name, as_of=self._as_of or datetime.now(UTC).date().isoformat()
        )
        if selection.refusal is not None:
            yield self._refusal(draft, read, selection, clock)
            return
        evidence = _evidence(selection)
        citations = _citations(evidence)
        yield Progress("compose", read.text, citations)
        yield from self._compose(replace(draft, citations=citations), read, selection, evidence, clock)

    def document(self, identifier: str) -> Document | None:
        """A document that the retriever can show, or none."""
        show = getattr(self._retriever, "document", None)
        return show(identifier) if show else None

    def _find(self, asked: str, history: Sequence[Turn], clock: _Clock) -> tuple[Question, Selection]:
        """Search for the question as it stands and, where that may lean on the conversation, as it is made whole."""
        with clock("rewrite"):
            whole = standalone(asked, history)
        found = self._search(whole.text, history, clock)
        if whole.certain or whole.text == asked:
            return found
        alone = self._search(asked, history, clock)
        return alone if alone[1].probability > found[1].probability else found

    def _search(self, text: str, history: Sequence[Turn], clock: _Clock) -> tuple[Question, Selection]:
        """What answers the question, part by part where it asks several things."""
        asked = parts(text)
        if len(asked) == 1:
            return self._search_one(text, history, clock)
        return read_question(text), merged([(one, self._search_one(one, history, clock)[1]) for one in asked])

    def _search_one(self, text: str, history: Sequence[Turn], clock: _Clock) -> tuple[Question, Selection]:
        question = read_question(text)
        if question.relative_years and not question.years:
            question = _with_conversation_year(question, history)
        with clock("search"):
            hits = _from_source(question, self._retriever.search(question.text, CANDIDATE_HITS))
        with clock("evidence"):
            return question, self._finder.select(question, hits)

    def _refusal(self, draft: Answer, question: Question, selection: Selection, clock: _Clock) -> Answer:
        units = [selection.gap] if selection.gap else []
        units += [one.unit for one in selection.nearest if selection.gap is None or one.unit.key != selection.gap.key]
        nearest = tuple(_citation(n, unit) for n, unit in enumerate(units[:3], start=1))
        key = "gap" if selection.refusal == "not_covered" else "refusal"
        words = selection.detail or _lacking(selection.violation, question) or say("none", question.language)
        detail = say(key, question.language, detail=_in_language(words, question))
        reason = selection.refusal or "no_evidence"
        return replace(draft, abstention=Abstention(reason, detail, nearest), timings_ms=clock.milliseconds())

    def _compose(
        self,
        draft: Answer,
        question: Question,
        selection: Selection,
        evidence: Sequence[Evidence],
        clock: _Clock,
    ) -> Iterator[Answer]:
        """The answer after each verified sentence; what the model gets wrong is said in the document's own words."""
        said_so_far: list[Note | Claim] = list(opening_notes(question, selection, draft.as_of))
        headings = _headings(question, selection)
        said: set[int] = set()
        for claim in self._claims(question, evidence, said_so_far, clock):
            first = claim.citations[0]
            if first in headings and first not in said:
                said_so_far.append(headings[first])
            said.add(first)
            said_so_far.append(claim)
            yield replace(draft, parts=tuple(said_so_far), timings_ms=clock.milliseconds())
        said_so_far.extend(closing_notes(question, selection))
        yield replace(draft, parts=tuple(said_so_far), timings_ms=clock.milliseconds())

    def _claims(
        self, question: Question, evidence: Sequence[Evidence], before: list[Note | Claim], clock: _Clock
    ) -> Iterator[Claim]:
        numbers = _citation_numbers(evidence)
        by_number = {one.n: one for one in evidence}
        left = dict(by_number)
        try:
            for sentence in clock.each("generate", self._generator.generate(question.text, evidence)):
                used = [by_number[n] for n in sentence.evidence if n in left]
                with clock("verify"):
                    proved = bool(used) and self._holds(sentence.text, used)
                for one in used:
                    left.pop(one.n, None)
                if proved:
                    cited = tuple(n for one in used for n in numbers[one.n])
                    yield Claim(_in_language(sentence.text, question), cited)
                else:  # in its place, so that a list keeps its order
                    yield from (Claim(_in_language(one.text, question), numbers[one.n]) for one in used)
        except GenerationError as error:
            before.append(Note("fallback", say("fallback", question.language, reason=error)))
        for one in left.values():
            yield Claim(_in_language(one.text, question), numbers[one.n])

    def _holds(self, text: str, used: Sequence[Evidence]) -> bool:
        if len(text) > limits.SENTENCE:
            return False
        quotes = [quote.text for one in used for quote in one.quotes]
        context = Context.of(used[0].source, used[0].heading)
        for one in used[1:]:
            context = context + Context.of(one.source, one.heading)
        return self._verifier.verify(text, quotes, context).supported


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


def _finder(retriever: Retriever) -> EvidenceFinder:
    encoder = _encoder_of(retriever)
    return EvidenceFinder(encoder, load_reader(encoder))


def _encoder_of(retriever: Retriever) -> Encoder | None:
    """The retriever's own encoder; for a retriever from elsewhere the default one, or none where it is not prepared."""
    if hasattr(retriever, "encoder"):
        own: Encoder | None = retriever.encoder
        return own
    try:
        return load_default_encoder()
    except InputError:
        return None


def _generator(given: str | Generator) -> Generator:
    if not isinstance(given, str):
        return given
    if given != "extractive":
        raise InputError(f"generator {given!r} needs settings; use `extractive`, or open_assistant(settings)")
    return ExtractiveGenerator()


def _from_source(question: Question, hits: Sequence[Hit]) -> Sequence[Hit]:
    """The hits in the documents that the question numbers, or of the kind that it names, if any are among them."""
    numbers = numbered(question.folded)
    own = [hit for hit in hits if any(bears(hit.source.metadata, number) for number in numbers)]
    return own or [hit for hit in hits if hit.source.metadata.kind == question.source] or hits


def _with_conversation_year(question: Question, history: Sequence[Turn]) -> Question:
    """今年 after a question about 2025 is 2025."""
    for turn in reversed(history):
        named = read_question(turn.question).years
        if named:
            base = max(named)
            return replace(question, years=frozenset(base + offset for offset in question.relative_years))
    return question


def _evidence(selection: Selection) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(n, unit.text, unit.quotes, unit.source, unit.block.heading, unit.block.page)
        for n, unit in enumerate(selection.units, start=1)
    )


def _citation_numbers(evidence: Sequence[Evidence]) -> dict[int, tuple[int, ...]]:
    """For each piece of evidence the numbers of its quotes; the same place has one number throughout the answer."""
    places: dict[tuple[str, int, int], int] = {}
    numbers: dict[int, tuple[int, ...]] = {}
    for one in evidence:
        keys = [(quote.document, quote.start, quote.end) for quote in one.quotes]
        numbers[one.n] = tuple(places.setdefault(key, len(places) + 1) for key in keys)
    return numbers


def _citations(evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
    numbers = _citation_numbers(evidence)
    made: dict[int, Citation] = {}
    for one in evidence:
        for n, quote in zip(numbers[one.n], one.quotes, strict=True):
            made.setdefault(n, Citation(n, quote, one.source, one.heading, one.page))
    return tuple(made.values())


def _citation(n: int, unit: Unit) -> Citation:
    return Citation(n, unit.quotes[-1], unit.source, unit.block.heading, unit.block.page)


def _lacking(found: Violation | None, question: Question) -> str:
    """Which demand of the question nothing meets, in a sentence."""
    if found is None:
        return ""
    key = "place_all" if found.kind == "place" and not found.held else found.kind
    return say(f"lacks_{key}", question.language, asked=found.asked, held=found.held)


def _headings(question: Question, selection: Selection) -> dict[int, Note]:
    """Where several documents answer, the note before each one's first claim, by that claim's first citation."""
    if len(selection.groups) < 2:
        return {}
    numbers = _citation_numbers(_evidence(selection))
    found: dict[int, Note] = {}
    n = 1
    for group in selection.groups:
        found.setdefault(numbers[n][0], group_note(question, group))
        n += len(group.units)
    return found


def _in_language(text: str, question: Question) -> str:
    return traditional(text) if question.language == "zh-Hant" else text


@dataclass(slots=True)
class _Clock:
    """Milliseconds by stage."""

    spent: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("rewrite", "search", "evidence", "generate", "verify"), 0.0)
    )

    def __call__(self, stage: str) -> _Stage:
        return _Stage(self, stage)

    def each(self, stage: str, items: Iterable[Sentence]) -> Iterator[Sentence]:
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


@dataclass(slots=True)
class _Stage:
    clock: _Clock
    name: str
    began: float = 0.0

    def __enter__(self) -> None:
        self.began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.clock.spent[self.name] += time.perf_counter() - self.began
