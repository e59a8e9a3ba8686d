"""A question that asks several things → its parts, each a question that can be searched by itself."""

from __future__ import annotations

import re

from assistant.conversation import Turn
from assistant.rewrite import standalone
from corpus.normalise import is_english

MOST = 4  # parts; who asks more at once is answered as a whole
_CLAUSE = re.compile(r"[^，,；;？?。！!/\n]+[？?]?")
_TOPIC = re.compile(r"^([^：:，,？?]{2,16})[：:](.+)$", re.DOTALL)
_ASKS = re.compile(
    r"哪|什么|多少|几[个家条项年月日点号次时]|何[时地人处]|谁|怎么|怎样|如何|是否|有没有|[吗呢][？?]?$|([\u4e00-\u9fff])不\1|多[大高长久]"
)
# 在什么情况下, and 会有哪些后果 behind a comma, are halves of one question.
_OPEN_END = re.compile(r"[下中后时前上里外内间]$")
_GOES_ON = re.compile(r"^(?:会|使|使得|才|就|以|从而|因而|所以|而|则|并|导致|让|令|将|可以|能|应|需|要)")
# What is left of a clause that only says how to answer: 分别怎么说的, 都说说, 各是什么.
_MANNER = re.compile(
    r"请|分别|分开|各自?|都|也|又|一下|一起|列出来?|说明|说说|讲讲|说|讲|写|提到?|给|怎么|怎样|如何|什么|哪些|多少|几|何时|是|有|的|了|呢|吗|来|[？?\s]"
)
# 深圳和福田的规模各是多大: two subjects, what they share, and what is asked of each.
_EACH = re.compile(
    r"^(?P<first>[^和与跟及、]{1,14})(?:和|与|跟|以及|及|、)(?P<second>[^和与跟及、的]{1,14}的?)(?P<shared>.*?)"
    r"(?:(?<!自)各自?(?![类种项级地方国界位大])|分别)(?P<asked>.+)$"
)


def parts(question: str) -> tuple[str, ...]:
    """The questions inside a question, in order; the question itself where it asks one thing."""
    if is_english(question):
        return (question,)
    context, asking = _clauses(question)
    found: list[str] = []
    for clause in asking:
        each = _each(clause)
        if each:
            found.extend(f"{context}{one}" for one in each)
        elif context or not found:
            found.append(f"{context}{clause}")
        else:
            found.append(standalone(clause, [Turn(found[-1])]).text)
    return tuple(found) if 1 < len(found) <= MOST else (question,)


def _clauses(question: str) -> tuple[str, list[str]]:
    """What stands before the first clause that asks, and the clauses that ask something of their own."""
    topic = _TOPIC.match(question)
    context, rest = (f"{topic.group(1)}，", topic.group(2)) if topic else ("", question)
    asking: list[str] = []
    for clause in _CLAUSE.findall(rest):
        if not _ASKS.search(clause):
            context += "" if asking else f"{clause}，"
        elif (
            asking and not asking[-1].endswith(("？", "?")) and (_OPEN_END.search(asking[-1]) or _GOES_ON.match(clause))
        ):
            asking[-1] += f"，{clause}"
        elif _MANNER.sub("", clause):
            asking.append(clause)
    return context, asking


def _each(clause: str) -> tuple[str, ...]:
    """A clause that asks the same of two subjects, once for each."""
    found = _EACH.match(clause)
    if found is None or not _ASKS.search(found["asked"]):
        return ()
    first, second = found["first"], found["second"]
    if second.endswith("的") and found["shared"] and not first.endswith("的"):
        first += "的"
    return tuple(f"{subject}{found['shared']}{found['asked']}" for subject in (first, second))
