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

from corpus.ceremony import is_around, is_ceremony, is_date_line, is_label_line, is_salutation, may_sign
from corpus.document import Block, BlockKind, Document, page_of
from corpus.formats.figures import is_figure
from corpus.formats.registry import PARSED_SUFFIXES, SHEET_SUFFIXES
from corpus.markers import Marker, article_number, inline_items, leading_marker
from corpus.normalise import PAGE_NUMBER, STRUCK, join_lines, standing
from corpus.titles import NUMBERED, Opening, opening
from corpus.wrapping import Wrapping, wrapping

Span = tuple[int, int]
_LinesOf = Callable[[str, int], Iterator["_Line"]]

_CLOSED = re.compile(r"[。！？；：…!?;:.](?:[”’」』）)》】\"']*|[（(][^（()）\n]{1,60}[）)])$")  # …。（责任单位：甲局）
_TERMINAL = re.compile(r"[。！？!?…]+[”’」』）)】\"']*|[.](?=\s+[A-Z\"“]|\s*$)")
_CLOSING = re.compile(r"(?:再次|衷心|最后)?，?感谢|特此|专此|以上答复|此复")
_HEADING_LENGTH = 90  # characters; a longer line that begins with an enumerator is a paragraph
_NAMED = re.compile(r"[\u4e00-\u9fff]{2,6}[：:]\S")  # 时间：3月18日, one of several such lines
_WRAPPED_REST = 12  # characters; a shorter line below is the rest of a sentence that was wrapped
_LINE = re.compile(r"[^\n]+")
_VISIBLE = re.compile(r"[^\s\u200b-\u200f\u2060\ufeff]")
_MARK = re.compile(r"#{1,6} |- |\|(?= )")
_ROWS = {"table_row", "form_row"}
_SHEET, _OUTERMOST = "## ", 0  # what stands before the name of a sheet, and the depth of that
_LINKS = re.compile(r"(?:[ \t]*\[(?!\^)[^\[\]\n]{1,200}\]:[ \t]*\S+[^\n]*\n?)+")  # what links of Markdown lead to
_NOTE = re.compile(r"\[\^[^\[\]\s]{1,40}\]:")  # and what its notes say
_COMMENTS = re.compile(r"(?:<!--(?:(?!-->).)*-->\s*)+", re.DOTALL)  # of Markdown, which nobody is shown
_WORD = re.compile(r"[^\W_]")
_TABLE_RULE = re.compile(r"\|(?: --- \|)+$", re.MULTILINE)
_CAPTION = 70  # depth of a table's caption: below everything, and above its rows alone
_CAPTION_LENGTH = 60
_TABLE_NAME = re.compile(
    r"[*_]*附?表\s*[\d一二三四五六七八九十]|.*[^代发]表(?:[（(][^（()）]*[）)])?[*_]*$"
)  # 表1 …, …情况表（万元）
_CONTINUED = re.compile(r"续表|续[）)]?$|[（(]接上")
_CONTENTS = re.compile(r"[*_#\s]*目\s*[录次][*_\s]*")
_ENTRY = re.compile(r"(?P<words>[^。；\n]*[^\W\d_][^。；\n]*?)[\s.·…⋯—-]+(?P<page>\d{1,4})")  # 第一章 总则 …… 3
_ENTRY_LENGTH = 200
_SENTENCE_END = re.compile("[。！？；]$")
_BARE_HEADING_LENGTH = 30  # a heading without an enumerator is short and has no clause in it
_ARTICLE = 60  # depth of an article in the heading path: below every heading, above what is enumerated in it
_SECTION = 4  # depth of 一、
_LISTED = 5  # depth from which enumerators count the items of a list as often as headings
_BOLD = re.compile(r"\*\*|__")
_ALL_BOLD = re.compile(r"(\*\*|__)(?=\S)(?P<words>[^*_\n]+)(?<=\S)\1")
_ASKED = r"\s*[\d一二三四五六七八九十]{0,3}\s*"
_QUESTION = re.compile(
    rf"(?:(?:提?问题?|Q(?:uestion)?){_ASKED}[：:.、．]|【(?:提?问|Q){_ASKED}】[：:]?)\s*(?=\S)", re.IGNORECASE
)
_ANSWER = re.compile(
    rf"(?:\*\*|__)?(?:(?:[回解]?答复?|A(?:nswer)?){_ASKED}[：:.、．]|【(?:[回解]?答|A){_ASKED}】[：:]?)\s*(?:\*\*|__)?\s*(?=\S)",
    re.IGNORECASE,
)
_QUESTION_LENGTH = (200, 60)  # characters of one that is marked as such, and of one without 问：
_NUMBERED = re.compile(NUMBERED)
_ADDRESSED = re.compile(r"[^。；！？：:\d]{2,60}(?<!如下)[：:]$")  # the first line below a title: 民盟某市委：
_INTRODUCES = re.compile(r"[：:]$|(?:下列|以下|如下)[^。]*。$")


