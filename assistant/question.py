"""What a question asks: its kind, its language, and what an answer must agree with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from corpus.normalise import fold, is_english, is_traditional
from index.bigrams import question_terms

Kind = Literal["list", "number", "date", "who", "where", "polar", "other"]
Language = Literal["zh-Hans", "zh-Hant", "en"]

# Words that make a clause a question.
ASKING = re.compile(
    r"哪些|哪几|哪[个家里儿年天一]?|什么|多少|几[个家条项年月日时]?|何时|何|谁|怎么|怎样|如何|是否|有没有|吗|呢|多[大高长久]|"
    r"([\u4e00-\u9fff])不\1|"
    r"\b(?:what|which|when|who|where|how|why|is|are|does|do|did)\b"
)
# The words of asking, Chinese and English, that tell a kind; the first kind that has one is the question's.
_KINDS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (
        "list",
        (
            r"哪些|哪几(?![号天日月年])|有何|列举|列出|逐[条项]|所有的",
            r"(?:有|包括|包含|采取|出台|推出)了?(?:什么|啥)|分别(?:是|有|为)|(?:都|主要)(?:有|是|包括)(?:什么|啥)",
            r"几(?:大|项|条|点|个方面)|[两三四五六七八九十\d]+(?:大|项|条|点|个(?:方面|阶段)?)[\u4e00-\u9fff]{0,8}是?什么",
            r"\blist\b|\bwhat (?:are|were)\b|\bwhat .*(?:measures|steps|conditions|areas|items)",
        ),
    ),
    (
        "date",
        (
            r"何时|几时|什么时[候间]|啥时候|哪一?[年月天日]|几[月号]|多久|期限|多长时间|何年|日期|截止",
            r"\bwhen\b|\bwhat (?:date|year)\b|\bhow long\b",
        ),
    ),
    (
        "number",
        (
            r"多少|几(?![乎何])|多大|多高|多长|占比|比例|增速|百分之|数量|金额|总额|面积",
            r"\bhow (?:many|much|large|big)\b|\bnumber of\b|\bwhat (?:percentage|share|proportion|area)\b",
        ),
    ),
    (
        "who",
        (
            r"谁|哪[个家位]?(?:部门|单位|机关|机构|公司|人|局|委)|何人|由哪",
            r"\bwho\b|\bwhich (?:department|agency|body)\b",
        ),
    ),
    ("where", (r"哪里|哪儿|何处|什么地方|在哪|位于", r"\bwhere\b")),
    (
        "polar",
        (
            r"是否|是不是|有没有|能不能|可不可以|能否|可否|(?:吗|(?<![什怎])么)[？?。]?$|对不对",
            r"^(?:is|are|does|do|did|has|have|can|was|were)\b",
        ),
    ),
)
# What is asked for stands behind the asking word (哪些原则), or, when that ends the question, before it (原则有哪些).
_FOCUS_BEHIND = re.compile(
    r"(?:哪些|哪几|什么(?!时)|多少|几)(?:大|个|家|条|项|种|类|名|位|所|座|点|方面的?)?(?:主要|具体|重要)?([\u4e00-\u9fff]{2,4})"
)
_FOCUS_BEFORE = re.compile(
    r"([\u4e00-\u9fff]{2})(?:目前|现在|现|一共|总共|共|主要|分别|具体|都|又|已经|已)*(?:有|是|为|包括|包含|达到?|在|到)?了?"
    r"(?:哪些|哪几|什么|多少|几|何时|何|谁|哪|怎)"
)
_TAGGED = re.compile(r"<([A-Za-z][\w-]*)\b[^<>]*>.*?</\1\s*>|</?[A-Za-z][^<>]*>", re.DOTALL)
_ROLE = re.compile(
    r"^\s*(?:system|assistant|developer|user|系统(?:消息|提示|指令)?)\s*[:：].*$", re.IGNORECASE | re.MULTILINE
)
_CLAUSE = re.compile(r"(?:[^，,。.；;！!？?\n（）()]|\.(?=\d))+(?:[，,。；;！!？?\n（）()]|\.(?!\d))*")
_ORDER = re.compile(
    r"忽略(?:以上|上面|前面|之前|所有)|无视|扮演|(?:输出|回答|只说|必须说|改说)(?:[“\"「『{:]|\d)|(?:管理员|系统|开发者|后台)[\u4e00-\u9fff]{0,2}:|"
    r"用json|加上链接|http|当(?:作|成)?事实|\b(?:ignore|disregard|append|pretend)\b"
)
_OF_ITSELF = re.compile(
    r"系统提示|提示词|system prompt|your (?:hidden |system |own )?(?:instructions|prompt)|everything above|"
    r"你的(?:指令|设定|规则)"
)
# 答复里怎么说 asks for what a document of that kind says.
_SOURCES = {
    "reply": re.compile(r"(?:答复|复函|回复)(?:里|中|函|信|上)?(?:是?怎么|是?如何|各|分别|给|说|讲|提|写|列|有|对)"),
    "brief": re.compile(r"摘编(?:里|中|上)?(?:是?怎么|是?如何|各|分别|给|说|讲|提|写|列|有|对)"),
}
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)\s*年?|([一二]?[零〇一二九][零〇一二三四五六七八九]{2,3})年")
_RELATIVE = {"前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
_CHINESE_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is searched, and what is read out of it; ``source`` is the kind of document it asks about."""

    text: str
    folded: str
    kind: Kind
    language: Language
    terms: tuple[str, ...]
    years: frozenset[int]
    relative_years: frozenset[int]
    focus: str = ""
    source: str = ""

    @property
    def asks_list(self) -> bool:
        """Whether every item of an enumeration is wanted."""
        return self.kind == "list"


