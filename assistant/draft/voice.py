"""Who speaks in a cited document, and whether a letter of an office can say its words as they stand.

A sentence that names nobody is told of whoever speaks: in its document the issuer (我局, 我县, 全县), in a letter the
office that signs it. So another body's sentence has to name that body, its place, or whoever else it is about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from assistant.verify import Context
from assistant.verify.resolve import PAPERS, SELF, names, own_voice
from corpus.document import STAFF_ANSWER, Document, Metadata
from corpus.normalise import fold
from corpus.places import Place, places

_KINDS = "省|自治区|市|州|盟|区|县|旗|镇|乡|街道"
_PLACES = frozenset(_KINDS.split("|"))
_LEVELS = {1: "省", 2: "市", 3: "区"}
_OPENS = re.compile(  # a body's name opens with its places; 县 alone has names of one character
    rf"(?!住房)(?P<name>[\u4e00-\u9fff](?=县)|[\u4e00-\u9fff]{{2,4}}?)(?P<kind>{_KINDS})"
)
_DEICTIC = re.compile(rf"[全该我本](?P<kind>{_KINDS})(?![\u4e00-\u9fff]?域)")
_SESSION = re.compile(rf"(?P<kind>{_KINDS})(?:人大)?第?[一二三四五六七八九十]+届")
_WORD = "(?:(?![的了已由将对与和在为是把被向从到及或并所这该此各等每])[\u4e00-\u9fff])"
_FIRM = rf"{_WORD}{{2,16}}?(?:公司|集团|大学|银行|研究院)"
_BODY = rf"{_WORD}{{2,16}}?(?:总局|[部局委办署厅](?![门分件理])|政府|法院|检察院|协会)|{_FIRM}"
_SOMEBODY = re.compile(
    rf"(?:(?<![\u4e00-\u9fff])|(?<=[由经向]))(?![我本全各有相县市区省州镇乡]){_BODY}|[港深]方|[A-Z]{{2,}}"
)
_SUBJECT = re.compile(rf"国家|中国|[全我]国|(?![我本全各有相县市区省州镇乡]){_FIRM}")
_BEFORE = re.compile(  # what may stand before a subject: the time, and what a phrase with a preposition says
    r"^(?:(?:截[至到]|据|[自从在到])?\d{2,4}年[^，,]{0,10}[，,]?|(?:近年来|目前|[为在对据按]|根据|按照|通过|随着)[^，,。]{0,40}[，,])"
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a body is, as its name tells: the short name of each of its places by what it is (市, 区)."""

    by_kind: Mapping[str, str]

    @classmethod
    def of(cls, body: str) -> _Place:
        found: dict[str, str] = {}
        for one in _places(body, opens=True):
            for name in (one.name, *sorted(one.within)):
                for known in places(name):
                    found.setdefault(_LEVELS[known.level], known.name)
        at = 0
        while opens := _OPENS.match(body, at):
            found[opens["kind"]] = opens["name"]
            at = opens.end()
        return cls(found)

    @property
    def names(self) -> frozenset[str]:
        """What its places are called; of one with a short name of one character the full one (随县)."""
        return frozenset(name if len(name) > 1 else name + kind for kind, name in self.by_kind.items())

    @property
    def own(self) -> str:
        """The smallest of the places."""
        found = next((one for one in reversed(_KINDS.split("|")) if one in self.by_kind), "")
        name = self.by_kind.get(found, "")
        return name if len(name) > 1 else name + found

    def shares(self, kind: str, other: _Place) -> bool:
        """Whether 全市 is the same city for both."""
        return kind in self.by_kind and self.by_kind[kind] == other.by_kind.get(kind)


@lru_cache(maxsize=256)  # asked of every quote
def seat(document: Document) -> str:
    """The district or county that a reply speaks for which nobody signed: the one that it names most, in full once."""
    if document.metadata.issuer or document.metadata.kind != "reply":
        return ""
    text = fold(document.text[document.body :])
    named = Counter({one.name: text.count(one.name) for one in _places(text) if one.level > 2})
    return next((name for name, count in named.most_common(1) if count > 1), "")


