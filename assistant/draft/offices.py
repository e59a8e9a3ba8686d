"""What the settings of a home say of the office, and where its letter template is."""

from __future__ import annotations

from assistant.draft.office import Office
from assistant.draft.template import Template
from assistant.settings import Settings


def office_of(settings: Settings) -> Office:
    """The office that answers."""
    names = ("name", "own", "contact", "phone", "category", "disclosure")
    return Office(**{name: getattr(settings, f"office_{name}") for name in names})


def letter_template(settings: Settings) -> Template:
    """The template that is set, else ``templates/reply.jinja`` in the home, else the one that comes with the program.

    Raises:
        InputError: it cannot be read, or is no template.
    """
    own = settings.home / "templates" / "reply.jinja"
    return Template.open(settings.draft_template or (own if own.is_file() else None))
