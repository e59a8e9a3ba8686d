"""Further evidence for a sentence: out of the passages that a search finds, the sentences that speak of the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from assistant.draft.letter import Cite, Sentence
from corpus.structure import blocks, sentences
from index.bigrams import terms
from index.hit import Hit

MOST = 6
_LEAST = 4  # terms in common: fewer are an accident


def further(sentence: Sentence, hits: Sequence[Hit]) -> tuple[Cite, ...]:
    """Places for a sentence that it does not cite yet, those with most of its words first."""
    asked = set(terms(sentence.text))
    found = {
        (cite.quote.document, cite.quote.start): cite for cite in _places(hits) if not _known(cite, sentence.cites)
    }
    shares = [(len(asked & set(terms(cite.shown))), cite) for cite in found.values()]
    near = sorted((pair for pair in shares if pair[0] >= min(_LEAST, len(asked))), key=lambda pair: -pair[0])
    return tuple(cite for _, cite in near[:MOST])


def _places(hits: Iterable[Hit]) -> Iterator[Cite]:
    """Every sentence, or row of a table, that lies in one of the passages."""
    for hit in hits:
        document = hit.source
        for block in blocks(document):
            if block.kind == "heading" or block.start >= hit.end or block.end <= hit.start:
                continue
            spans = (
                [(block.start, block.end)]
                if "table" in block.kind
                else sentences(document.text, block.start, block.end)
            )
            for start, end in spans:
                yield Cite.of(document, start, end, block.heading, block.page)


def _known(cite: Cite, have: Iterable[Cite]) -> bool:
    """Whether one of the quotes lies where this place is."""
    quote = cite.quote
    return any(
        one.quote.document == quote.document and one.quote.start < quote.end and quote.start < one.quote.end
        for one in have
    )
