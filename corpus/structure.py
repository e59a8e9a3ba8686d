"""Text → Blocks: which characters are headings, paragraphs, list items and table rows, and what stands above them.

A page-broken export cuts sentences in the middle; a Block spans the cut, so that everything after this module sees
whole sentences while the text and its offsets stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePath

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.document import Block, BlockKind, Document, page_of
from corpus.formats.registry import PARSED_SUFFIXES
from corpus.markers import Marker, inline_items, leading_marker
from corpus.normalise import join_lines
from corpus.titles import opening

Span = tuple[int, int]
_LinesOf = Callable[[str, int], Iterator["_Line"]]

_CLOSED = re.compile(r"[。！？；：…!?;:.][”’」』）)》】\"']*$")
_TERMINAL = re.compile(r"[。！？!?…]+[”’」』）)】\"']*|[.](?=\s+[A-Z\"“]|\s*$)")
_SALUTATION = re.compile(r"^(?:尊敬的|各).{0,60}[：:]$")
_CLOSING = re.compile(r"(?:再次|衷心|最后)?，?感谢|特此|专此|以上答复|此复")
_HEADING_LENGTH = 90  # characters; a longer line that begins with an enumerator is a paragraph
_WRAPPED_REST = 12  # characters; a shorter line below is the rest of a sentence that was wrapped
_MARK = re.compile(r"#{1,6} |- |\|(?= )")
_TABLE_RULE = re.compile(r"\|(?: --- \|)+$", re.MULTILINE)
_CAPTION_LEVEL = 20
_BARE_HEADING_LENGTH = 30  # a heading without an enumerator is short and has no clause in it


@dataclass(frozen=True, slots=True)
class _Line:
    """A logical line: where it is and, where the format says so, how deep a heading it is."""

    start: int
    end: int
    level: int = 0
    kind: str = "text"


def blocks(document: Document) -> tuple[Block, ...]:
    """The document's Blocks in order of their offsets; front matter is in none of them."""
    suffix = PurePath(document.path).suffix.lower()
    reading = _markdown_lines if suffix in {".md", ".markdown"} else _plain_lines
    lines_of = _parsed_lines if suffix in PARSED_SUFFIXES else reading
    return _blocks(document.text, document.body, document.pages, lines_of)


@lru_cache(maxsize=256)
def _blocks(text: str, body: int, pages: tuple[int, ...], lines_of: _LinesOf) -> tuple[Block, ...]:
    found = _with_leads(text, _structured(text, list(lines_of(text, body))))
    return tuple(replace(one, page=page_of(pages, one.start)) if pages else one for one in found)


def sentences(text: str, start: int, end: int) -> tuple[Span, ...]:
    """Spans of the sentences of ``text[start:end]``, trimmed, in order; line breaks end none."""
    spans: list[Span] = []
    at = start
    for found in _TERMINAL.finditer(text, start, end):
        if _inside_quotes(text, at, found.end()):
            continue
        spans.append(_trim(text, at, found.end()))
        at = found.end()
    spans.append(_trim(text, at, end))
    return tuple(span for span in spans if span[0] < span[1])


def _inside_quotes(text: str, start: int, end: int) -> bool:
    """Whether a sentence that would end here leaves a quotation or a bracket open."""
    piece = text[start:end]
    return any(piece.count(a) > piece.count(b) for a, b in ("“”", "「」", "（）", "《》")) and end - start < 400


# Plain text


def _plain_lines(text: str, body: int) -> Iterator[_Line]:
    found = (_trim(text, line.start(), line.end()) for line in re.compile(r"[^\n]+").finditer(text, body))
    lines = [span for span in found if span[0] < span[1]]
    top = list(_top_lines(text, body, lines))
    yield from top
    current: Span | None = None
    last_words = max((n for n, span in enumerate(lines) if _CLOSED.search(text[slice(*span)])), default=-1)
    for number, span in enumerate(lines):
        if top and span[0] < top[-1].end:
            continue
        if current is not None and _continues(text, current, span):
            current = (current[0], span[1])
        else:
            if current is not None:
                yield _plain_line(text, current, following=text[slice(*span)], last=number > last_words)
            current = span
    if current is not None:
        yield _plain_line(text, current, following="", last=True)


