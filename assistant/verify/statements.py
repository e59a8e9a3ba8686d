"""What a quote states, and which parts of it may be left out.

A statement is a sentence, or a part of one that ``；`` divides where every part has a subject of its own. A list states
its lead with any of its items. Whatever else a sentence says belongs to it: what limits it can't be told from what
doesn't.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.verify.resolve import SELF, names
from assistant.verify.tokens import PAUSE, Reading, is_date, keys, read
from assistant.verify.verdict import Context
from corpus.markers import inline_items
from corpus.structure import sentences

Options = tuple[tuple[str, ...], ...]  # ways to say one thing

_NUMERAL = "[一二三四五六七八九十]"
_LIST_MARK = re.compile(
    rf"\s*(?:[(（]?(?:{_NUMERAL}{{1,3}}|\d{{1,2}})[)）]、?|{_NUMERAL}{{1,3}}、(?!{_NUMERAL}|\d)|\d{{1,2}}[.、](?!\d)|"
    rf"{_NUMERAL}{{1,2}}是(?!否)|第{_NUMERAL}{{1,3}}[,，、]|[①-⑳])\s*"
)
_DROPPED = re.compile(
    rf"{_LIST_MARK.pattern}|\s*第[一二三四五六七八九十百]+[条章节款项]\s+|\s*(?:此外|另外|同时|与此同时|其次|再次|最后|首先|再者|而且|"
    r"并且|其[一二三四五六]|因此|为此|因而|所以|但是?|然而|不过|总之|综上(?:所述)?|一方面|另一方面|据此)[,，、]"
)
_TAKES_BACK = re.compile(r"\s*(?:但|然而|不过|除)")  # a sentence that takes something back from the one before it
_POINTS_BACK = re.compile(r"其(?![余他次])|此(?!外)|[该它他她]|这|上述|前述|两者|同[年月日]|对方|后者|前者")
_DATE = (
    r"(?:(?:截至|到)?[\d〇零一二三四五六七八九十]{2,4}年(?:[\d一二三四五六七八九十]{1,2}月)?"
    r"(?:[上下]半年|年?[底末初中])?[,，]?)?"
)
_OPENS_WITHOUT = (  # prepositions, conjunctions, pronouns, adverbs and verbs: no subject begins so
    r"[将把被但并且或若如因除其该此这那以按凡于与和让请需须已均也还再又只仅则即没]|对(?!外)|在(?![校职建])|从(?!事)|向|由|经(?![营济贸])|未(?!成年)|"
    r"不(?!动产)|无(?![人线效障])|上(?!海)|前(?!海)|为了|依(?!托)|根据|自(?![治然贸])|当(?![事地])|同(?![级业])|处(?!理)|使(?!用)|应(?!急)|可(?!回收)|"
    r"情节|逾期|拒不|造成|构成|违反|责令|给予|没收|吊销|禁止|鼓励|支持|要求|加强|加快|推进|推动|建立|完善|落实|开展|实施|新增|增|减|下降|上升|提高|降低"
)
_PREDICATE = (  # what follows a subject of any kind, and what follows one that ends as subjects do
    r"(?<!特别)(?<!还)(?<!就)是|应当|可以|必须|不得|(?<![平人])均|已|将|(?<![自理])由|(?<!行)为(?=[\d“《])|占(?!用)|约(?=\d)|只[是在]|"
    r"基本|整体|正在|同比|累计|依据|针对|属于|包括|不?适用|负责|自(?=\d)"
)
_HEAD = (
    r"(?:部门|机关|机构|单位|组织|政府|企业|公司|集团|人员|个人|街道|园区|口岸|中心|委员会|银行|学校|医院|大学|项目|工程|平台|基金|产业|集群|资金|"
    r"投资|投入|收入|支出|总[量值额]|产值|增加值|人口|数量|比重|占比|条例|办法|规定|规划|方案|通知|[a-z]{2,}|[人者方镇乡村区市省县局委办厅院所部署会站])"
    r"(?=为|有|无|主管|承担|指导|协调|监督|依法|正|达|超|增|下降|减少|上升|新增|建成|完成|实现|推进|开展|设立|提供|收到|也|仍|从|于|\d)"
)
_SUBJECT = re.compile(
    rf"(?P<date>{_DATE})(?!{_OPENS_WITHOUT})(?:[^,;:。、]{{1,24}}?(?<!的)(?={_PREDICATE})|[^,;:。、的]{{0,20}}?{_HEAD})"
)
_HOLDS_TOGETHER = re.compile(  # a lead of items that hold only together
    r"除[^,，]{1,40}外|仅|只[能有限由是]|限于|由[^,，]{0,12}[构组]成|[构组]成[:：]|全部|同时(?=具备|符合|满足)|"
    r"(?:下列|以下|如下)(?!.{0,12}之一)[^。；;]{0,12}的[,，]"
)
_SUMS_UP = re.compile(r"上述|前述|合计|共计|[两三四]者")  # a last item that goes on about all of them


@dataclass(frozen=True, slots=True)
class Segment:
    """The tokens ``[start:end]`` of a quote, said whole or, where it is ``optional``, not at all."""

    elements: tuple[Options, ...]
    start: int
    end: int
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """Segments with a pause between them, of the quote of a number.

    ``tied``: the statement behind it takes something back, so that one can't be left out. ``points_back``: it speaks of
    what the one before it names.
    """

    quote: int
    segments: tuple[Segment, ...]
    tied: bool = False
    points_back: bool = False

    def ends(self, said: tuple[str, ...], start: int, marks: Mapping[int, int]) -> set[int]:
        """Where in ``said`` the statement ends if it begins at ``start``; nowhere if it isn't what is said there.

        ``marks``: where list marks of what is said begin and end.
        """
        places = {start}
        for segment in self.segments:
            entered = {at + 1 if at > start and said[at : at + 1] == (PAUSE,) else at for at in places}
            entered = {at for at in entered if at == start or said[at - 1] in {PAUSE, "?"}}
            entered |= {marks[at] for at in entered if at in marks}
            taken = _follow(segment.elements, said, entered)
            places = taken | (places if segment.optional else set())
        return places - {start, marks.get(start, start)}


def _follow(elements: Sequence[Options], said: tuple[str, ...], places: set[int]) -> set[int]:
    for options in elements:
        if not places:
            break
        places = {at + len(way) for at in places for way in options if said[at : at + len(way)] == way}
    return places


def statements(quotes: Sequence[str], context: Context) -> tuple[Statement, ...]:
    """Everything that the quotes state, in their order."""
    found: list[Statement] = []
    header = ""  # of the row in the next quote
    for number, raw in enumerate(quotes):
        found += _of_text(_Quote(number, read(raw), context))
        rows = [line for line in raw.splitlines() if re.search(r"[^\s|:-]", line) and line.strip().startswith("|")]
        found += [_of_row(number, header or rows[0], row) for row in rows[0 if header else 1 :]]
        header = rows[0] if rows and not header and len(rows) == 1 else ""
    return tuple(found)


def list_mark(text: str, at: int) -> int:
    """Where the list mark that a folded text has at a place ends; ``at`` itself if there is none."""
    found = _LIST_MARK.match(text, at)
    return found.end() if found else at


@dataclass(frozen=True, slots=True)
class _Quote:
    number: int
    text: Reading
    context: Context

    def statement(self, start: int, end: int, segments: Sequence[Segment] = (), *, tied: bool = False) -> Statement:
        """The tokens ``[start:end]`` as one statement."""
        whole = tuple(segments) or (self.segment(start, end),)
        first = re.split(r"[,、:;。]", self.text.text(start, end), maxsplit=1)[0]
        back = _POINTS_BACK.search(first) is not None
        return Statement(self.number, whole, tied=tied, points_back=back)

    def segment(self, start: int, end: int, *, optional: bool = False) -> Segment:
        """The tokens ``[start:end]``, without the pauses at their ends; what they begin with may be dropped."""
        tokens = self.text.tokens
        while start < end and tokens[start].key == PAUSE:
            start += 1
        while start < end and tokens[end - 1].key == PAUSE:
            end -= 1
        heads = [start, *self._heads(start, end)]
        elements = tuple(self._elements(heads[-1], end))
        if len(heads) > 1:  # any number of its list marks and connectives, from the first on
            elements = (tuple(keys(tokens[head : heads[-1]]) for head in heads), *elements)
        return Segment(elements, start, end, optional)

    def _heads(self, start: int, end: int) -> Iterator[int]:
        """The tokens behind each of the list marks and connectives at the beginning."""
        folded, at = self.text.folded, self.text.begins(start)
        while (found := _DROPPED.match(folded, at)) is not None:
            at = found.end()
            head = bisect_left(self.text.tokens, at, key=lambda token: token.start)
            if head >= end or (head and self.text.tokens[head - 1].end > at):
                return
            yield head

    def _elements(self, start: int, end: int) -> Iterator[Options]:
        tokens, folded = self.text.tokens, self.text.folded
        at = start
        while at < end:
            token = tokens[at]
            found = SELF.match(folded, token.start)
            behind = bisect_left(tokens, found.end(), key=lambda one: one.start) if found else 0
            if found and behind <= end and folded.count("“", 0, token.start) <= folded.count("”", 0, token.start):
                own = keys(tokens[at:behind])
                yield (own, *(keys(read(name).tokens) for name in names(found[0], self.context)))
                at = behind
            else:
                yield ((token.key,), *((day,) for day in _resolved(token.key, self.context.year)))
                at += 1


def _resolved(key: str, year: int | None) -> Iterator[str]:
    """The date that 今年 and the like stand for."""
    if year is not None and is_date(key) and (relative := key.rpartition("|")[2]):
        _, month, day, part, _ = key[1:].split("|")
        yield f"@{year + int(relative)}|{month}|{day}|{part}|"


def _of_text(quote: _Quote) -> Iterator[Statement]:
    items = [quote.text.first_token(place) for place in inline_items(quote.text.shown)]
    cuts = list(_cuts(quote, items))
    first = next((n for n, (_, end) in enumerate(cuts) if items and items[0] < end), len(cuts))
    last = next((n for n, (_, end) in enumerate(cuts) if items and items[-1] < end), -1)
    if first and first < len(cuts) and cuts[first][0] == items[0]:
        first -= 1  # the sentence before the first item introduces the list
    for n, (start, end) in enumerate(cuts):
        behind = last if n == first else n
        tied = behind + 1 < len(cuts) and _TAKES_BACK.match(quote.text.text(*cuts[behind + 1])) is not None
        if n == first:
            yield from _list(quote, cuts[first : last + 1], items, tied=tied)
        elif not first < n <= last:
            yield from _sentence(quote, start, end, tied=tied)


def _cuts(quote: _Quote, items: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The sentences; a date alone belongs to the next, an item of a list that is led in above to the one before."""
    text = quote.text
    starts = [text.first_token(start) for start, _ in sentences(text.shown, 0, len(text.shown))]
    kept = starts[:1]
    for before, at in pairwise(starts):
        marked = at not in items and list_mark(text.folded, text.begins(at)) > text.begins(at)
        listed = marked and re.search("下列|以下|如下|:", text.text(starts[0], at))
        if not listed and not _only_date(quote, before, at):
            kept.append(at)
    yield from pairwise((*kept, len(text.tokens)))


