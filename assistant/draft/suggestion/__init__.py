"""A suggestion (建议): its text split into requests, what each asks about, by when, and earlier ones like it."""

from assistant.draft.suggestion.aspects import MAX_ASPECTS, aspects
from assistant.draft.suggestion.deadline import Deadline, deadlines
from assistant.draft.suggestion.edits import add, merge, move, remove, rename, reword, split
from assistant.draft.suggestion.similar import Similar, similar
from assistant.draft.suggestion.splitting import MAX_LENGTH, read_suggestion
from assistant.draft.suggestion.suggestion import DraftError, Request, Suggestion

__all__ = [
    "MAX_ASPECTS",
    "MAX_LENGTH",
    "Deadline",
    "DraftError",
    "Request",
    "Similar",
    "Suggestion",
    "add",
    "aspects",
    "deadlines",
    "merge",
    "move",
    "read_suggestion",
    "remove",
    "rename",
    "reword",
    "similar",
    "split",
]
