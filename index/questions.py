"""Questions through upper layers of their own: trained to meet the passages' vectors, which stay as they are.

A vector of the published model says what a text is about; a question is about less than what answers it. Only the
question's side is trained, so no passage is embedded anew. Imports torch; imported only when a model is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from index.interaction import Ids, Lower, lower_of, no_gradients, upper_of

PROMPT, BEGIN, PAD, END = "query: ", 0, 1, 2  # the tokenizer's <s>, <pad> and </s>
ROOM = 512  # tokens of a question, with those of its begin and end
_BATCH = 16

TokenIds = Callable[[str], list[int]]


class QuestionTower:
    """Embeds questions: the model's lower layers, then trained upper ones, then the mean over the tokens."""

    def __init__(self, token_ids: TokenIds, lower: Lower, upper: nn.TransformerEncoder) -> None:
        self._token_ids, self._lower, self._upper = token_ids, lower, upper.eval()
        self._precision = next(upper.parameters()).dtype

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit vectors [n, 384] in the order of the texts."""
        questions = [question_ids(self._token_ids, text) for text in texts]
        order = sorted(set(questions), key=len)
        found: dict[Ids, Tensor] = {}
        for at in range(0, len(order), _BATCH):
            states = self._lower.encode(order[at : at + _BATCH], PAD)
            with no_gradients():
                found |= dict(zip(states, raised(self._upper, list(states.values())).float(), strict=True))
        return np.stack([found[one].numpy() for one in questions]).astype(np.float32)


def raised(upper: nn.Module, states: Sequence[Tensor]) -> Tensor:
    """What the lower layers made of each question [length, 384] → unit vectors [n, 384]."""
    padded = nn.utils.rnn.pad_sequence(list(states), batch_first=True)
    empty = torch.arange(padded.shape[1]).unsqueeze(0) >= torch.tensor([[len(one)] for one in states])
    weights = (~empty).unsqueeze(-1).to(padded.dtype)
    tokens: Tensor = upper(padded, src_key_padding_mask=empty)
    return functional.normalize((tokens * weights).sum(1) / weights.sum(1), dim=-1)


def question_ids(token_ids: TokenIds, text: str) -> Ids:
    """A question's tokens as the embedding model reads them."""
    return (BEGIN, *token_ids(f"{PROMPT}{text}")[: ROOM - 2], END)


def load_tower(token_ids: TokenIds, network: nn.Module, weights: Path) -> QuestionTower:
    """The trained tower over a model's network; ``token_ids`` are its tokenizer's, without begin and end."""
    upper = upper_of(network)
    precision = next(upper.parameters()).dtype
    upper.load_state_dict({name: value.to(precision) for name, value in load_file(weights).items()})
    upper.requires_grad_(requires_grad=False)
    return QuestionTower(token_ids, lower_of(network), upper)


def save_upper(upper: nn.TransformerEncoder, path: Path) -> None:
    """Write trained layers in half precision."""
    save_file({name: value.half().contiguous() for name, value in upper.state_dict().items()}, path)
