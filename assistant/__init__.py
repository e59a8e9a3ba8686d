"""Question → answer whose every sentence is proved by a quote, or an honest refusal."""

from typing import TYPE_CHECKING

from corpus.lazy import attributes

if TYPE_CHECKING:
    from assistant.answer import Abstention, Answer, Citation, Claim, Note
    from assistant.assistant import Assistant
    from assistant.conversation import Progress, Turn

__all__ = ["Abstention", "Answer", "Assistant", "Citation", "Claim", "Note", "Progress", "Turn"]

__getattr__ = attributes(
    __name__,
    {
        "answer": "Abstention Answer Citation Claim Note",
        "assistant": "Assistant",
        "conversation": "Progress Turn",
    },
)
