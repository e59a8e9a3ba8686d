"""HTML → text: what a reader of the page sees of its article. The door to selectolax.

Scripts, styles, navigation and whatever is hidden are left out; headings, list items and tables are kept. The tree is
walked without recursion, so that a page nested a million deep is only long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from corpus.decoding import decoded
from corpus.formats.parser import Limits, Parsed
from corpus.formats.refusals import Unreadable
from corpus.formats.writer import Writer, one_line, spread

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "audio",
        "video",
        "map",
        "head",
        "title",
        "select",
        "option",
        "optgroup",
        "datalist",
        "button",
        "textarea",
        "input",
        "nav",
        "footer",
        "aside",
        "del",
        "rt",
        "rp",
        "dialog",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "rb",
        "rtc",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset({"ul", "ol", "menu"})
# A table with these in it only places blocks on the page.
_BLOCKS = ", ".join(["table table", *(f"td {one}" for one in (*_HEADINGS, *sorted(_LISTS), "pre"))])
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:[;!}]|$)|"
    r"font-size\s*:\s*0(?:\.0+)?\s*(?:px|pt|em|rem|%)?\s*(?:[;!}]|$)|text-indent\s*:\s*-\d{3,}|"
    r"(?:left|top)\s*:\s*-\d{3,}|clip(?:-path)?\s*:\s*(?:rect\(\s*0|inset\(\s*(?:50|100)%)",
    re.IGNORECASE,
)
_RULE = re.compile(r"([^{}@;]{1,300})\{([^{}]*)\}")
_AT_RULE = re.compile(r"@(?:media|supports|font-face|keyframes|page)[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULES = 500  # of a style sheet that are looked at
# Where the article stands on government sites; the first of these with most of the page's text is taken.
_ARTICLES = (
    "#UCAP-CONTENT, #zoom, .TRS_Editor, .trs_editor_view, .pages_content, .article-content, .article_content, "
    ".news_cont_d_wrap, .news_content, article, main"
)
_ARTICLE_SHARE = 0.3
_PROPERTIES = {"articletitle": "title", "url": "source", "contentsource": "source"}
_SPAN = 100  # columns or rows that a cell may say it covers
_CELL = 100_000  # characters
_DEEPEST = 2_000  # elements inside each other; the time that parsing takes grows with their square
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)\b", re.IGNORECASE)
_UNCLOSED = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "td",
        "th",
        "tr",
        "tbody",
        "thead",
        "tfoot",
        "dt",
        "dd",
        "option",
        "colgroup",
        "html",
        "body",
        "head",
        "path",
        "rect",
        "circle",
        "line",
        "polygon",
        "polyline",
        "ellipse",
        "use",
        "stop",
        "image",
    ]
)


def parse(path: Path, limits: Limits) -> Parsed:
    """See ``Parser``."""
    text = _decoded(path.read_bytes())
    _check_depth(text)
    tree = LexborHTMLParser(text)
    properties = _properties(tree)
    root = tree.body or tree.root
    if root is None:
        raise Unreadable("no_text")
    hidden = _hidden_by_style(tree)
    article = _article(tree, root)
    walk = _Walk(Writer(limits.output), hidden)
    if article is not root and properties.get("title"):
        walk.write_title(properties["title"], article)
    walk.write(article)
    return walk.writer.parsed(properties)


def _decoded(raw: bytes) -> str:
    declared = _CHARSET.search(raw[:4096])
    if declared and declared.group(1).lower() in {b"big5", b"big5-hkscs"}:
        return raw.decode("big5hkscs", errors="strict")
    return decoded(raw)


def _check_depth(text: str) -> None:
    """Count tags that are open, those aside which need no end."""
    depth = 0
    for found in _TAG.finditer(text):
        if found.group(2).lower() not in _UNCLOSED:
            depth += -1 if found.group(1) else 1
            if depth > _DEEPEST:
                raise Unreadable("nested", limit=_DEEPEST)


def _properties(tree: LexborHTMLParser) -> dict[str, str]:
    """The title and source that the page declares, by the tags that government sites have to carry, or its title."""
    found: dict[str, str] = {}
    for meta in tree.css("meta[name][content]"):
        field = _PROPERTIES.get(str(meta.attributes.get("name")).strip().lower())
        value = one_line(str(meta.attributes.get("content") or ""))
        if field and value and (field != "source" or value.startswith("http") or "source" not in found):
            found[field] = value
    title = tree.css_first("head title")
    if "title" not in found and title is not None:
        found["title"] = re.split(r"\s*[|_]\s*|\s+[-—–]+\s+|[-—–]{2}", one_line(title.text()))[0]
    return found


def _article(tree: LexborHTMLParser, root: LexborNode) -> LexborNode:
    whole = len(root.text(deep=True))
    for node in tree.css(_ARTICLES):
        if len(node.text(deep=True)) >= whole * _ARTICLE_SHARE:
            return node
    return root


def _hidden_by_style(tree: LexborHTMLParser) -> frozenset[int]:
    """Nodes that the page's own style sheets hide (rules for some media only are passed over)."""
    hidden: set[int] = set()
    for style in tree.css("style"):
        rules = _RULE.findall(_AT_RULE.sub("", re.sub(r"/\*.*?\*/", "", style.text() or "", flags=re.DOTALL)))
        for selector, body in rules[:_RULES]:
            if _HIDING.search(body) and ":" not in selector:
                try:
                    hidden |= {node.mem_id for node in tree.css(selector.strip())}
                except SelectolaxError:
                    continue
    return frozenset(hidden)