@dataclass(frozen=True, slots=True)
class _Line:
    """A logical line: where it is and how deep a heading it is.

    A ``bare`` heading has neither mark nor enumerator; a ``caption`` names the table below it; an ``inner`` one stands
    just below the headings above it; a ``form_row`` has no header.
    """

    start: int
    end: int
    level: int = 0
    kind: str = "text"


def blocks(document: Document) -> tuple[Block, ...]:
    """The document's Blocks in order of their offsets; front matter is in none of them."""
    suffix = PurePath(document.path).suffix.lower()
    reading = _markdown_lines if suffix in {".md", ".markdown"} else _plain_lines
    parsed = _sheet_lines if suffix in SHEET_SUFFIXES else _parsed_lines
    lines_of = parsed if suffix in PARSED_SUFFIXES else reading
    return _blocks(document.text, document.body, document.pages, lines_of)


@lru_cache(maxsize=256)
def _blocks(text: str, body: int, pages: tuple[int, ...], lines_of: _LinesOf) -> tuple[Block, ...]:
    lines = list(_asked(text, _captioned(text, list(_once_headed(text, lines_of(text, body))))))
    found = _with_leads(text, _structured(text, lines, opening(text, body)))
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
    lines = _written_lines(text, body)
    top = list(_top_lines(text, body, lines))
    yield from top
    last_words = max((n for n, span in enumerate(lines) if _CLOSED.search(text[slice(*span)])), default=-1)
    wrapped = wrapping([_with_indent(text, span) for span in lines])
    joined: list[tuple[Span, bool]] = []  # and whether the line stands behind the last full sentence
    for number, span in enumerate(lines):
        if top and span[0] < top[-1].end:
            continue
        if joined and _goes_on(text, joined[-1][0], lines[number - 1], span, wrapped):
            joined[-1] = ((joined[-1][0][0], span[1]), joined[-1][1])
        else:
            joined.append((span, number > last_words))
    numbered = _Numbered()
    for (span, last), (following, _) in zip(joined, [*joined[1:], ((0, 0), True)], strict=True):
        line = _plain_line(text, span, numbered, following=text[slice(*following)], last=last)
        numbered.pass_by(text, line)
        yield line


def _written_lines(text: str, body: int) -> list[Span]:
    """The lines on which something can be seen."""
    return [_trim(text, *found.span()) for found in _LINE.finditer(text, body) if _VISIBLE.search(found.group())]


def _with_indent(text: str, span: Span) -> str:
    return text[text.rfind("\n", 0, span[0]) + 1 : span[1]]


def _top_lines(text: str, body: int, lines: Sequence[Span]) -> Iterator[_Line]:
    """A letterhead, the title, and the lines that say who issued it and when; nothing where the title is all."""
    top = opening(text, body)
    if not top.title or top.title[-1][1] >= lines[-1][1]:
        return
    yield from (_Line(*span) for span in lines if span[1] <= top.title[0][0])
    yield _Line(top.title[0][0], top.title[-1][1], level=1, kind="title")
    yield from (_Line(*span) for span in top.byline)


def _plain_line(text: str, span: Span, numbered: _Numbered, *, following: str, last: bool) -> _Line:
    """A heading or text; what stands after the last full sentence is a signature or a date, never a heading."""
    line = text[span[0] : span[1]]
    marker = leading_marker(line)
    heading = not _CLOSED.search(line) and "\n" not in line and not last
    if (
        marker
        and heading
        and marker.depth >= _LISTED
        and (numbered.goes_on(marker) or _is_listed(line, marker, following))
    ):
        return _Line(*span)
    if heading and marker and marker.style != "一是" and len(line) <= _HEADING_LENGTH:
        return _Line(*span, level=marker.depth, kind="heading")
    if marker and marker.style == "一、" and _is_sentence_heading(line, following):
        return _Line(*span, level=marker.depth, kind="heading")
    if heading and _is_bare_heading(line) and len(following) >= _WRAPPED_REST:
        return _Line(*span, level=3, kind="bare")
    return _Line(*span)


