"""The office that answers: what its letters say of itself as far as it is set, and the template of its letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from assistant.draft.check import Checker
from assistant.draft.template import Template
from assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class Office:
    """Each is printed as it stands; one that is empty becomes a placeholder, never an invention.

    ``own``: how the office speaks of itself (我局); ``category``: 答复类别 A to D; ``disclosure``: 公开属性.
    """

    name: str = ""
    own: str = "我单位"
    contact: str = ""
    phone: str = ""
    category: str = ""
    disclosure: str = ""


def office_of(settings: Settings) -> Office:
    """The office that answers."""
    names = ("name", "own", "contact", "phone", "category", "disclosure")
    return Office(**{name: getattr(settings, f"office_{name}") for name in names})


def office_checker(settings: Settings | None) -> Checker:
    """Judges the office's sentences as of today."""
    return Checker(datetime.now(UTC).astimezone().date().isoformat(), settings.office_name if settings else "")


def letter_template(settings: Settings) -> Template:
    """The template that is set, else ``templates/reply.jinja`` in the home, else the one that comes with the program.

    Raises:
        InputError: it cannot be read, or is no template.
    """
    own = settings.home / "templates" / "reply.jinja"
    return Template.open(settings.draft_template or (own if own.is_file() else None))