def _top_lines(text: str, body: int, lines: Sequence[Span]) -> Iterator[_Line]:
    """A letterhead, the title, and the lines that say who issued it and when; nothing where the title is all."""
    top = opening(text, body)
    if not top.title or top.title[-1][1] >= lines[-1][1]:
        return
    yield from (_Line(*span) for span in lines if span[1] <= top.title[0][0])
    yield _Line(top.title[0][0], top.title[-1][1], level=1, kind="title")
    yield from (_Line(*span) for span in top.byline)


def _plain_line(text: str, span: Span, *, following: str, last: bool) -> _Line:
    """A heading or text; what stands after the last full sentence is a signature or a date, never a heading."""
    line = text[span[0] : span[1]]
    marker = leading_marker(line)
    heading = not _CLOSED.search(line) and "\n" not in line and not last
    if heading and marker and marker.style != "一是" and len(line) <= _HEADING_LENGTH:
        return _Line(*span, level=marker.depth, kind="heading")
    if heading and _is_bare_heading(line) and len(following) >= _WRAPPED_REST:
        return _Line(*span, level=3, kind="heading")
    return _Line(*span)


def _is_bare_heading(line: str) -> bool:
    return len(line) <= _BARE_HEADING_LENGTH and not re.search(r"[，。；、：]|^\d", line) and not _is_date(line)


def _is_date(line: str) -> bool:
    return bool(re.fullmatch(r"[\d〇零一二三四五六七八九十]{2,4}\s*年.{1,4}月.{1,4}日", line))


def _continues(text: str, current: Span, following: Span) -> bool:
    """Whether the next line goes on with the sentence of this one, which a line or page break cut in the middle."""
    line, after = text[current[0] : current[1]], text[following[0] : following[1]]
    if _CLOSED.search(line) or leading_marker(after) or _SALUTATION.match(after):
        return False
    if "\n" in line:
        return True
    marker = leading_marker(line)
    if marker and marker.style != "一是" and len(line) <= _HEADING_LENGTH and not re.search(r"[。；]", line):
        return False
    return not (_is_bare_heading(line) or _is_date(line))


# Markdown


def _markdown_lines(text: str, body: int) -> Iterator[_Line]:
    starts = [body, *(body + found.end() for found in re.finditer("\n", text[body:]))]
    starts.append(len(text))

    def span(token: Token) -> Span:
        first, last = token.map or (0, 0)
        return _trim(text, starts[first], starts[min(last, len(starts) - 1)])

    kind = "text"
    for token in _markdown().parse(text[body:]):
        if token.type == "heading_open":
            start, end = span(token)
            opening = re.match(r"#{1,6}\s*", text[start:end])
            yield _Line(start + (opening.end() if opening else 0), end, level=int(token.tag[1]), kind="heading")
        elif token.type == "thead_open":
            kind = "table_header"
        elif token.type == "tbody_open":
            kind = "table_row"
        elif token.type == "tr_open":
            yield _Line(*span(token), kind=kind)
        elif token.type == "paragraph_open":
            yield _Line(*span(token), kind="item" if token.level > 0 and token.hidden else "text")
        elif token.type in {"fence", "code_block", "html_block"} and token.map:
            yield _Line(*span(token))


def _markdown() -> MarkdownIt:
    """Blocks alone: what stands inside a line is not needed, and takes time by the square of its brackets."""
    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


# What a parser made of any other format: one block a line, see ``corpus.formats.parser.Parsed``


def _parsed_lines(text: str, body: int) -> Iterator[_Line]:
    spans = [_trim(text, found.start(), found.end()) for found in re.compile(r"[^\n]+").finditer(text, body)]
    lines = [span for span in spans if span[0] < span[1]]
    top = list(_top_lines(text, body, lines))
    yield from top
    lines = [span for span in lines if not top or span[0] >= top[-1].end]
    last_words = max((n for n, span in enumerate(lines) if _CLOSED.search(text[slice(*span)])), default=-1)
    row = "table_header"
    for number, span in enumerate(lines):
        following = text[slice(*lines[number + 1])] if number + 1 < len(lines) else ""
        mark = _MARK.match(text, span[0])
        if mark is None:
            row = "table_header"
            yield _parsed_line(text, span, following=following, last=number > last_words)
        elif mark.group() != "|":
            row = "table_header"
            yield _marked_line(text, (mark.end(), span[1]), mark.group().count("#"))
        elif not _TABLE_RULE.match(text, span[0]):
            yield _Line(*span, kind=row)
            row = "table_row"