def _is_sentence_heading(line: str, following: str) -> bool:
    """Whether 二、落实安全责任。 stands above a longer paragraph, and is not the last item of a list."""
    short = len(line) <= _BARE_HEADING_LENGTH and not re.search("[，；：！？]|。.", line) and line.endswith("。")
    goes_on = len(following) > len(line) and following.endswith("。") and leading_marker(following) is None
    return short and goes_on and not is_ceremony(following)


class _Numbered:
    """The last number of each style among the numbered lines just above, as far back as there are only such."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def goes_on(self, marker: Marker) -> bool:
        """Whether a line with this enumerator is the next of theirs."""
        return self._last.get(marker.style) == marker.number - 1

    def pass_by(self, text: str, line: _Line) -> None:
        """Take the next line in."""
        marker = leading_marker(text[line.start : line.end])
        if line.kind in {"heading", "bare"} or marker is None:
            self._last = {}
        else:
            self._last[marker.style] = marker.number


def _is_listed(line: str, marker: Marker, following: str) -> bool:
    """Whether a numbered line without a full stop is an item: a sentence, or followed by the next one."""
    if marker.style == "第一条":
        return False
    if marker.style != "（一）" and re.search("[，。；]", line):
        return True
    other = leading_marker(following)
    return other is not None and other.style == marker.style


def _is_bare_heading(line: str) -> bool:
    plain = len(line) <= _BARE_HEADING_LENGTH and not re.search(r"[，。；、：]|^\d", line)
    return plain and not is_date_line(line) and not is_label_line(line) and not is_around(line)


def _goes_on(text: str, current: Span, last: Span, following: Span, wrapped: Wrapping | None) -> bool:
    """Whether the next line goes on with this one, of which ``last`` is the last line.

    In a text whose lines a program broke at one width a full line does, whatever the next one begins with, and one
    that is short ends its paragraph.
    """
    if wrapped is None or text.count("\n", last[1], following[0]) > 1:
        return _continues(text, current, following)
    line, after = _with_indent(text, last), _with_indent(text, following)
    if wrapped.is_longer(line):
        return _continues(text, current, following)
    if not wrapped.is_full(line, after) or wrapped.begins(after):
        return False
    if not _CLOSED.search(line):
        return True
    marker = leading_marker(after)
    return wrapped.indented and not (marker or is_salutation(after) or is_label_line(after) or is_date_line(after))


def _continues(text: str, current: Span, following: Span) -> bool:
    """Whether the next line goes on with the sentence of this one, which a line or page break cut in the middle."""
    after = text[following[0] : following[1]]
    begin = text.rfind("\n", *current) + 1  # of its last line: it may be as long as the document
    line = text[max(begin, current[0]) : current[1]]
    numbers_page = not begin and PAGE_NUMBER.fullmatch(line)
    if numbers_page or _CLOSED.search(line) or leading_marker(after) or is_salutation(after):
        return False
    named = _NAMED.match(text, *current) and _NAMED.match(after)
    if named or any(is_label_line(one) or is_date_line(one) or _turns(one) for one in (line, after)):
        return False
    if begin:
        return True
    marker = leading_marker(line)
    if _is_open(line) or (marker and marker.style == "第一条" and "，" in line):
        return True
    if marker and marker.style != "一是" and len(line) <= _HEADING_LENGTH and not re.search(r"[。；]", line):
        return False
    return not _is_bare_heading(line)


def _is_open(line: str) -> bool:
    """Whether a line ends inside a name: 根据《城."""
    return line.rfind("《") > max(line.rfind("》"), len(line) - _HEADING_LENGTH)


# Markdown


def _markdown_lines(text: str, body: int) -> Iterator[_Line]:
    """The lines; those that are headings by their enumerator alone, as official papers have them, are so here too."""
    lines = list(_marked_up(text, body))
    last_words = max((n for n, line in enumerate(lines) if _CLOSED.search(text[line.start : line.end])), default=-1)
    numbered = _Numbered()
    for number, line in enumerate(lines):
        one = line
        if line.kind in {"text", "bold"}:
            following = text[lines[number + 1].start : lines[number + 1].end] if number + 1 < len(lines) else ""
            span, last = (line.start, line.end), number > last_words
            plain = _plain_line(text, span, numbered, following=following, last=last)
            bold = line.kind == "bold" and not last and _is_short(text, line) and not leading_marker(text[slice(*span)])
            one = plain if plain.kind == "heading" else replace(line, kind="inner" if bold else "text")
        numbered.pass_by(text, one)
        yield one


def _marked_up(text: str, body: int) -> Iterator[_Line]:
    kind = "text"
    for token, (start, end) in _tokens(text, body):
        if token.type == "heading_open":
            opening = re.match(r"#{1,6}\s*", text[start:end])
            begin = start + (opening.end() if opening else 0)
            if standing(text[begin:end]).strip():  # a mark alone heads nothing
                yield _Line(begin, end, level=int(token.tag[1]), kind="heading")
        elif token.type == "thead_open":
            kind = "table_header"
        elif token.type == "tbody_open":
            kind = "table_row"
        elif token.type == "tr_open" and _WORD.search(standing(text[start:end])):
            yield _Line(start, end, kind=kind)
        elif token.type == "paragraph_open":
            listed = token.level > 0 and token.hidden
            for number, said in enumerate(() if _LINKS.fullmatch(text, start, end) else _standing(text, start, end)):
                yield from (_bold(text, part, listed=listed and not number) for part in _apart(text, said))
        elif token.type in {"fence", "code_block", "html_block"} and not _is_comment(text, token, start, end):
            yield _Line(start, end)


def _bold(text: str, span: Span, *, listed: bool) -> _Line:
    """A paragraph, without the marks around one that is all bold, as headings are that are marked as none."""
    marked = None if listed else _ALL_BOLD.fullmatch(text, *span)
    return _Line(*marked.span("words"), kind="bold") if marked else _Line(*span, kind="item" if listed else "text")


def _tokens(text: str, body: int) -> Iterator[tuple[Token, Span]]:
    """The blocks of Markdown with their spans."""
    starts = [body, *(body + found.end() for found in re.finditer("\n", text[body:])), len(text)]
    for token in _markdown().parse(text[body:]):
        first, last = token.map or (0, 0)
        yield token, _trim(text, starts[first], starts[min(last, len(starts) - 1)])


def _is_comment(text: str, token: Token, start: int, end: int) -> bool:
    return token.type == "html_block" and _COMMENTS.fullmatch(text, start, end) is not None


def _standing(text: str, start: int, end: int) -> Iterator[Span]:
    """A paragraph, or the pieces of one in which words are struck out that say something without them."""
    struck = [found.span() for found in STRUCK.finditer(text, start, end) if not found["code"]]
    edges = [start, *(edge for span in struck for edge in span), end]
    pieces = (_trim(text, *piece) for piece in zip(edges[::2], edges[1::2], strict=True))
    yield from (piece for piece in pieces if piece[0] < piece[1] and (not struck or _WORD.search(text, *piece)))


def unread(text: str, body: int) -> tuple[str, str]:
    """Of Markdown, the words of comments and those that are struck out; they are in none of its blocks."""
    hidden, struck = "", ""
    for token, (start, end) in _tokens(text, body):
        if _is_comment(text, token, start, end):
            hidden += re.sub("<!--|-->", "", text[start:end])
        elif token.type in {"heading_open", "paragraph_open", "tr_open"}:
            struck += "".join(found["words"] or found["marked"] or "" for found in STRUCK.finditer(text, start, end))
    return hidden, struck


def _apart(text: str, span: Span) -> Iterator[Span]:
    """A paragraph, or, where lines of a signature stand in it, what is before and each of these lines."""
    start = span[0]
    for found in re.compile(r"[^\n]+").finditer(text, *span):
        one = _trim(text, found.start(), found.end())
        line = text[slice(*one)]
        if is_label_line(line) or is_date_line(line) or _turns(line) or _NOTE.match(line):
            before = _trim(text, start, one[0])
            yield from (part for part in (before, one) if part[0] < part[1])
            start = one[1]
    rest = _trim(text, start, span[1])
    if rest[0] < rest[1]:
        yield rest


def _turns(line: str) -> bool:
    """Whether a line begins a question or an answer of a FAQ."""
    return bool(_QUESTION.match(_BOLD.sub("", line)) or _ANSWER.match(line))


def _markdown() -> MarkdownIt:
    """Blocks alone: what stands inside a line is not needed, and takes time by the square of its brackets."""
    parser = MarkdownIt("commonmark").enable("table").disable("reference")  # which takes notes for links
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


# What a parser made of any other format: one block a line, see ``corpus.formats.parser.Parsed``


def _parsed_lines(text: str, body: int) -> Iterator[_Line]:
    lines = _written_lines(text, body)
    top = list(_top_lines(text, body, lines))
    yield from top
    lines = [span for span in lines if not top or span[0] >= top[-1].end]
    last_words = max((n for n, span in enumerate(lines) if _CLOSED.search(text[slice(*span)])), default=-1)
    row, numbered = "table_row", _Numbered()
    for number, span in enumerate(lines):
        following = text[slice(*lines[number + 1])] if number + 1 < len(lines) else ""
        mark = _MARK.match(text, span[0])
        if mark is None:
            line = _parsed_line(text, span, numbered, following=following, last=number > last_words)
            numbered.pass_by(text, line)
            yield line
        elif mark.group() != "|":
            yield _marked_line(text, (mark.end(), span[1]), mark.group().count("#"))
        elif not _TABLE_RULE.match(text, span[0]):
            begins = span[0] == body or text.startswith("\n\n", span[0] - 2)  # two tables may follow each other
            headed = begins and _TABLE_RULE.match(following)
            row = ("table_row" if headed else "form_row") if begins else row
            yield _Line(*span, kind="table_header" if headed else row)


def _sheet_lines(text: str, body: int) -> Iterator[_Line]:
    """As in any file, with nothing above the name of a sheet, whatever number it begins with."""
    for line in _parsed_lines(text, body):
        yield replace(line, level=_OUTERMOST) if text.startswith(_SHEET, line.start - len(_SHEET)) else line


def _parsed_line(text: str, span: Span, numbered: _Numbered, *, following: str, last: bool) -> _Line:
    """A line as in plain text, or, where it is short and stands just above a table, the caption of that."""
    line = _plain_line(text, span, numbered, following=following, last=last)
    caption = following.startswith("| ") and _is_short(text, line)
    return replace(line, kind="caption", level=_CAPTION) if caption else line


def _marked_line(text: str, span: Span, level: int) -> _Line:
    """A heading is as deep as its enumerator says, as in plain text, for styles are often chosen by their looks."""
    marker = leading_marker(text[slice(*span)])
    if not level:
        return _Line(*span, kind="item")
    return _Line(*span, level=marker.depth if marker and marker.style != "一是" else level, kind="heading")


# Both


def _once_headed(text: str, lines: Iterable[_Line]) -> Iterator[_Line]:
    """The lines without those of a table that say its header once more, for who reads on at the top of a page.

    A first row of figures below 续表 is a row of the table before it.
    """
    header, goes_on = "", False
    for line in lines:
        words = text[line.start : line.end]
        if line.kind not in {*_ROWS, "table_header"}:
            goes_on = bool(header) and len(words) <= _CAPTION_LENGTH and bool(_CONTINUED.search(words))
        row = replace(line, kind="table_row") if goes_on and _is_row_under(header, words) else line
        if row.kind != "table_row" or words != header:
            yield row
        header = words if row.kind == "table_header" else header


def _is_row_under(header: str, row: str) -> bool:
    """Whether what looks like a header has as many cells as the one above, and a figure where that has a name."""
    names, cells = (one.strip().strip("|").split("|") for one in (header, row))
    return len(names) == len(cells) and any(
        is_figure(cell) and not is_figure(name) for name, cell in zip(names, cells, strict=True)
    )


def _captioned(text: str, lines: Sequence[_Line]) -> list[_Line]:
    """The lines, of which those that name the table below them (表1 …) are its caption, with one about its units."""
    found = list(lines)
    for number, line in enumerate(lines):
        if line.kind not in {"table_header", "form_row"} or (number and lines[number - 1].kind == "form_row"):
            continue
        above = [number - 1] if _names_table(text, lines, number - 1) else [number - 2, number - 1]
        if _names_table(text, lines, above[0]) and (len(above) == 1 or _is_short(text, lines[number - 1])):
            for at in above:
                found[at] = replace(lines[at], kind="caption", level=_CAPTION + at - above[0])
    return found


def _names_table(text: str, lines: Sequence[_Line], number: int) -> bool:
    if number < 0 or lines[number].kind not in {"text", "inner", "bare", "caption"}:
        return False
    words = text[lines[number].start : lines[number].end]
    return len(words) <= _CAPTION_LENGTH and bool(_TABLE_NAME.match(words)) and not _SENTENCE_END.search(words)


def _is_short(text: str, line: _Line) -> bool:
    words = text[line.start : line.end]
    told = is_date_line(words) or is_label_line(words) or _SENTENCE_END.search(words)
    return line.kind in {"text", "bold", "bare", "caption"} and len(words) <= _BARE_HEADING_LENGTH and not told


def _asked(text: str, lines: Sequence[_Line]) -> Iterator[_Line]:
    """The lines, of which the questions of a FAQ are headings, and answers begin behind 答：."""
    below = False
    for number, line in enumerate(lines):
        following = text[lines[number + 1].start : lines[number + 1].end] if number + 1 < len(lines) else ""
        words = text[line.start : line.end]
        answer = _ANSWER.match(words) if below else None
        below = _may_ask(line) and _is_question(words, following)
        if below and line.kind not in {"heading", "title"}:
            marker = leading_marker(_BOLD.sub("", words))
            yield replace(line, kind="inner", level=marker.depth if marker else 0)
        else:
            yield replace(line, start=line.start + answer.end()) if answer else line


def _may_ask(line: _Line) -> bool:
    return line.kind in {"text", "item", "inner", "bare", "heading", "caption"}


def _is_question(words: str, following: str) -> bool:
    """Whether a line asks what the next one answers: 问：…, Q3：…, or one short sentence with a question mark."""
    said, below = (_BOLD.sub("", one).strip() for one in (words, following))
    asks, marked = said.endswith(("？", "?")), bool(_QUESTION.match(said))
    if "\n" in said or not below or len(said) > _QUESTION_LENGTH[not marked]:
        return False
    if marked:
        return (asks or bool(_ANSWER.match(below))) and not _QUESTION.match(below)
    return asks and not re.search("[。！；]", said) and not below.endswith(("？", "?"))


def _structured(text: str, lines: Sequence[_Line], top: Opening) -> Iterator[Block]:
    path: list[tuple[float, str]] = []  # depth and words of the headings above
    header: Span | None = None
    closing = _closing(text, lines)
    contents: dict[int, BlockKind] = dict.fromkeys(_contents(text, lines), "furniture")
    signature = {**_signature(text, lines, top), **contents}
    for number, line in enumerate(lines):
        paged = PAGE_NUMBER.fullmatch(text, line.start, line.end)
        if number >= closing or (number in signature and not paged):
            path = []  # a greeting at the top, too, is below no line that looks like a heading
        if not _is_below_caption(text, lines, number, header):
            path = _under(path, _CAPTION)
        heading = tuple(words for _, words in path)
        if number in signature:
            yield Block(signature[number], line.start, line.end)
        elif line.kind in {"title", "heading", "bare", "caption", "inner"} and not (
            path and path[-1][0] == _ARTICLE and _is_of_article(text, lines, number)
        ):
            level = _inside(path, line.level) if line.kind == "inner" else line.level
            path = _under(path, level)
            words = join_lines(text[line.start : line.end])
            yield Block("heading", line.start, line.end, tuple(w for _, w in path))
            if line.kind != "title" and (number > 0 or line.level != 1):  # the document's title is above no paragraph
                path.append((level, words))
        elif line.kind == "table_header":
            header = (line.start, line.end)
            yield Block("table_header", line.start, line.end, heading)
        elif line.kind in _ROWS:
            yield Block("table_row", line.start, line.end, heading, header=header if line.kind == "table_row" else None)
        elif line.kind == "text" and is_salutation(text[line.start : line.end]):
            yield Block("salutation", line.start, line.end, heading)
        else:
            marker = leading_marker(text[line.start : line.end])
            path = _into(path, marker)
            yield from _paragraph(text, line, marker, tuple(words for _, words in path))


def _is_below_caption(text: str, lines: Sequence[_Line], number: int, header: Span | None) -> bool:
    """Whether the caption above, if there is one, is of this line: a row, or the header of a list that goes on."""
    line, above = lines[number], lines[number - 1].kind if number else ""
    again = header is not None and text[slice(*header)] == text[line.start : line.end]
    return line.kind in _ROWS or above == "caption" or (again and above == "table_row")


def _into(path: list[tuple[float, str]], marker: Marker | None) -> list[tuple[float, str]]:
    """The headings above once a line has come: an article stands above what follows it, and an annex below nothing."""
    if marker and marker.style == "第一条":
        return [*_under(path, _ARTICLE), (_ARTICLE, marker.text)]
    if marker and marker.style in {"一、", "（一）"} and any(_counts_on(words, marker) for _, words in path):
        return _under(path, marker.depth)
    return [] if marker and marker.style == "annex" else path


def _counts_on(heading: str, marker: Marker) -> bool:
    """Whether a numbered paragraph goes on where a heading counts: 三、… is not below 二、…."""
    above = leading_marker(heading)
    return above is not None and (above.style, above.number + 1) == (marker.style, marker.number)


def _inside(path: Sequence[tuple[float, str]], level: int) -> float:
    """The depth of a question or bold line: that of the one before it, its number's, or just below what is above."""
    before = (depth for depth, _ in path if depth % 1)
    return next(before, level or max([_SECTION, *(depth for depth, _ in path)]) + 0.5)


