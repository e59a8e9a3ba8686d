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
        "document": "Block Document Metadata Quote",
        "errors": "DafuError GenerationError InputError StateError",
        "normalise": "fold join_lines",
        "parse": "SUFFIXES parse_text read_document",
        "structure": "blocks sentences",
    },
)
