"""The order of a letter and its stock phrases come from a template that an office can edit (Jinja2, sandboxed).

A line of the rendered template is a paragraph. How it begins tells its style; what stands in it is a phrase, a sentence
that was put in with ``{{ sentence }}``, or something to fill in: 〔成文日期〕.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from assistant.draft.letter import Paragraph, Sentence, Style
from corpus.errors import InputError

MAX_LETTER = 200_000  # characters that a template may print

_STYLES: tuple[tuple[str, Style], ...] = (
    ("### ", "h2"), ("## ", "h1"), ("# ", "title"), ("@ ", "to"), (">> ", "date"), ("> ", "sign"),
    ("~ ", "meta"), ("& ", "note"),
)  # fmt: skip
_OPEN, _CLOSE = "\ue000", "\ue001"
_TOKEN = re.compile(rf"{_OPEN}(\d+){_CLOSE}")
_FIELD = re.compile(r"(〔(?!\d{4}〕)[^〔〕]{1,80}〕)")
_BLANK = "〔请补充"


@dataclass(frozen=True, slots=True)
class Placed:
    """A sentence as a template sees it: printed, it takes its place; its words can be looked at."""

    sentence: Sentence
    lead: str = ""

    @property
    def text(self) -> str:
        """Its words, for conditions; to print the sentence, print the object itself."""
        return self.sentence.text


class Template:
    """A letter's template."""

    def __init__(self, source: str, name: str) -> None:
        """Raises InputError, with the line, where the source is no template."""
        environment = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False, finalize=_printed
        )
        self._name = name
        try:
            self._template = environment.from_string(source)
        except TemplateError as error:
            raise _fault(name, error) from error

    @classmethod
    def open(cls, path: Path | None) -> Template:
        """The template in a file, or the one that comes with the program."""
        if path is None:
            packaged = files("assistant.draft") / "templates" / "reply.jinja"
            return cls(packaged.read_text(encoding="utf-8"), "reply.jinja")
        try:
            return cls(path.read_text(encoding="utf-8"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{path} cannot be read; give a UTF-8 text file as letter template") from error

    def render(self, values: Mapping[str, Any], sentences: Mapping[int, tuple[Sentence, int]]) -> tuple[Paragraph, ...]:
        """The letter's paragraphs; every sentence stands where the template put it.

        ``sentences``: by number, each with the request that it answers (0: none).

        Raises:
            InputError: the template fails, prints too much, or leaves out or repeats one of the sentences.
        """
        try:
            printed = self._template.render(values)
        except (TemplateError, TypeError, ValueError, ZeroDivisionError) as error:
            raise _fault(self._name, error) from error
        if len(printed) > MAX_LETTER:
            raise InputError(f"{self._name}: the letter has more than {MAX_LETTER} characters; look for a loop in it")
        used = [int(n) for n in _TOKEN.findall(printed)]
        wrong = [n for n in sentences if used.count(n) != 1]
        if wrong:
            words = sentences[wrong[0]][0].text
            raise InputError(f"{self._name}: each sentence must be printed once; this one is not: {words}")
        return _headed(tuple(_numbered(_paragraphs(printed, sentences), max(sentences, default=0))))


def _printed(value: Any) -> Any:
    """What ``{{ }}`` prints: a sentence as its token; a text without line breaks, so that it makes no paragraph."""
    if isinstance(value, Placed):
        return f"{value.lead}{_OPEN}{value.sentence.id}{_CLOSE}"
    return " ".join(str(value).replace(_OPEN, "").replace(_CLOSE, "").split())


def _fault(name: str, error: Exception) -> InputError:
    line = getattr(error, "lineno", None)
    where = f"{name}:{line}" if line else name
    return InputError(f"{where}: {error}; mend the template, or take it away to use the one that comes with dafu")


def _paragraphs(printed: str, known: Mapping[int, tuple[Sentence, int]]) -> Iterator[Paragraph]:
    for line in (one.strip() for one in printed.splitlines()):
        style, words = _styled(line)
        requests = [known[int(n)][1] for n in _TOKEN.findall(words)]
        if words:
            yield Paragraph(style, tuple(_sentences(words, known)), max(requests, default=0))


def _headed(paragraphs: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """Headings belong to the request that the text below them answers."""
    headed: list[Paragraph] = []
    below = 0
    for paragraph in reversed(paragraphs):
        below = paragraph.request if paragraph.style not in {"h1", "h2"} else below
        headed.append(replace(paragraph, request=below))
    return tuple(reversed(headed))


def _styled(line: str) -> tuple[Style, str]:
    for mark, style in _STYLES:
        if line.startswith(mark):
            return style, line[len(mark) :].strip()
    return "body", line


def _sentences(words: str, known: Mapping[int, tuple[Sentence, int]]) -> Iterator[Sentence]:
    at = 0
    for found in _TOKEN.finditer(words):
        before = words[at : found.start()]
        enumerator = re.search(r"[一二三四五六七八九十]{1,3}是$", before)
        lead = enumerator.group() if enumerator else ""
        phrase, sentence = before[: len(before) - len(lead)], known[int(found[1])][0]
        if not sentence.text.startswith(phrase):  # 下一步， is not said twice
            yield from _phrases(phrase)
        yield replace(sentence, lead=lead)
        at = found.end()
    yield from _phrases(words[at:])


def _phrases(words: str) -> Iterator[Sentence]:
    for piece in _FIELD.split(words):
        if piece.startswith(_BLANK):
            yield Sentence(0, "blank", piece)
        elif piece:
            yield Sentence(0, "field" if _FIELD.fullmatch(piece) else "stock", piece)


def _numbered(paragraphs: Iterable[Paragraph], last: int) -> Iterator[Paragraph]:
    """The phrases get numbers of their own, above those of the sentences."""
    for paragraph in paragraphs:
        numbered = []
        for sentence in paragraph.sentences:
            last += sentence.id == 0
            numbered.append(sentence if sentence.id else replace(sentence, id=last))
        yield replace(paragraph, sentences=tuple(numbered))
