"""A letter (答复): sentences with their quotes, in the form for sending, as Markdown and as a Word file (``word``)."""

from assistant.draft.letter.letter import (
    Cite,
    Letter,
    Paragraph,
    Remark,
    Sentence,
    SentenceKind,
    Style,
    Verdict,
    keeps_back,
    nobody,
    outgoing,
    worst,
)
from assistant.draft.letter.markdown import markdown

__all__ = [
    "Cite",
    "Letter",
    "Paragraph",
    "Remark",
    "Sentence",
    "SentenceKind",
    "Style",
    "Verdict",
    "keeps_back",
    "markdown",
    "nobody",
    "outgoing",
    "worst",
]
