"""The retrieval stack of LangChain's own tutorial, to stand beside ours. Imports its packages, which only this needs.

RecursiveCharacterTextSplitter 500/50, HuggingFaceEmbeddings with the same e5 in fp32, Chroma, BM25Retriever over
character bigrams, EnsembleRetriever with equal weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from langchain_chroma import Chroma
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_core.documents import Document as Passage
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from corpus.document import Document

Find = Callable[[str], list[str]]
_K = 10  # hits of each leg


class Tutorial:
    """One instance a process; ``model`` is the folder of the encoder."""

    def __init__(self, model: Path) -> None:
        self._embeddings = HuggingFaceEmbeddings(
            model_name=str(model),
            model_kwargs={"device": "cpu", "model_kwargs": {"dtype": "float32"}},
            encode_kwargs={"prompt": "passage: "},
            query_encode_kwargs={"prompt": "query: "},
        )

    def ingest(self, documents: Sequence[Document], folder: Path) -> int:
        """Fill a folder; the number of chunks."""
        passages = [Passage(one.text, metadata={"id": one.id}) for one in documents]
        chunks = RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=50).split_documents(passages)
        Chroma.from_documents(chunks, self._embeddings, persist_directory=str(folder))
        return len(chunks)

    def open(self, folder: Path) -> Find:
        """Search over a filled folder; BM25Retriever keeps nothing, so that it is made anew from the stored chunks."""
        store = Chroma(persist_directory=str(folder), embedding_function=self._embeddings)
        kept = store.get()
        rows = zip(kept["documents"], kept["metadatas"], strict=True)
        words = BM25Retriever.from_documents(
            [Passage(text, metadata=meta) for text, meta in rows], preprocess_func=_bigrams
        )
        words.k = _K
        both = EnsembleRetriever(retrievers=[words, store.as_retriever(search_kwargs={"k": _K})], weights=[0.5, 0.5])
        return lambda question: [str(one.metadata["id"]) for one in both.invoke(question)]


def _bigrams(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)]
