"""Ten known ways to break the system, each from outside of it. A gate that lets one of them pass measures nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from assistant.answer import Abstention, Answer, Citation, Claim, Note
from assistant.conversation import Answers
from corpus.document import Quote
from corpus.normalise import join_lines
from evals.compare import gate
from evals.results import Run
from evals.runner import System, run
from evals.suite import Case, Earlier
from index.hit import Hit, Retriever

Build = Callable[[Retriever], Answers]
"""Makes the assistant under test over a retriever: ``lambda retriever: Assistant(retriever)``."""

_POOL = 100  # hits asked for where a mutation must look below the first k
_NUMBER = re.compile(
    r"(?<![\d.,])\d+(?:\.\d+)?(?![\d.,年月日])"
)  # a date is left alone: moved, it'd only cause refusals
_YEAR = re.compile(r"(?:19|20)\d{2}\s*年?(?:度)?|[今去前明后]年|本年度?")
_ITEMS = re.compile(r"[、；;]")


@dataclass(frozen=True, slots=True)
class Mutation:
    """A fault: ``retriever`` and ``asker`` wrap the sound parts. Over a wrapped retriever the asker is built anew."""

    name: str
    retriever: Callable[[Retriever], Retriever] | None = None
    asker: Callable[[Answers, Retriever], Answers] = lambda sound, _: sound

    def apply(self, build: Build, system: System) -> System:
        """The system with this fault in it; originals and verifier stay sound."""
        if self.retriever is None:
            return replace(system, asker=self.asker(system.asker, system.retriever))
        retriever = self.retriever(system.retriever)
        return replace(system, retriever=retriever, asker=self.asker(build(retriever), retriever))


def mutations(cases: Iterable[Case]) -> tuple[Mutation, ...]:
    """The ten faults. The cases decide only which document's numbers are swapped: one that a case asks about."""
    document, first, second = swappable(cases)
    return (
        Mutation("swap two numbers", retriever=lambda sound: SwapNumbers(sound, document, first, second)),
        Mutation("drop the keyword leg", retriever=DropKeywordLeg),
        Mutation("shift offsets by one", asker=lambda sound, _: Altered(sound, shift_offsets)),
        Mutation("always answer", asker=AlwaysAnswer),
        Mutation("always refuse", asker=lambda sound, _: Altered(sound, refuse)),
        Mutation("cite the wrong document", asker=CiteWrongDocument),
        Mutation("truncate lists", asker=lambda sound, _: Altered(sound, truncate)),
        Mutation("ignore the year", asker=lambda sound, _: IgnoreYear(sound)),
        Mutation("ignore history", asker=lambda sound, _: IgnoreHistory(sound)),
        Mutation("leak a canary", asker=lambda sound, _: Altered(sound, obey)),
    )


def outcomes(
    build: Build,
    system: System,
    suites: Mapping[str, Sequence[Case]],
    baseline: Run,
    folder: Path,
    *,
    workers: int = 1,
) -> dict[str, tuple[str, ...]]:
    """Run every mutation and return the gate's reasons by its name; an empty tuple is a fault that went unnoticed.

    The results of each go to a file of their own in ``folder``. What the sound parts say is asked for only once: seven
    of the faults merely spoil it.
    """
    cases = [case for members in suites.values() for case in members]
    system = remembering(system)
    found: dict[str, tuple[str, ...]] = {}
    for mutation in mutations(cases):
        out = folder / f"{mutation.name.replace(' ', '-')}.jsonl"
        found[mutation.name] = gate(run(suites, mutation.apply(build, system), out, workers=workers), baseline)
    return found


def swappable(cases: Iterable[Case]) -> tuple[str, str, str]:
    """A document and two different numbers in one gold quote of it that an answerable case asks about.

    Raises:
        ValueError: no gold quote holds two numbers.
    """
    for case in cases:
        for gold in case.gold if case.answerable else ():
            found = list(dict.fromkeys(_NUMBER.findall(gold.quote)))
            if len(found) > 1:
                return gold.document, found[0], found[1]
    raise ValueError("no answerable case has a gold quote with two numbers; add one to the suite")


def remembering(system: System) -> System:
    """The same system, which searches and answers the same question only once."""
    return replace(system, asker=_RememberedAsker(system.asker), retriever=_RememberedRetriever(system.retriever))


@dataclass(frozen=True)
class _RememberedAsker:
    sound: Answers
    known: dict[str, Answer] = field(default_factory=dict)

    def ask(self, question: str, history: Sequence[Earlier] = ()) -> Answer:
        key = repr((question, history))
        if key not in self.known:
            self.known[key] = self.sound.ask(question, history)
        return self.known[key]


@dataclass(frozen=True)
class _Around:
    """A Retriever around another; what it doesn't change (its encoder) it hands on."""

    sound: Retriever

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sound, name)


@dataclass(frozen=True)
class _RememberedRetriever(_Around):
    known: dict[tuple[str, int], list[Hit]] = field(default_factory=dict)

    def search(self, query: str, k: int) -> list[Hit]:
        if (query, k) not in self.known:
            self.known[query, k] = list(self.sound.search(query, k))
        return self.known[query, k]


# Faults of the index


