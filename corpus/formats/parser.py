"""What a parser is: a function from a file to its canonical text, with pages and properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from corpus.document import LeftOut


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take; each limit ends in one line that names it."""

    seconds: float = 60.0
    conversion_seconds: float = 120.0  # LibreOffice, which takes seconds to start
    page_seconds: float = 30.0  # to recognise the words in the picture of one page
    recognition_memory: int = 8192  # MB of address space, most of which it never touches
    memory: int = 2048  # MB of address space, libraries included
    size: int = 200  # MB on disk
    text_size: int = 20  # MB of a file that is text already
    unpacked: int = 1024  # MB of all members of an archive
    ratio: int = 200  # of an archive's unpacked size to its size on disk, from 10 MB on
    members: int = 10_000
    output: int = 10_000_000  # characters
    pages: int = 5_000
    cells: int = 2_000_000


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as text.

    One block a line: ``# `` to ``###### `` before a heading, ``- `` before a list item without a number, table rows as
    ``| a | b |`` with a rule below the header. ``pages`` are offsets into ``text``. ``properties`` are what the file
    declares of itself, by the names of ``Metadata``. ``left_out`` is what a person may miss in the text.
    """

    text: str
    pages: tuple[int, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()

    def without(self, what: str) -> int:
        """How much of one kind was left out."""
        return sum(one.count for one in self.left_out if one.what == what)


class Parser(Protocol):
    """Reads one file type; runs in a process of its own, so it may be slow, but not call back."""

    def __call__(self, path: Path, limits: Limits, /) -> Parsed:
        """The file as text.

        Raises:
            Unreadable: there is a reason that can be named. Any other exception is taken as damage.
        """
        ...
