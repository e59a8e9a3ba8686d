"""HTML → text: what a reader of the page sees of its article. The door to selectolax.

Scripts, navigation and what is hidden are left out; headings, list items and tables are kept. A page that hides a fifth
of its words or more has scripts that show them: then they are read. The tree is walked without recursion, so that a
page nested a million deep is only long.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from itertools import takewhile
from pathlib import Path, PurePosixPath

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from corpus.decoding import decoded
from corpus.document import Omission
from corpus.formats.characters import numeral, subscript, superscript, tick
from corpus.formats.headers import spread
from corpus.formats.parser import Limits, Parsed
from corpus.formats.refusals import Unreadable
from corpus.formats.registry import MHT, SUFFIXES
from corpus.formats.writer import Writer, one_line


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_HEAD = 4096  # bytes in which a file says what it is
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_DROPPED = _tags(
    "script style noscript noframes template svg iframe object embed canvas audio video map head title "
    "datalist nav footer rt rp dialog"
)
_EMBEDDED = _tags("iframe frame object embed audio video img")
_INLINE = _tags(
    "a abbr acronym b bdi bdo big button cite code data dfn em font i ins kbd label mark math nobr q rb "
    "rtc ruby samp small span strong sub sup time tt u var wbr"
)
_STRUCK = frozenset({"del", "s", "strike"})
_FIELDS = frozenset({"input", "select", "textarea"})
_RAISED = {"sup": superscript, "sub": subscript}
_SCRIPT = re.compile(r"vertical-align\s*:\s*(super|sub)\b", re.IGNORECASE)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_NAMES = 3  # level of what names a part that a click opens
_LISTS = frozenset({"ul", "ol", "menu"})
_NUMBERS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
# A table with these in it only places blocks on the page, unless it has header cells.
_BLOCKS = ", ".join(f"td {one}" for one in (*_HEADINGS, *sorted(_LISTS), "pre"))
_HIDING = re.compile(  # what a script may show later
    r"font-size\s*:\s*0(?:\.0+)?\s*(?:px|pt|em|rem|%)?\s*(?:[;!}]|$)|display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:[;!}]|$)",
    re.IGNORECASE,
)
_UNSEEN = re.compile(  # what is there to be hidden
    r"text-indent\s*:\s*-\d{3,}|mso-hide\s*:\s*all|"
    r"(?<![-\w])(?:left|top)\s*:\s*-\d{4,}|clip(?:-path)?\s*:\s*(?:rect\(\s*0|inset\(\s*(?:50|100)%)",
    re.IGNORECASE,
)
_SHOWING = re.compile(
    r"display\s*:\s*(?!none)\w|visibility\s*:\s*visible|opacity\s*:\s*(?:1|\.\d|0\.0*[1-9])", re.IGNORECASE
)
_WHITE = re.compile(
    r"(?<![-\w])color\s*:\s*(?:#fff(?:fff)?\b|white\b|rgba?\(\s*255\s*,\s*255\s*,\s*255)", re.IGNORECASE
)
_BLACKENED = re.compile(  # in either order, in the same spelling
    r"(?<![-\w])color\s*:\s*(?P<a>(?!inherit|initial|unset|currentcolor|transparent|var\()[^;!}\s]+)"
    r"(?=\s*(?:[;!}]|$))(?=.*background(?:-color)?\s*:\s*(?P=a)\s*(?:[;!}]|$))|"
    r"background(?:-color)?\s*:\s*(?P<b>(?!inherit|initial|unset|currentcolor|transparent|var\()[^;!}\s]+)"
    r"(?=\s*(?:[;!}]|$))(?=.*(?<![-\w])color\s*:\s*(?P=b)\s*(?:[;!}]|$))",
    re.IGNORECASE | re.DOTALL,
)
_COLOURED = re.compile(r"(?<![-\w])color\s*:", re.IGNORECASE)
_PSEUDO = re.compile(r"::?[\w-]+(?:\([^)]*\))?")
_NO_BACKGROUND = re.compile(r"background[a-z-]*\s*:\s*(?:#fff(?:fff)?\b|white\b|transparent|none)", re.IGNORECASE)
_RULE = re.compile(r"([^{}@;]{1,300})\{([^{}]*)\}")
_AT_RULE = re.compile(r"@(?:media|supports|font-face|keyframes|page)[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_NAME = re.compile(r"[.#][\w-]+")
_RULES = 500  # of a style sheet that are looked at
_LIFTED = 0.2  # share of a page's words that are hidden, from which on scripts show them
# What a person opens by a click: the other tabs, the answer below a question.
_OPENING = frozenset({"aria-controls", "aria-expanded", "data-target", "data-bs-target"})
_OPENERS = "[aria-controls], [data-target], [data-bs-target], a[href^='#']"
# Where the article stands on government sites; the first of these with most of the page's text is taken.
_ARTICLES = (
    "#UCAP-CONTENT, #zoom, .TRS_Editor, .trs_editor_view, .pages_content, .article-content, .article_content, "
    ".news_cont_d_wrap, .news_content, article, main"
)
_ARTICLE_SHARE = 0.5
# The way to a page, where it is no ``nav``: 您的位置：首页 > 政务公开.
_TRAIL = re.compile(
    r"(?:.{0,10}位置\s*[：:]?\s*)?.{0,8}(?:首\s*页|主页)\s*[>＞»›/→|｜][^。]{0,120}|"
    r"[您你现当所目][^\s：:。]{0,8}位置\s*[：:][^。]{0,60}[>＞»›→][^。]{0,60}"
)
# What stands around an article, by its class, id or label: the way to it, menus, buttons to share it, the site's foot.
_ASIDE = re.compile(
    r"breadcrumb|crumbs|mso(?:header|footer)|(?:^|[\s_-])(?:nav(?:bar)?|share|bdsharebuttonbox|foot(?:er)?|copyright)(?:$|[\s_-])"
)
_NO_WORDS = "script, style, template, option, noscript, nav, footer, a"
_SITE = re.compile(r"\s*[|_]\s*|\s+[-—–]+\s+|[-—–]{2}")  # divides a page's title from the name of its site
_PROPERTIES = {"articletitle": "title", "og:title": "title", "url": "source", "contentsource": "source"}
_UNWRITTEN = frozenset({"hidden", "submit", "button", "reset", "image", "search", "password", "file"})  # inputs
_ENTRIES = _tags("p li td th tr tbody thead dt dd")
_WORDS = re.compile(r"[\W_]+")
_MENU = 2  # links of a menu, at the least
_LINK = 6  # characters of each, on average and at the most
_LINKED = 0.7  # share of a menu's words that are links
_ICON = 100  # pixels; a smaller image says nothing
_SPAN = 100  # columns or rows that a cell may say it covers
_CELL = 100_000  # characters
_DEEPEST = 2_000  # elements inside each other; the time that parsing takes grows with their square
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)\b")
_UNCLOSED = _tags(
    "area base br col embed hr img input link meta param source track wbr p li td th tr tbody thead "
    "tfoot dt dd option colgroup html body head path rect circle line polygon polyline ellipse use stop image"
)


def parse(path: Path, limits: Limits) -> Parsed:
    """See ``Parser``."""
    raw = path.read_bytes()
    text = _page(raw) if MHT.match(raw[:_HEAD]) else _decoded(raw)
    _check_depth(text)
    tree = LexborHTMLParser(text)
    properties = _properties(tree)
    walk = _read(tree, limits, properties.get("title", ""))
    if not walk.writer.text:  # what is shown where no scripts run
        inside = "".join(node.inner_html or "" for node in tree.css("noscript, noframes"))
        walk = _read(LexborHTMLParser(inside), limits, "")
    for what, count in walk.left_out.items():
        walk.writer.leave_out(what, count)
    return walk.writer.parsed(properties)


def _read(tree: LexborHTMLParser, limits: Limits, title: str) -> _Walk:
    root = tree.body or tree.root
    if root is None:
        raise Unreadable("no_text")
    article = _article(tree, root)

    hidden, menus = _Hidden(tree), _menus(tree)

    def walked() -> _Walk:
        walk = _Walk(Writer(limits.output), hidden, menus)
        if article is not root and title:
            walk.write_title(title, article)
        walk.write(article)
        return walk

    walk = walked()
    if hidden.liftable > _LIFTED * (hidden.liftable + len(walk.writer.text)):
        hidden.lifted = True
        walk = walked()
    return walk


def _page(raw: bytes) -> str:
    """The page in a file of MHTML: what browsers save as one file, and what web programs call a Word document."""
    parts = message_from_bytes(raw, policy=default).walk()
    page = next((one for one in parts if one.get_content_type() == "text/html"), None)
    if page is None:
        raise Unreadable("no_text")
    return str(page.get_content()).encode(errors="ignore").decode()


def _decoded(raw: bytes) -> str:
    declared = _CHARSET.search(raw[:_HEAD])
    if declared and declared.group(1).lower() in {b"big5", b"big5-hkscs"}:
        return raw.decode("big5hkscs", errors="strict")
    return decoded(raw)


def _check_depth(text: str) -> None:
    """Count tags that are open, those aside which need no end."""
    depth = 0
    if text.count("<") <= _DEEPEST:
        return
    for found in _TAG.finditer(text.lower()):
        if found.group(2) not in _UNCLOSED:
            depth += -1 if found.group(1) else 1
            if depth > _DEEPEST:
                raise Unreadable("nested", limit=_DEEPEST)


def _properties(tree: LexborHTMLParser) -> dict[str, str]:
    """The title and source that the page declares, by the tags that government sites have to carry, or its title."""
    found: dict[str, str] = {}
    for meta in tree.css("meta[name][content], meta[property][content]"):
        name = str(meta.attributes.get("name") or meta.attributes.get("property")).strip().lower()
        field, value = _PROPERTIES.get(name), one_line(str(meta.attributes.get("content") or ""))
        believed = value.startswith("http") if field == "source" else name == "articletitle"
        if field and value and (believed or field not in found):
            found[field] = value
    title = tree.css_first("head title")
    if "title" not in found and title is not None:
        said = one_line(title.text())
        short = _SITE.split(said)[0]  # the site's name may come first
        headings = [one for node in tree.css("h1, h2, h3") if (one := one_line(node.text()))]
        at_length = headings[0] if headings and short in headings[0] else short
        found["title"] = max((one for one in headings if one in said), key=len, default=at_length)
    return found


def _article(tree: LexborHTMLParser, root: LexborNode) -> LexborNode:
    """The element with most of the words that are no links, which menus are made of.

    The whole page where none is, or where another one that may be an article stands beside it.
    """
    found = tree.css(_ARTICLES)
    whole = _length(root, _NO_WORDS) if found else 0
    for node in found:
        if _length(node, _NO_WORDS) > whole * _ARTICLE_SHARE:
            inside = {node.mem_id, *(one.mem_id for one in node.css(_ARTICLES))}
            beside = any(one.mem_id not in inside and one.text(strip=True) for one in found)
            return root if beside else node
    return root


class _Hidden:
    """What the page hides: by attributes, or by its own style sheets (rules for some media only are passed over).

    ``liftable`` is how many characters are hidden that a script may show, a word in a sentence aside; where ``lifted``,
    they are not hidden.
    """

    def __init__(self, tree: LexborHTMLParser) -> None:
        self.liftable = 0
        self.lifted = False
        self._opened = {
            str(value).lstrip("#")
            for node in tree.css(_OPENERS)
            for name in ("aria-controls", "data-target", "data-bs-target", "href")
            if (value := node.attributes.get(name))
        }
        self._by_sheet: set[int] = set()
        self._unseen: set[int] = set()
        self._white: set[int] = set()  # letters that a style sheet makes white
        self._coloured: set[int] = set()  # what it gives a background
        self.raised: dict[int, str] = {}
        self.struck: set[int] = set()
        self._foreign = tree.css_first("link[rel~=stylesheet]") is not None
        for style in tree.css("style"):
            self._take(tree, re.sub(r"/\*.*?\*/", "", style.text() or "", flags=re.DOTALL))

    def _take(self, tree: LexborHTMLParser, sheet: str) -> None:
        """What the rules of a style sheet say of the page's nodes."""
        self._foreign = self._foreign or "@import" in sheet
        for selector, body in _RULE.findall(sheet)[:_RULES]:  # a ground that some screen or row has is one
            if _has_background(body):
                self._coloured |= _chosen(tree, _PSEUDO.sub("", selector).strip())
        rules = _RULE.findall(_AT_RULE.sub("", sheet))
        rules = [(selector.strip(), body) for selector, body in rules[:_RULES] if ":" not in selector]
        shown = {name for selector, body in rules if _SHOWING.search(body) for name in _last_names(selector)}
        for selector, body in rules:
            if _HIDING.search(body) and not shown & _last_names(selector):
                self._by_sheet |= _chosen(tree, selector)
            if _UNSEEN.search(body) or _BLACKENED.search(body):
                self._unseen |= _chosen(tree, selector)
            if _WHITE.search(body):
                self._white |= _chosen(tree, selector)
            elif _COLOURED.search(body):
                self._white -= _chosen(tree, selector)
            if "line-through" in body:
                self.struck |= _chosen(tree, selector)
            if script := _SCRIPT.search(body):
                self.raised |= dict.fromkeys(_chosen(tree, selector), script.group(1).lower()[:3])

    def covers(self, node: LexborNode, attributes: Mapping[str, str | None]) -> bool:
        """Whether a node, of which the attributes are given, is hidden; what a click opens is not."""
        style = attributes.get("style") or ""
        if attributes.get("role") == "tabpanel" or attributes.get("id") in self._opened:
            return False
        if node.mem_id in self._unseen or (style and (_UNSEEN.search(style) or _BLACKENED.search(style))):
            return True
        if node.mem_id in self._by_sheet or "hidden" in attributes or (style and _HIDING.search(style)):
            if (node.tag or "") in _INLINE:
                return True
            self.liftable += 0 if self.lifted else _length(node)
            return not self.lifted
        white = node.mem_id in self._white or bool(style and _WHITE.search(style))
        return white and self._is_on_white(node)

    def _is_on_white(self, node: LexborNode) -> bool:
        """Whether nothing can have given white words a background: no style, and no class that another file knows."""
        at: LexborNode | None = node
        while at is not None and at.is_element_node:
            attributes = at.attributes
            if _has_background(attributes.get("style") or "") or "bgcolor" in attributes or "background" in attributes:
                return False
            if at.mem_id in self._coloured or (self._foreign and "class" in attributes):
                return False
            at = at.parent
        return True


