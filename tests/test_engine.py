"""The engine gives what the network gives, whatever its weights' form and whatever is beside a text in a batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from transformers import BertConfig, BertModel

from corpus.errors import InputError
from index.engine import Words, load_engine, quantize_body, read_body, save_body
from index.engine.bert import LEVELS, TABLE
from index.engine.engine import by_length

TEXTS = [[0, 5, 6, 7, 2], [0, 9, 2], [0, *range(3, 43), 2], [0, 11, 12, 2]]


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=50,
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=128,
        max_position_embeddings=64,
    )
    network = BertModel(config).eval()
    for weight in network.parameters():
        weight.data += torch.randn_like(weight) * 0.05
    return network


@pytest.fixture(scope="module")
def folder(network, tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    save_file({name: value.numpy() for name, value in network.state_dict().items()}, folder / "model.safetensors")
    return folder


def expected(network, ids):
    with torch.inference_mode():
        return network(torch.tensor([ids])).last_hidden_state[0].numpy()


def cosine(ours, theirs):
    return float((ours * theirs).sum() / np.linalg.norm(ours) / np.linalg.norm(theirs))


def test_in_fp32_it_is_the_network_itself(network, folder):
    engine = load_engine(folder / "model.safetensors", Words(folder / "model.safetensors"), kind="fp32")
    for ids, states in zip(TEXTS, engine.hidden(TEXTS), strict=True):
        assert states.shape == (len(ids), 64)
        np.testing.assert_allclose(states, expected(network, ids), atol=1e-4)


def test_in_int8_it_is_near_and_from_a_quantized_file_the_same(network, folder):
    words = Words(folder / "model.safetensors")
    whole = load_engine(folder / "model.safetensors", words).hidden(TEXTS)
    save_body(quantize_body(read_body(folder / "model.safetensors")), folder / "small.safetensors")
    small = load_engine(folder / "small.safetensors", words).hidden(TEXTS)
    for ids, one, other in zip(TEXTS, whole, small, strict=True):
        assert cosine(one, expected(network, ids)) > 0.995
        np.testing.assert_allclose(one, other, atol=0.02)  # biases and norms are fp16 there


def test_a_text_comes_out_the_same_alone_and_beside_others(folder):
    engine = load_engine(folder / "model.safetensors", Words(folder / "model.safetensors"))
    together = engine.hidden(TEXTS)
    for ids, states in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(engine.hidden([ids])[0], states, atol=1e-5)
    assert engine.hidden([]) == []


def test_products_of_two_bytes_fit_sixteen_bits(network):
    """Else processors without VNNI would saturate: 2 · 255 · 63 < 32,768."""
    body = quantize_body({name: value.numpy() for name, value in network.state_dict().items()})
    matrices = [value for value in body.values() if value.dtype == np.int8]
    assert len(matrices) == 12
    assert max(int(np.abs(one).max()) for one in matrices) == LEVELS
    assert 2 * 255 * LEVELS < 1 << 15
    assert TABLE not in body


def test_the_model_is_made_once_and_anew_for_other_weights(folder, tmp_path):
    words = Words(folder / "model.safetensors")
    weights = tmp_path / "model.safetensors"
    body = read_body(folder / "model.safetensors")
    save_body(body, weights)
    for _ in range(2):
        load_engine(weights, words, made=tmp_path / "made")
        assert len(list((tmp_path / "made").iterdir())) == 1
    save_body(body | {"encoder.layer.1.output.dense.weight": body["encoder.layer.1.output.dense.weight"] + 1}, weights)
    load_engine(weights, words, made=tmp_path / "made")
    assert len(list((tmp_path / "made").iterdir())) == 2


def test_layers_are_added_to_a_body_quantized_or_not(network, folder, tmp_path):
    """In fp32 exactly what the network gives with the products added to its matrices."""
    name, words = "encoder.layer.1.attention.self.query.weight", Words(folder / "model.safetensors")
    down = np.random.default_rng(4).normal(size=(2, 64)).astype(np.float32)
    up = np.random.default_rng(5).normal(size=(64, 2)).astype(np.float32)
    save_file({f"{name}.a": down, f"{name}.b": up}, tmp_path / "layers.safetensors")
    added = load_engine(folder / "model.safetensors", words, kind="fp32", layers=tmp_path / "layers.safetensors")

    changed = BertModel(network.config).eval()
    changed.load_state_dict(network.state_dict())
    changed.state_dict()[name] += torch.from_numpy(up @ down)
    for ids, states in zip(TEXTS, added.hidden(TEXTS), strict=True):
        np.testing.assert_allclose(states, expected(changed, ids), atol=1e-4)
        assert np.abs(states - expected(network, ids)).max() > 0.01

    save_body(quantize_body(read_body(folder / "model.safetensors")), tmp_path / "small.safetensors")
    small = load_engine(tmp_path / "small.safetensors", words, layers=tmp_path / "layers.safetensors")
    for ids, states in zip(TEXTS, small.hidden(TEXTS), strict=True):
        assert cosine(states, expected(changed, ids)) > 0.99


def test_the_model_with_layers_is_kept_beside_the_one_without(folder, tmp_path):
    words, layers = Words(folder / "model.safetensors"), tmp_path / "layers.safetensors"
    name = "encoder.layer.0.output.dense.weight"
    save_file({f"{name}.a": np.ones((1, 128), np.float32), f"{name}.b": np.ones((64, 1), np.float32)}, layers)
    for given in (None, layers, None, layers):
        load_engine(folder / "model.safetensors", words, layers=given, made=tmp_path / "made")
    assert len(list((tmp_path / "made").iterdir())) == 2
    with pytest.raises(InputError, match="install Dafu again"):
        load_engine(folder / "model.safetensors", words, layers=tmp_path / "none.safetensors")


def test_missing_weights_name_the_cure(folder, tmp_path):
    with pytest.raises(InputError, match="dafu models prepare"):
        load_engine(tmp_path / "none.safetensors", Words(folder / "model.safetensors"))
    save_file({"other": np.zeros(3, np.float32)}, tmp_path / "other.safetensors")
    with pytest.raises(InputError, match="table of words"):
        Words(Path(tmp_path / "other.safetensors"))


def test_batches_are_of_like_length_and_fit():
    batches = list(by_length([5, 100, 7, 90, 6, 300], room=200))
    assert batches == [[0, 4, 2], [3, 1], [5]]