def _is_of_article(text: str, lines: Sequence[_Line], number: int) -> bool:
    """Whether what looks like a heading is a line of the article above it: an item, or words that end no article.

    A chapter without a number stands behind a full stop, and before an article.
    """
    line = lines[number]
    if line.kind != "bare":
        marker = leading_marker(text[line.start : line.end])
        return marker is not None and marker.style in {"（一）", "1.", "（1）", "①"}
    before = text[lines[number - 1].start : lines[number - 1].end]
    after = text[lines[number + 1].start :] if number + 1 < len(lines) else ""
    following = leading_marker(after)
    return not before.endswith("。") or following is None or following.style != "第一条"


def _signature(text: str, lines: Sequence[_Line], top: Opening) -> dict[int, BlockKind]:
    """The kinds, by number, of lines that sign a letter: dates and labels at either end, a date below a body.

    Labels beside them go on, and a document's number and the lines above its title are of them; what a register or a
    page says at either end is furniture.
    """
    words = [text[line.start : line.end] if line.kind == "text" else "" for line in lines]
    around = {number for number, one in enumerate(words) if is_around(one)}
    said = [n for n, one in enumerate(words) if _CLOSED.search(one) and not is_label_line(one) and n not in around]
    first, last = (said[0], said[-1]) if said else (len(words), -1)
    end = next((n for n in reversed(said) if not words[n].endswith(("：", ":"))), -1)  # 相关链接：
    told = max((end for _, end in (*top.title, *top.byline)), default=0)
    head = {n for n, one in enumerate(words[:first]) if one and (lines[n].end <= told or _NUMBERED.fullmatch(one))}
    dates = {number for number, one in enumerate(words) if is_date_line(one)}
    labels = {number for number, one in enumerate(words) if is_label_line(one)}
    bodies = {number - 1 for number in dates if number and may_sign(words[number - 1])}
    found = {number for number in dates | labels if number < first or number > last or number - 1 in bodies}
    found |= {number for number in bodies if number + 1 in found}
    for beside in (1, -1):  # labels go on from line to line, downwards and upwards
        for number in sorted(labels, reverse=beside < 0):
            if number - beside in found:
                found.add(number)
    kinds: dict[int, BlockKind] = dict.fromkeys(found | head, "signature")
    if top.title and first + 1 < len(lines) and _ADDRESSED.match(words[first]) and _is_said(words[first + 1]):
        kinds[first] = "salutation"
    aside = (n for n in around - found if n < first or n > end or PAGE_NUMBER.fullmatch(words[n]))
    return kinds | dict.fromkeys(aside, "furniture")