def _is_hidden(attributes: Mapping[str, str | None]) -> bool:
    return "hidden" in attributes or bool(_HIDING.search(attributes.get("style") or ""))


@dataclass(slots=True)
class _List:
    """An open list; ``number`` is that of its next item, none for bullets."""

    number: int | None


class _Walk:
    """One pass over the tree; inline text is gathered until a block begins or ends."""

    def __init__(self, writer: Writer, hidden: frozenset[int]) -> None:
        self.writer = writer
        self._hidden = hidden
        self._gathered: list[str] = []
        self._opened: list[int] = []
        self._lists: list[_List] = []
        self._marker: str | None = None
        self._heading = 0
        self._verbatim = 0

    def write_title(self, title: str, article: LexborNode) -> None:
        """The title, where it stands outside the article."""
        if one_line(title) not in one_line(article.text(deep=True)[:1000]):
            self.writer.heading(1, title)

    def write(self, root: LexborNode) -> None:
        """All blocks below a node."""
        node: LexborNode | None = root
        while node is not None:
            below = node.first_child if self._enter(node) else None
            node = below or self._after(node, root)
        self._flush()

    def _after(self, node: LexborNode, root: LexborNode) -> LexborNode | None:
        """The node that follows one whose inside is done, on whatever level; none at the end."""
        current: LexborNode | None = node
        while current is not None:
            self._leave(current)
            if current.mem_id == root.mem_id:
                return None
            if current.next is not None:
                return current.next
            current = current.parent
        return None

    def _enter(self, node: LexborNode) -> bool:
        """Take in a node; whether its children are to be walked."""
        if node.is_text_node:
            self._gathered.append(_spaces(node.text_content or "", keep=self._verbatim > 0))
            return False
        tag = node.tag or ""
        if tag in _DROPPED or not node.is_element_node or node.mem_id in self._hidden or _is_hidden(node.attributes):
            return False
        if tag == "br":
            self._gathered.append("\n")
        elif tag not in _INLINE:
            self._flush()
            if tag == "table" and (rows := _rows(node, self._hidden)):
                self.writer.table(*spread(rows))
                return False
            self._open(tag, node)
        return True

    def _open(self, tag: str, node: LexborNode) -> None:
        self._opened.append(node.mem_id)
        if tag in _HEADINGS:
            self._heading = _HEADINGS[tag]
        elif tag in _LISTS:
            self._lists.append(_List(_number(node.attributes.get("start")) if tag == "ol" else None))
        elif tag == "li":
            self._marker = self._next_marker(node)
        elif tag == "pre":
            self._verbatim += 1

    def _leave(self, node: LexborNode) -> None:
        """End a block that was opened."""
        if not self._opened or self._opened[-1] != node.mem_id:
            return
        self._opened.pop()
        self._flush()
        tag = node.tag or ""
        if tag in _HEADINGS:
            self._heading = 0
        elif tag in _LISTS:
            self._lists.pop()
        elif tag == "li":
            self._marker = None
        elif tag == "pre":
            self._verbatim -= 1

    def _next_marker(self, node: LexborNode) -> str:
        """The item's number, nothing for a bullet; a list that stands open nowhere has bullets."""
        current = self._lists[-1] if self._lists else _List(None)
        if current.number is None:
            return ""
        number = _number(node.attributes.get("value"), current.number)
        current.number = number + 1
        return f"{number}. "

    def _flush(self) -> None:
        text = "".join(self._gathered)
        self._gathered.clear()
        if not text.strip():
            return
        if self._heading:
            self.writer.heading(self._heading, text)
        elif self._marker is not None:
            self._write_item(text, self._marker)
            self._marker = None
        else:
            self.writer.paragraph(text)

    def _write_item(self, text: str, marker: str) -> None:
        if marker:
            self.writer.paragraph(marker + one_line(text))
        else:
            self.writer.item(text)


def _spaces(text: str, *, keep: bool) -> str:
    """White space as a browser shows it: line breaks of the source are none of the page's."""
    return (
        text if keep else re.sub(r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])\s*\n\s*", "", text).replace("\n", " ")
    )


def _number(text: str | None, default: int = 1) -> int:
    return int(text) if text and text.strip().isdecimal() and len(text) < 7 else default


def _rows(table: LexborNode, hidden: frozenset[int]) -> list[list[tuple[str, int, int]]]:
    """The cells of a table with their spans; none where the table only places blocks on the page."""
    if table.css_first(_BLOCKS) is not None or table.attributes.get("role") == "presentation":
        return []
    rows = []
    for row in table.css("tr"):
        cells = [one for one in _element_children(row) if one.tag in {"td", "th"}]
        if row.mem_id not in hidden and not _is_hidden(row.attributes):
            rows.append([(_cell_text(one, hidden), *_spans(one)) for one in cells])
    rows = [row for row in rows if row]
    return rows if any(len(row) > 1 for row in rows) else []


def _element_children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        if child.is_element_node:
            yield child
        child = child.next


def _spans(cell: LexborNode) -> tuple[int, int]:
    across, down = (_number(cell.attributes.get(one)) for one in ("colspan", "rowspan"))
    return min(max(across, 1), _SPAN), min(max(down, 1), _SPAN)


def _cell_text(cell: LexborNode, hidden: frozenset[int]) -> str:
    if cell.mem_id in hidden or _is_hidden(cell.attributes):
        return ""
    walk = _Walk(Writer(_CELL), hidden)
    walk.write(cell)
    return walk.writer.text
