"""Question → answer whose every sentence is proved by a quote, or an honest refusal."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.answer import Abstention, Answer, Citation, Claim, Note
    from assistant.assistant import Assistant
    from assistant.conversation import Progress, Turn

__all__ = ["Abstention", "Answer", "Assistant", "Citation", "Claim", "Note", "Progress", "Turn"]

_HOMES = {  # a name is imported when it is asked for: a command that uses none of them does not wait for all
    "Abstention": "assistant.answer",
    "Answer": "assistant.answer",
    "Assistant": "assistant.assistant",
    "Citation": "assistant.answer",
    "Claim": "assistant.answer",
    "Note": "assistant.answer",
    "Progress": "assistant.conversation",
    "Turn": "assistant.conversation",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
