"""Files → Documents → Blocks: reading, structure, and the forms of a text used for matching and showing."""

from typing import TYPE_CHECKING

from corpus.lazy import attributes

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

__getattr__ = attributes(
    __name__,
    {
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
    },
)