def _only_date(quote: _Quote, start: int, end: int) -> bool:
    """Whether a sentence is a date alone (（一）2025年。), which says when the next one holds."""
    elements = quote.segment(start, end).elements
    return len(elements) in {1, 2} and all(is_date(way[0]) for way in elements[-1])


def _list(quote: _Quote, cuts: Sequence[tuple[int, int]], items: Sequence[int], *, tied: bool) -> Iterator[Statement]:
    """The lead with any of the items; a list without lead here is the items each for itself."""
    start, end = cuts[0][0], cuts[-1][1]
    lead = quote.text.text(start, items[0])
    places = sorted({*items, *(place for place, _ in cuts if place > items[0])})
    pieces = list(pairwise((*places, end)))
    if not lead:
        yield from (quote.statement(*piece, tied=tied) for piece in pieces)
    elif _HOLDS_TOGETHER.search(lead) or _goes_on(lead, [quote.text.text(*piece) for piece in pieces]):
        yield quote.statement(start, end, tied=tied)
    else:
        picked = (quote.segment(*piece, optional=True) for piece in pieces)
        yield quote.statement(start, end, (quote.segment(start, items[0]), *picked), tied=tied)


def _goes_on(lead: str, items: Sequence[str]) -> bool:
    """Whether the last item ends with what is said of all of them: 应当具备：一是甲；二是乙的，可以申请."""
    *others, last = ("的," in item for item in items)
    announced = re.search("下列|以下|如下", lead) is not None or any(others)
    return _SUMS_UP.search(items[-1]) is not None or (last and not announced)


