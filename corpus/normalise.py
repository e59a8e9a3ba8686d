"""Forms of a text used for matching (folded, simplified) and for showing (joined). Neither is ever an offset's text."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import opencc

from corpus.radicals import unified

_CJK = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CJK_OR_PUNCTUATION = re.compile(rf"[{_CJK}\u3000-\u303f\uff00-\uffef“”‘’—…·]")
# A line that a copied page leaves between two others: — 3 —, 第3页 共9页.
PAGE_NUMBER = re.compile(r"[-—–][ \t]*\d{1,4}[ \t]*[-—–]|第[ \t]*\d{1,4}[ \t]*页(?:[ \t，,/]*共[ \t]*\d{1,4}[ \t]*页)?")
_NUMBERED_PAGE = re.compile(rf"\n[ \t]*(?:{PAGE_NUMBER.pattern})[ \t]*(?=\n)")
_LINE_BREAK = re.compile(r"[ \t\u3000]*\r?\n\s*")
_NUMBER_BEGUN = re.compile(rf"{_CJK_OR_PUNCTUATION.pattern}\S*[0-9][.,:/~-]?$")
_NUMBER_LENGTH = 30  # characters of one with what stands before it without a space
_NUMBER_ENDED = re.compile(r"[0-9]|[.,:/~-][0-9]|[%‰]")
# What holds no more: ~~3万元~~, <del>3万元</del>. Code is matched first, since what stands in it is read.
STRUCK = re.compile(
    r"(?P<code>`[^`]*`)|(?<!~)~~(?P<words>[^\s~](?:[^~]*[^\s~])?)~~(?!~)|<(?P<tag>del|s|strike)>(?P<marked>[^<]*)</(?P=tag)>",
    re.IGNORECASE,
)
_TAG = r"[^<>]{0,200}>"
_PIPE = re.compile(r"(?<!\\)\|")
_MARKDOWN = (  # the bounds keep the time from growing with the square of a line
    (re.compile(r"<br\s{0,3}/?>", re.IGNORECASE), "\n"),
    (
        re.compile(
            rf"</t[dh]>\s{{0,99}}</tr>(?:\s{{0,99}}</?t(?:head|body|foot){_TAG})*\s{{0,99}}<tr{_TAG}\s{{0,99}}<t[dh]{_TAG}",
            re.IGNORECASE,
        ),
        "；",
    ),
    (re.compile(rf"</t[dh]>\s{{0,99}}<t[dh]{_TAG}", re.IGNORECASE), "｜"),
    (re.compile(rf"</?(?:table|t(?:head|body|foot|[rdh])|font|span|center|div|[bup])\b{_TAG}", re.IGNORECASE), ""),
    (re.compile(r"\[\^[^\[\]\s]{1,40}\](?::[ \t]{0,9})?"), ""),
    (re.compile("&nbsp;"), " "),
    (re.compile(r"!?\[([^\[\]]{0,2000})\]\([^)]{0,2000}\)"), r"\1"),
    (re.compile(r"(\*\*|__|`)(?=\S)(.{1,2000}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+)", re.MULTILINE), ""),
)
# Characters that Chinese doubles by habit: at a page break their repetition is text, not a flaw of the export.
_REDUPLICATED = frozenset("天人家年月日时处事个种样条点常渐刚仅偏往频层步代世略微稍慢快好大小多少深高远早重久")

_POWER = re.compile("(?<=[0-9])[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")  # without a sign of its own 10⁶ would be 106
# How people of Hong Kong and Taiwan type the characters for which Hong Kong's list has a form that Big5 has not, 裏 and
# 着 aside, and 賬.
_TYPED = str.maketrans(
    "説閲户羣賬衞税脱悦鋭兑蜕温卧敍藴醖愠氲牀峯麪啓鈎葱囱嫺媪繮",
    "說閱戶群帳衛稅脫悅銳兌蛻溫臥敘蘊醞慍氳床峰麵啟鉤蔥囪嫻媼韁",
)
_ALSO_TYPED = str.maketrans("衞枱", "衛檯")  # which OpenCC takes for none of Traditional
_ACCOUNT = re.compile("帐(?![篷幕子])(?<![蚊营]帐)")  # 帳戶 is 账户, 帳篷 is 帐篷
_HALF = re.compile("[\ud800-\udfff]")
_SHORT = 500  # characters of a text that is worth keeping folded


def fold(text: str) -> str:
    """The form in which texts are compared: NFKC, Simplified, lower case, without invisible characters."""
    return _fold_short(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> str:
    powers = _POWER.sub(r"^\g<0>", unified(text))
    visible = "".join(c for c in unicodedata.normalize("NFKC", powers) if unicodedata.category(c) != "Cf")
    return simplify(visible.lower())


_fold_short = lru_cache(maxsize=8_192)(_fold)  # the same sentences are compared with question after question


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """``fold(text)`` and, for each of its characters, the offset in ``text`` that it came from."""
    folded: list[str] = []
    offsets: list[int] = []
    whole = unified(text)
    powers = {found.start() for found in _POWER.finditer(whole)}
    for at, character in enumerate(whole):
        for part in "^" * (at in powers) + unicodedata.normalize("NFKC", character).lower():
            if unicodedata.category(part) != "Cf":
                folded.append(part)
                offsets.append(at)
    plain = "".join(folded)
    simplified = simplify(plain)
    if len(simplified) != len(plain):  # a phrase rule changed the length: convert each character by itself
        simplified = "".join(one if len(one) == 1 else c for c in plain for one in (simplify(c),))
    return simplified, offsets


def standing(text: str) -> str:
    """A text without the words that are struck out in it."""
    return STRUCK.sub(r"\g<code>", text)


def simplify(text: str) -> str:
    """Traditional to Simplified characters."""
    if text.isascii():
        return text
    return _ACCOUNT.sub("账", _converter("t2s").convert(_whole(text).translate(_ALSO_TYPED)))


def traditional(text: str) -> str:
    """Simplified to Traditional characters as people of Hong Kong type them: 為, 裏 and 戶, not 爲, 裡 and 户."""
    return text if text.isascii() else _converter("s2hk").convert(_whole(text)).translate(_TYPED)


def _whole(text: str) -> str:
    """The text with a sign in place of each half of a character, which no writing has and no converter takes."""
    return _HALF.sub("\ufffd", text)


def is_traditional(text: str) -> bool:
    """Whether the text is written in Traditional characters: simplifying changes it and the reverse hardly does."""
    to_simplified = sum(a != b for a, b in zip(text, simplify(text), strict=False))
    usual: str = _converter("s2t").convert(_whole(text))
    to_traditional = sum(a != b for a, b in zip(text, usual, strict=False))
    return to_simplified > to_traditional


def is_english(text: str) -> bool:
    """Whether the text is in Latin letters, but for a name or two."""
    latin = len(re.findall(r"[A-Za-z]", text))
    return latin > 3 * len(re.findall(rf"[{_CJK}]", text)) and len(re.findall(r"[A-Za-z]+", text)) >= 2


def row_cells(row: str) -> list[str]:
    """The cells of a table's row, raw, without the backslash before a bar that divides none."""
    return [cell.replace("\\|", "|") for cell in _PIPE.split(row.strip().strip("|"))]


