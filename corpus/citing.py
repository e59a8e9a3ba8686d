"""How a question names what it is after: an article by its number (第十条第二款), a document by its title or part."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from corpus.formats.characters import chinese
from corpus.markers import ordinal
from corpus.normalise import fold

_NUMBER = r"(?:[一二三四五六七八九十百千零〇]+|\d{1,4})"
_PART = rf"第?\(?{_NUMBER}\)?"
_AND = r"(?:以及|[、,和与及跟])"
_ITEMS = rf"{_PART}(?:{_AND}?{_PART})*项(?:{_AND}?{_PART}项)*"
_SEVERAL = rf"(?:第?{_NUMBER}款(?:{_AND}第?{_NUMBER}款)*)?(?:{_ITEMS})?"
_ELEMENT = rf"第?(?:{_NUMBER})(?:条(?!例)(?:之{_NUMBER})?{_SEVERAL})?"
_SEPARATOR = rf"(?:{_AND}|至|到|[-~—–]+)"
_ASKED = re.compile(rf"第(?={_NUMBER}){_ELEMENT.removeprefix('第?')}(?:{_SEPARATOR}{_ELEMENT})*")
_ONE = re.compile(
    rf"(?P<sep>{_SEPARATOR})?第?(?P<number>{_NUMBER})"
    rf"(?:(?P<unit>条)(?:之(?P<sub>{_NUMBER}))?(?P<paragraphs>(?:{_AND}?第?{_NUMBER}款)*)(?P<items>(?:{_ITEMS})?))?"
)
LAST = 9_999  # the number that stands for 最后一条, 最后一款, 最后一项
_LAST = re.compile(r"(?:最后|末尾?)(?:的?一|1)([条款项])(?=$|[第的是规怎说讲呢吗?？,，。])")
_ENGLISH = re.compile(r"\b(?:articles?|art\.)\s*(\d{1,4})((?:\s*(?:,|and|&)\s*\d{1,4})*)\b")
_RANGE = 30  # articles that a range may name
# The words around a name that only ask, refer or bind; they are no part of the name, and ask for nothing in particular.
_FRAME = (
    r"包括|包含|各项|这些|那些|第?几[类种项条个]|哪几[类种项条个]|"
    r"请问|请教|请|问问|问|麻烦|it|its|that|what|when|who|was|were|did|will|by|which|does|do|is|are|says?|said|states?|provides?|contents?|text|full|show|give|tell|me|please|about|of|in|the|and|想|要|我们|我|你们|你|您|帮|给|把|让|告诉|知道|了解|查|看|找|说|讲|介绍|解释|列出|列|"
    r"一下|一查|一看|下|根据|按照|依照|依据|按|在|对于|关于|对|于|那么|那|这个|这|该|本|上述|其中|里面|当中|里|中|内|"
    r"具体|主要|详细|完整|全部|内容|原文|条文|全文|原话|条款|规定|写|述|是|有|的|了|着|都|分别|各|由|哪[些个家项]?|谁|多少|什么|啥|怎么样|怎么|怎样|如何|样|"
    r"吗|呢|吧|啊|呀|能不能|能否|可不可以|可以|可否|能|会|和|与|及|跟|所|作出|做出|作|出来|出|文件|意思|法律|法规|我国|国家|现行|有关|相关|条|[\s?？。！!，,、：:；;“”\"'()（）]"
)
_FRAMED = re.compile(rf"(?:{_FRAME})*")
# What official documents call themselves; a question that says no more means the one document of that kind.
KIND = re.compile(
    "条例|办法|规定|(?:实施)?细则|规则|法|法律|法规|决定|章程|制度|意见|通知|方案|规程|准则|协议|合同|文件"
)
_NATION = "中华人民共和国"
_REGIONAL = re.compile(
    r"(?P<place>.{2,7}?)(?P<level>经济特区|特别行政区|(?:.{1,3}族)*自治[区州县旗]|省|市|县|区|州|旗|盟)(?P<rest>.{3,})"
)
_QUOTED = re.compile(r"《([^《》]{2,80})》")
_ISSUED = re.compile(r"(?:印发|发布|公布|颁布)《?(?P<name>[^《》]+)》?的(?:通知|公告|命令|令|决定)$")
_CLAUSES = re.compile(r"[。？！?!；;，,：:]")
_SHORTEST = 4  # characters of a name that is part of a title


@dataclass(frozen=True, slots=True)
class Cited:
    """An article as a question numbers it, down to a 款 and a 项 where it says so (0 where not)."""

    number: int
    sub: int = 0
    paragraph: int = 0
    item: int = 0

    def __str__(self) -> str:
        """As official documents write it: 第十条之一第二款第（三）项."""
        sub = f"之{chinese(self.sub)}" if self.sub else ""
        paragraph = _ordinal(self.paragraph, "第{}款") if self.paragraph else ""
        item = _ordinal(self.item, "第（{}）项") if self.item else ""
        return f"{_ordinal(self.number, '第{}条')}{sub}{paragraph}{item}"


def _ordinal(number: int, form: str) -> str:
    return f"最后一{form[-1]}" if number == LAST else form.format(chinese(number))


@dataclass(frozen=True, slots=True)
class Mention:
    """Articles that a question asks for by number, and the words before them, which name the document or nothing."""

    before: str
    cited: tuple[Cited, ...]

    @property
    def breached(self) -> bool:
        """Whether it is not they that are asked for but what follows from breaching them."""
        return "违反" in self.before


@dataclass(frozen=True, slots=True)
class ArticleQuestion:
    """A question for articles by number; ``rest`` is what it says behind the last one."""

    mentions: tuple[Mention, ...]
    rest: str

    def is_whole(self, titles: Mapping[str, str]) -> bool:
        """Whether the articles themselves are asked for, and nothing in particular that they say."""
        clauses = (re.sub(r"《[^《》]+》", "", one) for one in _CLAUSES.split(self.rest))
        return all(only_frames(one) or named_anywhere(one, titles).how == "title" for one in clauses)

    def named(self, titles: Mapping[str, str]) -> tuple[Named, ...]:
        """What document each mention means, of some with their titles by id; what names none means the one before."""
        found: list[Named] = []
        for mention in self.mentions:
            one = named(mention.before.replace("违反", ""), titles)
            if one.how == "none":
                one = found[-1] if found else named_anywhere(self.rest, titles)
            found.append(one)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Named:
    """The documents that a question's words name, by id.

    ``how``: by their title or part of it, by a word for their kind alone (该条例), not at all, or one that is unknown.
    """

    documents: tuple[str, ...]
    how: Literal["title", "kind", "none", "unknown"]


def asked_articles(question: str) -> ArticleQuestion | None:
    """The articles that a question asks for by number, or none."""
    words = compact(question)
    mentions, at = [], 0
    for found in _ASKED.finditer(words):
        if "条" in found.group():
            mentions.append(Mention(words[at : found.start()], tuple(dict.fromkeys(_cited(found.group())))))
            at = found.end()
    return ArticleQuestion(tuple(mentions), words[at:]) if mentions else None


def compact(text: str) -> str:
    """A text as names and numbers are looked for in it: folded, without spaces, an English article as 第12条."""
    words = _ENGLISH.sub(lambda found: "、".join(f"第{n}条" for n in re.findall(r"\d+", found.group())), fold(text))
    return _LAST.sub(rf"第{LAST}\1", re.sub(r"\s+", "", words))


def _cited(group: str) -> Iterator[Cited]:
    last: Cited | None = None
    for found in _ONE.finditer(group):
        number = ordinal(found["number"])
        if last and found["sep"] and re.search("[至到~—–-]", found["sep"]):
            yield from (Cited(n) for n in range(last.number + 1, min(number, last.number + _RANGE)))
        last = Cited(number, ordinal(found["sub"] or "〇"))
        paragraphs = [ordinal(n) for n in re.findall(_NUMBER, found["paragraphs"] or "")]
        items = [ordinal(n) for n in re.findall(_NUMBER, found["items"] or "")]
        for paragraph in paragraphs or [0]:
            yield from (replace(last, paragraph=paragraph, item=item) for item in items or [0])


def only_frames(words: str) -> bool:
    """Whether words ask for nothing in particular: 规定了什么内容, 是怎么说的."""
    return bool(_FRAMED.fullmatch(words))


def without_frames(words: str) -> str:
    """Words without those that only ask or refer."""
    return re.sub(_FRAME, "", words)


def named(before: str, titles: Mapping[str, str]) -> Named:
    """Which of some documents (title by id) the words just before what is asked of them name.

    What is quoted is a name as it stands; so is what follows words that only ask. A name is a title, a title without
    its nation, its place or its middle, but with its end; of several that fit equally well all are given.
    """
    words = before.rstrip("，,、：:")
    segment = _CLAUSES.split(words)[-1]
    candidates = _candidates(segment)
    if found := _best(candidates, titles) or _ending(segment, titles):
        return Named(found, "title")
    if quoted := _quoted_last(segment):
        ids = _best({quoted}, titles)
        return Named(ids, "title" if ids else "unknown")
    if only_frames(segment):
        return named_anywhere("".join(f"《{one}》" for one in _QUOTED.findall(before)[-1:]), titles)
    if kind := next((one for one in candidates if KIND.fullmatch(one)), ""):
        return Named(tuple(one for one, title in titles.items() if any(n.endswith(kind) for n in names(title))), "kind")
    return Named((), "unknown")


def _quoted_last(words: str) -> str:
    """The quoted name that words end with, with a place before it: 违反了《甲条例》 and 青岛市《甲条例》."""
    end = words.rfind("》")
    if end < 0 or not only_frames(words[end + 1 :]) or "解释" in words[end:]:
        return ""
    depth = 0
    for at in range(end, -1, -1):
        depth += {"》": 1, "《": -1}.get(words[at], 0)
        if depth == 0:
            placed = re.search(r"[^，,]{2,7}[省市县区州盟旗]$", words[:at])
            return (placed.group() if placed else "") + words[at + 1 : end]
    return ""


def named_anywhere(words: str, titles: Mapping[str, str]) -> Named:
    """Which of some documents words name that stand elsewhere: 第十条规定了什么，供热条例的."""
    words = compact(words)
    if quoted := _QUOTED.findall(words):
        ids = _best(set(quoted), titles)
        return Named(ids, "title" if ids else "unknown")
    found = _best({one for clause in _CLAUSES.split(words) for one in _candidates(clause)}, titles)
    return Named(found, "title" if found else "none")


def _candidates(clause: str) -> set[str]:
    """What a clause may name: its words without some that only ask before and behind."""
    ends = [at for at in range(len(clause), 0, -1) if only_frames(clause[at:])]
    return {clause[start:end] for start in range(len(clause)) if only_frames(clause[:start]) for end in ends}


def _best(candidates: set[str], titles: Mapping[str, str]) -> tuple[str, ...]:
    """The documents that one of the words names best."""
    scores = {
        identifier: max((_fit(_bare(one), name) for one in candidates for name in names(title)), default=0.0)
        for identifier, title in titles.items()
    }
    top = max(scores.values(), default=0.0)
    return tuple(one for one, score in scores.items() if score >= top - 0.05) if top > 0 else ()


def _ending(segment: str, titles: Mapping[str, str]) -> tuple[str, ...]:
    """The documents with a title that names its place and that the words end with, whatever stands before it."""
    return tuple(
        one
        for one, title in titles.items()
        if any(re.search(rf"{re.escape(name)}的?$", segment) and _REGIONAL.fullmatch(name) for name in names(title))
    )


@lru_cache(maxsize=4_096)
def names(title: str) -> tuple[str, ...]:
    """By what a document is called: its title, without 中华人民共和国, 摘编 or a bracket behind it; what it issues."""
    whole = compact(title)
    issued = _ISSUED.search(whole)
    found = [whole, issued["name"] if issued else ""]
    found += [re.sub(r"(?:\([^()]*\)|\[\d+\]|-{2,}.*|—.*)$", "", one.removesuffix("摘编")) for one in found]
    return tuple(dict.fromkeys(bare for one in found if (bare := _bare(one))))


def _bare(name: str) -> str:
    return re.sub("[《》〈〉“”]", "", name).removeprefix(_NATION)


def _fit(name: str, title: str) -> float:
    """How well words name a title, 0 (not at all) to 1: the title itself, without its place, in short or its kind."""
    if not name or name == title:
        return float(bool(name))
    share = len(name) / len(title)
    if len(name) >= _SHORTEST and title.endswith(name) and share >= 0.4:
        return 0.5 + 0.3 * share
    place = _REGIONAL.fullmatch(title)
    if place is None:
        return 0.0
    placed = name.startswith(place["place"])
    rest = re.sub(rf"^(?:{place['level']})?的?", "", name[len(place["place"]) :]) if placed else name
    if rest == place["rest"]:
        return 0.98
    if placed and KIND.fullmatch(rest):
        return 0.3 * place["rest"].endswith(rest)
    kept, end = len(rest) / len(place["rest"]), place["rest"][-2:]
    short = kept >= 0.4 and len(rest) >= _SHORTEST and rest.endswith(end) and _in_order(rest, place["rest"])
    return (0.3 + 0.3 * placed) + 0.3 * kept if short else 0.0


def _in_order(part: str, whole: str) -> bool:
    """Whether the characters of one text occur in another in the same order."""
    characters = iter(whole)
    return all(one in characters for one in part)
