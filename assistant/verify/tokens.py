"""A text as a row of tokens: what must be equal for two texts to say the same, and what need not be.

White space, width, Traditional characters, quotation marks and brackets make no difference, nor which of ， ： — or of
； 。 ！ stands at a place. A number counts by its value in its unit, a date by its day. All else counts as it stands: a
character, a foreign word, a question mark.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Literal

from corpus.normalise import join_lines, simplify
from corpus.quantities import Date, DocumentNumber, Facts, Quantity, facts

TokenKind = Literal["word", "pause", "semicolon", "stop"]

PAUSE, JOINT, STOP = ",", "、", ";"
MARKS = frozenset({PAUSE, JOINT, STOP})
_STRENGTH: dict[str, TokenKind] = {
    ";": "semicolon",
    **dict.fromkeys(",、:—|", "pause"),
    **dict.fromkeys("。!.?", "stop"),
}
_RANK: tuple[TokenKind, ...] = ("word", "pause", "semicolon", "stop")
_IGNORED = frozenset(" \t\n\u3000\xa0“”‘’\"'「」『』《》〈〉()[]{}【】〔〕·•*#`")
_RAW = re.compile(r"[a-z]+|\d+|——|\S|\s")
_JOINTS = {**dict.fromkeys(("-", "—", "——", "–", "~", "至", "到"), "~"), ":": "比"}  # between two numbers
_JOINED: dict[str, TokenKind] = dict.fromkeys((*_JOINTS, "."), "word")
_AS_THEY_STAND = {"−": "-", "∶": ":", "…": "…", "〜": "~"}
_SET_APART = frozenset({"<super", "<sub", "<circle", "<fraction", "<compat"})
_GAP = re.compile(r"(?<=[第零〇一二两三四五六七八九十百千万亿])\s+(?=[零〇一二两三四五六七八九十百千万亿])")
_NUMERAL = re.compile(r"[\d零〇一二两三四五六七八九十百千万亿第-]")
_BEHIND = re.compile(r"(?:及?以[上下内]|之[内多]|内|左右|上下|[余多])$")


@dataclass(frozen=True, slots=True)
class Token:
    """``key`` is what is compared; ``start`` and ``end`` are its place in the folded text."""

    key: str
    start: int
    end: int
    kind: TokenKind = "word"


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text as it is read (lines joined), folded, its tokens and facts; ``offsets``: of each folded character."""

    shown: str
    folded: str
    offsets: tuple[int, ...]
    tokens: tuple[Token, ...]
    facts: Facts

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a slice of ``folded`` stands in ``shown``."""
        return self.offsets[start], self.offsets[end - 1] + 1

    def at(self, folded: int) -> int:
        """The first token at or behind a place in ``folded``."""
        return bisect_left(self.tokens, folded, key=lambda token: token.start)

    def begins(self, token: int) -> int:
        """Where a token begins in ``folded``, with the bracket that a list mark may have before it."""
        at = self.tokens[token].start if token < len(self.tokens) else len(self.folded)
        return at - (self.folded[max(0, at - 1) : at] == "(")

    def text(self, start: int, end: int) -> str:
        """The folded text from the token ``start`` up to the token ``end``, with what stands between it and that."""
        behind = self.tokens[end].start if end < len(self.tokens) else len(self.folded)
        return self.folded[self.tokens[start].start : behind] if start < end else ""


def keys(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """What is compared of each."""
    return tuple(token.key for token in tokens)


def is_date(key: str) -> bool:
    """Whether a key is that of a date."""
    return len(key) > 1 and key[0] == "@"


@lru_cache(maxsize=2_048)
def read(raw: str) -> ReadText:
    """The tokens of a raw text; equal pauses that follow one another count once, those at the ends not at all."""
    shown = join_lines(raw)
    folded, offsets = _fold(shown)
    found = facts(folded)
    made: list[Token] = []
    at = 0
    cut: tuple[Quantity | Date | DocumentNumber, ...] = (*found.quantities, *found.dates, *found.document_numbers)
    for fact in sorted(cut, key=lambda one: one.start):
        made += _raw(folded, at, fact.start)
        made += _fact(fact, folded)
        at = max(at, fact.end)
    made += _raw(folded, at, len(folded))
    return ReadText(shown, folded, offsets, tuple(_growth(list(_joined(made)))), found)


def _fold(shown: str) -> tuple[str, tuple[int, ...]]:
    folded, offsets = list[str](), list[int]()
    gaps = {at for gap in _GAP.finditer(shown) for at in range(*gap.span())}
    for at, character in ((at, one) for at, one in enumerate(shown) if at not in gaps):
        before = folded[-1] if folded else ""
        for part in _plain(character, measured=before == "m", letter="a" <= before <= "z"):
            folded.append(part)
            offsets.append(at)
    plain = "".join(folded)
    simple = simplify(plain)
    if len(simple) != len(plain):  # a phrase rule changed the length: each character by itself
        simple = "".join(one if len(one) == 1 else old for old, one in ((old, simplify(old)) for old in plain))
    return simple, tuple(offsets)


@cache
def _plain(character: str, *, measured: bool, letter: bool) -> str:
    """One character as it is compared; a raised or circled digit stays apart from the digits before it (10², not 102).

    ``measured``: it stands behind m, as in m²; ``letter``: behind a Latin letter, as in CO₂.
    """
    if character in _AS_THEY_STAND:
        return _AS_THEY_STAND[character]
    form = unicodedata.normalize("NFKC", character)
    if any(unicodedata.category(one) == "Cf" for one in form):
        return ""
    style = unicodedata.decomposition(character).partition(">")[0]
    if style in _SET_APART and any(one.isdigit() for one in form):
        if style == "<super":
            return form if measured and form in "23" else f"^{form}"
        return form if style == "<sub" and letter else f"({form})"
    return form.lower()


def _fact(fact: Quantity | Date | DocumentNumber, folded: str) -> Iterator[Token]:
    """A number, date or document number as one token, with the words around it that are no part of its value."""
    if isinstance(fact, Date):
        value = (fact.year, fact.month, fact.day, fact.part, fact.relative)
        joins = re.search(r"(?:[-—–~至到]|——)\s*$", fact.text)
        end = fact.start + joins.start() if joins else fact.end
        yield Token("@" + "|".join("" if part is None else str(part) for part in value), fact.start, end)
        if joins:
            yield Token("~", end, fact.end)
    elif isinstance(fact, DocumentNumber):
        start = fact.start + len(fact.agency)
        yield from _raw(folded, fact.start, start)
        yield Token(f"§{fact.year}|{fact.number}", start, fact.end)
    else:
        yield from _quantity(fact, folded)


def _quantity(fact: Quantity, folded: str) -> Iterator[Token]:
    begins = _NUMERAL.search(fact.text)
    if fact.text.startswith("首") or not begins or re.search(r"(?<![\d.,])0\d", fact.text):
        yield from _raw(folded, fact.start, fact.end)
        return
    start, end = fact.start + begins.start(), fact.end
    behind = _BEHIND.search(fact.text) if fact.bound else None
    if behind and fact.start + behind.start() > start:
        end = fact.start + behind.start()
    number = start + (folded[start] == "第")
    yield from _raw(folded, fact.start, number)
    core = folded[number:end]
    if re.fullmatch(r"\d+\.\d+", core) and not fact.unit and fact.bound not in {"from", "to"}:
        yield from _raw(folded, number, end)  # 1.10 may be a section
    else:
        yield Token(f"#{fact.value}|{fact.unit}", number, end)
        for at, beyond in ((at, one) for at, one in enumerate(core) if one in "余多几数半"):
            yield Token(beyond.replace("多", "余"), number + at, number + at + 1)
    yield from _raw(folded, end, fact.end)


def _raw(folded: str, start: int, end: int) -> Iterator[Token]:
    for match in _RAW.finditer(folded, start, end):
        key = match[0]
        number = key.isdecimal() and key.isascii() and (key == "0" or key[0] != "0")
        within = folded[match.start() - 1 : match.start()].isdigit() and folded[match.end() : match.end() + 1].isdigit()
        if key[0] not in _IGNORED or (within and not key.isspace()):  # 3*4 is not 34
            yield Token(f"#{key}|" if number else key, *match.span(), _STRENGTH.get(key[0], "word"))


def _joined(tokens: list[Token]) -> Iterator[Token]:
    """The tokens with what joins two numbers in one form (3至5, 3:1), each run of pauses as one."""
    kept: list[Token] = []
    for n, token in enumerate(tokens):
        one = token
        if 0 < n < len(tokens) - 1 and all(len(by.key) > 1 and by.key[0] in "#@" for by in tokens[n - 1 : n + 2 : 2]):
            one = replace(token, key=_JOINTS.get(token.key, token.key), kind=_JOINED.get(token.key, token.kind))
        if one.kind == "word" or one.key == "?":
            kept.append(one)
        elif kept and kept[-1].kind != "word":
            kind = max(kept[-1].kind, one.kind, key=_RANK.index)
            kept[-1] = replace(kept[-1], kind=kind, key=PAUSE if kind == "pause" else STOP)
        elif kept:
            kept.append(replace(one, key=one.key if one.key == JOINT else PAUSE if one.kind == "pause" else STOP))
    yield from kept[:-1] if kept and kept[-1].key in MARKS else kept


def _growth(tokens: list[Token]) -> Iterator[Token]:
    """The tokens with negative growth as a fall: 增长-3%, 负增长3% are 下降3%."""
    said = "".join(token.key[0] for token in tokens)  # one character each
    at = 0
    for fall in re.finditer(r"(?:增长-|负增长)(?=#(?!~))", said):
        yield from tokens[at : fall.start()]
        yield Token("下", tokens[fall.start()].start, tokens[fall.start()].end)
        yield Token("降", tokens[fall.start() + 1].start, tokens[fall.end() - 1].end)
        at = fall.end()
    yield from tokens[at:]
