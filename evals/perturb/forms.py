"""Ways to say what a text says that leave it true, one kind of edit each.

A form yields the sentence and the quote that it rests on, which it may have made: a list mark is dropped that was put
there before.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence

from corpus.markers import strip_marker
from corpus.normalise import join_lines, traditional

Form = Callable[[str, random.Random, Sequence[str]], Iterator[tuple[str, str]]]
"""From a sentence, chance, and the other sentences of its document to (sentence, quote)."""

_MARKS = (
    "一是", "二是", "（三）", "（二）", "3.", "（1）", "②", "第二，", "四、", "三是",
    "此外，", "同时，", "另外，", "其次，", "因此，", "与此同时，", "为此，",
)  # fmt: skip
_SUBJECT = re.compile(
    r"(?:[市区县]|县级以上|各级|省)?(?:人民政府|[\u4e00-\u9fff]{0,12}(?:部门|机构|企业|单位|委员会|经营者|消费者|当事人|驾驶员|公民|医院|学校|代表|"
    r"人员|个人|组织|政府|管理人|责任人|用户|垃圾|会|方|人|标准|制度|规划|办法|合同|项目|条例))(?:应当|不得|可以|负责|是|必须|由)[^；。：]{6,130}。"
)
_LEANS = re.compile(r"但|其|该|此|上述|前|除|这|同|对|本条|它|他|她|不|的，|下列")


def verbatim(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The sentence as it is."""
    yield text, text


def spacing(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Blanks and line breaks put in between Chinese characters, in the quote or in the sentence."""
    places = [at for at in range(1, len(text)) if re.fullmatch(r"[\u4e00-\u9fff]{2}", text[at - 1 : at + 1])]
    apart = [at for at in places if text[at - 1] != text[at]]
    if apart:
        at, what = rng.choice(apart), rng.choice([" ", "\u3000", "\n", "  "])
        spaced = text[:at] + what + text[at:]
        yield (spaced, text) if rng.random() < 0.5 else (text, spaced)


def width(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Digits and marks in the other width."""
    wide = str.maketrans("0123456789,()%", "０１２３４５６７８９，（）％")
    narrow = str.maketrans("，（）；：", ",();:")
    changed = text.translate(wide if rng.random() < 0.5 and re.search(r"\d", text) else narrow)
    if changed != text:
        yield changed, text


def in_traditional(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The sentence in Traditional characters."""
    if traditional(text) != text:
        yield traditional(text), text


def punctuation(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Other quotation marks, another pause in a pause's place, another mark at the end."""
    changed = rng.choice((
        text.replace("“", "「").replace("”", "」"), text.replace("“", "").replace("”", ""), text.replace("；", "。"),
        text.rstrip("。") + "；", text.rstrip("。；"), text.replace("、", "，"),
        text.replace("《", "〈").replace("》", "〉"),
    ))  # fmt: skip
    if changed != text:
        yield changed, text


def marked(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A list mark or a connective at the start dropped."""
    bare = strip_marker(text)
    if not re.match(r"[第一二三四五六七八九十\d、，但]", bare):
        yield bare, rng.choice(_MARKS) + bare


def left_out(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Of three whole sentences one or two."""
    whole = (one for one in (text, *others) if one.endswith("。") and strip_marker(one) == one)
    three = [one for one in whole if not _LEANS.search(one[:30])][:3]
    if len(three) == 3 and len({*three}) == 3:
        kept = rng.choice(([0], [1], [2], [0, 1], [1, 2], [0, 2]))
        yield "".join(three[n] for n in kept), "".join(three)


def parts(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Of two clauses that ``；`` divides, each with a subject, one."""
    whole = [one for one in (text, *others) if _SUBJECT.fullmatch(one) and not _LEANS.match(one)]
    if len(whole) > 1 and whole[0] == text:
        first, second = text.rstrip("。"), whole[1].rstrip("。")
        yield rng.choice((first, second)) + "。", f"{first}；{second}。"


def renumbered(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A number, date or unit in another notation: 1100亿元 as 1.1千亿元, 3个 as 三个, ％, 1,100, 二〇二五年."""
    if "《" in text or "“" in text:  # a title is not to be respelled
        return
    for pattern, rewrite in _REWRITES:
        changed = re.sub(pattern, rewrite, text)
        if changed != text:
            yield changed, text


FORMS: dict[str, Form] = {
    "verbatim": verbatim, "spacing": spacing, "width": width, "traditional": in_traditional, "marked": marked,
    "punctuation": punctuation, "left_out": left_out, "parts": parts, "renumbered": renumbered,
}  # fmt: skip


def picked(passage: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Some items of a list with the lead: of a passage of a lead that ends with a colon, and items a line each."""
    lead, *items = [line.strip() for line in passage.split("\n") if line.strip()]
    if len(items) > 1 and not re.search(r"除|仅|只|成：|同时|(?:下列|以下)(?!.{0,12}之一)[^；。]*的，", lead):
        some = sorted(rng.sample(range(len(items)), rng.randint(1, len(items) - 1)))
        said = "".join(items[n] for n in some)
        yield join_lines(lead + said).rstrip("；。") + "。", passage


def resolved(text: str, rng: random.Random, issuer: str, title: str, year: int | None) -> Iterator[tuple[str, str]]:
    """本市, 我局, 本条例 and 今年 by what the metadata names."""
    city = re.match(r"[\u4e00-\u9fff]{2,3}市", issuer)
    if city and "本市" in text:
        yield text.replace("本市", city[0]), text
    if (found := re.search("本(?:条例|办法|规定)", text)) and title.endswith(found[0][1:]):
        yield text.replace(found[0], f"《{title}》"), text
    if issuer.endswith("局") and "我局" in text:
        yield text.replace("我局", issuer), text
    if year is not None and (found := re.search(rf"(?<!\d){year}年(?!度|\d)", text)):
        yield text, text.replace(found[0], "今年", 1)


def _thousands(match: re.Match[str]) -> str:
    return f"{int(match[0]):,}"


def _spoken(match: re.Match[str]) -> str:
    return "零一二三四五六七八九"[int(match[0])]


def _written(match: re.Match[str]) -> str:
    return str("零一二三四五六七八九十".index(match[0]))


def _hundred_millions(match: re.Match[str]) -> str:
    return f"{int(match[1]) / 1000:g}千亿元"


def _in_ten_thousands(match: re.Match[str]) -> str:
    return f"{int(match[1]) / 10000:g}万"


_REWRITES = (
    (r"(?<=\d)%", "％"),
    (r"(\d+(?:\.\d+)?)%", r"百分之\1"),
    (r"(?<![\d.第〔+])[1-9]\d{3,}(?=[家个件P名人万])", _thousands),
    (r"(?<![\d.,第年+])[3-9](?=[个家条项大张件](?!月\d))", _spoken),
    (r"(?<!\d)(\d{4})亿元", _hundred_millions),
    (r"(?<![\d.])(\d{5,})(?=[家个件名人])", _in_ten_thousands),
    (r"平方公里", "平方千米"),
    (r"(?<!\d)(20\d\d)年", lambda m: "".join("〇一二三四五六七八九"[int(c)] for c in m[1]) + "年"),
    (r"(?<![第十百千万分之\d一二三四五六七八九])[三四五六七八九](?=年以[上下内]|个月|个工作日|人以上|日内)", _written),
)
