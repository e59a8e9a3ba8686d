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

from assistant.verify.resolve import SELF, names, own_voice
from assistant.verify.tokens import JOINT, MARKS, PAUSE, STOP, ReadText, is_date, keys, read
from assistant.verify.verdict import Context
from corpus.markers import inline_items
from corpus.normalise import row_cells, standing
from corpus.structure import sentences

Options = tuple[tuple[str, ...], ...]  # ways to say one thing

_NUMERAL = "[一二三四五六七八九十]"
_LIST_MARK = re.compile(
    rf"\s*(?:[(（]?(?:{_NUMERAL}{{1,3}}|\d{{1,2}})[)）]、?|{_NUMERAL}{{1,3}}、(?!{_NUMERAL}|\d)|\d{{1,2}}[.、](?!\d)|"
    rf"{_NUMERAL}{{1,2}}是(?!否)|第{_NUMERAL}{{1,3}}[,，、](?!第|{_NUMERAL})|[①-⑳])\s*"
)
_CONNECTIVE = re.compile(
    r"\s*(?:此外|另外|同时|与此同时|其次|再次|最后|首先|再者|而且|并且|其[一二三四五六]|因此|为此|因而|所以|但是?|然而|不过|总之|综上(?:所述)?|"
    r"一方面|另一方面|据此)[,，、]"
)
_DROPPED = re.compile(rf"{_LIST_MARK.pattern}|\s*第[一二三四五六七八九十百]+[条章节款项]\s+|{_CONNECTIVE.pattern}")
_TAKES_BACK = re.compile(r"\s*(?:但|然而|不过|除|其[余他]|[上前]述|[上前以本][款条项上])")  # ... from what it follows
_BACK = r"其(?![余他次中])|此(?!外)|[该它她]|这(?!\d)|[上前][述款]|[两三双后前]者|对方|[同当次][年月日]|当时|届时"
_POINTS_BACK = re.compile(  # at first, or behind when that is; or it has no subject
    rf"(?:[^,;:]{{0,10}}[,;:])?[^,;:]*?(?:{_BACK})|其中|这|双方|新增|增[长加]|减|下降|上升|提高|降低|总?投资|累计|共|合计|预计|达|占|[同环]比|完成|"
    "实现|建成(?!后)|分别|[均也还并仍又再]"
)
_DATE = rf"(?:截?[至到]?[\d〇零{_NUMERAL[1:]}{{2,4}}年(?:[\d{_NUMERAL[1:]}{{1,2}}月)?(?:[上下]半年|[底末初中])?[,，]?)?"
_OPENS_WITHOUT = (  # prepositions, conjunctions, pronouns, adverbs and verbs: no subject begins so
    r"[将把被但并且或若如因除其该此这那以按凡于与和让请需须已均也还再又只仅则即没每向由]|有(?!关)|对(?!外)|在(?![校职建])|从(?!事)|经(?![营济贸])|"
    r"未(?!成年)|不(?!动产)|无(?![人线效障])|[上前](?!海)|为了|依(?!托)|根据|针对|发现|自(?![治然贸])|当(?![事地])|同(?![级业])|处(?!理)|"
    r"使(?!用)|应(?!急)|可(?!回收)|情节|逾期|拒不|造成|构成|违反|责令|给予|没收|吊销|禁止|鼓励|支持|要求|加强|加快|推进|推动|建立|完善|落实|开展|实施|新增|增|减|"
    r"下降|上升|提高|降低|[^,;:。]{0,12}(?:期间|时[期段]|阶段|[汛旱雨]期|[春夏秋冬]季|[以之][前后]|以来|[年月季期]内)"
)
_PREDICATE = r"(?<![别还就])是|应当|可以|必须|不得|已|将|[为约](?=\d)|属于|包括|不?适用|负责|新增|(?<![自理])由"
_SUBJECT = re.compile(rf"(?P<date>{_DATE})(?!{_OPENS_WITHOUT})[^,;:。、]{{1,24}}?(?<!的)(?={_PREDICATE})")
_HERE = "(?:下列|如下|(?<![元年月日天岁人级度米个%])以下(?!简?称))"
_COUNT = rf"(?<![第百\d])(?<!{_NUMERAL})(?!一个)(?:\d+|[两{_NUMERAL[1:-1]}]+)(?:[项条种类点]|个(?!月|[工自法]))"
_HOLDS_TOGETHER = re.compile(  # a lead of items of which it isn't known that they hold each by itself
    rf"除[^,]{{1,40}}外|仅|只[能有限由是]|限于|由[^,]{{0,12}}[构组]成|[构组]成:|全部|分别|依次|先后|同时(?=具备|符合|满足)|{_COUNT}|"
    rf"{_HERE}(?!规定|(?:事项|人员|资产|信息)(?!.*的,)|(?:[^,:]{{0,16}}(?:行为|情[形况]|条[件款]|[材资]料|措施|职[责权]|权[利力]|义务|事项|信息|内容|要求|方面|工作|含义|"
    r"规范|场所|任务|领域|区域|原则|问题|意见|费用))?[:。]?\(?$)"
)
_ANY = re.compile(rf"(?:^|[,;])[^,;不未非无没]*{_HERE}[^,;:]{{0,12}}之一的?,")  # each item by itself will do


