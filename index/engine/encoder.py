"""The default embedding model through an engine: no torch, its table of words on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from index.encoder import (
    E5_PROMPTS,
    MAX_TOKENS,
    Kind,
    RememberingEncoder,
    Vectors,
    unit,
    weights_id,
)
from index.engine.body import MappedWords
from index.engine.engine import EngineKind, by_length, load_engine
from index.engine.pieces import Pieces

BEGIN, END = 0, 2  # the tokenizer's <s> and </s>
ENGINES = "engines"  # the folder, inside the model's, of what is made of it


class EngineEncoder(RememberingEncoder):
    """multilingual-e5-small in a prepared folder. Several threads may use it at once."""

    def __init__(
        self,
        folder: Path,
        *,
        kind: EngineKind = "int8",
        prompts: Mapping[str, str] | None = None,
        threads: int | None = None,
        keep: bool = True,
    ) -> None:
        """Load the model; with ``keep`` what is made of it is kept beside it for the next start."""
        super().__init__()
        self.folder = folder
        weights = folder / "model.safetensors"
        self.words = MappedWords(weights)
        self.pieces = Pieces(folder)
        self._prompts = dict(prompts) if prompts is not None else E5_PROMPTS
        made = folder / ENGINES if keep else None
        self._engine = load_engine(weights, self.words, kind=kind, made=made, threads=threads)
        self.dimensions = self.words.width
        prompted = hashlib.sha256(repr(sorted(self._prompts.items())).encode()).hexdigest()[:4]
        self.fingerprint = f"{folder.name}@{weights_id(folder)}/{self.dimensions}/{kind}/{prompted}"

    def token_ids(self, text: str) -> list[int]:
        """A text's tokens, without prompt, begin and end, at most 512."""
        return self.pieces.ids(text)[:MAX_TOKENS]

    def _encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """The mean over a text's tokens, at length 1; each text once, those of like length together."""
        different = {text: at for at, text in enumerate(dict.fromkeys(texts))}
        prompt = self._prompts.get(kind, "")
        ids = [[BEGIN, *self.pieces.ids(prompt + text)[: MAX_TOKENS - 2], END] for text in different]
        means = np.zeros((len(ids), self.dimensions), np.float32)
        for some in by_length([len(one) for one in ids]):
            for at, states in zip(some, self._engine.hidden([ids[at] for at in some]), strict=True):
                means[at] = states.mean(0)
        return unit(means)[[different[text] for text in texts]]
