"""What is held of a document besides its words (文号, 施行日期, who asked), with the place that says it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.reading.meant import entitled, meant
from assistant.units import Unit, span_unit
from corpus.document import Block, Document
from corpus.imprint import iso_date
from corpus.normalise import fold
from corpus.structure import blocks, sentences
from index.hit import Hit

Span = tuple[int, int]
Field = Literal[
    "doc_no", "subject", "contact", "signer", "addressees", "recipients", "effective", "expires", "issued", "issuer"
]

_WHEN = r"(?:什么时候|什么时间|啥时候|何时|何日|哪天|哪一天|哪年|哪一年|哪个?月|几月几[日号]|几[日号]|哪日)"
_BODY = r"(?:部门|单位|机关|机构)"
_WHO = rf"(?:谁|哪[个些]?{_BODY}|哪一个{_BODY}|什么{_BODY}|哪里|哪儿)"
_ISSUE = r"(?:发布|公布|印发|颁布|制发|发文|签发|出台|成文|答复|回复|办复)"
_FORCE = r"(?:施行|实施|生效|执行)"
_DO = rf"(?:负责)?(?:{_ISSUE}|制定|发|办理|承办|主办)"
# How the metadata of an official document are asked for: by their name, or by the verb that goes with it.
_ASKED: Mapping[Field, re.Pattern[str]] = {
    "doc_no": re.compile(r"文号|发文字号|文件编号|第几号(?:令|公告)|(?:公告|令)号|documentnumber"),
    "subject": re.compile(r"(?:标题|题目)"),
    "contact": re.compile(r"联系人|联系电话|联系方式|(?:联系)?电话"),
    "signer": re.compile(r"签发(?:人|者|领导)|(?:是|由)?(?:谁|哪[一]?[个位](?:领导|同志)?)(?:负责)?签发"),
    "recipients": re.compile(rf"主送{_BODY}?|发(?:给|往|送)了?(?:谁|哪[个些]?{_BODY}?|什么{_BODY}?)"),
    "addressees": re.compile(
        r"(?:谁|哪[个位些几]位?(?:代表|委员)|哪些人)(?:联名|领衔|提出|提交|提)|(?:提出|提交|领衔|提)(?:人|者|代表|委员)"
    ),
    "effective": re.compile(
        rf"{_FORCE}的?(?:日期|时间)|(?:从|自|于|在)?{_WHEN}(?:起|开始|正式|才)*{_FORCE}|{_FORCE}(?:是|于|从|自)?{_WHEN}|"
        r"takes?effect|comes?intoforce|effectivedate"
    ),
    "expires": re.compile(rf"有效期|{_WHEN}(?:失效|到期|废止)|(?:失效|到期)的?(?:日期|时间)"),
    "issued": re.compile(
        rf"(?:{_ISSUE}|通过|批准)的?(?:日期|时间)|(?:于|在)?{_WHEN}(?:{_ISSUE}|通过|批准|作)|{_ISSUE}(?:于|在)?{_WHEN}|落款日期|"
        r"(?<!who)(?:issued|published|adopted)"
    ),
    "issuer": re.compile(
        rf"(?:发文|发布|制定|印发|公布|主办|承办|答复|办理){_BODY}|(?:由|是)?{_WHO}{_DO}|{_ISSUE}(?:者|方)|whoissued"
    ),
}
_DATE = re.compile(
    r"[\d〇○零ＯO一二三四五六七八九]{4}\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日|"
    r"\d{4}[-./]\d{1,2}[-./]\d{1,2}"
)
_SAYS: Mapping[Field, re.Pattern[str]] = {
    "effective": re.compile(_FORCE),
    "expires": re.compile("有效期|失效"),
    "issued": re.compile(rf"{_ISSUE}|通过|批准|会议上"),
}
_LETTERHEAD = frozenset({"signature", "table_header", "table_row", "furniture"})
_CONTACT = re.compile(r"联\s*系|电\s*话")
_PERSON = r"(?:[\u4e00-\u9fff·]{2,4}|[\u4e00-\u9fff][ \u3000]+[\u4e00-\u9fff])(?![\u4e00-\u9fff：:])"
_SIGNED = re.compile(
    rf"签[ \u3000]*发[ \u3000]*人[ \u3000]*[：:][ \u3000]*(?P<names>{_PERSON}(?:[ \u3000、]+{_PERSON})*)"
)
_GREETED = re.compile(r"^\s*(?:尊敬的)?|[们]?\s*[：:]\s*$")


@dataclass(frozen=True, slots=True)
class HeldOf:
    """The document that a question means, what is held of it, and the units that say so."""

    document: Document
    field: Field
    value: str
    units: tuple[Unit, ...]


def asks_held(question: str) -> tuple[str, str] | None:
    """The words before what a question asks that documents hold, and those from there on; or none."""
    words = re.sub(r"\s+", "", fold(question))
    places = [found.start() for pattern in _ASKED.values() if (found := pattern.search(words))]
    return (words[: min(places)], words[min(places) :]) if places else None


def read_held(question: str, hits: Sequence[Hit]) -> HeldOf | None:
    """What a question asks that is held of one of the hits' documents, and nothing else; or none."""
    words = re.sub(r"\s+", "", fold(question))
    documents = {hit.document: hit.source for hit in hits}
    found = {field: match for field, pattern in _ASKED.items() if (match := pattern.search(words))}
    if not found:
        return None
    start = min(match.start() for match in found.values())
    asked = "|".join(_ASKED[field].pattern for field in found)
    rest = re.sub(f"{asked}|{_WHEN}|{_WHO}|哪一?位|多少|[到至]", "", words[start:])
    valid = {hit.document for hit in hits if hit.force == "in_force"}
    chosen = meant(words[:start], rest, documents)
    if not chosen and set(found) == {"contact"}:
        chosen = entitled(words[:start], documents)
    chosen = [one for one in chosen if one.id in valid] or chosen
    held = [(one, {field: value for field in found if (value := _value(one, field))}) for one in chosen]
    held = [(one, _without_body(values)) for one, values in held if values]
    if len(held) != 1:
        return None
    document, values = held[0]
    places = {place for field, value in values.items() for place in _places(document, field, value)}
    units = tuple(span_unit(document, *place) for place in sorted(places))
    return HeldOf(document, next(iter(values)), "、".join(values.values()), units)