def _contents(text: str, lines: Sequence[_Line]) -> Iterator[int]:
    """The numbers of the lines of a table of contents: 目录, and headings with their pages, which only grow."""
    for number, line in enumerate(lines):
        if line.kind in _ROWS or not _CONTENTS.fullmatch(text, line.start, line.end):
            continue
        entries: list[int] = []
        for other in lines[number + 1 :]:
            short = other.end - other.start <= _ENTRY_LENGTH
            found = _ENTRY.fullmatch(text, other.start, other.end) if short else None
            if found is None or other.kind in _ROWS or (entries and int(found["page"]) < entries[-1]):
                break
            entries.append(int(found["page"]))
        if len(entries) > 1:
            yield from range(number, number + len(entries) + 1)


def _is_said(words: str) -> bool:
    return words.endswith(("。", "：")) and leading_marker(words) is None


def _closing(text: str, lines: Sequence[_Line]) -> int:
    """Number of the line where a letter's closing begins: its thanks or formula, and the 下一步 just before it."""
    for number, line in enumerate(lines):
        if line.kind == "text" and _CLOSING.match(text, line.start) and number > len(lines) // 2:
            before = lines[number - 1]
            return number - 1 if text.startswith("下一步", before.start) and before.kind == "text" else number
    return len(lines)