def _has_background(style: str) -> bool:
    return "background" in _NO_BACKGROUND.sub("", style).lower()


def _chosen(tree: LexborHTMLParser, selector: str) -> set[int]:
    try:
        return {node.mem_id for node in tree.css(selector)}
    except SelectolaxError:
        return set()


def _last_names(selector: str) -> set[str]:
    """The classes and ids of the element itself that a selector, or each of its alternatives, is about."""
    return {name for one in selector.split(",") for name in _NAME.findall((one.split() or [""])[-1])}


@dataclass(slots=True)
class _List:
    """An open list; ``number`` is that of its next item, none for bullets, ``form`` how it is written."""

    number: int | None
    form: str = ""


class _Walk:
    """One pass over the tree; inline text is gathered until a block begins or ends.

    What is ``hidden`` is left out, and so are ``menus`` above the first heading or sentence.
    """

    def __init__(
        self, writer: Writer, hidden: _Hidden, menus: Collection[int], left_out: Counter[Omission] | None = None
    ) -> None:
        self.writer = writer
        self._hidden = hidden
        self._menus = menus
        self.left_out = Counter[Omission]() if left_out is None else left_out
        self._gathered: list[str] = []
        self._opened: list[int] = []
        self._raised: list[tuple[int, int, str]] = []
        self._lists: list[_List] = []
        self._marker: str | None = None
        self._heading = 0
        self._verbatim = 0
        self._begun = False  # whether a heading or a sentence was written

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
        if tag in _EMBEDDED:
            self._embed(node, tag)
        if not node.is_element_node or tag in _DROPPED or _is_aside(node, tag) or self._is_left_out(node, tag):
            return False
        if tag == "br":
            self._gathered.append("\n")
        elif script := self._script(node, tag):
            self._raised.append((node.mem_id, len(self._gathered), script))
        elif tag in _FIELDS:
            self._gathered.append(_field(node, tag))
            return False
        elif tag == "math":
            self._gathered.append(_formula(node))
            return False
        elif tag not in _INLINE and ":" not in tag:  # <st1:date> and the like, of old Word
            self._flush()
            if tag == "table" and (rows := self._rows(node)):
                self.writer.table(*spread(rows, _marked_headers(node), labelled=_is_labelled(node)))
                return False
            self._open(tag, node)
        return True

    def _script(self, node: LexborNode, tag: str) -> str:
        """``sup`` or ``sub`` for an element inside a line whose words are raised or lowered."""
        if tag in _RAISED or tag not in _INLINE:
            return tag if tag in _RAISED else ""
        said = _SCRIPT.search(node.attributes.get("style") or "")
        return said.group(1).lower()[:3] if said else self._hidden.raised.get(node.mem_id, "")

    def _embed(self, node: LexborNode, tag: str) -> None:
        """A page inside this one is read where it is written into it; what lies elsewhere is told."""
        attributes = node.attributes
        if self._hidden.covers(node, attributes):
            return
        if tag == "img":
            self.left_out["pictures"] += _is_picture(node)
            return
        page = LexborHTMLParser(attributes.get("srcdoc") or "")
        if page.body is not None and page.body.text(strip=True):
            self._flush()
            inside = _Walk(self.writer, _Hidden(page), _menus(page), self.left_out)
            inside.write(page.body)
        elif {attributes.get("width"), attributes.get("height")}.isdisjoint({"0", "1"}):
            self.left_out["embedded files"] += 1

    def _is_left_out(self, node: LexborNode, tag: str) -> bool:
        """Whether a node is struck out or hidden, which is told, or a menu, or a button that opens nothing."""
        if node.mem_id in self._menus and not self._begun:
            return True
        attributes = node.attributes
        if tag == "button":
            return not attributes.keys() & _OPENING and (node.parent is None or node.parent.tag not in _HEADINGS)
        struck = (
            tag in _STRUCK or "line-through" in (attributes.get("style") or "") or node.mem_id in self._hidden.struck
        )
        if struck or self._hidden.covers(node, attributes):
            self.left_out["struck text" if struck else "hidden text"] += _length(node)
            return True
        return False

    def _open(self, tag: str, node: LexborNode) -> None:
        self._opened.append(node.mem_id)
        if tag in _HEADINGS:
            self._heading = _HEADINGS[tag]
        elif tag == "summary":  # a question stands by itself, as those of any other page
            self._heading = 0 if node.text().rstrip().endswith(("？", "?")) else _NAMES
        elif tag in _LISTS:
            form = _NUMBERS.get(node.attributes.get("type") or "", "")
            self._lists.append(_List(_number(node.attributes.get("start")) if tag == "ol" else None, form))
        elif tag == "li":
            self._marker = self._next_marker(node)
        elif tag == "pre":
            self._verbatim += 1

    def _leave(self, node: LexborNode) -> None:
        """End a block that was opened, or raise what stands in a ``sup``."""
        if self._raised and self._raised[-1][0] == node.mem_id:
            _, start, script = self._raised.pop()
            raised = _RAISED[script]("".join(self._gathered[start:]))
            self._gathered[start:] = [raised]
        if not self._opened or self._opened[-1] != node.mem_id:
            return
        self._opened.pop()
        self._flush()
        tag = node.tag or ""
        if tag in _HEADINGS or tag == "summary":
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
        return f"{numeral(number, current.form)}. "

    def _flush(self) -> None:
        text = "".join(self._gathered)
        self._gathered.clear()
        if not text.strip():
            return
        self._begun = self._begun or bool(self._heading) or "。" in text
        if self._heading:
            self.writer.heading(self._heading, text)
        elif _TRAIL.fullmatch(one_line(text)):
            return
        elif self._marker is not None:
            self._write_item(text, self._marker)
            self._marker = None
        else:
            self.writer.paragraph(text)

    def _rows(self, table: LexborNode) -> list[list[tuple[str, int, int]]]:
        """The cells of a table with their spans, its caption written; none where it only places blocks on the page."""
        if _is_layout(table):
            return []
        rows = []
        for row in table.css("tr"):
            if not self._is_left_out(row, "tr"):
                cells = [one for one in _element_children(row) if one.tag in {"td", "th"}]
                rows.append([(self._words(one), *_spans(one)) for one in cells])
        rows = [row for row in rows if row]
        if not any(len(row) > 1 for row in rows):
            return []
        for caption in table.css("caption"):
            self.writer.paragraph(self._words(caption))
        return rows

    def _words(self, node: LexborNode) -> str:
        inside = _Walk(Writer(_CELL), self._hidden, frozenset(), self.left_out)
        inside.write(node)
        return inside.writer.text

    def _write_item(self, text: str, marker: str) -> None:
        if marker:
            self.writer.paragraph(marker + one_line(text))
        else:
            self.writer.item(text)


