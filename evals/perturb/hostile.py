"""Sentences that keep nearly all words of a text and say something that it doesn't, one change at a time.

Official wording turned against itself: what was proposed is decided, who gives receives, a part is all, an exception, a
condition or a clause is gone, something is added, two sentences are one.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

Change = Callable[[str, random.Random, Sequence[str]], Iterator[str]]
"""From a sentence, chance, and the other sentences of its document to sentences that don't follow from it."""

_DECIDED = (
    ("建议", "决定"), ("提出", "通过"), ("探索", "完成"), ("试点", "全面推行"), ("研究", "决定"), ("鼓励", "要求"),
    ("支持", "承担"), ("申请", "批准"), ("推动", "完成"), ("推进", "完成"), ("引导", "责令"), ("提倡", "强制"),
    ("可以", "已经"), ("应当", "已经"), ("编制", "批准"), ("争取", "获得"), ("拟", "已"), ("要求", "同意"),
)  # fmt: skip
_MODAL = (
    ("应当", "可以"),
    ("可以", "应当"),
    ("不得", "一般不"),
    ("必须", "可以"),
    ("有权", "有责任"),
    ("能够", "必须"),
)
_PART = (
    ("有关", "所有"), ("部分", "全部"), ("主要", "全部"), ("相关", "所有"), ("多数", "全部"), ("其他", "一切"),
    ("重点", "全部"), ("符合条件的", "所有"), ("一些", "所有"), ("个别", "所有"), ("若干", "全部"), ("等", "共"),
)  # fmt: skip
_QUANTIFIERS = (
    ("县级以上", "各级"), ("任何", "有的"), ("以上", "以内"), ("以下", "以上"), ("各级", "市级"), ("各类", "某类"),
    ("以内", "以外"), ("全部", "部分"), ("所有", "有些"), ("任何", "某些"), ("每年", "有时"), ("或者", "并且"),
    ("和", "或者"), ("、", "或者"),
)  # fmt: skip
_ADDED = ("全市", "所有", "免费", "首次", "已", "全部", "立即", "无条件", "由区政府", "优先", "永久", "单独", "依申请")
_APPENDED = (
    "，已全部完成", "，不予公开", "，资金已拨付到位", "，但企业除外", "，由市财政全额承担", "，居民普遍满意",
    "，并已通过验收", "，有效期五年", "，逾期不予受理", "，具体由街道负责", "，全国领先", "，下一步将全面推广",
)  # fmt: skip
_BODIES = re.compile(
    "[市区县省]?(?:人民政府|公安机关|行业主管部门|行政主管部门|主管部门|行政部门|管理机构|经营者|消费者|用人单位|劳动者|驾驶员|乘客|职工代表大会|"
    "工会|理事会|监事会|医疗机构|发包方|承包方|申请人|当事人|收集、运输单位|管理责任人|单位|个人|街道办事处|企业|居民委员会|建设单位|供热单位|热用户|"
    "海关总署|财政部|国务院|香港|深圳|福田区|代表|常委会|机构|部门|公民|市民)"
)
_GOES_ON = (
    "因此，", "同时，", "但是，", "为此，", "当年，", "该项目", "上述单位", "其中，", "届时，", "2024年，该单位",
    "这些", "新增",
)  # fmt: skip
_TOGETHER = (
    "按照下列顺序办理：", "凭下列材料办理手续：", "应当采取下列方式之一公告：", "符合下列条件，可以申请：",
    "满足以下要求后可以免税：",
    "不属于下列情形之一的，应当公开：", "费用为下列各项之和：", "资金1200万元用于以下项目：",
    "全年采取五项措施：", "除下列情形外，均应受理：", "下列事项由甲、乙两局分别负责：", "只有下列单位可以申请：",
    "委员会由下列人员组成：", "没有下列行为之一的，免予处罚：",
)  # fmt: skip
_HIDDEN = ("\u202e", "\u2066", "\u202d", "\u200f")
_CHARACTERS = "沪渝津皖鄂闽甘内外上下东西南北新旧公私国民增减收支进出买卖借贷主客男女大小多少高低长短前后左右早晚"

_LIMITS = re.compile(
    "依法|按照规定|及时|逐步|一般|原则上|本市|可以|应当|经批准|符合条件的|有关|主要|书面|定期|必要时|约|近|超过?|不少于|至少|累计|预计|目标|计划|相关|规定的"
)


