"""DOCX → text: what Word shows of a document, read from its XML by its rules.

Headers, footers, comments, deleted revisions, struck or hidden text and tables of contents are no text of the document;
what of it a person may miss is counted.
"""

from corpus.formats.word.reader import parse

__all__ = ["parse"]
