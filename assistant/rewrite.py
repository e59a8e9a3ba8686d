"""A follow-up → a standalone question, by rule: what the new words leave out is taken from the question before.

Three ways of leaving out are known: a pronoun (它今年的目标呢), a swapped part (那数据方面呢, 2026年呢), and a bare
predicate (一共多少个地块). A question that names its own subject is a new topic and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.conversation import Turn
from assistant.question import ASKING
from corpus import limits
from corpus.normalise import fold, is_english

_OPENING = re.compile(
    r"^(?:那么|那|还有|另外|再(?:问|说)?|然后|顺便问?|对了|好的?|嗯|请问|and|what about|how about)[，,、\s]*",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"它们|他们|她们|它|他|她|其(?!他|它|余|中|实)|上述|前者|后者|"
    r"(?:这|那|该|此)(?:个|些|项|条|份|部|家|笔|座|处)?(?:[\u4e00-\u9fff]{0,4}?)(?=的|是|有|什么|何|怎|会|能|由|从|在|要|$)|"
    r"\b(?:it|its|they|their|them|that|this)\b"
)
_TAIL = re.compile(r"(?:又)?(?:呢|怎么样|如何|怎样|的话)?[？?。！!\s]*$")
_YEAR = re.compile(r"(?:19|20)\d{2}年?(?:底|初|上半年|下半年)?|今年|去年|明年|前年")
_DATED = re.compile(rf"(?P<year>{_YEAR.pattern})的?(?P<what>[\u4e00-\u9fff]{{2,6}})")
# What a name ends with: a subject reaches from the start of its phrase to the last of these in it.
_NAME_ENDS = re.compile(
    r"合作区|园区|分园|新区|片区|特区|保税区|口岸|通道|科学园|科学城|研究院|交易所|大学|学院|医院|公司|集团|银行|中心|委员会|人大常委会|"
    r"[局委厅部署院]|条例|办法|规划|纲要|意见|通知|规定|方案|法(?!律|治|院|定|规)|区(?!域)|市(?!场|政|民)|县|镇|街道"
)
_BEFORE_NAME = re.compile(
    r"^(?:(?:19|20)\d{2}年(?:底|初)?|今年|去年|截至目前|目前|现在|关于|对于|根据|按照|对|在|"
    r"请问|我想(?:问|知道|了解)(?:一下)?|请介绍(?:一下)?)+[，,]?"
)
_PHRASE_END = re.compile(r"[的，,、？?。！!：:；;\s]")
_TRAILING = re.compile(
    r"(?:一共|总共|共|已经|已|都|会|要|能|可以|可|应当?|需要?|有|是|为|在|由|被|把|对|达到?|到|了|的|最|主要|分别|目前|现在)+$"
)
_ASPECT = re.compile(r"方面|领域|这块|那块|部分|一块")
_HEAD_NOUNS = (
    "措施|政策|举措|办法|目标|指标|情况|进展|安排|条件|要求|标准|优惠|数量|数字|数据|规模|面积|名单|内容|任务|做法|规定|"
    "时间|期限|机制|平台|企业|项目"
)
_SORTS = (
    "合作区|园区|分园|新区|片区|特区|保税区|区|市|县|镇|街道",
    "口岸|通道",
    "公司|集团|银行",
    "[局委厅部署院]",
    "条例|办法|规划|纲要|意见|通知|规定|方案|法|》",
)
_CONTENT = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A question as it can stand alone; ``certain`` when its words show that it leans on what came before."""

    text: str
    certain: bool


def standalone(question: str, history: Sequence[Turn]) -> Rewritten:
    """The question with what it leaves out; the question itself when it stands alone or nothing came before."""
    asked = question.strip()
    if not history:
        return Rewritten(asked, certain=False)
    whole = _made_whole(asked, Topic.of(history))
    return whole if len(whole.text) <= limits.QUESTION else Rewritten(asked, certain=False)


def _made_whole(asked: str, topic: Topic) -> Rewritten:
    words = _OPENING.sub("", asked)
    opened = words != asked
    if is_english(asked):
        leans = opened or bool(_PRONOUN.search(asked.lower())) or len(asked.split()) < 4
        return Rewritten(f"{asked} ({topic.question})" if leans else asked, certain=leans)
    core = _TAIL.sub("", words)
    if _PRONOUN.search(fold(core)) and topic.subject:
        return Rewritten(_whole(_with_pronouns(words, topic)), certain=True)
    if (opened or words.rstrip("？?。 ").endswith("呢")) and not ASKING.search(fold(core)) and core:
        return Rewritten(topic.with_part(core), certain=True)
    if topic.subject and not _names_subject(core, topic) and len(_CONTENT.findall(core)) <= 16:
        return Rewritten(f"{topic.subject}{words.removeprefix('其中')}", certain=False)
    return Rewritten(words if opened and words else asked, certain=False)


