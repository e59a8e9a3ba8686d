"""``/mcp``: the tools of the Model Context Protocol for whoever a request comes from, by their role."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from assistant.answer import Answer
from assistant.conversation import Progress, Turn
from assistant.draft.drafter import Drafter
from assistant.draft.letter import Letter
from assistant.draft.requests import read_suggestion
from assistant.records import Person
from assistant.tools import OverHttp, tool_server
from assistant.web.surroundings import PERSON, Surroundings
from corpus import limits
from corpus.document import Document
from corpus.errors import InputError
from index.hit import Hit


def tools_over_http(around: Surroundings) -> OverHttp:
    """The application behind ``/mcp``; the gate has put the person into each request."""

    def caller(scope: Mapping[str, Any] | None) -> _Caller:
        if scope is None:
            raise LookupError("a request without a person; it did not pass the gate")
        return _Caller(around, scope[PERSON])

    return OverHttp(tool_server(caller, around.share.slowly))


@dataclass(frozen=True, slots=True)
class _Caller:
    """What a person may do with the tools."""

    around: Surroundings
    person: Person

    def search(self, question: str, k: int) -> Sequence[Hit]:
        """See ``Caller``."""
        if self.around.search is None:
            raise InputError("this server runs without search")
        with self.around.share.place(self.person):
            return self.around.search(self.person, question, k)

    def ask(self, question: str, history: Sequence[str]) -> Answer:
        """See ``Caller``."""
        earlier = tuple(Turn(one) for one in history)
        with closing(self.around.asked(self.person, question, earlier, door="mcp")) as steps:
            return self._last(steps)

    def _last(self, steps: Iterator[Progress | Answer]) -> Answer:
        until, last = time.monotonic() + limits.ANSWER_SECONDS, None
        for step in steps:
            if time.monotonic() > until:
                break
            last = step if isinstance(step, Answer) else last
        else:
            if last is not None:
                return last
        raise InputError(f"no answer within {limits.ANSWER_SECONDS:g} s; ask something shorter")

    def show(self, document: str) -> Document:
        """See ``Caller``."""
        found = self.around.answers(self.person).document(document)
        if found is None:
            raise InputError(f"there is no document {document!r} here; `search` shows the ids that there are")
        return found

    def draft(self, suggestion: str) -> Letter:
        """See ``Caller``."""
        if not self.person.is_staff or self.around.office is None:
            raise InputError("only staff draft replies; ask with a token of theirs")
        drafter = Drafter.of(self.around.office.settings, self.around.answers(self.person))
        with self.around.share.place(self.person):
            return drafter.draft(read_suggestion(suggestion))