def _under(path: Sequence[tuple[float, str]], depth: float) -> list[tuple[float, str]]:
    return [(above, words) for above, words in path if above < depth]


def _paragraph(text: str, line: _Line, marker: Marker | None, heading: tuple[str, ...]) -> Iterator[Block]:
    """A paragraph as one Block, or, where an enumeration runs inside it, as its introduction and its items."""
    kind: BlockKind = "item" if marker or line.kind == "item" else "paragraph"
    yield from _parts(text, Block(kind, line.start, line.end, heading, marker.text if marker else ""))


def _parts(text: str, whole: Block) -> Iterator[Block]:
    """A block, or its introduction and the items that it enumerates, which may enumerate others."""
    starts = [whole.start + at for at in inline_items(text[whole.start : whole.end])]
    if not starts:
        yield whole
        return
    lead = _trim(text, whole.start, starts[0])
    introduced = lead[0] < lead[1]
    if introduced:
        yield replace(whole, end=lead[1])
    for start, end in zip(starts, [*starts[1:], whole.end], strict=True):
        span = _trim(text, start, end)
        found = leading_marker(text[span[0] : span[1]]) or Marker(text[start : start + 2], "inline", 10)
        item = Block(
            "item", *span, whole.heading, found.text, lead=_last_sentence(text, lead) if introduced else whole.lead
        )
        yield from _parts(text, item)


