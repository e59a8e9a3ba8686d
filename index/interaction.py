"""The reader's network: question and passage go apart, then together, through the layers of the embedding model.

What the lower layers make of a passage can be kept; the upper ones are trained (MacAvaney et al., PreTTR, SIGIR 2020).
Imports torch; imported only when a reader is loaded or trained.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

HIDDEN, HEADS, INNER, EPSILON = 384, 12, 1536, 1e-12
LOWER, DEPTH = 9, 12  # layers of the embedding model that read apart, and all it has
Ids = tuple[int, ...]
Joined = tuple[Tensor, Tensor, Tensor, Tensor]
Weights = Mapping[str, Tensor]

_LINEAR = {
    "self_attn.out_proj": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "linear1": "intermediate.dense",
    "linear2": "output.dense",
    "norm2": "output.LayerNorm",
}
no_gradients = torch.inference_mode


def _stack(layers: int) -> nn.TransformerEncoder:
    """BERT layers; their padding mask is True where there is nothing."""
    layer = nn.TransformerEncoderLayer(
        HIDDEN, HEADS, INNER, dropout=0.1, activation="gelu", layer_norm_eps=EPSILON, batch_first=True
    )
    return nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)


class Lower(nn.Module):
    """Embeddings and first layers: token ids [n, length] → [n, length, 384]; never trained."""

    def __init__(self, vocabulary: int, positions: int) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, HIDDEN)
        self.positions = nn.Embedding(positions, HIDDEN)
        self.kind = nn.Parameter(torch.zeros(HIDDEN))
        self.norm = nn.LayerNorm(HIDDEN, EPSILON)
        self.layers = _stack(LOWER)

    def forward(self, ids: Tensor, padding: Tensor) -> Tensor:
        """The tokens, each sequence in its own context."""
        places = self.positions(torch.arange(ids.shape[1]))
        out: Tensor = self.layers(self.norm(self.words(ids) + places + self.kind), src_key_padding_mask=padding)
        return out

    def encode(self, sequences: Sequence[Ids], padding: int) -> dict[Ids, Tensor]:
        """Each sequence's tokens [length, 384]; ``padding`` is the id that fills up."""
        length = max(map(len, sequences))
        ids = torch.tensor([[*one, *[padding] * (length - len(one))] for one in sequences])
        empty = torch.arange(length).unsqueeze(0) >= torch.tensor([[len(one)] for one in sequences])
        with no_gradients():
            out = self(ids, empty)
        return {one: out[row, : len(one)].clone() for row, one in enumerate(sequences)}


class Upper(nn.Module):
    """Reads questions with parts of passages, as ``join`` puts them together."""

    def __init__(self) -> None:
        super().__init__()
        self.sides = nn.Embedding(2, HIDDEN)
        self.layers = _stack(DEPTH - LOWER)
        self.passage = nn.Linear(HIDDEN, 1)
        self.sentence = nn.Sequential(nn.Linear(3 * HIDDEN, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 1))
        nn.init.zeros_(self.sides.weight)

    def forward(self, joined: Tensor, side: Tensor, padding: Tensor, owner: Tensor) -> tuple[Tensor, Tensor]:
        """Logits [n] of the parts and [n, sentences] of their sentences; without tokens a meaningless one."""
        read = self.layers(joined + self.sides(side), src_key_padding_mask=padding)
        first = read[:, 0]
        count = int(owner.max()) + 1
        member = (owner.unsqueeze(1) == torch.arange(count).view(1, -1, 1)).to(read.dtype)  # [n, sentences, length]
        mean = member @ read / member.sum(-1, keepdim=True).clamp(min=1)
        most = (read.unsqueeze(1) + (member.unsqueeze(-1) - 1) * 1e4).amax(2)
        seen = torch.cat((mean, most, first.unsqueeze(1).expand_as(mean)), -1)
        return self.passage(first).squeeze(-1), self.sentence(seen).squeeze(-1)


def join(pairs: Sequence[tuple[Tensor, Tensor, Sequence[int]]]) -> Joined:
    """Question tokens [q, 384] and part tokens [p, 384] with their owners → what ``Upper`` takes, padded."""
    length = max(len(question) + len(part) for question, part, _ in pairs)
    joined = torch.zeros(len(pairs), length, HIDDEN, dtype=pairs[0][0].dtype)
    side = torch.ones(len(pairs), length, dtype=torch.long)
    padding = torch.ones(len(pairs), length, dtype=torch.bool)
    owner = torch.full((len(pairs), length), -1)
    for row, (question, part, owners) in enumerate(pairs):
        middle, end = len(question), len(question) + len(part)
        joined[row, :middle], joined[row, middle:end] = question, part
        side[row, :middle] = 0
        padding[row, :end] = False
        owner[row, middle:end] = torch.tensor(owners)
    return joined, side, padding, owner


def lower_of(network: nn.Module) -> Lower:
    """The lower part of a BERT embedding model; it shares the model's weights and precision."""
    weights = network.state_dict()
    words, places = weights["embeddings.word_embeddings.weight"], weights["embeddings.position_embeddings.weight"]
    found = {
        "words.weight": words,
        "positions.weight": places,
        "kind": weights["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": weights["embeddings.LayerNorm.weight"],
        "norm.bias": weights["embeddings.LayerNorm.bias"],
    }
    for number in range(LOWER):
        found |= {f"layers.layers.{number}.{name}": value for name, value in _layer(weights, number).items()}
    with torch.device("meta"):
        lower = Lower(words.shape[0], places.shape[0])
    lower.load_state_dict(found, assign=True)
    return lower.eval().requires_grad_(requires_grad=False)


def fresh_upper(network: nn.Module) -> Upper:
    """The upper part as the embedding model has it, heads untrained: where training begins."""
    weights, upper = network.state_dict(), Upper()
    for number in range(LOWER, DEPTH):
        upper.layers.layers[number - LOWER].load_state_dict(_layer(weights, number))
    return upper


def load_upper(path: Path, network: nn.Module) -> Upper:
    """A trained upper part in the precision of the embedding model, for reading only."""
    upper = Upper()
    upper.load_state_dict(load_file(path))
    precision: Any = next(network.parameters()).dtype
    return upper.to(precision).eval().requires_grad_(requires_grad=False)


def _layer(weights: Weights, number: int) -> dict[str, Tensor]:
    """One BERT layer under torch's own names."""
    at = f"encoder.layer.{number}."
    ends = ("weight", "bias")
    found = {f"{ours}.{end}": weights[f"{at}{theirs}.{end}"] for ours, theirs in _LINEAR.items() for end in ends}
    for end in ends:
        three = [weights[f"{at}attention.self.{name}.{end}"] for name in ("query", "key", "value")]
        found[f"self_attn.in_proj_{end}"] = torch.cat(three)
    return found
