"""The layers that questions learn: nothing at first, and what is written is what was learnt."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import torch
from torch import nn

from evals.fit.questions import LowRank, TaughtQuestion, learn, save
from index.engine.bert import with_layers

NAME = "encoder.layer.0.output.dense.weight"


class Tower(nn.Module):
    """Questions as rows of a table, through one taught layer."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(2)
        self.table = torch.randn(6, 8)
        base = nn.Linear(8, 8)
        base.requires_grad_(requires_grad=False)
        self.layers = nn.ModuleDict({"one": LowRank(base, 8)})

    def forward(self, questions):
        return nn.functional.normalize(self.layers["one"](self.table[[int(one) for one in questions]]), dim=-1)


def test_untaught_layers_change_nothing():
    base = nn.Linear(8, 8)
    states = torch.randn(3, 8)
    assert torch.equal(LowRank(base, 2)(states), base(states))


def test_a_question_learns_to_be_nearest_to_its_own_passage():
    """Of the document's two chunks either is right."""
    tower = Tower()
    vectors = nn.functional.normalize(torch.randn(7, 8), dim=-1)
    places = {str(one): [one] for one in range(5)} | {"5": [5, 6]}
    asked = [TaughtQuestion(str(one), str(one)) for one in range(6)] * 11
    learn(tower, vectors, places, asked, steps=150, rate=0.05)
    nearest = (tower([str(one) for one in range(6)]) @ vectors.T).argmax(1).tolist()
    assert all(at in places[str(one)] for one, at in enumerate(nearest))


def test_what_is_written_is_added_in_half(tmp_path):
    layer = LowRank(nn.Linear(8, 8), 2)
    layer.up.data = torch.ones(8, 2)
    save(SimpleNamespace(layers={NAME: layer}), tmp_path / "layers.safetensors", 0.5)
    base = layer.base.weight.detach().numpy()
    made = with_layers({NAME: base}, tmp_path / "layers.safetensors")[NAME]
    learnt = (layer.up @ layer.down).detach().numpy()
    np.testing.assert_allclose(made, base + 0.5 * learnt, atol=2e-3)
