"""Bytes → text: the encodings that Chinese offices use, and a refusal where the bytes say that it would be garbled."""

from __future__ import annotations

import re
import unicodedata

from corpus.formats.refusals import Unreadable
from corpus.normalise import simplify

_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_LONG_UTF8 = re.compile(rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2}){3}")  # three Chinese characters, hardly ever GB18030
_COMMON = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")  # GB2312 level 1: the characters that nearly all text is made of
_FREQUENT = re.compile(  # of which a fifth of any Chinese text is made, and next to nothing of garbled Korean
    "[的一是在不了有和人这中大为上个国以要时来用生到作地于出分对成会可主发年动同工也能下过子产种方后多定行学法所民"
    "经十三之进等部度家力化高自二理加体制机点业本应开合由其前外日事平全各重新内数第条建月公市区人政府委办局处]"
)
_HAN = re.compile("[\u4e00-\u9fff]")
_JUDGED = 20  # characters; fewer say nothing about the encoding
_JUDGED_LONG = 100  # characters; so many have frequent ones among them
_FEWEST = 0.03  # share of frequent characters, far below what text has
_MANY = 0.08  # as much where nothing else tells
_USUAL = 0.3  # share of common characters, far below what text has and above what garbled bytes have
_LONGEST_LINE = 200_000  # characters; no paragraph is as long, and what splits lines takes time by their square


def decode(raw: bytes, name: str) -> str:
    """Text of a file in UTF-8 or UTF-16, with or without BOM, GB18030 or Big5; newlines stay as they are.

    Raises:
        FileError: the bytes are not text, mix encodings, or are in another one.
    """
    try:
        text = decoded(raw)
        _check_lines(text)
    except Unreadable as reason:
        raise reason.of(name) from reason
    return text


def decoded(raw: bytes) -> str:
    """As ``decode``, for a parser, which does not know the file's name.

    Raises:
        Unreadable: see ``decode``.
    """
    for mark, encoding in _UTF16.items():
        if raw.startswith(mark):
            text = _strict(raw[2:], encoding)
            if not _is_text(text):
                raise Unreadable("encoding")
            return text
    if b"\x00" in raw:
        return _utf16_without_mark(raw)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        _check_mixed(raw)
    try:
        return _gb18030(raw)
    except Unreadable:
        return _big5(raw)


def _strict(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("encoding") from error


def _utf16_without_mark(raw: bytes) -> str:
    """UTF-16 whose zeros are those of line ends and digits; zeros anywhere else are no text."""
    if len(raw) % 2 == 0:
        for encoding, high in (("utf-16-le", raw[1::2]), ("utf-16-be", raw[0::2])):
            low = raw[0::2] if encoding == "utf-16-le" else raw[1::2]
            if 0 in high and 0 not in low:
                text = _strict(raw, encoding)
                if _is_text(text):
                    return text
    raise Unreadable("binary")


def _gb18030(raw: bytes) -> str:
    """GB18030, which decodes nearly anything: the result has to look like text."""
    text = _strict(raw, "gb18030")
    han = len(_HAN.findall(text))
    if not _is_text(text) or (han >= _JUDGED and len(_COMMON.findall(raw)) < han * _USUAL):
        raise Unreadable("encoding")
    if han >= _JUDGED_LONG and len(_FREQUENT.findall(text)) < han * _FEWEST:
        raise Unreadable("encoding")
    return text


def _big5(raw: bytes) -> str:
    """Big5, with the characters of Hong Kong; believed only where frequent characters say that it is Chinese."""
    text = _strict(raw, "big5hkscs")
    han = len(_HAN.findall(text))
    if not _is_text(text) or han < _JUDGED or len(_FREQUENT.findall(simplify(text))) < han * _MANY:
        raise Unreadable("encoding")
    return text


def _check_mixed(raw: bytes) -> None:
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if _LONG_UTF8.search(line):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                continue
            raise Unreadable("mixed", line=number)


def _is_text(text: str) -> bool:
    """Whether hardly any character is a control, unassigned or private one."""
    odd = sum(unicodedata.category(c) in {"Cc", "Cn", "Co", "Cs"} and c not in "\r\n\t\f" for c in text)
    return odd * 50 <= len(text)


def _check_lines(text: str) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > _LONGEST_LINE:
            raise Unreadable("line", line=number, limit=_LONGEST_LINE)
