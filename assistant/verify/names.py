"""Bodies, places and Latin names of a claim: each must stand in the quotes or in their titles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from assistant.verify.align import Aligned
from assistant.verify.gazetteer import BODIES, CARRIES_ON, COMMON, LONG_ENDINGS, PLACES, SHORT_ENDINGS
from assistant.verify.material import Material
from assistant.verify.ordinary import is_ordinary
from assistant.verify.verdict import Finding
from corpus.quantities import LATIN, bare, one_of

_SUFFIX = re.compile("|".join(sorted({*LONG_ENDINGS, *SHORT_ENDINGS}, key=len, reverse=True)))
_GENERIC = re.compile(
    r"[全该本各此两某我贵这那其上述有关相关所在当地一的由在对与和及向从为是、等新原大小多数几双三四五六七八九十个家所]$"
)
_FILL = frozenset("的在由与和及是对向从为被把将以到至于等并经据按")

_PLACE = re.compile(one_of(PLACES | BODIES))
_NAME = re.compile(rf"{_PLACE.pattern}|(?:{'|'.join(sorted({*LONG_ENDINGS, *SHORT_ENDINGS}, key=len, reverse=True))})$")


def check_names(claim: str, aligned: Sequence[Aligned], material: Material) -> Iterator[Finding]:
    """Names in the folded claim that the quotes and their titles lack, or have in another place."""
    known = material.known
    seen: set[str] = set()
    for name in (*_latin(claim, material.spaced), *_places(claim, known), *_bodies(bare(claim), known)):
        if name not in seen:
            seen.add(name)
            yield Finding("name", name, f"“{name}”不见于引文。")
    if not seen:
        yield from _replaced(aligned)


def latin_names(original: str, material: Material) -> Iterator[Finding]:
    """Names of an English claim as it was written: words with two or more capitals (WIPO, R&D)."""
    for match in re.finditer(r"\b[A-Za-z][\w&+-]*[A-Z][\w&+-]*", original):
        word = match[0].lower()
        if word not in material.known and word not in {"r&d", "gdp", "rmb", "cny", "usd", "hkd"}:
            yield Finding("name", match[0], f"“{match[0]}”不见于引文。")


def _latin(claim: str, known: str) -> Iterator[str]:
    words = {m[0] for m in LATIN.finditer(known)}
    for match in LATIN.finditer(claim):
        if match[0] not in words and not re.match(r"\d", claim[max(0, match.start() - 1) :]):
            yield match[0]


def _places(claim: str, known: str) -> Iterator[str]:
    for match in _PLACE.finditer(claim):
        if match[0] not in known:
            yield match[0]


def _bodies(claim: str, known: str) -> Iterator[str]:
    """Names that end like a body and of which no more than the ending is known."""
    for match in _SUFFIX.finditer(claim):
        start, end = match.span()
        lead = re.split(r"[^\u3400-\u9fffa-z0-9]", claim[:start])[-1][-2:]
        if (
            len(lead) < 2
            or _GENERIC.search(lead)
            or lead[-1] in _FILL
            or lead[0] in _FILL
            or lead[0] in "这那该本此各每某"
        ):
            continue
        if claim[end - len(match[0]) - 1 : end] in COMMON or claim[start : end + 1] in CARRIES_ON:
            continue
        if lead not in known and claim[start - 1 : end] not in known:
            yield claim[start - 2 : end]
        elif known_from := _known_from(claim, end, known):
            before = re.split(r"[^\u3400-\u9fff]", claim[:known_from])[-1]
            owner = before[-2:]
            if (
                len(owner) == 2
                and owner not in known
                and not is_ordinary(owner[1])
                and not is_ordinary(claim[known_from])
                and not is_ordinary(owner, before[:-2], claim[known_from], known)
            ):
                yield claim[known_from - 2 : end]


def _known_from(claim: str, end: int, known: str) -> int:
    """Where the longest stretch of the claim that ends at ``end`` and stands in the quotes begins."""
    start = end
    while start > 0 and re.match(r"[\u3400-\u9fff]", claim[start - 1]) and claim[start - 1 : end] in known:
        start -= 1
    return start


def _replaced(claim: Sequence[Aligned]) -> Iterator[Finding]:
    """A name in the place of another name where clause and quote otherwise run alike: 香港 for 深圳, both known."""
    for aligned in claim:
        if not aligned.quoted:
            continue
        mine, theirs = bare(aligned.clause.text), bare(aligned.quoted[0].text)
        matcher = SequenceMatcher(None, theirs, mine, autojunk=False)
        if matcher.ratio() < 0.6:
            continue
        for tag, a, b, c, d in matcher.get_opcodes():
            if tag != "replace" or not (1 <= b - a <= 10 and 1 <= d - c <= 10):
                continue
            old, new = theirs[a:b], mine[c:d]
            grown_old, grown_new = _grown(theirs, a, b), _grown(mine, c, d)
            if (
                not set(new) - _FILL
                or not re.fullmatch(r"[\u3400-\u9fff]{2,}", grown_new)
                or new in grown_old
                or old in grown_new
            ):
                continue
            if _is_name(grown_old) and _is_name(grown_new):
                yield Finding("name", new, f"引文此处是“{grown_old}”，不是“{grown_new}”。")


def _grown(text: str, start: int, end: int) -> str:
    """The stretch as far as it completes a name: the 法 of 法国, the 南山 of 南山区."""
    for place in _PLACE.finditer(text, max(0, start - 3), end + 3):
        if place.start() <= start and end <= place.end():
            return place[0]
    follow = _SUFFIX.match(text, end)
    return text[start : follow.end() if follow else end]


def _is_name(text: str) -> bool:
    return len(text) >= 2 and _NAME.search(text) is not None and text[-2:] not in COMMON