def is_own(metadata: Metadata, office: str, seat: str = "") -> bool:
    """Whether a document speaks for the office.

    A reply that nobody signed does, unless its congress is another's, or it speaks for another place (``seat``).
    """
    issuer = metadata.issuer
    if metadata.kind == STAFF_ANSWER:
        return True
    if issuer:
        one, other = sorted((issuer, office), key=len)
        return bool(office) and other.endswith(one) and bool(_OPENS.sub("", one))
    session, at = _SESSION.search(metadata.title), _Place.of(office)
    elsewhere = (session and session["kind"] not in at.by_kind) or (seat and seat not in at.names)
    return metadata.kind == "reply" and not (at.by_kind and elsewhere)


def misread(text: str, metadata: Metadata, office: str, seat: str = "") -> str | None:
    """The words by which a sentence of a document would be taken for the office's own; empty: it names nobody."""
    at, theirs = _Place.of(office), _Place.of(metadata.issuer or seat or metadata.title)
    own = is_own(metadata, office, seat)
    for found in _spoken(text):
        kind = found[0][1:]
        unlike = not metadata.issuer and kind in _PLACES and bool(at.by_kind) and kind not in at.by_kind
        if unlike or not (own or at.shares(kind, theirs)):
            return found[0]
    return None if own or _named(text, metadata, at, theirs) else ""


def speaks_to(text: str) -> bool:
    """Whether a sentence speaks to those whom its document was written to, who are others than a new letter's."""
    return any(own_voice(text[: found.start()]) for found in re.finditer("[您你]们?", text))


def named(text: str, metadata: Metadata, office: str) -> Iterator[str]:
    """What another body says of itself, with its name in the place of 我局 and 我县."""
    if is_own(metadata, office):
        return
    at, theirs = _Place.of(office), _Place.of(metadata.issuer)
    context, pieces, end = Context(issuer=metadata.issuer), [], 0
    for found in _spoken(text):
        name = next(iter(names(found[0], context)), "")
        if name and not at.shares(found[0][1:], theirs):
            pieces += [text[end : found.start()], name]
            end = found.end()
    if pieces:
        yield "".join((*pieces, text[end:]))


def _spoken(text: str) -> Iterator[re.Match[str]]:
    """Where it is the document that speaks of itself or its place; 本办法 is its text."""
    for found in SELF.finditer(text):
        own = found[0][0] in "我本" and not re.fullmatch(PAPERS, found[0][1:])
        if own and own_voice(text[: found.start()]):
            yield found


def _named(text: str, metadata: Metadata, at: _Place, theirs: _Place) -> bool:
    """Whether a sentence of another body says whose it is."""
    bodies = re.split("[、；;，,]", metadata.issuer)
    if any(name in text for name in (*bodies, *theirs.names, metadata.title, metadata.doc_no) if len(name) > 1):
        return True
    if any(at.shares(found["kind"], theirs) for found in _DEICTIC.finditer(text)):
        return True
    rest = text
    while before := _BEFORE.match(rest):
        rest = rest[before.end() :]
    if _SUBJECT.match(rest) or any(rest.startswith(one.name) for one in _places(rest[:8])):
        return True
    if theirs.own and theirs.own not in at.names:  # of another place: whoever else it is about has to come first
        return False
    clause = re.split("[，。；;]", rest, maxsplit=1)[0]
    return metadata.kind == "law" or bool(_SOMEBODY.search(clause) or any(_places(clause)))


def _places(text: str, *, opens: bool = False) -> Iterator[Place]:
    """The places of a text; a county or district only in full, for 延长 and 会同 are words too.

    ``opens``: or where the text begins with it.
    """
    for one in places(fold(text)):
        if one.level < 3 or (opens and text.startswith(one.name)) or re.search(f"{one.name}[区县市旗]", text):
            yield one
