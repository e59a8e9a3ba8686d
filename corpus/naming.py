"""The numbers by which people name a document: that of the suggestion it answers (第20250021号), or its own 文号."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from corpus.document import Document, Metadata
from corpus.normalise import fold
from corpus.quantities import DocumentNumber, facts

_PAPER = r"(?:代表|委员)?(?:建议|提案|议案)"
# A number that can be nothing else, or one that is said to be a paper's: 第1047号建议, 提案第0326号.
_NAMED = re.compile(
    rf"(?:第\s*)?(?<![\d.])([a-z]?\d{{6,10}})(?![\d.])\s*(?:号|$)|"
    rf"(?:第\s*|(?<![\d.月年-]))([a-z]?\d{{2,5}})\s*号\s*{_PAPER}|{_PAPER}\s*\(?第\s*([a-z]?\d{{1,5}})\s*号"
)
_LONG = 6  # digits from which a number needs no word beside it
_LEFT = re.compile(
    r"[\s?？。!！第号]|建议|提案|答复|复函|回复|的|这份|那份|文件|是什么|内容|看看|查一?下|找|怎么说|如何"
)


@lru_cache(maxsize=256)  # asked of every candidate of a question
def numbered(folded: str) -> tuple[str, ...]:
    """The numbers by which a folded text names documents: 20250021 of 第20250021号, 署贸函2024-236 of a 文号."""
    own = tuple(_number(one) for one in facts(folded).document_numbers)
    return own or tuple(dict.fromkeys(match[match.lastindex or 0] for match in _NAMED.finditer(folded)))


def shown(number: str) -> str:
    """A number as people write it: 国发2023-12 is 国发〔2023〕12号."""
    return re.sub(r"(\d{4})-(\d+)$", r"〔\1〕\2号", number)


def without_number(folded: str) -> str:
    """A folded text without the numbers by which it names documents, and the word for the paper beside them."""
    for one in facts(folded).document_numbers:
        folded = folded.replace(one.text, "")
    return _NAMED.sub("", folded)


def bears(metadata: Metadata, number: str) -> bool:
    """Whether a document has a number, as its own or as that of the suggestion it answers."""
    own = {_number(one) for one in facts(fold(metadata.doc_no)).document_numbers}
    title = fold(metadata.title)
    held = {one.lstrip("0") for one in (*numbered(title), fold(metadata.suggestion)) if one}
    return _among(number, own) or number.lstrip("0") in held or (len(number) >= _LONG and number in title)


def names(document: Document, number: str) -> bool:
    """Whether a document bears a number or speaks of it."""
    return bears(document.metadata, number) or _among(number, _spoken(document))


def is_number_alone(folded: str) -> bool:
    """Whether a folded question is a document's number and nothing more."""
    return bool(numbered(folded)) and not _LEFT.sub("", without_number(folded))


@lru_cache(maxsize=512)
def _spoken(document: Document) -> frozenset[str]:
    folded = fold(document.text[document.body :])
    own = (_number(one) for one in facts(folded).document_numbers)
    return frozenset((*own, *(match[match.lastindex or 0] for match in _NAMED.finditer(folded))))


def _among(number: str, others: Iterable[str]) -> bool:
    """Whether a number is one of the others; words before the agency's name (请问财税) may stand at either."""
    return any(number.endswith(other) or ("-" in number and other.endswith(number)) for other in others)


def _number(one: DocumentNumber) -> str:
    return f"{one.agency}{one.year}-{one.number}"
