"""Drafting a reply: a suggestion is split, each request asked of the documents, the letter checked and exported."""

from assistant.draft.check import Checker
from assistant.draft.drafter import Drafter, Step
from assistant.draft.letter import Cite, Letter, Paragraph, Remark, Sentence, markdown
from assistant.draft.office import Office
from assistant.draft.suggestion import Deadline, Request, Suggestion, deadlines, read_suggestion
from assistant.draft.template import Template

__all__ = [
    "Checker",
    "Cite",
    "Deadline",
    "Drafter",
    "Letter",
    "Office",
    "Paragraph",
    "Remark",
    "Request",
    "Sentence",
    "Step",
    "Suggestion",
    "Template",
    "deadlines",
    "markdown",
    "read_suggestion",
]
