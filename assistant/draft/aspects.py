"""A request → the questions to ask of the documents: one for each thing that it names, without purposes and reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from assistant.draft.requests import asks, without_opener
from assistant.draft.suggestion import Request
from corpus.markers import inline_items
from corpus.structure import sentences

MAX_ASPECTS = 6  # questions for one request; what is beyond is asked together with the last
_LEAST = 6  # characters of a clause that can stand alone

_ACTIONS = (
    "建立|设立|成立|组建|完善|健全|加强|加大|加快|强化|优化|推动|推进|推行|推出|推广|开展|开放|开设|开通|扩大|拓展|拓宽|"
    "引进|引入|引导|培育|培养|支持|扶持|鼓励|吸引|打造|建设|新建|改造|增加|增设|新增|提供|出台|制定|编制|发布|公布|"
    "简化|放宽|放开|取消|降低|减免|减少|落实|实施|试点|试行|探索|深化|规范|统筹|协调|明确|缩短|延长|延伸|修订|修建|"
    "建好|建成|建起|办好|办一|组织|搭建|构建|配备|配置|发放|补贴|整治|治理|保障|争取|允许|限制|严格|定期|尽快|尽早|适当|合理|进一步|继续|积极|逐步"
)
# What a thing is for is not one more thing: 让科研人员往来更方便.
_PURPOSE = re.compile(
    r"^(?:从而|进而|以(?!及)|让|使|为(?:了)?|形成|实现|促进|提升|提高|助力|真正|切实|更好|避免|防止|确保|不断|最终|带动|缓解|解决)"
)
_SO_THAT = re.compile(r"(?:[，,](?:从而|进而|以便|让|使|真正|避免|防止|最终)[^，,；;]*)+$")
_JOINT = re.compile(
    rf"[；;]|[，,](?:并且?|同时|以及|还要?|也要?|再|另外)?(?=(?:{_ACTIONS}))|[，,](?:并|同时|以及)(?=.)"
)
_REASON = re.compile(r"^(?:目前|当前|近年来|但|由于|因为|据|随着|例如|比如|如|这样|不少|一些|部分|许多|很多|我们|调研)")


def aspects(request: Request) -> tuple[str, ...]:
    """What a request names, each in words of its own without 建议; the request's title where its text names nothing."""
    found: list[str] = []
    for sentence in _asking(request):
        for clause in map(without_opener, _clauses(without_opener(sentence))):
            if clause not in found:
                found.append(clause)
    found = [one for one in found if one != request.title] or [request.title]  # a heading asks nothing of its own
    return tuple(found[: MAX_ASPECTS - 1]) + (
        ("；".join(found[MAX_ASPECTS - 1 :]),) if len(found) >= MAX_ASPECTS else ()
    )


def _asking(request: Request) -> list[str]:
    """The sentences that ask; a text that never says so asks with all of them that give no reason."""
    told = [words for line in request.text.split("\n") for words in _sentences(line)]
    asking = [words for words in told if asks(words)]
    return asking or [words for words in told if not _REASON.match(without_opener(words))]


def _sentences(line: str) -> Iterator[str]:
    for a, b in pairwise([0, *inline_items(line), len(line)]):
        piece = line[a:b]
        for start, end in sentences(piece, 0, len(piece)):
            yield piece[start:end]


def _clauses(words: str) -> Iterator[str]:
    """A sentence cut where a further action begins; purposes and scraps stay with the clause before them."""
    plain = words.rstrip("。！？!? ")
    cuts = [0, *(found.end() for found in _JOINT.finditer(plain)), len(plain)]
    current = ""
    for a, b in pairwise(cuts):
        clause = plain[a:b]
        bare = clause.strip("，,；; ")
        if current and (len(bare) < _LEAST or _PURPOSE.match(bare)):
            current += clause
        else:
            if current:
                yield _trimmed(current)
            current = clause
    if _trimmed(current):
        yield _trimmed(current)


def _trimmed(clause: str) -> str:
    bare = re.sub(r"[，,；; ]+(?:并且?|同时|以及)?$|^(?:并且?|同时|以及)(?=..)", "", clause).strip("，,；; ")
    return _SO_THAT.sub("", bare)