def _length(node: LexborNode, without: str = "script, style, template, option") -> int:
    """How many characters stand below a node, spaces and what some elements hold aside."""
    texts = [node.text(), *(one.text() for one in node.css(without))]
    whole, *aside = (len(text) - text.count(" ") - text.count("\n") for text in texts)
    return max(whole - sum(aside), 0)


def _menus(tree: LexborHTMLParser) -> set[int]:
    """The blocks of short links and hardly anything else, by their place in the page: the way through the site.

    A link to a file is an attachment, and a page without a heading or a sentence nothing but its links.
    """
    if tree.body is None or not (tree.css_first(", ".join(_HEADINGS)) or "。" in tree.body.text()):
        return set()
    links: dict[int, list[str]] = {}
    blocks: dict[int, LexborNode] = {}
    for link in tree.css("a"):
        words = "".join(link.text().split())
        file = PurePosixPath(str(link.attributes.get("href") or "").partition("?")[0]).suffix.lower() in SUFFIXES
        for block in _around(link) if words else ():
            blocks[block.mem_id] = block
            links.setdefault(block.mem_id, []).append(words + "." * file * _LINK)
    return {at for at, block in blocks.items() if _is_menu(block, links[at])}


def _around(link: LexborNode) -> Iterator[LexborNode]:
    """The block that a link stands in, and the list, table or other block that this is an entry of."""
    at = link.parent
    while at is not None and at.tag in _INLINE:
        at = at.parent
    if at is not None and at.is_element_node:
        yield at
        while at is not None and at.tag in _ENTRIES:
            at = at.parent
            if at is not None and at.is_element_node and at.tag not in _ENTRIES:
                yield at