def join_lines(raw: str) -> str:
    """A raw slice as a person reads it: lines joined, a page break's doubled character once, marks of Markdown gone."""
    text = _NUMBERED_PAGE.sub("", standing(raw))
    for pattern, replacement in _MARKDOWN:
        text = pattern.sub(replacement, text)
    text = text.strip()
    pieces: list[str] = []
    at = 0
    for broken in _LINE_BREAK.finditer(text):
        pieces.append(text[at : broken.start()])
        before, after = text[broken.start() - 1], text[broken.end()]
        at = broken.end() + (1 if _doubled(before, after, broken.group()) else 0)
        if not (_CJK_OR_PUNCTUATION.match(before) or _CJK_OR_PUNCTUATION.match(after)):
            below = text.find("\n", broken.end())
            above = text[text.rfind("\n", 0, broken.start()) + 1 : broken.start()]
            pieces.append("" if is_cut_number(above, text[broken.end() : below if below > 0 else None]) else " ")
    return "".join([*pieces, text[at:]])


def is_cut_number(above: str, below: str) -> bool:
    """Whether a line of Chinese ends inside a number that the next one goes on with: 比2⏎020年, 增长12.⏎75%.

    A number behind a space is a value in a column.
    """
    begun = _NUMBER_BEGUN.search(above[-_NUMBER_LENGTH:]) and _NUMBER_ENDED.match(below)
    return bool(begun and _CJK_OR_PUNCTUATION.search(below))


def _doubled(before: str, after: str, broken: str) -> bool:
    """Whether a page break (an empty line) repeated the character before it. Never said of digits: 10⏎⏎0 is 100."""
    page_break = broken.count("\n") > 1
    return page_break and before == after and bool(re.match(rf"[{_CJK}]", before)) and before not in _REDUPLICATED


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)
