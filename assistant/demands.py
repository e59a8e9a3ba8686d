"""What a question asks for that evidence must hold: a quantity in its unit, a date or a period."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from assistant.question import Question
from corpus.normalise import fold
from corpus.quantities import Facts, Quantity, facts, quantities

Demand = Literal["number", "date", "period"]

_NUMBER = re.compile(
    r"多少|(?<![这那近前后好十头第])几(?![乎何]|年来)|多[大高重宽快]|占比|百分之几|"
    r"\bhow (?:many|much|large|big|fast)\b|\bwhat (?:percentage|share|proportion)\b"
)
_DATE = re.compile(
    r"何时|几时|边日|几点(?!建|意|要)|何年|"
    r"什么时[候间]|啥时候?|哪一?[年月天日]|几[月号]|\bwhen\b|\bwhat (?:date|year)\b"
)
_PERIOD = re.compile(r"多久|多长时间|(?<![这那近前后好十])几(?:天|个?月|年(?!来))|多少天|多少个?月|多少年|\bhow long\b")
_AGE = re.compile(
    r"世纪|年代|\d{1,4}年|[元一二三四五六七八九十]年(?!级)|[同当次翌去今明前本]年|季度|上半年|下半年|年[底初末中]"
)
_MONEY = re.compile(r"(?:多少|几)(?:钱|个?亿|[百千]?万(?![人家个件辆名户台]))")
_UNIT = re.compile(r"(?:多少|几)([\u4e00-\u9fff㎡%]{1,4})")
# Units in which the same thing is counted or measured.
_ALIKE = (
    frozenset("人名位"),
    frozenset("家户"),
    frozenset("辆台部"),
    frozenset("座栋幢"),
    frozenset("块宗幅"),
    frozenset("条项款点大类种"),
    frozenset("件份单项"),
    frozenset(("平方米", "平方公里", "公顷", "亩", "平米", "平方")),
    frozenset(("%", "百分点", "倍")),
    frozenset(("天", "日", "工作日", "月", "年", "小时", "周", "分钟")),
)
_COUNTED = re.compile(r"(?:多少|(?<![这那近前后好十哪头])几)[个家所名位台辆座条项件]([\u4e00-\u9fff]{2,6})")
_NEAR = 10  # characters behind a quantity in which stands what it counts
_LARGE = 10_000  # a number without a unit may be an amount from here on


def demand(question: Question) -> Demand | None:
    """What kind of value the question asks for, where the words leave no doubt."""
    if question.asks_list or question.kind == "polar":
        return None
    if _PERIOD.search(question.folded):
        return "period"
    if _DATE.search(question.folded):
        return "date"
    return "number" if _NUMBER.search(question.folded) else None


def holds(question: Question, kind: Demand, text: str) -> bool:
    """Whether a text holds a value of the kind that the question asks for."""
    found = _facts(fold(text))
    if kind == "date":
        return bool(found.dates or _AGE.search(fold(text)))
    if kind == "period":
        return bool(found.dates or found.quantities or _AGE.search(fold(text)))
    asked = asked_unit(question.folded)
    thing = counted(question.folded)
    return bool(found.codes) or any(
        _counts(asked, one) and (asked == one.unit or _may_be(thing, fold(text)[one.end :])) for one in found.quantities
    )


@lru_cache(maxsize=256)  # asked of every candidate of a question
def asked_unit(folded: str) -> str:
    """The unit that a question of quantity names (多少家, 几座); empty if it names none."""
    if _MONEY.search(folded):
        return "元"
    found = _UNIT.search(folded)
    parsed = quantities(f"3{found.group(1)}") if found else ()
    return parsed[0].unit if parsed else ""


def counted(folded: str) -> str:
    """The words for what a question counts behind its unit: 医院 in 多少家医院; empty if there are none."""
    found = _COUNTED.search(folded)
    return found.group(1) if found else ""


def _may_be(thing: str, following: str) -> bool:
    """Whether what follows a quantity in another unit may be the thing that is counted: they share a word's ending."""
    near = following[:_NEAR]
    return not thing or thing[-1] in near or any(thing[at : at + 2] in near for at in range(len(thing) - 1))


def _counts(asked: str, one: Quantity) -> bool:
    if one.ordinal:
        return False
    if not asked or asked == one.unit:
        return True
    if asked == "元":
        return one.unit.endswith("元") or (not one.unit and one.value >= _LARGE)
    if "个" in (asked, one.unit):
        return one.is_count or one.unit not in {"", "元", "%", "年"}
    return any(asked in family and one.unit in family for family in _ALIKE)


@lru_cache(maxsize=4096)
def _facts(folded: str) -> Facts:
    return facts(folded)
