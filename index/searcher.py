"""A question → Hits: both legs, their fusion, the chunks with their documents; over a home, or passages in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cached_property, partial
from itertools import islice

from corpus.citing import Mention, asked_articles
from corpus.document import Document
from corpus.errors import InputError
from corpus.naming import numbered
from corpus.normalise import fold, is_english, simplify
from corpus.outline import articles
from corpus.parse import parse_text
from index.bigrams import keyword_terms, question_terms
from index.chunk import chunk
from index.encoder import Encoder, load_default_encoder
from index.fusion import Fused, FusionWeights, fuse, in_force_first, today
from index.hit import Hit, Retriever
from index.keywords import PostingKeywords
from index.legs import Scored, Vectors, VectorStore
from index.storage.catalog import TIERS, Catalog, Entry, Lately
from index.storage.store import Store
from index.storage.versions import read_version
from index.vectors import MemoryVectors

_CITED = 4  # documents of one name of which each is shown
_NAMED = 1.0  # the score of what a question names by its number
_NEARER = 3  # hits of the nearer collection for each one of the other
_DOCUMENTS = 2_000  # whose texts are kept in memory
CANDIDATES = 100  # chunks that each leg proposes


@dataclass(frozen=True, eq=False)
class Searcher:
    """The default Retriever: keyword and dense legs over one catalog, for the access tiers it is made for.

    Without an encoder search is the keyword leg alone; what is in force on the ``day`` is preferred. With ``documents``
    nothing but these is searched.
    """

    catalog: Catalog
    keywords: PostingKeywords
    vectors: VectorStore
    _: KW_ONLY
    encoder: Encoder | None
    store: Store | None = None
    tiers: Sequence[str] = TIERS
    weights: FusionWeights = field(default_factory=FusionWeights)
    day: Callable[[], str] = today
    documents: Sequence[str] = ()

    @cached_property
    def _lately(self) -> Lately[str, Document]:
        return Lately(_DOCUMENTS, partial(_live, self.catalog))

    @classmethod
    def open(
        cls,
        store: Store,
        encoder: Encoder | None,
        *,
        tiers: Sequence[str] = TIERS,
        weights: FusionWeights | None = None,
    ) -> Searcher:
        """Search a home's store.

        Raises:
            StateError: the store was filled with another encoder.
        """
        if encoder is not None:
            store.require_fingerprint(encoder.fingerprint)
        vectors = MemoryVectors() if encoder is None else store.vectors
        weights = weights or FusionWeights()
        return cls(store.catalog, store.keywords, vectors, encoder=encoder, store=store, tiers=tiers, weights=weights)

    def within(self, documents: Sequence[str]) -> Searcher:
        """Search over some of these documents alone.

        Raises:
            InputError: one of them is not there.
        """
        for identifier in documents:
            if self.document(identifier) is None:
                raise InputError(f"no document {identifier!r} here; `dafu search` shows the ids that there are")
        return replace(self, documents=tuple(documents))

    def search(self, query: str, k: int) -> list[Hit]:
        """At most ``k`` hits, best first; a question in Traditional characters is searched in Simplified."""
        generation = self.store.refresh() if self.store else 0
        words = simplify(query)
        if self.encoder is None:
            fused = fuse(self._lexical(question_terms(words), max(k, CANDIDATES)), [], 1.0)
        else:
            fused = self._by_both(words, k, self.encoder)
        with self.catalog.database.reading():  # one transaction: on a server each takes several journeys
            fused = self._named_first(words, self._cited_first(words, fused))
            hits = self._hits(fused, 2 * k, generation)
        return in_force_first(hits, words, self.day())[:k]

    def _by_both(self, words: str, k: int, encoder: Encoder) -> list[Fused]:
        terms = keyword_terms(words)
        with self.catalog.database.reading():
            lexical, share = self._lexical(terms, max(k, CANDIDATES)), self._share(terms)
        dense = self._dense(encoder.encode([words], "query")[0], max(k, CANDIDATES))
        return fuse(lexical, dense, self.weights.for_share(share, english=is_english(words)))

    def _lexical(self, terms: Sequence[str], k: int) -> list[Scored]:
        return self.keywords.search(terms, k, self.tiers, self.documents)

    def _dense(self, vector: Vectors, k: int) -> list[Scored]:
        """The nearest; of some documents alone exactly, by all of their vectors."""
        if not self.documents:
            return self.vectors.search(vector, k, self.tiers)
        own = {key for tier in self.tiers for key in self.catalog.keys_of(tier, self.documents)}
        found = {key: one for tier in self.tiers for key, one in self.vectors.get(tier, own).items()}
        scored = (Scored(key, float(one @ vector)) for key, one in found.items())
        return sorted(scored, key=lambda one: (-one.score, one.key))[:k]

    def _named_first(self, words: str, fused: list[Fused]) -> list[Fused]:
        """The chunks of a document that the question numbers, before those that are only like it."""
        wanted = numbered(fold(words))
        named = self.catalog.bearing(wanted, self.tiers) if wanted and not self.documents else ()
        if not named:
            return fused
        keys = {key for tier in self.tiers for key in self.catalog.keys_of(tier, named)}
        own = [replace(one, score=_NAMED) for one in fused if one.key in keys]
        unseen = [Fused(key, _NAMED, {}) for key in sorted(keys - {one.key for one in own})]
        return [*own, *unseen, *(one for one in fused if one.key not in keys)]

    def _cited_first(self, words: str, fused: list[Fused]) -> list[Fused]:
        """The chunks of the articles that the question asks for by number, of the documents that it names by title.

        Of a document without that article its first chunk, so that a reader sees that it is on file. Where no document
        is named, that is the only one with articles, if there is only one.
        """
        asked = asked_articles(words)
        if asked is None:
            return fused
        titles = self.catalog.titles(self.tiers)
        titles = {one: title for one, title in titles.items() if not self.documents or one in self.documents}
        first: dict[str, Fused] = {}
        for mention, found in zip(asked.mentions, asked.named(titles), strict=True):
            documents = found.documents
            if found.how in {"kind", "none"}:
                documents = self.catalog.with_articles(documents or titles)
            for identifier in documents[:_CITED] if found.how == "title" or len(documents) == 1 else ():
                first |= {key: Fused(key, _NAMED, {}) for key in self._cited(identifier, mention)}
        own = {one.key: replace(one, score=_NAMED) for one in fused if one.key in first}
        return [*(own.get(key, one) for key, one in first.items()), *(one for one in fused if one.key not in first)]

    def _cited(self, identifier: str, mention: Mention) -> list[str]:
        document = self.catalog.document(identifier)
        if document is None:
            return []
        chunks = sorted(self.catalog.chunks_of(identifier), key=lambda one: one.start)
        wanted = {(one.number, one.sub) for one in mention.cited}
        spans = [(one.start, one.end) for one in articles(document) if (one.number, one.sub) in wanted]
        keys = [one.key for one in chunks if any(one.start < end and one.end > start for start, end in spans)]
        return keys or [one.key for one in chunks[:1]]

    def document(self, identifier: str) -> Document | None:
        """A document that this searcher may see, or none."""
        return self.catalog.document(identifier) if self.catalog.tier(identifier) in self.tiers else None

    def version(self, identifier: str, version: str) -> Document | None:
        """A document that this searcher may see as it was cited, even if it was withdrawn since; or none."""
        return read_version(self.catalog, identifier, version, self.tiers)

    def _share(self, terms: Sequence[str]) -> float:
        """Which part of the question's terms the documents hold at all."""
        rarity = self.keywords.rarity(terms, self.tiers)
        return sum(value > 0 for value in rarity.values()) / len(terms) if terms else 0.0

    def _hits(self, fused: Sequence[Fused], k: int, generation: int) -> list[Hit]:
        hits: list[Hit] = []
        for at in range(0, len(fused), 2 * k):
            some = fused[at : at + 2 * k]
            chunks = self.catalog.chunks([one.key for one in some])
            documents = self._lately({one.document for one in chunks.values()}, generation)
            for one in some:
                chunk = chunks.get(one.key)
                document = documents.get(chunk.document) if chunk else None
                if chunk is None or document is None:  # a vector that outlived its chunk: the next sync removes it
                    continue
                place = (chunk.key, chunk.start, chunk.end, chunk.heading, chunk.page)
                hits.append(Hit(len(hits) + 1, one.score, document, *place, one.legs))
                if len(hits) == k:
                    return hits
        return hits


