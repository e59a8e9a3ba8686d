"""A BERT network's weights: its body (all but the table of words) and the table's rows.

A body keeps Transformers' names (``encoder.layer.0.attention.self.query.weight``). A quantized one holds the matrices
of the layers as int8 with one fp32 scale for each row under ``NAME.scale``: a quarter of fp32's size.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import safe_open
from safetensors.numpy import save_file

from corpus.errors import InputError

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]
Body = Mapping[str, Array]

TABLE = "embeddings.word_embeddings.weight"
SCALE = ".scale"
# Levels on each side of zero. Two products of a byte with 7 bits fit the 16 bits in which processors without VNNI add
# them up; with 8 bits they overflow, and the results would differ from one processor to the next.
LEVELS = 63
_EDGE = 1 << 16
_DTYPES = {"F16": np.float16, "F32": np.float32}


class Words:
    """The table of words in a safetensors file, which stays on disk: only the rows that are used are ever read."""

    def __init__(self, file: Path) -> None:
        """Map the table in ``file``; raises InputError if it holds none in fp16 or fp32."""
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            header = json.loads(opened.read(length))
        place = header.get(TABLE, {})
        dtype = _DTYPES.get(place.get("dtype", ""))
        if dtype is None:
            raise InputError(f"{file} holds no table of words; run `dafu models prepare` again")
        offset = 8 + length + place["data_offsets"][0]
        self._table = np.memmap(file, dtype, "r", offset, tuple(place["shape"]))

    @property
    def width(self) -> int:
        """Values of a row."""
        return int(self._table.shape[1])

    def rows(self, ids: Sequence[int]) -> Floats:
        """The rows of these ids, fp32 [n, hidden]."""
        return self._table[np.asarray(ids, np.int64)].astype(np.float32)


def quantize_body(state: Mapping[str, Array]) -> dict[str, Array]:
    """A body with the matrices of its layers as int8, a scale for each row, and the rest in fp16.

    The table of words and the pooler are left out; arrays may be numpy's or whatever ``numpy.asarray`` takes.
    """
    made: dict[str, Array] = {}
    for name, value in state.items():
        if not _is_of_body(name):
            continue
        if _is_matrix(name):
            made[name], made[name + SCALE] = _quantize(np.asarray(value, np.float32))
        else:
            made[name] = np.ascontiguousarray(value, np.float16)
    return made


def save_body(body: Body, path: Path) -> None:
    """Write a body, quantized or not, as safetensors."""
    save_file({name: np.ascontiguousarray(value) for name, value in body.items()}, path)


def read_body(path: Path) -> dict[str, Array]:
    """The body that a safetensors file holds, quantized or not, without the table of words."""
    if not path.is_file():
        raise InputError(f"no weights in {path}; run `dafu models prepare`")
    with safe_open(path, "np") as file:
        names = [name for name in file.keys() if _is_of_body(name)]  # noqa: SIM118 (no mapping)
        return {name: file.get_tensor(name) for name in names}


def with_layers(body: Body, layers: Path) -> dict[str, Array]:
    """A body to whose matrices the products of a LoRA file are added, ``NAME.b`` [rows, r] @ ``NAME.a`` [r, columns].

    Low-rank adaptation, Hu et al., 2021. Raises InputError if there is no such file.
    """
    if not layers.is_file():
        raise InputError(f"no weights in {layers}; install Dafu again")
    made = dict(body)
    with safe_open(layers, "np") as file:
        for name in sorted({one[: -len(".a")] for one in file.keys() if one.endswith(".a")}):  # noqa: SIM118
            down, up = (file.get_tensor(f"{name}.{one}").astype(np.float32) for one in "ab")
            made[name] = floats_of(body, name) + up @ down
            made.pop(name + SCALE, None)
    return made


def rows_of(body: Body, name: str) -> tuple[Array, Floats]:
    """A matrix as int8 with its rows' scales, quantized now if it is not yet."""
    if name + SCALE in body:
        return body[name], body[name + SCALE].astype(np.float32)
    return _quantize(body[name].astype(np.float32))


def floats_of(body: Body, name: str) -> Floats:
    """A weight in fp32."""
    value: Floats = body[name].astype(np.float32)
    scale = body.get(name + SCALE)
    return value if scale is None else value * scale.astype(np.float32)[:, None]


def edges(path: Path, name: str) -> bytes:
    """What tells a file of weights from another, under a name: its size, its first and its last 64 kB."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_EDGE)
        file.seek(max(0, size - _EDGE))
        return f"{name} {size}".encode() + head + file.read()


def layers_of(body: Body) -> int:
    """How many layers a body has."""
    return 1 + max(int(name.split(".")[2]) for name in body if name.startswith("encoder.layer."))


def _quantize(matrix: Floats) -> tuple[Array, Floats]:
    scale = np.maximum(np.abs(matrix).max(1) / LEVELS, np.finfo(np.float32).tiny).astype(np.float32)
    return np.clip(np.rint(matrix / scale[:, None]), -LEVELS, LEVELS).astype(np.int8), scale


def _is_of_body(name: str) -> bool:
    return name != TABLE and not name.startswith("pooler.") and name.startswith(("embeddings.", "encoder.layer."))


def _is_matrix(name: str) -> bool:
    return name.startswith("encoder.layer.") and name.endswith(".weight") and "LayerNorm" not in name