def _is_menu(block: LexborNode, links: Sequence[str]) -> bool:
    if len(links) < _MENU or sum(map(len, links)) > _LINK * len(links) or (block.tag or "") in {"body", *_HEADINGS}:
        return False
    words = _WORDS.sub("", block.text())
    return sum(len(_WORDS.sub("", one)) for one in links) >= _LINKED * len(words) and "。" not in block.text()


def _is_aside(node: LexborNode, tag: str) -> bool:
    attributes = node.attributes
    if attributes.get("title") in {"header", "footer"}:  # of the pages, as LibreOffice writes them
        return True
    said = " ".join(str(attributes.get(one) or "") for one in ("class", "id", "aria-label")).lower()
    return (tag == "aside" or _ASIDE.search(said) is not None) and "。" not in node.text()


def _is_picture(node: LexborNode) -> bool:
    """Whether an image is large, for all that is said of it, and no link's, as those around an article are."""
    sizes = [_number(node.attributes.get(side), _ICON) for side in ("width", "height")]
    return min(sizes) >= _ICON and (node.parent is None or node.parent.tag != "a")


def _spaces(text: str, *, keep: bool) -> str:
    """White space as a browser shows it: line breaks of the source are none of the page's."""
    return (
        text if keep else re.sub(r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])\s*\n\s*", "", text).replace("\n", " ")
    )