def _without_body(values: Mapping[Field, str]) -> dict[Field, str]:
    """Of who signed a document, the person; the body answers where none is named."""
    return {field: value for field, value in values.items() if field != "issuer" or "signer" not in values}


def _value(document: Document, field: Field) -> str:
    metadata = document.metadata
    if field == "subject":
        return metadata.suggestion
    if field == "contact":
        return " ".join(document.text[slice(*place)] for place in _places(document, field, ""))
    if field == "signer":
        return "、".join(
            re.split("[：:]", document.text[slice(*place)])[1].strip() for place in _places(document, field, "")
        )
    if field in {"addressees", "recipients"}:
        return "、".join(getattr(metadata, field))
    return str(getattr(metadata, field))


def _places(document: Document, field: Field, value: str) -> list[Span]:
    """The sentence, or the lines of a greeting or a signature, in which a document says what is held of it."""
    structure = blocks(document)
    if field == "contact":
        return [(b.start, b.end) for b in structure if b.kind == "signature" and _CONTACT.search(_words(document, b))]
    if field == "signer":
        signed = (_SIGNED.search(document.text, b.start, b.end) for b in structure if b.kind in _LETTERHEAD)
        return [found.span() for found in signed if found][:1]
    if field in {"addressees", "recipients"}:
        greeting = (b for b in structure if b.kind == "salutation" and value.split("、", 1)[0] in _words(document, b))
        return [_greeted(document, b) for b in greeting][:1]
    if field == "subject":
        paper = re.compile("《[^《》]+》")
        opening = [span for b, span in _sentences(document) if b.kind == "paragraph"]
        return [span for span in opening if paper.search(document.text[slice(*span)])][:1]
    return _signed(document, value) if field in {"doc_no", "issuer"} else _dated(document, field, value)


def _words(document: Document, block: Block) -> str:
    return document.text[block.start : block.end]


def _greeted(document: Document, block: Block) -> Span:
    """Whom a greeting greets, without the courtesy."""
    text = _words(document, block)
    edges = [found.span() for found in _GREETED.finditer(text)]
    return block.start + edges[0][1], block.start + (edges[-1][0] if len(edges) > 1 else len(text))


def _signed(document: Document, value: str) -> list[Span]:
    wanted = _bare(value)
    holding = [one for one in _sentences(document) if wanted in _bare(document.text[slice(*one[1])])]
    signed = [span for block, span in holding if block.kind == "signature"]
    return (signed or [span for _, span in holding])[:1]


def _bare(text: str) -> str:
    return re.sub(r"[\s、]+", "", fold(text))


def _dated(document: Document, field: Field, value: str) -> list[Span]:
    says = _SAYS[field]
    places = list(_sentences(document))
    dated = [
        (block, span)
        for block, span in places
        if any(iso_date(re.sub(r"\s", "", one)) == value for one in _DATE.findall(document.text[slice(*span)]))
    ]
    saying = [span for _, span in dated if says.search(document.text[slice(*span)])]
    if field == "issued":
        return ([span for block, span in dated if block.kind == "signature"] or saying)[:1]
    by_issue = [span for _, span in places if re.search(rf"之日起.{{0,6}}{_FORCE}", document.text[slice(*span)])]
    lasting = [span for _, span in places if field == "expires" and says.search(document.text[slice(*span)])]
    return [*saying[-1:], *by_issue[-1:], *lasting[-1:]][:1]


def _sentences(document: Document) -> Iterator[tuple[Block, Span]]:
    for block in blocks(document):
        if block.kind not in {"table_header", "table_row"}:
            yield from ((block, span) for span in sentences(document.text, block.start, block.end))
