"""The default embedding model through an engine: no torch, its table of words on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from importlib.resources import files
from pathlib import Path

import numpy as np

from index.encoder import (
    E5_PROMPTS,
    MAX_TOKENS,
    Kind,
    RememberingEncoder,
    Vectors,
    fingerprint,
    unit,
)
from index.engine.body import MappedWords
from index.engine.engine import Engine, EngineKind, by_length, load_engine
from index.engine.pieces import Pieces

BEGIN, END = 0, 2  # the tokenizer's <s> and </s>
ENGINES = "engines"  # the folder, inside the model's, of what is made of it
QUESTION_LAYERS = Path(str(files("index.engine"))) / "weights" / "questions.safetensors"


class EngineEncoder(RememberingEncoder):
    """multilingual-e5-small in a prepared folder. Several threads may use it at once."""

    def __init__(
        self,
        folder: Path,
        *,
        kind: EngineKind = "int8",
        prompts: Mapping[str, str] | None = None,
        layers: Path | None = None,
        threads: int | None = None,
        keep: bool = True,
    ) -> None:
        """Load the model; with ``keep`` what is made of it is kept beside it for the next start.

        With ``layers``, a LoRA file, questions go through the weights with these added. Passages never do, so that an
        index stays good; what embeds them is then loaded with the first of them.
        """
        super().__init__()
        self.folder = folder
        weights = folder / "model.safetensors"
        self.words = MappedWords(weights)
        self.pieces = Pieces(folder)
        self._prompts = dict(prompts) if prompts is not None else E5_PROMPTS
        made = folder / ENGINES if keep else None
        self._load = partial(load_engine, weights, self.words, kind=kind, made=made, threads=threads)
        self._questions = self._load(layers=layers) if layers else self._passages
        self.dimensions = self.words.width
        self.fingerprint = fingerprint(folder, self.dimensions, kind, self._prompts)

    @cached_property
    def _passages(self) -> Engine:
        return self._load()

    def token_ids(self, text: str) -> list[int]:
        """A text's tokens, without prompt, begin and end, at most 512."""
        return self.pieces.ids(text)[:MAX_TOKENS]

    def _encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """The mean over a text's tokens, at length 1; each text once, those of like length together."""
        engine = self._questions if kind == "query" else self._passages
        different = {text: at for at, text in enumerate(dict.fromkeys(texts))}
        prompt = self._prompts.get(kind, "")
        ids = [[BEGIN, *self.pieces.ids(prompt + text)[: MAX_TOKENS - 2], END] for text in different]
        means = np.zeros((len(ids), self.dimensions), np.float32)
        for some in by_length([len(one) for one in ids]):
            for at, states in zip(some, engine.hidden([ids[at] for at in some]), strict=True):
                means[at] = states.mean(0)
        return unit(means)[[different[text] for text in texts]]
