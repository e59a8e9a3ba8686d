"""A quote as it is read: lines joined, the cells of a table row apart."""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.answer import Citation
from assistant.records import is_given
from corpus.document import Document
from corpus.normalise import join_lines
from corpus.structure import blocks

Span = tuple[int, int]

_ARTICLE = re.compile(r"(第[一二三四五六七八九十百千零〇\d]{1,7}条(?:之[一二三四五六七八九十])?)")
_NAMED = re.compile(r"[（(](第[一二三四五六七八九十百千零〇\d]{1,7}条)[）)]")  # 集中申报（第一条）
_HEAD = 40  # characters of a block in which it may name its article
_PIPE = re.compile(r"(?<!\\)\|")


def shown_quote(citation: Citation) -> str:
    """The words of a quote for people; the raw slice stays what is proved."""
    quote = citation.quote
    if not _in_table(citation.source, quote.start):
        return join_lines(quote.text)
    return shown_slice(citation.source, quote.start, quote.end)


def shown_slice(document: Document, start: int, end: int) -> str:
    """The words of a document's slice for people."""
    if not _in_table(document, start):
        return join_lines(document.text[start:end])
    return "｜".join(join_lines(document.text[a:b]) for a, b in cells(document.text, start, end))


def formal(citation: Citation) -> str:
    """A quote as official letters cite it: 《标题》（文号）第N条：“……”. That it is a digest or an own file too."""
    meta = citation.source.metadata
    told = ["自备文件，非收录资料"] if is_given(citation.source.id) else []
    told += ["摘编"] if meta.is_digest and "摘编" not in meta.title else []
    if meta.doc_no and meta.doc_no not in meta.title:
        told.append(f"所据文件 {meta.doc_no}" if meta.is_digest else meta.doc_no)
    number = f"（{'，'.join(told)}）" if told else ""
    page = f"（第{citation.page}页）" if citation.page else ""
    title = (
        meta.title.strip("《》") if meta.title.count("《") == 1 else meta.title.replace("《", "〈").replace("》", "〉")
    )
    words = shown_quote(citation).replace("“", "‘").replace("”", "’")
    return f"《{title}》{number}{_article(citation)}{page}：“{words}”"


def _article(citation: Citation) -> str:
    """The article that a quote stands in, by the words before it in its block or by its headings."""
    text, start = citation.source.text, citation.quote.start
    block = next((one for one in blocks(citation.source) if one.start <= start < one.end), None)
    lead = text[block.start : block.end] if block else citation.quote.text
    for words in (lead, *reversed(citation.heading)):
        found = _ARTICLE.match(words.strip()) or _NAMED.search(words[:_HEAD])
        if found:
            return found[1]
    return ""


def cells(text: str, start: int, end: int) -> tuple[Span, ...]:
    """The trimmed spans of the cells of a Markdown table row ``text[start:end]``."""
    row = text[start:end]
    bars = [found.start() for found in _PIPE.finditer(row)]
    edges = [-1, *bars, len(row)]
    spans = [_trim(text, start + a + 1, start + b) for a, b in pairwise(edges)]
    first, last = row.lstrip().startswith("|"), row.rstrip().endswith("|")
    return tuple(spans[1 if first else 0 : len(spans) - 1 if last else len(spans)])


def _in_table(document: Document, at: int) -> bool:
    return any(one.start <= at < one.end and one.kind.startswith("table") for one in blocks(document))


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
