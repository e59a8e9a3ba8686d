"""The text of a suggestion → what it says of itself, and the requests that it can be split into.

The split is a proposal; each change that staff make to it is a pure function from one Suggestion to the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.draft.suggestion import DraftError, Request, Suggestion
from corpus.markers import Marker, inline_items, leading_marker, ordinal, strip_marker
from corpus.structure import sentences

MAX_LENGTH = 50_000  # characters
_TITLE_LENGTH = 60
_NAME_LENGTH = 30  # characters of a request's title

_TITLE = re.compile(r"关于.{2,80}?的?(?:建议|提案|议案|意见)(?=$|[（(])")
_NUMBER = re.compile(
    r"第\s*(?P<a>[A-Za-z]?\d{3,12}|(?<=会议第)\d{1,2}|\d{1,2}(?=\s*号\s*(?:代表)?(?:建议|提案|议案)))\s*号|"
    r"(?:编号|建议号)\s*[：:]\s*(?:第)?(?P<b>[A-Za-z]?\d{1,12})"
)
_SESSION = re.compile(r"[\u4e00-\u9fff]{0,8}[一二三四五六七八九十]+届(?:人大|人民代表大会)[\u4e00-\u9fff]{0,4}次会议")
_NAMES = re.compile(
    r"^\s*(?:(?:领衔|附议|联名|提出|提议|建议|主提|市|区|省|人大|全国)*(?:代表|提案人|建议人|领衔人|附议人|提出人)"
    r"(?:姓名)?)(?:[（(][^）)]*[）)])?\s*[：:]\s*(?P<names>.+)$"
)
_OFFICE = re.compile(r"^\s*(?:主办|承办|主承办|办理)(?:单位|部门|机关)\s*[：:]\s*(?P<office>[^。；;，,：:（(]{2,60})")
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,12}")
_DATE = re.compile(
    r"(?:提出(?:日期|时间)|日期|时间)?\s*[：:]?\s*(?P<date>[\d〇零一二三四五六七八九十]{4}\s*年.{1,4}月.{1,4}日)\s*"
)
_ADDRESSED = re.compile(r"^(?:尊敬的|致|.{0,20}(?:人大常委会|办公室|代表工委)[：:]$)")
_TURN = re.compile(
    r"(?:为此|因此|对此|鉴于此|据此|特此|为进一步|现)?[^。！？\n]{0,30}?(?:建议|提出|意见)(?:如下|以下)?[^。！？\n]{0,12}[：:]"
)
_ASKING = re.compile(r"(?:建议|对策|诉求|请求|意见|举措|措施|希望)")
_TELLING = re.compile(r"(?:背景|现状|问题|原因|理由|案由|案据|情况|困难|不足|意义|必要性|调研)")
_OPENER = re.compile(
    r"^(?:(?:为此|因此|对此|同时|此外|另外|最后|其次|首先)[，,]?)?(?:我们?|本人|代表们)?(?:还|也|再|特|强烈|诚恳|郑重)*"
    r"(?:建议|希望|恳请|请求|呼吁|期待|期盼|盼望?|请(?!问)|应当?|要)(?:贵[局委办部门单位]+|区政府|政府|有关部门|相关部门|区里|我区)?(?:能够?|要|进一步)*"
)


def read_suggestion(text: str, *, by_hand: bool = False) -> Suggestion:
    """What a suggestion's text says of itself, and its requests.

    ``by_hand``: where no request can be found, the whole body is one, to be cut by who reads it.

    Raises:
        InputError: it is empty, too long, or no request can be found in it.
    """
    if not text.strip():
        raise DraftError("empty", "the suggestion is empty; paste its text or give a file that has some")
    if len(text) > MAX_LENGTH:
        raise DraftError(
            "long", f"the suggestion is longer than {MAX_LENGTH} characters; give one suggestion at a time"
        )
    clean = text.replace("\r\n", "\n").replace("\u3000", " ")
    head, body = _head(clean)
    found = _split(body) or (["\n".join(body) or clean.strip()] if by_hand else [])
    requests = tuple(Request(n, title_of(words), words) for n, words in enumerate(found, start=1))
    if not requests:
        raise DraftError(
            "none", "no request was found in the suggestion; begin each with 建议 or number them 一、 二、"
        )
    return replace(head, text=text, requests=requests)


# What the text says of itself


def _head(text: str) -> tuple[Suggestion, list[str]]:
    """The suggestion without requests, and the lines that are its body."""
    title = number = session = date = office = ""
    names: list[str] = []
    body: list[str] = []
    for line in (one.strip() for one in text.split("\n")):
        plain = re.sub(r"^#+\s*", "", line)
        if not plain:
            continue
        number, about = number or _numbered(plain, body), _names(plain)
        session = session or _first(_SESSION, plain)
        dated, led = _DATE.fullmatch(plain), _OFFICE.match(plain)
        if about:
            names += [name for name in about if name not in names]
        elif led:
            office = office or led["office"].strip()
        elif dated:
            date = re.sub(r"\s", "", dated["date"])
        elif not title and not body and _is_title(plain):
            title = _first(_TITLE, plain) or plain
        elif not (_ADDRESSED.match(plain) or (not body and _is_label(plain))):
            body.append(plain)
    return Suggestion(text, title, number, session, tuple(names), date, office=office), body


def _numbered(line: str, body: list[str]) -> str:
    """The suggestion's number, which stands above its body; a 第…号 in the body is another document's."""
    found = None if body else _NUMBER.search(line)
    return (found["a"] or found["b"]) if found else ""


def _names(line: str) -> tuple[str, ...]:
    found = _NAMES.match(line)
    if not found:
        return ()
    spaced = re.sub(
        r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])\s+([\u4e00-\u9fff])(?![\u4e00-\u9fff])", r"\1\2", found["names"]
    )
    pieces = re.split(r"[、，,；;\s]+|等\d*[人名位]", re.sub(r"[（(][^）)]*[）)]", "", spaced))
    return tuple(piece for piece in pieces if _NAME.fullmatch(piece))


def _is_title(line: str) -> bool:
    return bool(_TITLE.search(line)) or (len(line) <= _TITLE_LENGTH and not re.search(r"[。；：:]$|^[（(]", line))


def _is_label(line: str) -> bool:
    """Number, meeting, kind: what stands between title and text."""
    return len(line) <= 40 and not re.search(r"[。；]", line) and bool(_NUMBER.search(line) or _SESSION.search(line))


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group() if found else ""


# Requests


def _split(lines: Sequence[str]) -> list[str]:
    zone = _zone(lines)
    for parts in (_numbered_parts(zone), _inline_parts(zone), _asking_sentences(zone)):
        asked = [words for words in parts if words]
        if asked:
            return asked
    return []


def _zone(lines: Sequence[str]) -> list[str]:
    """The lines that ask: below 建议如下：, or in the numbered part that is called so; else all of them."""
    for number, line in enumerate(lines):
        turn = _TURN.search(line)
        if turn and not leading_marker(line) and not re.search(r"[。！？]", turn.group()):
            rest = line[turn.end() :].strip()
            below = [*([rest] if rest else []), *lines[number + 1 :]]
            if below:
                return below
    return _part_that_asks(lines) or list(lines)


def _part_that_asks(lines: Sequence[str]) -> list[str]:
    """三、意见建议 and what stands under it, where other parts tell the background."""
    starts = _outermost(lines)
    parts = _cut(lines, starts)
    asking = [part for part in parts if len(part[0]) <= 24 and _ASKING.search(part[0]) and not _TELLING.search(part[0])]
    return asking[0][1:] if len(asking) == 1 and len(asking[0]) > 1 else []


def _outermost(lines: Sequence[str]) -> list[int]:
    """Numbers of the lines that begin with the outermost enumerator which counts up from one at least to two."""
    marked = [(number, found) for number, line in enumerate(lines) if (found := leading_marker(line)) is not None]
    for style in sorted({found.style for _, found in marked}, key=lambda style: _depth(marked, style)):
        starts: list[int] = []
        for number, found in marked:
            numeral = re.search(r"[一二三四五六七八九十百零〇]+|\d+|[①-⑳]", found.text)
            if found.style == style and numeral and ordinal(numeral.group()) == len(starts) + 1:
                starts.append(number)
        if len(starts) > 1:
            return starts
    return []


def _depth(marked: Sequence[tuple[int, Marker]], style: str) -> int:
    return min(found.depth for _, found in marked if found.style == style)


def _cut(lines: Sequence[str], starts: Sequence[int]) -> list[list[str]]:
    """The lines from each start to the next; what stands before the first belongs to none."""
    return [list(lines[a:b]) for a, b in pairwise([*starts, len(lines)])]


def _numbered_parts(lines: Sequence[str]) -> Iterator[str]:
    for lines_of_part in _cut(lines, _outermost(lines)):
        part = [lines_of_part[0], *(line for line in lines_of_part[1:] if not _is_farewell(line))]
        if not (len(part[0]) <= 24 and _TELLING.search(part[0]) and not _ASKING.search(part[0])):
            yield "\n".join(part)


def _inline_parts(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        for a, b in pairwise([*inline_items(line), len(line)]):
            yield line[a:b].strip()


def _asking_sentences(lines: Sequence[str]) -> Iterator[str]:
    """Each sentence that begins to ask, with those after it that go on without asking anew."""
    current: list[str] = []
    for line in lines:
        if _is_farewell(line):
            continue
        for start, end in sentences(line, 0, len(line)):
            words = line[start:end]
            if _OPENER.match(words):
                if current:
                    yield "".join(current)
                current = [words]
            elif current:
                current.append(words)
    if current:
        yield "".join(current)


def _is_farewell(line: str) -> bool:
    return bool(re.match(r"(?:以上|特此|此致|妥否|谢谢|感谢|当否)", line)) and len(line) <= 40


def title_of(words: str) -> str:
    """A few words for a request: its heading, or how its first sentence begins."""
    first = strip_marker(words.split("\n", maxsplit=1)[0]).strip()
    first = _OPENER.sub("", re.split(r"[。！？：:]", first)[0]).strip("，, ")
    named = re.match(r"(?:在|关于|就)(?P<what>.{2,24}?)(?:方面|上|问题)[，,]?", first)
    if named and len(named.group()) == len(first):
        return named["what"]
    while len(first) > _NAME_LENGTH and re.search(r"[，,；;]", first):
        first = re.split(r"[，,；;][^，,；;]*$", first)[0]
    return first.rstrip("；;，, ")[:_NAME_LENGTH] or words[:_NAME_LENGTH]


def without_opener(sentence: str) -> str:
    """A sentence without its enumerator and its 建议, 希望, 请: what is asked for."""
    return _OPENER.sub("", strip_marker(sentence)).strip("，, ")


def asks(sentence: str) -> bool:
    """Whether a sentence begins to ask."""
    return bool(_OPENER.match(strip_marker(sentence)))


# Changes to the requests


def merge(suggestion: Suggestion, first: int, second: int) -> Suggestion:
    """The second request's words added to the first's, which keeps its title."""
    one, other = _find(suggestion, first), _find(suggestion, second)
    if one is other:
        raise DraftError("same", "a request cannot be merged with itself; choose another")
    joined = replace(one, text=f"{one.text}\n{other.text}")
    kept = [joined if request is one else request for request in suggestion.requests if request is not other]
    return replace(suggestion, requests=tuple(kept))


def split(suggestion: Suggestion, request: int, at: int) -> Suggestion:
    """One request cut in two at an offset of its text; the second part follows under a new number."""
    one = _find(suggestion, request)
    before, after = one.text[:at].strip(), one.text[at:].strip()
    if not before or not after:
        raise DraftError("cut", "a request is split inside its text; put the cursor between two of its sentences")
    new = Request(max(r.id for r in suggestion.requests) + 1, title_of(after), after)
    pair = (replace(one, text=before), new)
    return _replaced(suggestion, one, pair)


def move(suggestion: Suggestion, request: int, to: int) -> Suggestion:
    """The request put at a place, counted from 0; beyond either end is that end."""
    one = _find(suggestion, request)
    rest = [other for other in suggestion.requests if other is not one]
    rest.insert(max(0, min(to, len(rest))), one)
    return replace(suggestion, requests=tuple(rest))


def rename(suggestion: Suggestion, request: int, title: str) -> Suggestion:
    """Another title for a request."""
    words = " ".join(title.split())
    if not words:
        raise DraftError("title", "a request needs a title; write a few words")
    one = _find(suggestion, request)
    return _replaced(suggestion, one, (replace(one, title=words[:_TITLE_LENGTH]),))


def reword(suggestion: Suggestion, request: int, text: str) -> Suggestion:
    """Other words for a request."""
    if not text.strip():
        raise DraftError("words", "a request needs words; remove it instead")
    one = _find(suggestion, request)
    return _replaced(suggestion, one, (replace(one, text=text.strip()),))


def add(suggestion: Suggestion, text: str) -> Suggestion:
    """With a further request, the last one, under a new number."""
    words = text.strip()
    if not words:
        raise DraftError("new", "a further request needs words; write what is asked for")
    new = Request(max(r.id for r in suggestion.requests) + 1, title_of(words), words)
    return replace(suggestion, requests=(*suggestion.requests, new))


def remove(suggestion: Suggestion, request: int) -> Suggestion:
    """Without a request; the last one stays."""
    if len(suggestion.requests) < 2:
        raise DraftError("last", "a suggestion keeps at least one request; reword this one instead")
    return _replaced(suggestion, _find(suggestion, request), ())


def _find(suggestion: Suggestion, request: int) -> Request:
    for one in suggestion.requests:
        if one.id == request:
            return one
    raise DraftError("request", f"there is no request {request}; choose one of those listed")


def _replaced(suggestion: Suggestion, old: Request, new: Sequence[Request]) -> Suggestion:
    kept = [part for one in suggestion.requests for part in (new if one is old else (one,))]
    return replace(suggestion, requests=tuple(kept))
