"""Running a body. The only module that imports onnxruntime."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from index.engine.bert import Floats, Words, edges, read_body, with_layers

EngineKind = Literal["int8", "fp32"]

_ROOM = 512  # tokens of a batch, padding and all: larger ones leave the processor's caches
_FORMAT = 1  # raised when the same weights would make another model

ENGINES = "engines"
"""The folder, inside a model's, of what is made of it and can be made again."""


class Engine:
    """A network over token ids, through ONNX Runtime. Several threads may use it at once."""

    def __init__(self, model: Path | bytes, words: Words, kind: EngineKind) -> None:
        """Load a model that ``graph`` made; ``kind`` is how it reckons."""
        import onnxruntime  # noqa: PLC0415 (heavy)

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _threads()
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # other processes live here too
        source = model if isinstance(model, bytes) else str(model)
        self._session: Any = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        self._words, self.kind = words, kind

    def hidden(self, batch: Sequence[Sequence[int]]) -> list[Floats]:
        """The last hidden states [length, hidden] of each text's ids, in order; begin and end are the caller's."""
        found: list[Floats | None] = [None] * len(batch)
        for some in by_length([len(ids) for ids in batch]):
            states = self._run([batch[at] for at in some])
            for row, at in enumerate(some):
                found[at] = states[row, : len(batch[at])]
        return [one for one in found if one is not None]

    def _run(self, batch: Sequence[Sequence[int]]) -> Floats:
        lengths = np.array([len(ids) for ids in batch], np.int32)
        rows = self._words.rows([one for ids in batch for one in ids])
        words = np.zeros((len(batch), int(lengths.max()), rows.shape[1]), np.float32)
        words[np.arange(words.shape[1]) < lengths[:, None]] = rows
        states: Floats = self._session.run(None, {"words": words, "lengths": lengths})[0]
        return states


def by_length(lengths: Sequence[int], room: int = _ROOM) -> Iterator[list[int]]:
    """Places of texts in batches of like length, so that little is padding; empty texts are in none."""
    some: list[int] = []
    for at in sorted(range(len(lengths)), key=lengths.__getitem__):
        if some and (len(some) + 1) * lengths[at] > room:
            yield some
            some = []
        some.append(at)
    if some:
        yield some


def load_engine(
    weights: Path,
    words: Words,
    *,
    kind: EngineKind = "int8",
    layers: Path | None = None,
    made: Path | None = None,
) -> Engine:
    """The network whose body is in ``weights``, a safetensors file, quantized or not, with the ``layers`` added to it.

    ``made`` is a folder that keeps the model made of it, so that the next start takes it from there; it need not exist
    or be writable. Raises InputError if there are no weights.
    """
    stem = "-".join(f"{one.stem}-{_identity(one)}" for one in (weights, layers) if one)
    path = made / f"{stem}-{kind}.onnx" if made else None
    if path and path.is_file():
        return Engine(path, words, kind)
    from index.engine.graph import onnx_model  # noqa: PLC0415 (heavy, and seldom needed)

    body = read_body(weights)
    model = onnx_model(with_layers(body, layers) if layers else body, int8=kind == "int8")
    if path and keep(path, model):
        return Engine(path, words, kind)
    return Engine(model, words, kind)


def _identity(weights: Path) -> str:
    """Eight characters that differ for other weights."""
    return hashlib.sha256(edges(weights, str(_FORMAT))).hexdigest()[:8] if weights.is_file() else ""


def _threads() -> int:
    """The cores that this process may use."""
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    if wanted.isdigit() and int(wanted):
        return int(wanted)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def keep(path: Path, content: bytes) -> bool:
    """Write a file that can be made again, whole or not at all; false where the folder is not ours to write."""
    partial = path.with_suffix(f".{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except OSError:
        return False
    return True
