"""Files → Documents → Blocks: reading, structure, and the forms of a text used for matching and showing."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.document import Block, Document, Metadata, Quote
    from corpus.errors import DafuError, GenerationError, InputError, StateError
    from corpus.normalise import fold, join_lines
    from corpus.parse import SUFFIXES, parse_text, read_document
    from corpus.structure import blocks, sentences

__all__ = [
    "SUFFIXES",
    "Block",
    "DafuError",
    "Document",
    "GenerationError",
    "InputError",
    "Metadata",
    "Quote",
    "StateError",
    "blocks",
    "fold",
    "join_lines",
    "parse_text",
    "read_document",
    "sentences",
]

_HOMES = {  # a name is imported when it is asked for: a command that uses none of them does not wait for all
    "Block": "corpus.document",
    "DafuError": "corpus.errors",
    "Document": "corpus.document",
    "GenerationError": "corpus.errors",
    "InputError": "corpus.errors",
    "Metadata": "corpus.document",
    "Quote": "corpus.document",
    "SUFFIXES": "corpus.parse",
    "StateError": "corpus.errors",
    "blocks": "corpus.structure",
    "fold": "corpus.normalise",
    "join_lines": "corpus.normalise",
    "parse_text": "corpus.parse",
    "read_document": "corpus.parse",
    "sentences": "corpus.structure",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
