"""What a member of staff has before them while drafting, what is kept of it, and what they work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from markupsafe import Markup
from pydantic import TypeAdapter

from assistant.draft.check import Checker
from assistant.draft.drafter import Drafter
from assistant.draft.letter import Cite, Letter
from assistant.draft.office import office_checker
from assistant.draft.suggestion import DraftError, Suggestion
from assistant.locale import message
from assistant.records import LOCAL, ConflictError, Draft, Drafts, Person
from assistant.settings import Settings
from assistant.web.html import say
from assistant.web.surroundings import Surroundings
from index.hit import Hit

TABS = ("ev", "todo", "find", "alike", "ver")
_TYPING = timedelta(minutes=2)  # what is typed within it is one version
_LONGEST = 60_000  # characters of one text that a browser sends


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """What is kept of a draft, its letter once it has come to one.

    ``aside``: what was left to other offices, by the number of the request; ``assigned``: the day from which the limit
    of so many ``months`` counts; ``signed``: who signed it off, and on which day.
    """

    suggestion: Suggestion | None = None
    letter: Letter | None = None
    aside: tuple[tuple[int, str], ...] = ()
    assigned: str = ""
    months: int = 3
    signed: tuple[str, str] | None = None


_KEPT = TypeAdapter(KeptDraft)


@dataclass(frozen=True, slots=True)
class Desk(KeptDraft):
    """A draft, split or written, and what is looked at in it.

    ``holder``: who else edits it now; ``conflict``: who took it over or saved meanwhile; both make it read-only.
    ``more`` is further evidence that was asked for; where there is none, ``near`` are the nearest passages.
    ``typing``: when the run of small edits began that one version keeps. ``splitting``: the requests are shown though
    there is a letter. ``undo`` is the suggestion, and what was left to others, before a request was taken out.
    ``wrong``, ``told`` and ``file`` are for the next view alone.
    """

    id: str = ""
    revision: int = 0
    saved: datetime | None = None
    splitting: bool = False
    undo: tuple[Suggestion, tuple[tuple[int, str], ...]] | None = None
    selected: int = 0
    tab: str = "ev"
    query: str = ""
    hits: tuple[Hit, ...] = ()
    more: tuple[Cite, ...] | None = None
    near: tuple[Hit, ...] = ()
    typing: datetime | None = None
    holder: str = ""
    conflict: str = ""
    wrong: Markup | None = None
    told: Markup | None = None
    file: str = ""

    @property
    def editable(self) -> bool:
        """Whether changes are taken."""
        return not self.holder and not self.conflict

    @property
    def title(self) -> str:
        """What the draft is called in the list."""
        return (self.suggestion.title if self.suggestion else "") or str(say("dr.untitled").striptags())

    @property
    def body(self) -> dict[str, Any]:
        """What is kept, as JSON."""
        kept: dict[str, Any] = _KEPT.dump_python(KeptDraft(**self._kept(self)), mode="json")
        return kept

    def filled(self, body: Mapping[str, Any]) -> Desk:
        """With what was kept."""
        return replace(self, **self._kept(_KEPT.validate_python(body)))

    @staticmethod
    def _kept(draft: KeptDraft) -> dict[str, Any]:
        return {one.name: getattr(draft, one.name) for one in fields(KeptDraft)}

    def asked(self) -> Suggestion:
        """The suggestion; there is one wherever something can be done with it."""
        if self.suggestion is None:
            raise DraftError("gone", "there is no draft here; open one from the list")
        return self.suggestion

    def written(self) -> Letter:
        """The letter, likewise."""
        if self.letter is None:
            raise DraftError("gone", "there is no letter here; draft it first")
        return self.letter


def today() -> date:
    """The office's day, for which letters are checked."""
    return now().date()


def now() -> datetime:
    """The office's time."""
    return datetime.now(UTC).astimezone()


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who drafts, with what they work with and what the page's script sent; each change they make is kept."""

    person: Person
    around: Surroundings
    sent: Mapping[str, Any] = field(default_factory=dict)

    def words(self, name: str, most: int = _LONGEST) -> str:
        """A text that the page's script sent, cut to what a person would write."""
        return str(self.sent.get(name) or "")[:most]

    def number(self, name: str = "id") -> int:
        """A number that the page's script sent.

        Raises:
            ValueError: it is none.
        """
        return int(str(self.sent.get(name, "")))

    @property
    def drafts(self) -> Drafts:
        """The drafts of the office."""
        return self.around.records.drafts

    @property
    def name(self) -> str:
        """As others read it."""
        return self.called(self.person.name)

    @property
    def signature(self) -> str:
        """As a letter keeps who looked at it; on a page where nobody signs in it names nobody (``LOCAL``)."""
        return LOCAL if self.person.local else self.name

    @property
    def checker(self) -> Checker:
        """Judges sentences as of today, for the office that answers."""
        return office_checker(self._settings)

    def drafter(self) -> Drafter:
        """Drafts over the documents that this person may see, with the office's template of now."""
        return Drafter.of(self._settings, self.around.answers(self.person))

    @property
    def _settings(self) -> Settings | None:
        return self.around.office.settings if self.around.office else None

    def search(self, query: str, k: int) -> tuple[Hit, ...]:
        """Passages of the documents that this person may see."""
        return tuple(self.around.search(self.person, query, k)) if self.around.search and query.strip() else ()

    def note(self, desk: Desk, what: str, detail: Mapping[str, Any]) -> None:
        """Write what was done to the audit log."""
        self.around.records.audit.add(self.person.name, what, f"draft:{desk.id}", detail)

    def save(self, desk: Desk, *, typed: bool = False) -> Desk:
        """The desk as it is kept now; where somebody else was faster it stays as it is here, and they are named.

        ``typed``: a small edit, which goes on with the version of the small edits just before it.
        """
        moment = now()
        goes_on = typed and desk.typing is not None and moment - desk.typing < _TYPING
        begun = (desk.typing if goes_on else moment) if typed else None
        if not desk.editable:
            return desk
        try:
            kept = self.drafts.save(self.person, desk.id, desk.body, desk.revision, desk.title, amends=goes_on)
        except ConflictError as conflict:
            return replace(desk, conflict=self.called(conflict.who))
        return replace(desk, revision=kept.revision, saved=kept.changed, typing=begun)

    def called(self, name: str) -> str:
        """How somebody is called in words, by the name under which they sign in."""
        if self.person.local and name == self.person.name:
            return message("dr.local")
        return self.around.records.users.called(name) or message("solo.who")

    def other(self, draft: Draft) -> str:
        """Who else edits a draft, in words."""
        return self.called(draft.holder) if draft.holder not in {"", self.person.name} else ""


Act = Callable[[Desk, Clerk], Desk]


def acts(*some: Act) -> dict[str, Act]:
    """What a page's script can ask for, by its name: ``_pick`` is ``pick``."""
    return {act.__name__.removeprefix("_"): act for act in some}