def _last_sentence(text: str, span: Span) -> Span:
    return sentences(text, *span)[-1]


@dataclass(frozen=True, slots=True)
class _Level:
    """An enumeration that is going on: its style, the number of its last item, and what introduces it."""

    style: str
    last: int
    lead: Span | None


def _with_leads(text: str, structured: Iterable[Block]) -> Iterator[Block]:
    """Items that stand as paragraphs of their own get what introduces them as their lead, on every level.

    That is the last sentence above them, where it ends in a colon or speaks of what follows. A paragraph between two
    items of an enumeration belongs to the first of them; behind it only the next number goes on.
    """
    levels: list[_Level] = []
    above: Block | None = None  # the block just before
    interrupted = False
    for block in structured:
        same = above is not None and block.heading == above.heading
        listed = block.kind == "item" and article_number(block.marker) is None
        if block.kind == "paragraph" and same:
            interrupted = True
        elif not listed or not same:
            levels, interrupted = [], False
        if listed and block.lead is None:
            lead = _introduction(text, above, within=bool(levels) and not interrupted)
            levels = _entered(levels, block, lead, interrupted=interrupted)
            block = replace(block, lead=levels[-1].lead)  # noqa: PLW2901 (the same item, completed)
            interrupted = False
        above = block
        yield block


def _entered(levels: Sequence[_Level], block: Block, lead: Span | None, *, interrupted: bool) -> list[_Level]:
    """The enumerations going on once an item has come: the next one of one of them, or the first of a new one."""
    marker = leading_marker(block.marker)
    style, number = (marker.style, marker.number) if marker else ("", 0)
    for at in range(len(levels) - 1, -1, -1):
        goes_on = number == levels[at].last + 1 if interrupted else number != 1
        if levels[at].style == style and goes_on:
            return [*levels[:at], replace(levels[at], last=number)]
    return [*([] if interrupted else levels), _Level(style, number, lead)]


def _introduction(text: str, above: Block | None, *, within: bool) -> Span | None:
    """The sentence that introduces what follows a block, if its last one does; an item introduces what is below it."""
    if above is None or above.kind not in {"paragraph", "item"}:
        return None
    last = _last_sentence(text, (above.start, above.end))
    return last if within or _INTRODUCES.search(text[slice(*last)].rstrip()) else None


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), max(start, end - (len(piece) - len(piece.rstrip())))