@dataclass(frozen=True, slots=True)
class Topic:
    """What the conversation is about: the last question in full, and its subject."""

    question: str
    subject: str

    @classmethod
    def of(cls, history: Sequence[Turn]) -> Topic:
        """Follow the conversation from its start, each follow-up made whole by the one before it."""
        topic = cls("", "")
        for number, turn in enumerate(history):
            asked = turn.question.strip()
            whole = _made_whole(asked, topic).text if number else asked
            question = whole if len(whole) <= limits.QUESTION else asked
            topic = cls(question, _topic_of(question) or topic.subject)
        return topic

    def with_part(self, part: str) -> str:
        """The last question with one of its parts swapped for ``part``: its year, its subject or its aspect."""
        year = part.removesuffix("的")
        if _YEAR.fullmatch(year):
            year = year if year.endswith(("年", "底", "初")) else f"{year}年"
            replaced, count = _YEAR.subn(year, self.question, count=1)
            return replaced if count else _insert_after(self.question, self.subject, year)
        dated = _DATED.fullmatch(part)
        if dated and dated["what"] in self.question:
            return self.with_part(dated["year"])
        if part.endswith("的"):
            return f"{part}{self.question}"
        if part.isascii():
            return f"{self.question.rstrip('?？ ')} ({part})?"
        if self.subject and subject_of(part) == part and _same_sort(part, self.subject):
            return self.question.replace(self.subject, part, 1)
        return self._with_aspect(part)

    def _with_aspect(self, part: str) -> str:
        """Keep subject and head noun, swap what stands between: 通关便利措施 with 数据方面 is 数据方面措施."""
        start = self.question.find(self.subject) + len(self.subject) if self.subject else 0
        rest = self.question[start:]
        aspect = part if _ASPECT.search(part) or not re.fullmatch(r"[\u4e00-\u9fff]{1,4}", part) else f"{part}方面"
        heads = list(re.finditer(_HEAD_NOUNS, rest))
        if re.search(rf"(?:{_HEAD_NOUNS})$", part):
            ask = ASKING.search(rest)
            asked = _ask_part(rest[ask.start() :] if ask else "有哪些？")
            return f"{self.question[:start]}{_of(self.subject)}{part}{asked}"
        if heads:
            return f"{self.question[:start]}{_of(self.subject)}{aspect}的{rest[heads[-1].start() :]}"
        return f"{self.question[:start]}{_of(self.subject)}{aspect}{_ask_part(rest)}"


def subject_of(question: str) -> str:
    """The named thing a question is about: the first organisation, place or document in it; empty if none."""
    words = _BEFORE_NAME.sub("", _OPENING.sub("", question))
    quoted = re.search(r"《[^》]{2,60}》", words)
    if quoted:
        return quoted.group()
    ask = ASKING.search(words)
    for phrase in _PHRASE_END.split(words[: ask.start()] if ask else words):
        ends = [found.end() for found in _NAME_ENDS.finditer(phrase) if found.end() > 2]
        if ends:
            return _BEFORE_NAME.sub("", phrase[: ends[-1]])
    return ""


def _topic_of(question: str) -> str:
    """The subject, or for want of a name the words before what is asked: 所得税优惠有哪些 is about 所得税优惠."""
    subject = subject_of(question)
    if subject:
        return subject
    words = _BEFORE_NAME.sub("", _OPENING.sub("", question))
    ask = ASKING.search(words)
    before = _TRAILING.sub("", _PHRASE_END.split(words[: ask.start()] if ask else words)[0])
    return before if 2 <= len(before) <= 12 else ""


def _names_subject(core: str, topic: Topic) -> bool:
    """Whether the question brings a subject of its own: a name, or several words before what it asks."""
    if topic.subject and topic.subject in core:
        return True
    if subject_of(core) or re.search(r"[A-Z]{2,}|“[^”]+”|《", core):
        return True
    ask = ASKING.search(core)
    before = core[: ask.start()] if ask else core
    return len(_CONTENT.findall(before)) >= 8


def _with_pronouns(words: str, topic: Topic) -> str:
    found = _PRONOUN.search(words)
    if not found:
        return f"{topic.subject}{words}"
    following = words[found.end() :]
    joint = "的" if found.group() == "其" and not following.startswith("的") else ""
    return f"{words[: found.start()]}{topic.subject}{joint}{following}"


def _whole(words: str) -> str:
    """A question that only names what it asks for, with its asking word: 今年的目标呢 → 今年的目标是什么？."""
    core = _TAIL.sub("", words)
    return words if ASKING.search(core) or core.isascii() else f"{core}是什么？"


def _insert_after(question: str, subject: str, part: str) -> str:
    at = question.find(subject) + len(subject) if subject and subject in question else 0
    return f"{question[:at]}{part}{question[at:].removeprefix('的')}" if at else f"{part}{question}"


def _same_sort(a: str, b: str) -> bool:
    """Whether two names are of one sort, so that one can stand in the other's place: 南山区 and 福田区."""
    return any(re.search(rf"(?:{sort})$", a) and re.search(rf"(?:{sort})$", b) for sort in _SORTS)


def _of(subject: str) -> str:
    return "的" if subject else ""


def _ask_part(rest: str) -> str:
    ask = ASKING.search(rest)
    if not ask:
        return "是什么？"
    lead = "有" if rest[: ask.start()].endswith("有") and not rest[ask.start() :].startswith("有") else ""
    return f"{lead}{rest[ask.start() :]}"
