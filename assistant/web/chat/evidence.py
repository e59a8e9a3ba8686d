"""The evidence beside an answer: documents in order of first citation, under each its quotes in their paragraphs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from markupsafe import Markup, escape

from assistant.answer import Citation
from assistant.export import formal, shown_quote
from assistant.records import document_version
from assistant.web.chat.source import dates, kind, linked, paragraph_at, status_class
from assistant.web.chat.thread import Exchange
from assistant.web.html import el, icon, labelled, language, say
from corpus.document import Document, Metadata
from corpus.normalise import join_lines

_CONTEXT = 32  # characters of the paragraph shown on each side of a quote
_STOPS = "。！？；\n"


def evidence(exchange: Exchange, standing: Callable[[Document], str] = lambda _: "live") -> Markup:
    """Everything that stands in the right pane for one question; ``standing`` is what has become of a document."""
    refused = exchange.state == "read" or (exchange.answer is not None and exchange.answer.abstention is not None)
    groups = (_document(exchange.number, group, standing, near=refused) for group in by_document(exchange.cited))
    return el(
        "section",
        _head(exchange, near=refused),
        *groups,
        *_by_staff(exchange, standing),
        _unused(exchange),
        class_="evset",
        data_t=exchange.number,
        data_count=len(exchange.cited) + sum(len(one.citations) for one in exchange.by_staff),
    )


def by_document(citations: Iterable[Citation]) -> list[list[Citation]]:
    """Citations grouped by document, documents in order of their first citation."""
    groups: dict[str, list[Citation]] = {}
    for citation in citations:
        groups.setdefault(citation.source.id, []).append(citation)
    return list(groups.values())


def chip(turn: int, citation: Citation, *, near: bool = False) -> Markup:
    """The number of a citation as a button; its name says which document and paragraph it opens."""
    paragraph = paragraph_at(citation.source, citation.quote.start)
    place = paragraph.number if paragraph else 0
    label = labelled("near.label" if near else "cite.label", citation.n, citation.source.metadata.title, place)
    return el(
        "button",
        str(citation.n),
        type="button",
        class_="cite near" if near else "cite",
        data_t=turn,
        data_n=citation.n,
        **label,
    )


def context(citation: Citation) -> tuple[str, str]:
    """The words of its paragraph before and after a quote, cut at a sentence or with an ellipsis."""
    paragraph = paragraph_at(citation.source, citation.quote.start)
    if paragraph is None or paragraph.kind == "table" or citation.quote.end > paragraph.end:
        return "", ""
    text = citation.source.text
    return _before(text[paragraph.start : citation.quote.start]), _after(text[citation.quote.end : paragraph.end])


def meta_lines(meta: Metadata) -> Markup:
    """What a reader must know of a document before trusting it, in two lines."""
    first = [] if meta.is_digest else [kind(meta)]
    first += [el("span", meta.status, class_=status_class(meta))] if meta.status else []
    first += [say("ans.asof", meta.as_of)] if meta.as_of else []
    number = say("d.ref") + f" {meta.doc_no}" if meta.is_digest else escape(meta.doc_no)
    second = [number] if meta.doc_no else []
    second += [escape(meta.issuer)] if meta.issuer else []
    second += [dates(meta) or say("d.nodate")]
    tag = el("span", say("d.tag"), class_="tag digest") if meta.is_digest else None
    lines = el("p", tag, Markup("，").join(first), class_="meta") + el("p", Markup("，").join(second), class_="meta")
    if meta.source and (meta.is_digest or meta.kind == "staff_answer"):
        label = say("d.source") if meta.is_digest else say("rv.rests")
        lines += el("p", label, " ", linked(meta.source), class_="meta src")
    return lines


def _head(exchange: Exchange, *, near: bool) -> Markup:
    cited = exchange.cited
    if near:
        counted = say("ev.near", len(cited), tag="small")
    elif cited:
        counted = say("ev.sum", len(by_document(cited)), len(cited), tag="small")
    else:
        counted = Markup("")
    question = el("span", exchange.question, lang=language(exchange.question))
    return el("p", say("ev.of", exchange.number, tag="b"), question, counted, class_="evhead")


def _by_staff(exchange: Exchange, standing: Callable[[Document], str]) -> Iterator[Markup]:
    """What the answers of staff rest on."""
    for one in exchange.by_staff:
        if one.citations:
            yield el("h3", icon("staff"), say("human"), say("human.by", one.date, tag="small"), class_="evstaff")
            groups = by_document(one.citations)
            yield from (_document(exchange.number, group, standing, near=False) for group in groups)


def _document(turn: int, group: Sequence[Citation], standing: Callable[[Document], str], *, near: bool) -> Markup:
    first, now = group[0], standing(group[0].source)
    title = el("button", first.source.metadata.title, type="button", data_do="read", **_place(turn, first))
    return el(
        "div",
        el("h3", title, lang="zh-Hans"),
        el("p", say(f"now.{now}", class_="tag un"), class_="meta since") if now != "live" else None,
        meta_lines(first.source.metadata),
        el("ol", *(_quote(turn, citation, near=near) for citation in group)),
        class_="ev",
        lang="zh-Hans",
    )


def _quote(turn: int, citation: Citation, *, near: bool) -> Markup:
    before, after = context(citation)
    words = el("p", before, el("mark", shown_quote(citation)), after, class_="qt")
    return el(
        "li",
        chip(turn, citation, near=near),
        words,
        _where(turn, citation),
        class_="evq",
        id=f"e{turn}-{citation.n}",
        **_place(turn, citation),
    )


def _where(turn: int, citation: Citation) -> Markup:
    paragraph = paragraph_at(citation.source, citation.quote.start)
    place = say("ev.go", paragraph.number if paragraph else 0)
    link = el("button", place, type="button", class_="lnk", data_do="read", **_place(turn, citation))
    heading = el("span", " › ".join(citation.heading), class_="path") if citation.heading else None
    take = {"data_copy": formal(citation), "data_told": "copied.cite", **labelled("act.cite.of", citation.n)}
    copy = el("button", say("act.cite"), type="button", class_="lnk copy", **take)
    return el("p", link, copy, heading, class_="where")


def _unused(exchange: Exchange) -> Markup | None:
    if not exchange.unused:
        return None
    groups = (_document_unused(exchange.number, group) for group in by_document(exchange.unused))
    count = say("ev.un.n", len(exchange.unused), class_="count")
    return el("details", el("summary", say("ev.unused"), count), *groups, class_="fold")


def _document_unused(turn: int, group: Sequence[Citation]) -> Markup:
    title = el("button", group[0].source.metadata.title, type="button", data_do="read", **_place(turn, group[0]))
    quotes = (
        el("li", el("p", shown_quote(citation), class_="qt"), _where(turn, citation), class_="evq bare")
        for citation in group
    )
    return el("div", el("h3", title), el("ol", *quotes), class_="ev", lang="zh-Hans")


def _place(turn: int, citation: Citation) -> dict[str, object]:
    """What the script needs to open a quote in its document."""
    return {
        "data_t": turn,
        "data_n": citation.n,
        "data_doc": citation.source.id,
        "data_v": document_version(citation.source),
        "data_s": citation.quote.start,
        "data_e": citation.quote.end,
    }


def _before(raw: str) -> str:
    words = join_lines(raw)
    if len(words) <= _CONTEXT:
        return words
    cut = max(words.rfind(stop, len(words) - 2 * _CONTEXT, len(words) - 1) for stop in _STOPS)
    return "…" + (words[cut + 1 :] if cut >= 0 and len(words) - cut <= 2 * _CONTEXT else words[-_CONTEXT:])


def _after(raw: str) -> str:
    words = join_lines(raw)
    return words if len(words) <= _CONTEXT else words[:_CONTEXT] + "…"