class StaticRetriever:
    """Searches a list of texts as a home's documents are searched; passage ``n`` (from 1) is document ``passage-n``."""

    def __init__(self, passages: Sequence[str | Document], encoder: Encoder | None = None) -> None:
        """Index the passages, texts or whole Documents; without an encoder the default one is loaded, once a process.

        Raises:
            InputError: a passage is empty, or the default encoder is not prepared.
        """
        documents = [
            one if isinstance(one, Document) else parse_text(one, f"passage-{n}")
            for n, one in enumerate(passages, start=1)
        ]
        self._searcher = in_memory(documents, encoder or load_default_encoder())

    @property
    def encoder(self) -> Encoder | None:
        """What embeds the questions."""
        return self._searcher.encoder

    def search(self, query: str, k: int = 5) -> list[Hit]:
        """See ``Retriever``."""
        return self._searcher.search(query, k)

    def document(self, identifier: str) -> Document | None:
        """A passage as a Document, or none."""
        return self._searcher.document(identifier)

    def within(self, documents: Sequence[str]) -> Searcher:
        """Search over some of the passages alone; see ``Searcher.within``."""
        return self._searcher.within(documents)


class JoinedRetriever:
    """Searches some documents beside those of another retriever: the hits of both, those of the nearer one first.

    Fused scores of two collections do not compare: each counts how rare a word is among its own. Three of the nearer
    for each of the other keep the answers of the home: beside a file that has nothing to do with them, 26 of 26
    questions of the suites had the same answer (by turns 20), and 11 of 13 questions about a file had theirs, as of
    the file alone.
    """

    def __init__(self, first: Searcher, rest: Retriever) -> None:
        """``rest`` has what ``first`` has not."""
        self._first, self._rest = first, rest

    def search(self, query: str, k: int) -> list[Hit]:
        """At most ``k`` hits; without vectors ``first`` counts as the nearer."""
        nearer, other = self._first.search(query, k), list(self._rest.search(query, k))
        if _nearest(other) > _nearest(nearer):
            nearer, other = other, nearer
        hits = islice(_in_turn(nearer, other), k)
        return [replace(hit, rank=rank) for rank, hit in enumerate(hits, start=1)]

    def document(self, identifier: str) -> Document | None:
        """A document of either, or none."""
        show = getattr(self._rest, "document", None)
        return self._first.document(identifier) or (show(identifier) if show else None)

    def within(self, documents: Sequence[str]) -> Retriever:
        """Search over some documents of either alone.

        Raises:
            InputError: one of them is in neither.
        """
        own = [one for one in documents if self._first.document(one) is not None]
        others = [one for one in documents if one not in own]
        confined = getattr(self._rest, "within", None)
        if not others:
            return self._first.within(own)
        if confined is None:
            raise InputError("this retriever searches all it has; open one that can be confined to documents")
        rest: Retriever = confined(others)
        return JoinedRetriever(self._first.within(own), rest) if own else rest


