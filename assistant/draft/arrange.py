"""What was found → sections, parts and numbered sentences, as a template sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from assistant.draft.check import AHEAD, Checker
from assistant.draft.finding import Gathered
from assistant.draft.letter import Sentence
from assistant.draft.phrases import inside, phrase
from assistant.draft.suggestion import Request
from assistant.draft.template import Placed
from corpus.formats.characters import numeral
from corpus.normalise import fold
from corpus.quantities import bare

OVERVIEW_SENTENCES = 4


@dataclass(frozen=True, slots=True)
class Treated:
    """A request and what was found for each thing that it names; ``office``: who answers it instead of this one."""

    request: Request
    found: tuple[Gathered, ...] = ()
    office: str = ""


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing that a request names, and the sentences that answer it: claims, or a blank."""

    numeral: str
    title: str
    sentences: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A request with its parts."""

    numeral: str
    title: str
    parts: tuple[Aspect, ...]

    @property
    def quoted(self) -> str:
        """Its title in quotation marks: it is in the words of the suggestion, often a sentence."""
        return f"“{inside(self.title)}”"


_Answered = tuple[str, tuple[Sentence, ...], tuple[str, ...]]  # what a part is about, its sentences, its notes


@dataclass(slots=True)
class Arrangement:
    """Gives sentences their numbers, and remembers for which request, and with which notes, each was found."""

    sentences: dict[int, tuple[Sentence, int]] = field(default_factory=dict)
    notes: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def section(self, place: int, treated: Treated) -> Section:
        """The section of a request, the ``place``-th from 1."""
        request = treated.request
        groups = _groups(treated.found)
        parts: tuple[_Answered, ...]
        if treated.office:
            parts = ((request.title, (_blank("blank.office", treated.office, request.title),), ()),)
        elif not any(found.sentences for _, found in groups):
            parts = ((request.title, (_blank("blank.request", request.title),), ()),)
        else:
            parts = tuple(
                (title, found.sentences or (_blank("blank.request", title),), found.notes) for title, found in groups
            )
        made = (
            Aspect(numeral(n, "chineseCounting"), title, self._placed(said, request.id, notes))
            for n, (title, said, notes) in enumerate(parts, start=1)
        )
        return Section(numeral(place, "chineseCounting"), request.title, tuple(made))

    def overview(self, found: Gathered, checker: Checker) -> tuple[Placed, ...]:
        """What the letter begins with: the office's own results that no section tells, or a blank."""
        new = (one for one in self._unsaid(found.sentences) if checker.own(one) and not one.unsure)
        told = tuple(one for one in new if not AHEAD.search(one.text))[:OVERVIEW_SENTENCES]
        return self._placed(told or (_blank("blank.overview"),), 0, found.notes if told else ())

    def next_steps(self, found: Gathered, checker: Checker) -> tuple[Placed, ...]:
        """What the office itself plans and is not over, or a blank: its promises are its own."""
        new = (one for one in self._unsaid(found.sentences) if checker.own(one) and not one.unsure)
        return self._placed(tuple(filter(checker.ahead, new)) or (_blank("blank.next"),), 0, ())

    def _placed(self, said: Sequence[Sentence], request: int, notes: tuple[str, ...]) -> tuple[Placed, ...]:
        """The sentences with numbers; several in an answer to a request are counted 一是, 二是."""
        placed = []
        for n, sentence in enumerate(said, start=1):
            number = len(self.sentences) + 1
            numbered = replace(sentence, id=number)
            self.sentences[number] = (numbered, request)
            self.notes[number] = notes if n == 1 else ()
            placed.append(Placed(numbered, f"{numeral(n, 'chineseCounting')}是" if request and len(said) > 1 else ""))
        return tuple(placed)

    def _unsaid(self, sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
        said = [_key(one) for one, _ in self.sentences.values()]
        return tuple(one for one in sentences if not any(_key(one) in s or s in _key(one) for s in said))


def _groups(found: Sequence[Gathered]) -> list[tuple[str, Gathered]]:
    """Each thing named with what answers it; one that is answered by the same sentences stands with the other."""
    groups: list[tuple[str, Gathered]] = []
    for one in found:
        said = {_key(s): n for n, (_, before) in enumerate(groups) for s in before.sentences}
        new = tuple(s for s in one.sentences if _key(s) not in said)
        if one.sentences and not new:
            n = said[_key(one.sentences[0])]
            groups[n] = (f"{groups[n][0]}，{one.asked}", groups[n][1])
        else:
            groups.append((one.asked, replace(one, sentences=new)))
    return groups


def _key(sentence: Sentence) -> str:
    """What makes two sentences the same: their words without marks."""
    return bare(fold(sentence.text))


def _blank(key: str, *values: str) -> Sentence:
    return Sentence(0, "blank", phrase(key, *map(inside, values)))
