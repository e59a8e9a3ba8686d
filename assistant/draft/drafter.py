"""Suggestion → letter: every request asked of the documents, what was found put into the template, all of it checked.

The main path of drafting is ``Drafter.stream``.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.conversation import Answers
from assistant.draft.arrange import Arrangement, Treated
from assistant.draft.aspects import aspects
from assistant.draft.check import Checker
from assistant.draft.finding import Finder, Gathered, fitting
from assistant.draft.letter import Letter, Paragraph, Sentence
from assistant.draft.office import Office, letter_template, office_checker, office_of
from assistant.draft.phrases import inside, phrase
from assistant.draft.suggestion import DraftError, Request, Suggestion
from assistant.draft.template import Template
from assistant.settings import Settings

# A topic in a sentence's own words (让科研要素流得更顺) does not fit behind 对…工作的关心.
_SPOKEN = re.compile(r"(?:^|、)(?:让|把|使|给|为|请|尽快|尽早|在|对|要)|[？?，]")


@dataclass(frozen=True, slots=True)
class Step:
    """How far the drafting is: ``done`` of ``total`` requests, and the title of the one that is looked for now."""

    done: int
    total: int
    title: str


class Drafter:
    """Drafts letters over an assistant."""

    def __init__(self, assistant: Answers, checker: Checker, template: Template, office: Office | None = None) -> None:
        self._finder = Finder(assistant, checker)
        self._checker = checker
        self._template = template
        self._office = office or Office()

    @classmethod
    def of(cls, settings: Settings | None, assistant: Answers) -> Drafter:
        """For the office that the settings tell of, as of today; without settings for one that says nothing of itself.

        Raises:
            InputError: the template that is set cannot be read, or is no template.
        """
        office, template = (office_of(settings), letter_template(settings)) if settings else (None, Template.open(None))
        return cls(assistant, office_checker(settings), template, office)

    def draft(self, suggestion: Suggestion) -> Letter:
        """The whole letter at once."""
        *_, letter = self.stream(suggestion)
        if not isinstance(letter, Letter):
            raise TypeError("a stream ends with its letter")
        return letter

    def stream(self, suggestion: Suggestion, aside: Sequence[tuple[int, str]] = ()) -> Iterator[Step | Letter]:
        """Where the drafting stands, then the letter; closing the iterator ends the work at the next sentence.

        ``aside``: the requests that another office answers, by number, with its name; they are left open.
        """
        others, total = dict(aside), len(suggestion.requests)
        treated: list[Treated] = []
        for done, request in enumerate(suggestion.requests):
            step = Step(done, total, request.title)
            yield step
            found = () if request.id in others else (yield from self._found(step, request))
            treated.append(Treated(request, found, others.get(request.id, "")))
        step = Step(total, total, "")
        subject = self._topic(suggestion) or suggestion.requests[0].title
        overview = yield from self._finder.find(step, "", phrase("ask.overview", subject))
        following = yield from self._finder.find(step, "", phrase("ask.next", subject))
        yield self._letter(suggestion, treated, overview, following, tuple(aside))

    def again(self, letter: Letter, request: int) -> Iterator[Step | Letter]:
        """Where the drafting stands, then the letter with one request answered anew.

        Raises:
            InputError: there is no such request.
        """
        asked = _request(letter, request)
        step = Step(0, 1, asked.title)
        yield step
        found = yield from self._found(step, asked)
        alone = replace(letter.suggestion, requests=(asked,))
        made = self._letter(alone, [Treated(asked, found)], Gathered(""), Gathered(""), ())
        made = made.mapped(lambda sentence: replace(sentence, id=sentence.id + letter.last))
        fresh = [p for p in made.paragraphs if p.request == request and p.style != "h1"]
        others = tuple(pair for pair in letter.aside if pair[0] != request)
        yield put(replace(letter, aside=others), request, fresh)

    def leave(self, letter: Letter, request: int, office: str) -> Letter:
        """The letter with one section left to another office (会办): a blank with its name."""
        asked = _request(letter, request)
        if not office.strip():
            raise DraftError("office", "name the office that answers this request")
        words = phrase("blank.office", office.strip(), inside(asked.title))
        blank = self._checker.judge(Sentence(letter.last + 1, "blank", words))
        others = tuple(pair for pair in letter.aside if pair[0] != request)
        noted = replace(letter, aside=(*others, (request, office.strip())))
        return put(noted, request, [Paragraph("body", (blank,), request)])

    def _found(self, step: Step, request: Request) -> Generator[Step, None, tuple[Gathered, ...]]:
        """What the documents say to each thing that a request names."""
        found: list[Gathered] = []
        named = aspects(request)
        for asked in named:
            one = yield from self._finder.find(step, asked)
            found.append(fitting(one, request.title, named[0]))
        return tuple(found)

    def _topic(self, suggestion: Suggestion) -> str:
        return "" if _SPOKEN.search(suggestion.topic) else suggestion.topic

    def _letter(
        self,
        suggestion: Suggestion,
        treated: Sequence[Treated],
        overview: Gathered,
        following: Gathered,
        aside: tuple[tuple[int, str], ...],
    ) -> Letter:
        made = Arrangement()
        sections = [made.section(n, one) for n, one in enumerate(treated, start=1)]
        # without what the salutation adds; 代表 alone, of 某某等五名代表, is none
        bare = (name.strip().removesuffix("代表").strip() for name in suggestion.representatives)
        names = tuple(filter(None, bare))
        values = {
            "you": "您们" if len(suggestion.representatives) > 1 else "您",
            "names": "、".join(names),
            "session": suggestion.session,
            "number": suggestion.number,
            "title": inside(suggestion.title),
            "topic": self._topic(suggestion),
            "points": "".join(section.quoted for section in sections),
            "office": replace(self._office, name=self._office.name or suggestion.office),
            "sections": sections,
            "overview": made.overview(overview, self._checker),
            "next": made.next_steps(following, self._checker),
        }
        noted = tuple(_noted(p, made.notes) for p in self._template.render(values, made.sentences))
        generator = next((one.generator for t in treated for one in t.found if one.generator), overview.generator)
        label = phrase("ai.extractive" if generator == "extractive" else "ai")
        return Letter(suggestion, noted, generator, self._checker.as_of, label, aside).mapped(self._checker.judge)


def _request(letter: Letter, number: int) -> Request:
    for one in letter.suggestion.requests:
        if one.id == number:
            return one
    raise DraftError("request", "this request is no longer there; reload the draft")


def put(letter: Letter, request: int, fresh: Sequence[Paragraph]) -> Letter:
    """The letter with other paragraphs under a request's heading."""
    kept = [p for p in letter.paragraphs if p.request != request or p.style == "h1"]
    heads = [n for n, p in enumerate(kept) if p.request == request]
    at = heads[-1] + 1 if heads else len(kept)
    return replace(letter, paragraphs=(*kept[:at], *fresh, *kept[at:]))


def _noted(paragraph: Paragraph, notes: dict[int, tuple[str, ...]]) -> Paragraph:
    told = dict.fromkeys(note for s in paragraph.sentences for note in notes.get(s.id, ()))
    return replace(paragraph, notes=tuple(told))