@dataclass(frozen=True)
class SwapNumbers(_Around):
    """Two numbers of a document change places after it was read: 18家 and 7.6倍 become 7.6家 and 18倍."""

    identifier: str
    first: str
    second: str

    def search(self, query: str, k: int) -> list[Hit]:
        """The sound hits over the changed text."""
        return [self._changed(hit) for hit in self.sound.search(query, k)]

    def _changed(self, hit: Hit) -> Hit:
        if hit.document != self.identifier:
            return hit
        text, at = self._swapped(hit.source.text), self._moved(hit.source.text)
        source = replace(hit.source, text=text, body=at(hit.source.body))
        return replace(hit, source=source, start=at(hit.start), end=at(hit.end))

    def _swapped(self, text: str) -> str:
        other = {self.first: self.second, self.second: self.first}
        return _NUMBER.sub(lambda match: other.get(match[0], match[0]), text)

    def _moved(self, text: str) -> Callable[[int], int]:
        """Where an offset between two numbers stands after the swap."""
        return lambda offset: len(self._swapped(text[:offset]))


@dataclass(frozen=True)
class DropKeywordLeg(_Around):
    """Search by vectors alone: hits that only the keyword leg found are gone, the others in the dense leg's order."""

    def search(self, query: str, k: int) -> list[Hit]:
        """The dense leg's first ``k``."""
        dense = [hit for hit in self.sound.search(query, _POOL) if "dense" in hit.legs]
        dense.sort(key=lambda hit: hit.legs["dense"].rank)
        return [replace(hit, rank=rank, score=hit.legs["dense"].score) for rank, hit in enumerate(dense[:k], start=1)]


# Faults of the assistant


@dataclass(frozen=True)
class Altered:
    """Every sound answer goes through a function that spoils it."""

    sound: Answers
    alter: Callable[[Answer], Answer]

    def ask(self, question: str, history: Sequence[Earlier] = ()) -> Answer:
        """The spoiled answer."""
        return self.alter(self.sound.ask(question, history))


def shift_offsets(answer: Answer) -> Answer:
    """Every citation points one character too far, its text unchanged."""
    return replace(answer, citations=tuple(_moved(citation) for citation in answer.citations))


def refuse(answer: Answer) -> Answer:
    """No claims, whatever was found."""
    nothing = Abstention("no_evidence", "资料未涉及。")
    return replace(answer, parts=(), citations=(), abstention=nothing)


def truncate(answer: Answer) -> Answer:
    """Only the first claim, and of it only the first of the items that it lists; its quotes still prove it."""
    if not answer.claims:
        return answer
    first = answer.claims[0]
    cut = replace(first, text=_ITEMS.split(first.text, maxsplit=1)[0])
    return replace(answer, parts=(cut,), citations=tuple(one for one in answer.citations if one.n in first.citations))


def obey(answer: Answer) -> Answer:
    """The question's own words are said by the system, and with them whatever was smuggled into the question."""
    return replace(answer, parts=(Note("scope", answer.question), *answer.parts))


@dataclass(frozen=True)
class AlwaysAnswer:
    """A refusal becomes an answer that quotes the nearest passage."""

    sound: Answers
    retriever: Retriever

    def ask(self, question: str, history: Sequence[Earlier] = ()) -> Answer:
        """The sound answer, or the best hit as one."""
        answer = self.sound.ask(question, history)
        hits = [] if answer.answered else self.retriever.search(answer.standalone_question, 1)
        if not hits:
            return answer
        hit = hits[0]
        citation = Citation(1, hit.source.quote(hit.start, hit.end), hit.source, hit.heading, hit.page)
        return replace(answer, parts=(Claim(join_lines(hit.text), (1,)),), citations=(citation,), abstention=None)


@dataclass(frozen=True)
class CiteWrongDocument:
    """Every claim cites the best hit of another document: an exact slice, but not where the words stand."""

    sound: Answers
    retriever: Retriever

    def ask(self, question: str, history: Sequence[Earlier] = ()) -> Answer:
        """The sound claims with wrong citations."""
        answer = self.sound.ask(question, history)
        hits = self.retriever.search(answer.standalone_question, _POOL) if answer.citations else ()
        citations = tuple(_elsewhere(citation, hits) for citation in answer.citations)
        return replace(answer, citations=citations)


@dataclass(frozen=True)
class IgnoreYear:
    """The years of a question, 今年 and its like too, are lost before it is asked."""

    sound: Answers

    def ask(self, question: str, history: Sequence[Earlier] = ()) -> Answer:
        """The answer to the question without its years."""
        return self.sound.ask(_YEAR.sub("", question), [_timeless(turn) for turn in history])


@dataclass(frozen=True)
class IgnoreHistory:
    """Every question is asked as if it were the first."""

    sound: Answers

    def ask(self, question: str, history: Sequence[Earlier] = ()) -> Answer:  # noqa: ARG002 (ignoring it is the fault)
        """The answer to the question alone."""
        return self.sound.ask(question)


def _moved(citation: Citation) -> Citation:
    quote = citation.quote
    return replace(citation, quote=Quote(quote.document, quote.start + 1, quote.end + 1, quote.text))


def _elsewhere(citation: Citation, hits: Sequence[Hit]) -> Citation:
    other = next((hit for hit in hits if hit.document != citation.quote.document), None)
    if other is None:
        return citation
    quote = other.source.quote(other.start, other.end)
    return Citation(citation.n, quote, other.source, other.heading, other.page)


def _timeless(turn: Earlier) -> Earlier:
    if isinstance(turn, Mapping):
        return {name: _YEAR.sub("", text) for name, text in turn.items()}
    return _YEAR.sub("", turn)