def plain(text: str) -> str:
    """The question without what only imitates a program's input: tagged passages and lines in another's role.

    Nothing in a question is ever an instruction, but its words would be searched, and told back in a refusal.
    """
    words = re.sub(r"\s*\n\s*", "\n", _ROLE.sub("", _TAGGED.sub(" ", text))).strip()
    return _without_orders(words) or text


def _without_orders(words: str) -> str:
    """The clauses that are no order to a program (忽略以上指示, 只输出“是”), where what is left still asks."""
    clauses = _CLAUSE.findall(words)
    kept = [one for one in clauses if not _ORDER.search(fold(one))]
    rest = "".join(kept).strip(" ，,。.；;！!（）()")
    asks = ASKING.search(fold(rest)) or "?" in fold(rest)
    return rest if len(kept) < len(clauses) and asks else words


def asks_of_itself(folded: str) -> bool:
    """Whether a folded question is after the assistant's own instructions, which no document holds."""
    return bool(_OF_ITSELF.search(folded))


def read_question(text: str) -> Question:
    """Read a standalone question."""
    folded = fold(text).strip()
    terms = tuple(question_terms(folded))
    return Question(
        text=text.strip(),
        folded=folded,
        kind=_kind(folded),
        language=_language(text),
        terms=terms,
        years=years(folded),
        relative_years=_relative(folded),
        focus=_focus(folded),
        source=next((kind for kind, pattern in _SOURCES.items() if pattern.search(folded)), ""),
    )


def years(folded: str) -> frozenset[int]:
    """Years that a folded text names: 2025年, 2025, 二〇二五年."""
    found = set()
    for digits, numeral in _YEAR.findall(folded):
        number = digits or numeral.translate(_CHINESE_DIGITS)
        if number.isdigit() and 1900 <= int(number) <= 2100:
            found.add(int(number))
    return frozenset(found)


def _relative(folded: str) -> frozenset[int]:
    return frozenset(offset for word, offset in _RELATIVE.items() if word in folded)


def _focus(folded: str) -> str:
    """The two characters that name what is asked for: 原则 in 有哪些原则 and in 原则有哪些; empty if not seen."""
    behind = _FOCUS_BEHIND.search(folded)
    if behind:
        words = behind.group(1)
        ends = not re.match(r"[\u4e00-\u9fff]", folded[behind.end() :])
        return words[-2:] if ends or len(words) < 4 else words[:2]
    before = _FOCUS_BEFORE.search(folded)
    return before.group(1) if before else ""


def _kind(folded: str) -> Kind:
    return next((kind for kind, patterns in _KINDS if any(re.search(p, folded) for p in patterns)), "other")


def _language(text: str) -> Language:
    if is_english(text):
        return "en"
    return "zh-Hant" if is_traditional(text) else "zh-Hans"