def _number(text: str | None, default: int = 1) -> int:
    return int(text) if text and text.strip().isdecimal() and len(text) < 7 else default


def _field(node: LexborNode, tag: str) -> str:
    """What a person sees in a field of a form: its text, a tick, the choice that is made."""
    attributes = node.attributes
    kind = (attributes.get("type") or "text").lower()
    if tag == "select":
        return "".join(one.text() for one in node.css("option[selected]"))
    if tag == "textarea":
        return node.text()
    if kind in {"checkbox", "radio"}:
        return tick("checked" in attributes)
    return "" if kind in _UNWRITTEN else attributes.get("value") or ""


def _formula(node: LexborNode) -> str:
    """MathML on one line: 3/4, 10⁷."""
    parts = [
        _formula(child) if child.is_element_node else child.text_content or "" for child in node.iter(include_text=True)
    ]
    parts = [part.strip() for part in parts if part.strip()]
    tag = node.tag or ""
    if tag.startswith("annotation"):
        return ""
    if tag == "mfrac" and len(parts) == 2:
        return "/".join(part if re.fullmatch(r"[\w.]+", part) else f"({part})" for part in parts)
    if tag in {"msup", "msub"} and len(parts) == 2:
        return parts[0] + (superscript if tag == "msup" else subscript)(parts[1])
    return f"√({''.join(parts)})" if tag == "msqrt" else "".join(parts)


