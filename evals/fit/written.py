"""Questions in people's own words over laws, notices, replies, reports and tables, kept in ``written/*.txt``.

A large language model wrote them one by one, and the replies, reports and tables too; it saw no question of a suite.
Those in ``by_script/*.txt`` a script made: short reports and tables that say the same thing of several years, places
and kinds, planned and done; half of their questions differ from every sentence in one thing.

A passage is ``@ title | heading`` and its numbered sentences; below it stand its questions::

    + question => 2,3            sentences 2 and 3 answer
    - question                   close, and not answered
    ~ earlier || question => 2   a follow-up; ``~-`` one that is not answered
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.document import Document, Metadata
from corpus.normalise import simplify
from evals.bench.sets import BenchSet, Query
from evals.fit.lessons import SPAN, Lesson, Near, held, window

FOLDER = Path(__file__).parent / "written"
BY_SCRIPT = Path(__file__).parent / "by_script"
_SENTENCE = re.compile(r"\d+\.\s+(.+)")
_QUESTION = re.compile(r"(\+|~-|-|~)\s*(?:(.+?)\s*\|\|\s*)?(.+?)\s*(?:=>\s*([\d,，、 ]+))?")
_TOO_NEAR = 2  # of the nearest other passages, those that may well answer too


@dataclass(frozen=True, slots=True)
class WrittenPassage:
    """A passage of ``sentences`` under ``title`` and ``heading``, with its questions as lessons."""

    source: str
    title: str
    heading: str
    sentences: tuple[str, ...]
    lessons: tuple[Lesson, ...]

    @property
    def kept(self) -> bool:
        """Whether it is kept from training: one title in four."""
        return held(self.title)


def passages(folder: Path = FOLDER) -> Iterator[WrittenPassage]:
    """All passages; a ``ValueError`` names the line that cannot be read."""
    for path in sorted(folder.glob("*.txt")):
        head = ""
        sentences: list[str] = []
        asked: list[tuple[str, str, frozenset[int]]] = []
        for number, line in enumerate([*path.read_text("utf-8").splitlines(), "@"], 1):
            if line.startswith("@"):
                if head:
                    yield _passage(path.stem, head, sentences, asked)
                head, sentences, asked = line[1:].strip(), [], []
            elif found := _SENTENCE.fullmatch(line):
                sentences.append(found[1])
            elif found := _QUESTION.fullmatch(line):
                mark, earlier, question, numbers = found.groups()
                answers = frozenset(int(one) - 1 for one in re.findall(r"\d+", numbers or ""))
                if bool(answers) != (mark in "+~") or (answers and max(answers) >= len(sentences)):
                    message = f"{path.name}:{number}: {line}"
                    raise ValueError(message)
                asked.append((earlier or "", question, answers))
            elif line.strip():
                message = f"{path.name}:{number}: {line}"
                raise ValueError(message)


def lessons(chance: random.Random, split: str, folder: Path = FOLDER) -> Iterator[Lesson]:
    """The questions of one split, ``train`` or ``test``, each also with a near passage that does not answer it."""
    own = [one for one in passages(folder) if one.kept == (split == "test")]
    near = Near([simplify("".join((one.title, *one.sentences))) for one in own])
    for one in own:
        for lesson in one.lessons:
            yield window(lesson, chance, SPAN + 40)
            if lesson.answers and not lesson.history and chance.random() < 0.5:
                others = [own[at] for at in near(lesson.question, 12) if own[at].title != one.title]
                other = chance.choice(others[_TOO_NEAR:])
                yield replace(
                    lesson, sentences=other.sentences, head=_head(other.title, other.heading), answers=frozenset()
                )


def bench(folder: Path = FOLDER) -> BenchSet:
    """All passages as documents, and the questions of those kept from training; one not answered has no ``answers``."""
    documents: dict[str, Document] = {}
    queries: list[Query] = []
    for one in passages(folder):
        identity = (document := document_of(one)).id
        documents[identity] = document
        alone = [lesson for lesson in one.lessons if one.kept and not lesson.history]
        for at, lesson in enumerate(alone):
            answers = tuple(one.sentences[place] for place in sorted(lesson.answers or ()))
            queries.append(Query(f"{one.source}-{identity}-{at}", lesson.question, (identity,), answers))
    return BenchSet("written", tuple(documents.values()), tuple(queries))


def document_of(passage: WrittenPassage) -> Document:
    """The passage as a document of its own."""
    return as_document(passage.title, "\n".join((passage.heading, *passage.sentences)).strip())


def as_document(title: str, text: str) -> Document:
    """A passage under its title; the same one that stands in two places is one document."""
    identity = f"{zlib.crc32((title + text).encode()):08x}"
    return Document(identity, f"{identity}.txt", Metadata(title), text)


def _passage(
    source: str, head: str, sentences: Sequence[str], asked: Sequence[tuple[str, str, frozenset[int]]]
) -> WrittenPassage:
    title, _, heading = (part.strip() for part in simplify(head).partition("|"))
    cut = tuple(simplify(one) for one in sentences)
    made = tuple(
        Lesson(f"written-{source}", simplify(question), cut, answers, _head(title, heading), simplify(earlier))
        for earlier, question, answers in asked
    )
    return WrittenPassage(source, title, heading, cut, made)


def _head(title: str, heading: str) -> str:
    return f"{title} {heading}".strip()