def _live(catalog: Catalog, identifiers: list[str]) -> dict[str, Document]:
    return {one.id: one for one in catalog.live(identifiers)}


def _nearest(hits: Sequence[Hit]) -> float:
    """How near the nearest of them is to the question by meaning, which compares over collections."""
    return max((hit.legs["dense"].score for hit in hits if "dense" in hit.legs), default=0.0)


def _in_turn(nearer: Sequence[Hit], other: Iterable[Hit]) -> Iterator[Hit]:
    """The nearer ones, after some of them one of the others each."""
    rest = iter(other)
    for number, hit in enumerate(nearer, start=1):
        yield hit
        if number % _NEARER == 0:
            yield from islice(rest, 1)
    yield from rest


def in_memory(documents: Sequence[Document], encoder: Encoder | None) -> Searcher:
    """Search over documents that are kept nowhere; without an encoder it is the keyword leg alone."""
    catalog, vectors = Catalog(None), MemoryVectors()
    keywords = PostingKeywords(catalog)
    chunks = [one for document in documents for one in chunk(document)]
    with catalog.change() as connection:
        for document in documents:
            entry = Entry(document.id, document.path, "", "", "public")
            catalog.put(connection, document, entry, [one for one in chunks if one.document == document.id])
        keywords.put(connection, "public", chunks)
    if encoder is not None:
        embedded = encoder.encode([one.text for one in chunks], "passage")
        vectors.put("public", {one.key: vector for one, vector in zip(chunks, embedded, strict=True)})
    return Searcher(catalog, keywords, vectors, encoder=encoder)