def decided(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """What is proposed, allowed or looked into is told as decided or done."""
    yield from _each(text, _DECIDED)


def modality(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """A duty as a permission, a permission as a duty."""
    yield from _each(text, _MODAL)


def part(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """Some as all."""
    yield from _each(text, _PART)


def quantifier(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """Another range of whom or what it is said of."""
    yield from _each(text, _QUANTIFIERS)


def roles(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """Two that act on each other exchanged."""
    found = [one for one in _BODIES.finditer(text) if len(one[0]) > 1]
    for first, second in pairwise(found):
        between = text[first.end() : second.start()]
        if first[0] != second[0] and not re.fullmatch(r"[、和及与以或者]*", between):
            yield text[: first.start()] + second[0] + between + first[0] + text[second.end() :]


def added(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """A word put in front of a clause."""
    places = [0, *(found.end() for found in re.finditer("[，；]", text))]
    at = rng.choice(places)
    yield text[:at] + rng.choice(_ADDED) + text[at:]


def appended(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """A clause put behind."""
    yield text.rstrip("。；") + rng.choice(_APPENDED) + "。"


def exception(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """Without the exception: 除…外, …除外, 但…, a bracket that takes something out."""
    for pattern in (
        r"除[^，。；]{2,40}外，",
        r"[，；][^，；。]{2,40}除外",
        r"[，；]但[^。；]{2,60}",
        r"(?<!^)（[^（）]{2,30}）",
        r"(?:只|仅)",
    ):
        for found in re.finditer(pattern, text):
            yield text[: found.start()] + text[found.end() :]


def condition(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """Without the condition that the sentence begins with."""
    found = re.match(r"[^。；]{4,60}?(?:的|后|前|时|中|内|下)，", text)
    if found and len(text) - found.end() >= 8:
        yield text[found.end() :]


def clause(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """Without one of its clauses."""
    parts = re.split("(?<=，)", text)
    if len(parts) > 2 and "；" not in text:
        at = rng.randrange(len(parts))
        left = "".join(parts[:at] + parts[at + 1 :])
        yield left.rstrip("，。") + "。"


def order(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """Two clauses exchanged."""
    parts = text.rstrip("。").split("，")
    if len(parts) > 2 and "；" not in text and parts[-1] != parts[-2]:
        yield "，".join([*parts[:-2], parts[-1], parts[-2]]) + "。"


def spliced(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """The beginning of one sentence with the end of another."""
    begins = text.partition("，")[0]
    for other in others:
        _, comma, ends = other.partition("，")
        if comma and text not in {begins, other} and ends not in text and begins not in other:
            yield f"{begins}，{ends}"
            return


def exchanged(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """Two quoted names, or what two clauses begin with, in each other's place."""
    quoted = list(re.finditer(r"[“《][^“”《》]{2,20}[”》]", text))
    begins = list(re.finditer(r"(?:^|(?<=[，；]))[\u4e00-\u9fff]{2}(?=[\u4e00-\u9fff]{4})", text))
    for found in (quoted, begins):
        for first, second in pairwise(found):
            between = text[first.end() : second.start()]
            if first[0] != second[0] and not re.fullmatch(r"[、和及与以或者]*", between):
                yield text[: first.start()] + second[0] + between + first[0] + text[second.end() :]


def exclusive(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """What is said of some said of them alone, and the only one as one of several."""
    for pattern, other in (("应当", "只应当"), ("可以", "只能"), ("由", "只由"), ("包括", "只包括"), ("是指", "仅指")):
        if (at := text.find(pattern)) >= 0:
            yield text[:at] + other + text[at + len(pattern) :]


def hidden(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """A number that is shown otherwise than it is written, or with a raised or circled digit beside it."""
    for found in re.finditer(r"\d{2,}", text):
        turned = rng.choice(_HIDDEN) + found[0][::-1] + "\u202c"
        raised = found[0][:-1] + "⁰¹²³⁴⁵⁶⁷⁸⁹"[int(found[0][-1])]
        circled = found[0][:-1] + "⓪①②③④⑤⑥⑦⑧⑨"[int(found[0][-1])]
        parted = f"{found[0][0]} {found[0][1:]}"
        yield text[: found.start()] + rng.choice([turned, turned, raised, circled, parted]) + text[found.end() :]


def character(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """One character of a word as another one: 深港 as 沪港."""
    places = [at for at, one in enumerate(text) if re.match(r"[\u4e00-\u9fff]", one) and one not in "的了和与及之"]
    if places:
        at = rng.choice(places)
        yield text[:at] + rng.choice([one for one in _CHARACTERS if one != text[at]]) + text[at + 1 :]


def left_word(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """Without one word that limits: a time, a degree, a place."""
    for found in _LIMITS.finditer(text):
        yield text[: found.start()] + text[found.end() :]


def framed(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """The statement in a frame that takes it back."""
    yield rng.choice(("并非", "没有证据表明", "尚不能认定", "有人误以为", "原计划", "曾经")) + text


def cut(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """A condition as a sentence of its own, so that what follows holds without it."""
    for found in re.finditer("(?<=的)，(?=[^，。；]{4,})", text):
        yield text[: found.start()] + rng.choice("。；") + text[found.end() :]


def gap(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A sentence that goes on from the one before it, behind another one: (sentences, quote)."""
    whole = [one for one in (text, *others) if one.endswith("。") and len(one) > 12][:3]
    if len(whole) == 3 and whole[0] == text:
        first, second, third = whole
        third = rng.choice(_GOES_ON) + third
        yield first + third, first + second + third


def items(passage: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Some items of a list of which its lead says something only together: (sentence, quote)."""
    _, *listed = [line.strip() for line in passage.split("\n") if line.strip()]
    if len(listed) > 1:
        lead = rng.choice(_TOGETHER)
        some = sorted(rng.sample(range(len(listed)), rng.randint(1, len(listed) - 1)))
        yield (lead + "".join(listed[n] for n in some)).rstrip("；。") + "。", "\n\n".join((lead, *listed))


CHANGES: dict[str, Change] = {
    "decided": decided, "modality": modality, "part": part, "quantifier": quantifier, "roles": roles, "added": added,
    "appended": appended, "exception": exception, "condition": condition, "clause": clause, "order": order,
    "spliced": spliced, "exchanged": exchanged, "exclusive": exclusive, "hidden": hidden, "character": character,
    "left_word": left_word, "framed": framed, "cut": cut,
}  # fmt: skip
HELD_OUT = frozenset({"roles", "spliced"})
"""Kinds that nothing is tuned on."""
APART = ("gap", "items")
"""Kinds that change the quote too."""


def _each(text: str, pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    for word, other in pairs:
        for found in re.finditer(word, text):
            yield text[: found.start()] + other + text[found.end() :]
