"""Question → answer whose every sentence is proved by a quote, or an honest refusal."""

from assistant.answer import Abstention, Answer, Citation, Claim, Note
from assistant.assistant import Assistant
from assistant.conversation import Progress, Turn

__all__ = ["Abstention", "Answer", "Assistant", "Citation", "Claim", "Note", "Progress", "Turn"]
