"""A question as it is searched and read, and the little that is read out of it by rule: language, years, parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.normalise import fold, is_english, is_traditional, simplify

Language = Literal["zh-Hans", "zh-Hant", "en"]

MOST_PARTS = 4
_TAGGED = re.compile(r"<([A-Za-z][\w-]*)\b[^<>]*>.*?</\1\s*>|</?[A-Za-z][^<>]*>", re.DOTALL)
_ROLE = re.compile(
    r"^\s*(?:system|assistant|developer|user|系统(?:消息|提示|指令)?)\s*[:：].*$", re.IGNORECASE | re.MULTILINE
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)\s*年?|([一二]?[零〇一二九][零〇一二三四五六七八九]{2,3})年")
_RELATIVE = {"前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
_CHINESE_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")
_SIGN, _WORD = re.compile(r"[^\W_a-zA-Z]"), re.compile(r"[a-zA-Z]+")
_CLAUSE = re.compile(r"[^，,；;？?。！!\n]+[？?]?")
# The words that ask: a closed class of Chinese grammar.
_ASKS = re.compile(
    r"哪|什么|啥|多少|几|何|谁|怎|如何|是否|有没有|能否|多[大高长久远]|[吗呢][？?]?$|([\u4e00-\u9fff])不\1"
)
_SEVERAL = re.compile(
    r"哪(?:些|几)|(?:什么|啥)(?!时候|时间)|怎|如何|几[种项类点条步]|\b(?:what|which|list)\b", re.IGNORECASE
)
_ONE = re.compile(r"\b(?:when|who|where|how (?:much|many|long|old|far)|is|are|do|does|can|may|must)\b", re.IGNORECASE)
_PARTICLE = re.compile(r"[呢嘞呐][\s？?。!！]*$")
_LONGEST_OPENING = 12  # characters of a clause before the first that asks which are carried to every part


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is searched, its language, and the years that it names outright or by 今年."""

    text: str
    language: Language
    years: frozenset[int] = frozenset()
    relative_years: frozenset[int] = frozenset()

    @property
    def folded(self) -> str:
        """The form in which it is compared."""
        return fold(self.text)


def plain(text: str) -> str:
    """The question without what only imitates a program's input: tagged passages and lines in another's role.

    Nothing in a question is ever an instruction, but its words would be searched, and told back in a refusal.
    """
    return re.sub(r"\s*\n\s*", "\n", _ROLE.sub("", _TAGGED.sub(" ", text))).strip() or text


def read_question(text: str) -> Question:
    """Read a question."""
    folded = fold(text)
    relative = frozenset(offset for word, offset in _RELATIVE.items() if word in folded)
    return Question(text.strip(), _language(text), years(folded), relative)


def behind(question: str, earlier: Sequence[str]) -> str:
    """The question behind the last of the earlier ones, as both are searched together; without such, itself."""
    return f"{earlier[-1].rstrip('？?。 ')}；{question}" if earlier else question


def length(text: str) -> int:
    """How much is said: characters of Chinese and digits, two for a word in Latin letters, none for marks."""
    return len(_SIGN.findall(text)) + 2 * len(_WORD.findall(text))


def is_elliptic(text: str) -> bool:
    """Whether a question asks by its last particle alone, for what the one before it asked: 85岁的呢."""
    named = _PARTICLE.sub("", simplify(text))
    return named != simplify(text) and not _ASKS.search(named)


def years(folded: str) -> frozenset[int]:
    """Years that a folded text names: 2025年, 2025, 二〇二五年."""
    found = set()
    for digits, numeral in _YEAR.findall(folded):
        number = digits or numeral.translate(_CHINESE_DIGITS)
        if number.isdigit() and 1900 <= int(number) <= 2100:
            found.add(int(number))
    return frozenset(found)


def parts(text: str) -> tuple[str, ...]:
    """The clauses of a question that each ask something; the question itself where it asks one thing."""
    if is_english(text):
        return (text,)
    opening, asking = "", []
    for clause in _CLAUSE.findall(text):
        if _ASKS.search(clause):
            asking.append(clause.strip())
        elif not asking and len(clause) <= _LONGEST_OPENING:
            opening = f"{clause.strip()}，"
        else:
            return (text,)
    return tuple(f"{opening}{one}" for one in asking) if 1 < len(asking) <= MOST_PARTS else (text,)


def asks_several(text: str) -> bool:
    """Whether a question asks for several things, or how something is done: 哪些, 什么, 怎么."""
    return bool(_SEVERAL.search(simplify(text)))


def asks_one(text: str) -> bool:
    """Whether a question asks for one thing: 多少, 谁, 几天, 能不能; not where nothing in it asks (申领的条件)."""
    asking = _ONE if is_english(text) else _ASKS
    return bool(asking.search(simplify(text))) and not asks_several(text)


def _language(text: str) -> Language:
    if is_english(text):
        return "en"
    return "zh-Hant" if is_traditional(text) else "zh-Hans"
