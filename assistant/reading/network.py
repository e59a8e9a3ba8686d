"""The cross-encoder's network: the encoder's body, trained further, under heads for sentences and for the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import safe_open

from assistant.reading.cross import Logits
from assistant.reading.window import NOBODY, Window
from index.engine import Engine, Words, load_engine

HEADS = ("sentence.weight", "sentence.bias", "passage.weight", "passage.bias", "share")
Floats = npt.NDArray[np.float32]


class Network:
    """A sentence's logit is the mean of its tokens'; a window's is that of its first token and a share of the best."""

    def __init__(self, engine: Engine, heads: Mapping[str, Floats]) -> None:
        """``heads`` are those of ``HEADS``: weights float32 [1, hidden], biases [1], ``share`` a scalar."""
        self._engine = engine
        self._heads = heads

    def __call__(self, windows: Sequence[Window]) -> list[Logits]:
        """The logits of each window, in order."""
        states = self._engine.hidden([one.ids for one in windows])
        return [self._logits(one, hidden) for one, hidden in zip(windows, states, strict=True)]

    def _logits(self, window: Window, hidden: Floats) -> Logits:
        tokens = hidden @ self._heads["sentence.weight"][0] + self._heads["sentence.bias"]
        owner = np.asarray(window.owner)
        each = np.array([tokens[owner == n].mean() for n in np.unique(owner[owner != NOBODY])], np.float32)
        whole = float(hidden[0] @ self._heads["passage.weight"][0] + self._heads["passage.bias"][0])
        best = float(each.max()) if len(each) else 0.0
        return whole + float(self._heads["share"].item()) * best, each


def load_network(weights: Path, words: Words, *, made: Path | None = None) -> Network:
    """The network whose weights are in ``weights``, over the encoder's table of words.

    ``made`` is a folder that keeps the model made of it. Raises InputError if there are no weights.
    """
    engine = load_engine(weights, words, made=made)
    with safe_open(weights, "np") as file:
        heads = {name: file.get_tensor(name).astype(np.float32) for name in HEADS}
    return Network(engine, heads)