def _is_layout(table: LexborNode) -> bool:
    """Whether a table only places blocks on the page; a selector sees those that the table itself stands in, too."""
    blocks = table.css_first("th") is None and table.css_first(_BLOCKS) is not None
    nested = any(one.mem_id != table.mem_id for one in table.css("table"))
    single = len(table.css("tr")) == 1 and table.css_first("th, caption") is None
    return blocks or nested or single or table.attributes.get("role") == "presentation"


def _marked_headers(table: LexborNode) -> int:
    """How many rows at the top of a table have header cells only."""
    rows = ([one.tag for one in _element_children(row)] for row in table.css("tr"))
    return len(list(takewhile(lambda tags: set(tags) == {"th"}, rows)))


def _element_children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        if child.is_element_node:
            yield child
        child = child.next


def _spans(cell: LexborNode) -> tuple[int, int]:
    across, down = (_number(cell.attributes.get(one)) for one in ("colspan", "rowspan"))
    return min(max(across, 1), _SPAN), min(max(down, 1), _SPAN)


def _is_labelled(table: LexborNode) -> bool:
    """Whether every row of several begins with a header cell and goes on with another one."""
    rows = [[one.tag for one in _element_children(row)] for row in table.css("tr")]
    return len(rows) > 1 and all(tags[:1] == ["th"] and "td" in tags[1:] for tags in rows)