@dataclass(frozen=True, slots=True)
class Segment:
    """The tokens ``[start:end]`` of a quote, said whole or, where it is ``optional``, not at all."""

    elements: tuple[Options, ...]
    start: int
    end: int
    optional: bool = False
    head: Options = ((),)  # what it begins with, and less of that
    glued: bool = False  # by a connective to what is before it


@dataclass(frozen=True, slots=True)
class Statement:
    """Segments with a pause between them, of the quote of a number.

    What stands around it there may belong to it. ``tied``: the next one takes something back, and must be said too.
    ``announces``: it speaks of the next one. ``leans``: it speaks of what the one before it names. ``led``: one before
    says how it is meant. ``dated``, ``in_time``: it has a date, or the text up to its end opens with one.
    """

    quote: int
    segments: tuple[Segment, ...]
    tied: bool = False
    announces: bool = False
    leans: bool = False
    led: bool = False
    dated: bool = False
    in_time: bool = False

    def ends(self, said: tuple[str, ...], start: int, marks: Mapping[int, int], *, alone: bool) -> set[int]:
        """Where in ``said`` the statement ends if it begins at ``start``; nowhere if it isn't what is said there.

        ``marks``: where list marks of what is said begin and end. ``alone``: without the connectives that it has.
        """
        places = {start}
        for n, segment in enumerate(self.segments):
            entered = {at + 1 if at > start and said[at : at + 1] and said[at] in MARKS else at for at in places}
            entered = {at for at in entered if at == start or said[at - 1] in {*MARKS, "?"}}
            entered |= {marks[at] for at in entered if at in marks}
            head = ((),) if alone and n == 0 and segment.glued else segment.head
            taken = _follow((head, *segment.elements), said, entered)
            places = taken | (places if segment.optional else set())
        return places - {start}


def _follow(elements: Sequence[Options], said: tuple[str, ...], places: set[int]) -> set[int]:
    for options in elements:
        places = {at + len(way) for at in places for way in options if said[at : at + len(way)] == way}
    return places


def statements(quotes: Sequence[str], context: Context) -> tuple[Statement, ...]:
    """Everything that the quotes state, in their order."""
    found: list[Statement] = []
    header = ""  # of the row in the next quote
    for number, raw in enumerate(quotes):
        found += _of_text(_Quote(number, read(raw), context))
        rows = [line for line in raw.splitlines() if re.search(r"[^\s|:-]", line) and "|" in line]
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
    text: ReadText
    context: Context

    def statement(self, start: int, end: int, segments: Sequence[Segment] = ()) -> Statement:
        """The tokens ``[start:end]`` as one statement, with what stands around it in the quote."""
        text, tokens = self.text.text, self.text.tokens
        whole = tuple(segments) or (self.segment(start, end),)
        return Statement(
            self.number,
            whole,
            tied=_TAKES_BACK.match(text(end, len(tokens))) is not None,
            announces=re.search(rf"{_HERE}[^,:]*[:。]?$|:$", text(start, end)) is not None,
            leans=(start > 0 and tokens[start - 1].kind == "semicolon")
            or _POINTS_BACK.match(text(whole[0].start, whole[0].end)) is not None,
            led=re.search(r"[^\d]:", text(0, start)) is not None,
            dated=any(is_date(token.key) for token in tokens[start:end]),
            in_time=re.search(r"(?:^|[,;:。])(?:截?至|到|在)?(?:\d{2,4}|[今去前明])年", text(0, end)) is not None,
        )

    def segment(self, start: int, end: int, *, optional: bool = False) -> Segment:
        """The tokens ``[start:end]``, without the pauses at their ends; what they begin with may be dropped."""
        tokens = self.text.tokens
        while start < end and tokens[start].key in MARKS:
            start += 1
        while start < end and tokens[end - 1].key in MARKS:
            end -= 1
        heads = [start, *self._heads(start, end)]  # any number of list marks and connectives, from the first on
        ways = tuple(keys(tokens[head : heads[-1]]) for head in heads)
        glued = _CONNECTIVE.search(self.text.text(start, heads[-1])) is not None
        return Segment(tuple(self._elements(heads[-1], end)), start, end, optional, ways, glued)

    def _heads(self, start: int, end: int) -> Iterator[int]:
        """The tokens behind each of the list marks and connectives at the beginning."""
        folded, at = self.text.folded, self.text.begins(start)
        while (found := _DROPPED.match(folded, at)) is not None:
            head = self.text.at(at := found.end())
            if head >= end or (head and self.text.tokens[head - 1].end > at):
                return
            yield head

    def _elements(self, start: int, end: int) -> Iterator[Options]:
        tokens, folded = self.text.tokens, self.text.folded
        at = start
        while at < end:
            token = tokens[at]
            found = SELF.match(folded, token.start)
            behind = self.text.at(found.end()) if found else 0
            if found and behind <= end and own_voice(folded[: token.start]):
                own = keys(tokens[at:behind])
                yield (own, *(keys(read(name).tokens) for name in names(found[0], self.context)))
                at = behind
            else:
                dated = token.key == STOP and at > start and all(is_date(one.key) for one in tokens[start:at])
                pause = [(PAUSE,)] if token.key == JOINT or dated else []
                yield ((token.key,), *((day,) for day in _resolved(token.key, self.context.year)), *pause)
                at += 1