def _parsed_line(text: str, span: Span, *, following: str, last: bool) -> _Line:
    """A caption above a table is the deepest heading: it names the table and ends nothing."""
    line = _plain_line(text, span, following=following, last=last)
    caption = following.startswith("| ") and len(text[slice(*span)]) <= _BARE_HEADING_LENGTH
    return _Line(*span, level=_CAPTION_LEVEL, kind="heading") if caption and line.kind == "text" else line


def _marked_line(text: str, span: Span, level: int) -> _Line:
    """A heading is as deep as its enumerator says, as in plain text, for styles are often chosen by their looks."""
    marker = leading_marker(text[slice(*span)])
    if not level:
        return _Line(*span, kind="item")
    return _Line(*span, level=marker.depth if marker and marker.style != "一是" else level, kind="heading")


# Both


def _structured(text: str, lines: Sequence[_Line]) -> Iterator[Block]:
    path: list[tuple[int, str]] = []  # depth and words of the headings above
    header: Span | None = None
    closing = _closing(text, lines)
    for number, line in enumerate(lines):
        if number >= closing:
            path = []
        heading = tuple(words for _, words in path)
        if line.kind in {"title", "heading"}:
            path = _under(path, line.level)
            words = join_lines(text[line.start : line.end])
            yield Block("heading", line.start, line.end, tuple(w for _, w in path))
            if line.kind != "title" and (number > 0 or line.level > 1):  # the document's title is above no paragraph
                path.append((line.level, words))
        elif line.kind == "table_header":
            header = (line.start, line.end)
            yield Block("table_header", line.start, line.end, heading)
        elif line.kind == "table_row":
            yield Block("table_row", line.start, line.end, heading, header=header)
        else:
            marker = leading_marker(text[line.start : line.end])
            if marker and marker.style == "第一条":
                path = [*_under(path, 60), (60, marker.text)]
            yield from _paragraph(text, line, marker, tuple(words for _, words in path))


def _closing(text: str, lines: Sequence[_Line]) -> int:
    """Number of the line where a letter's closing begins: its thanks or formula, and the 下一步 just before it."""
    for number, line in enumerate(lines):
        if line.kind == "text" and _CLOSING.match(text, line.start) and number > len(lines) // 2:
            before = lines[number - 1]
            return number - 1 if text.startswith("下一步", before.start) and before.kind == "text" else number
    return len(lines)


def _under(path: Sequence[tuple[int, str]], depth: int) -> list[tuple[int, str]]:
    return [(above, words) for above, words in path if above < depth]


def _paragraph(text: str, line: _Line, marker: Marker | None, heading: tuple[str, ...]) -> Iterator[Block]:
    """A paragraph as one Block, or, where an enumeration runs inside it, as its introduction and its items."""
    starts = [line.start + at for at in inline_items(text[line.start : line.end])]
    kind: BlockKind = "item" if marker or line.kind == "item" else "paragraph"
    own = marker.text if marker else ""
    if not starts:
        yield Block(kind, line.start, line.end, heading, own)
        return
    lead: Span | None = None
    if starts[0] > line.start:
        lead = _trim(text, line.start, starts[0])
        yield Block(kind, *lead, heading, own)
    for start, end in zip(starts, [*starts[1:], line.end], strict=True):
        span = _trim(text, start, end)
        found = leading_marker(text[span[0] : span[1]]) or Marker(text[start : start + 2], "inline", 10)
        yield Block("item", *span, heading, found.text, lead=_last_sentence(text, lead) if lead else None)


def _last_sentence(text: str, span: Span) -> Span:
    return sentences(text, *span)[-1]


def _with_leads(text: str, structured: Iterable[Block]) -> Iterator[Block]:
    """Items that stand as paragraphs of their own get the paragraph ending in a colon above them as their lead."""
    lead: Span | None = None
    heading: tuple[str, ...] = ()
    for block in structured:
        if block.heading != heading or block.kind in {"heading", "paragraph"}:
            lead, heading = None, block.heading
        if block.kind == "item" and block.lead is None and lead is not None:
            block = replace(block, lead=lead)  # noqa: PLW2901 (the same item, completed)
        if block.kind in {"paragraph", "item"} and text[block.start : block.end].rstrip().endswith(("：", ":")):
            lead = lead if block.kind == "item" and lead else (block.start, block.end)
        yield block


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), max(start, end - (len(piece) - len(piece.rstrip())))
