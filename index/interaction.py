"""The reader's network: the embedding model's lower layers encode question and passage apart, a matcher compares them.

What the lower layers make of a passage can be kept; only the small matcher is trained. Imports torch; imported only
when a reader is loaded or trained.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

HIDDEN, HEADS, INNER, EPSILON = 384, 12, 1536, 1e-12
LOWER = 9  # layers of the embedding model that are used: further up tokens say less of themselves
UPPER = 3  # layers above them
_EDGE = 3  # tokens before the first word: <s>, then `query:` or `passage:`
_NEVER = -1e4
Ids = tuple[int, ...]
Weights = Mapping[str, Tensor]

_LINEAR = {
    "self_attn.out_proj": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "linear1": "intermediate.dense",
    "linear2": "output.dense",
    "norm2": "output.LayerNorm",
}
no_gradients = torch.inference_mode


@dataclass(frozen=True, slots=True)
class Pair:
    """A batch of questions [n, q, 384] with parts of passages [n, p, 384].

    ``question_words`` and ``part_words`` are True where there is a word; ``owner`` [n, p] is each token's sentence
    from 0, or -1.
    """

    question: Tensor
    question_words: Tensor
    part: Tensor
    part_words: Tensor
    owner: Tensor


def stack(layers: int) -> nn.TransformerEncoder:
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
        self.layers = stack(LOWER)

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


class Matcher(nn.Module):
    """Late interaction: how well each word of a question is met by a sentence, by its passage, and by a new word.

    A word is met by the token most like it (Khattab and Zaharia, ColBERT, SIGIR 2020); how much a word counts is
    learned. What answers is a token that fits the question's kind and is not itself in the question.
    """

    def __init__(self, width: int = 128, dropout: float = 0.1) -> None:
        super().__init__()
        self.likeness = nn.Linear(HIDDEN, width, bias=False)
        self.weight = nn.Linear(HIDDEN, 1)
        self.attention = nn.Linear(HIDDEN, 1)
        self.wanted = nn.Sequential(nn.Linear(HIDDEN, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, width))
        self.offered = nn.Linear(HIDDEN, width)
        self.asked, self.said = nn.Linear(HIDDEN, width), nn.Linear(HIDDEN, width)
        self.steepness = nn.Parameter(torch.tensor([12.0, 6.0]))
        self.least = nn.Parameter(torch.tensor([0.6, 0.4]))
        self.known = nn.Parameter(torch.tensor(1.0))
        self.around = nn.Parameter(torch.tensor(0.0))
        self.sentence = nn.Sequential(nn.Linear(13, 48), nn.GELU(), nn.Dropout(dropout), nn.Linear(48, 1))
        self.passage = nn.Sequential(nn.Linear(8, 32), nn.GELU(), nn.Linear(32, 1))
        self.dropout = nn.Dropout(dropout)
        nn.init.orthogonal_(self.likeness.weight)

    def forward(self, pair: Pair) -> tuple[Tensor, Tensor]:
        """Logits [n] of the parts and [n, sentences] of their sentences; without tokens a meaningless one."""
        question, part = self.dropout(pair.question), self.dropout(pair.part)
        member = pair.owner.unsqueeze(1) == torch.arange(int(pair.owner.max()) + 1).view(1, -1, 1)  # [n, s, p]
        empty = ~member.any(-1)
        alike = self._alike(question, part).masked_fill(~pair.part_words.unsqueeze(1), -1.0)  # [n, q, p]
        weight = functional.softplus(self.weight(question)).squeeze(-1) * pair.question_words  # [n, q]
        inside = _each_sentence(alike, member, -1.0)  # [n, s, q]: the best token of a sentence for each word
        beside = alike.amax(2)  # [n, q]: the best of the whole part
        both = torch.maximum(inside, torch.sigmoid(self.around) * beside.unsqueeze(1))
        own, joint = self._met(inside, weight.unsqueeze(1)), self._met(both, weight.unsqueeze(1))
        whole = self._met(beside, weight)
        fits = self._fits(question, part, pair, alike)
        fit = _each_sentence(fits.unsqueeze(1), member, _NEVER, torch.logsumexp).squeeze(-1)
        best_fit = torch.logsumexp(fits.masked_fill(~pair.part_words, _NEVER), 1)
        sense = self._sense(question, part, pair, member)
        spread = [value.unsqueeze(1).expand_as(fit) for value in (whole[1], whole[2], best_fit / 4)]
        length = torch.log1p(member.sum(-1).to(part.dtype)) / 3
        rows = torch.stack([*own, *joint[:3], *spread[:2], fit / 4, spread[2], sense, length], -1)
        sentences = self.sentence(rows).squeeze(-1)
        tops = [
            sentences.masked_fill(empty, _NEVER).amax(1),
            sense.masked_fill(empty, -9.0).amax(1),
            inside.masked_fill(empty.unsqueeze(-1), -1.0).mean(-1).amax(1),
        ]
        return self.passage(torch.stack([*whole, best_fit / 4, *tops], -1)).squeeze(-1), sentences

    def _alike(self, question: Tensor, part: Tensor) -> Tensor:
        ours, theirs = (functional.normalize(self.likeness(side), dim=-1) for side in (question, part))
        return ours @ theirs.transpose(1, 2)

    def _met(self, best: Tensor, weight: Tensor) -> list[Tensor]:
        """By weight: how alike the best tokens are, the share of words met, what is not met, the share half met."""
        total = weight.sum(-1) + 1e-6
        met, half = (torch.sigmoid(self.steepness[at] * (best - self.least[at])) for at in (0, 1))
        return [
            (weight * best).sum(-1) / total,
            (weight * met).sum(-1) / total,
            (weight * (1 - met)).sum(-1),
            (weight * half).sum(-1) / total,
        ]

    def _fits(self, question: Tensor, part: Tensor, pair: Pair, alike: Tensor) -> Tensor:
        """How well each token [n, p] is of the kind that is asked for, less what the question itself says."""
        attention = self.attention(question).squeeze(-1).masked_fill(~pair.question_words, _NEVER).softmax(-1)
        wanted = self.wanted((attention.unsqueeze(-1) * question).sum(1))
        fits = (self.offered(part) * wanted.unsqueeze(1)).sum(-1) / math.sqrt(wanted.shape[-1])
        less: Tensor = fits - self.known * alike.amax(1)
        return less

    def _sense(self, question: Tensor, part: Tensor, pair: Pair, member: Tensor) -> Tensor:
        """Likeness [n, s] of what question and sentence mean as wholes."""
        words = pair.question_words.unsqueeze(-1).to(question.dtype)
        asked = self.asked((question * words).sum(1) / words.sum(1))
        weights = member.to(part.dtype)
        said = self.said((weights @ part) / weights.sum(-1, keepdim=True).clamp(min=1))
        return (functional.normalize(asked, dim=-1).unsqueeze(1) * functional.normalize(said, dim=-1)).sum(-1) * 4


def _each_sentence(
    values: Tensor, member: Tensor, otherwise: float, join: Callable[..., Tensor] = torch.amax
) -> Tensor:
    """Values [n, q, p] joined over the tokens of each sentence: [n, s, q]."""
    joined = [join(values.masked_fill(~member[:, at].unsqueeze(1), otherwise), -1) for at in range(member.shape[1])]
    return torch.stack(joined, 1)


def pair_up(pairs: Sequence[tuple[Tensor, Tensor, Sequence[int]]]) -> Pair:
    """Question tokens [q, 384] and part tokens [p, 384] with their owners → a padded batch."""
    rows, most_asked, most = len(pairs), max(len(q) for q, _, _ in pairs), max(len(p) for _, p, _ in pairs)
    made = Pair(
        torch.zeros(rows, most_asked, HIDDEN),
        torch.zeros(rows, most_asked, dtype=torch.bool),
        torch.zeros(rows, most, HIDDEN),
        torch.zeros(rows, most, dtype=torch.bool),
        torch.full((rows, most), -1),
    )
    for row, (question, part, owner) in enumerate(pairs):
        made.question[row, : len(question)] = question
        made.question_words[row, _EDGE : len(question) - 1] = True
        made.part[row, : len(part)] = part
        made.part_words[row, _EDGE : len(part) - 1] = True
        made.owner[row, : len(part)] = torch.tensor(owner)
    return made


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


def upper_of(network: nn.Module) -> nn.TransformerEncoder:
    """A copy of the layers above ``Lower``, in the model's precision."""
    weights = network.state_dict()
    found: dict[str, Tensor] = {}
    for number in range(UPPER):
        found |= {f"layers.{number}.{name}": value.clone() for name, value in _layer(weights, LOWER + number).items()}
    with torch.device("meta"):
        upper = stack(UPPER)
    upper.load_state_dict(found, assign=True)
    return upper


def load_matcher(path: Path) -> Matcher:
    """A trained matcher, for reading only."""
    matcher = Matcher()
    matcher.load_state_dict({name: value.float() for name, value in load_file(path).items()})
    return matcher.eval().requires_grad_(requires_grad=False)


def _layer(weights: Weights, number: int) -> dict[str, Tensor]:
    """One BERT layer under torch's own names."""
    at = f"encoder.layer.{number}."
    ends = ("weight", "bias")
    found = {f"{ours}.{end}": weights[f"{at}{theirs}.{end}"] for ours, theirs in _LINEAR.items() for end in ends}
    for end in ends:
        three = [weights[f"{at}attention.self.{name}.{end}"] for name in ("query", "key", "value")]
        found[f"self_attn.in_proj_{end}"] = torch.cat(three)
    return found