def _sentence(quote: _Quote, start: int, end: int, *, tied: bool) -> Iterator[Statement]:
    """The sentence, or its parts where ``；`` divides it and each has a subject (and a date, if the first has one)."""
    tokens = quote.text.tokens
    places = [start, *(n + 1 for n in range(start, end - 1) if tokens[n].kind == "semicolon"), end]
    parts = [(a, b) for a, b in pairwise(places) if a < b]
    own = [one for part in parts if (one := _own_subject(quote.text.text(*part)))]
    if 1 < len(parts) == len(own) and (not own[0]["date"] or all(one["date"] for one in own)):
        yield from (quote.statement(a, b, tied=tied and b == end) for a, b in parts)
    elif start < end:
        yield quote.statement(start, end, tied=tied)


def _own_subject(part: str) -> re.Match[str] | None:
    balanced = all(part.count(a) == part.count(b) for a, b in ("“”", "()", "《》"))
    return _SUBJECT.match(part, list_mark(part, 0)) if balanced else None


def _of_row(number: int, header: str, row: str) -> Statement:
    """A row by its cells, each behind the name of its column (企业：2024年为未收录，2025年447家)."""
    columns, cells = ([keys(read(c).tokens) for c in line.strip().strip("|").split("|")] for line in (header, row))
    subject = Segment(tuple(((key,),) for key in (*cells, ())[0]), 0, 0)
    named = zip(columns[1:], cells[1:], strict=False)
    rest = (Segment(((column,), (("为",), ()), (cell,)), 0, 0, optional=True) for column, cell in named if cell)
    return Statement(number, (subject, *rest))