def _resolved(key: str, year: int | None) -> Iterator[str]:
    """The date that 今年 and the like stand for."""
    if year is not None and is_date(key) and (relative := key.rpartition("|")[2]):
        _, month, day, part, _ = key[1:].split("|")
        yield f"@{year + int(relative)}|{month}|{day}|{part}|"


def _of_text(quote: _Quote) -> Iterator[Statement]:
    items = [quote.text.at(bisect_left(quote.text.offsets, place)) for place in inline_items(quote.text.shown)]
    cuts = list(_cuts(quote, items))
    first = next((n for n, (_, end) in enumerate(cuts) if items and items[0] < end), len(cuts))
    last = next((n for n, (_, end) in enumerate(cuts) if items and items[-1] < end), -1)
    if first and first < len(cuts) and cuts[first][0] == items[0]:
        first -= 1  # the sentence before the first item introduces the list
    for n, (start, end) in enumerate(cuts):
        if n == first:
            yield from _list(quote, cuts[first : last + 1], items)
        elif not first < n <= last:
            yield from _sentence(quote, start, end)


def _cuts(quote: _Quote, items: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The sentences; a date alone belongs to the next, an item of a list that is led in above to the one before."""
    text = quote.text
    places = (bisect_left(text.offsets, start) for start, _ in sentences(text.shown, 0, len(text.shown)))
    starts = [text.at(place) for place in places]
    kept = starts[:1]
    for before, at in pairwise(starts):
        marked = at not in items and list_mark(text.folded, text.begins(at)) > text.begins(at)
        listed = marked and re.search("下列|以下|如下|:", text.text(starts[0], at))
        words = quote.segment(before, at).elements
        if not listed and not (len(words) == 1 and is_date(words[0][0][0])):
            kept.append(at)
    yield from pairwise((*kept, len(text.tokens)))


def _list(quote: _Quote, cuts: Sequence[tuple[int, int]], items: Sequence[int]) -> Iterator[Statement]:
    """The lead with any of the items; a list without lead here is the items each for itself."""
    start, end = cuts[0][0], cuts[-1][1]
    lead = quote.text.text(start, items[0])
    places = sorted({*items, *(place for place, _ in cuts if place > items[0])})
    pieces = list(pairwise((*places, end)))
    if not lead:
        yield from (quote.statement(*piece) for piece in pieces)
    elif _together(lead, [quote.text.text(*piece) for piece in pieces]):
        yield quote.statement(start, end)
    else:
        picked = (quote.segment(*piece, optional=True) for piece in pieces)
        yield quote.statement(start, end, (quote.segment(start, items[0]), *picked))


def _together(lead: str, items: Sequence[str]) -> bool:
    """Whether the items belong together: by their lead, or by what stands behind the last (二是乙的，可以申请)."""
    *others, last = ("的," in item for item in items)
    behind = last and not any(others) and not re.search(_HERE, lead)
    of_all = None if _ANY.search(lead) else _HOLDS_TOGETHER.search(lead)
    return behind or (of_all or re.search(r"上述|前述|合计|共计|[两三四]者", items[-1])) is not None


def _sentence(quote: _Quote, start: int, end: int) -> Iterator[Statement]:
    """The sentence, or its parts where ``；`` divides it and each has a subject (and a date, if the first has one)."""
    tokens = quote.text.tokens
    places = [start, *(n + 1 for n in range(start, end - 1) if tokens[n].kind == "semicolon"), end]
    parts = [(a, b) for a, b in pairwise(places) if a < b]
    own = [one for part in parts if (one := _own_subject(quote.text.text(*part)))]
    if 1 < len(parts) == len(own) and (not own[0]["date"] or all(one["date"] for one in own)):
        yield from (quote.statement(a, b) for a, b in parts)
    elif start < end:
        yield quote.statement(start, end)


def _own_subject(part: str) -> re.Match[str] | None:
    balanced = all(part.count(a) == part.count(b) for a, b in ("“”", "()", "《》"))
    return _SUBJECT.match(part, list_mark(part, 0)) if balanced else None


def _of_row(number: int, header: str, row: str) -> Statement:
    """A row by its cells, each behind the name of its column (企业：2024年为未收录，2025年447家)."""
    columns, cells = ([keys(read(standing(cell)).tokens) for cell in row_cells(line)] for line in (header, row))
    subject = Segment(tuple(((key,),) for key in (*cells, ())[0]), 0, 0)
    rest = (  # a cell in words may say what the others are
        Segment(((column,), (("为",), ()), (cell,)), 0, 0, optional=any(key[0] in "#@" for key in cell))
        for column, cell in zip(columns[1:], cells[1:], strict=False)
        if cell
    )
    return Statement(number, (subject, *rest))
