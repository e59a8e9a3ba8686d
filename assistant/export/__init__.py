"""A conversation as a file that a person keeps: Word and Markdown; one answer as plain text for the clipboard.

Whatever leaves the page so carries its quotes and says who worded it.
"""

from __future__ import annotations

from assistant.export.markdown import markdown
from assistant.export.quoting import cells, formal, shown_quote, shown_slice
from assistant.export.transcript import Answered, Line, Source, Transcript, entry, plain, transcript, worded
from assistant.export.word import word

__all__ = [
    "Answered",
    "Line",
    "Source",
    "Transcript",
    "cells",
    "entry",
    "formal",
    "markdown",
    "plain",
    "shown_quote",
    "shown_slice",
    "transcript",
    "word",
    "worded",
]
