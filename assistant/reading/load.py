"""The readers that are on the machine: the cross-encoder over the default encoder's words, else words alone."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

from assistant.reading.cross import Calibration, CrossReader
from assistant.reading.network import load_network
from assistant.reading.reader import Reader
from assistant.reading.words import WordReader
from corpus.errors import InputError
from index.encoder import load_default_encoder
from index.engine import ENGINES, Words

FOLDER = Path(str(files("assistant.reading"))) / "weights"
WEIGHTS, CARD = FOLDER / "reader.safetensors", FOLDER / "reader.json"


@cache
def default_reader(models: Path | None = None) -> Reader:
    """The cross-encoder, once per process; words alone where the default encoder is not prepared."""
    try:
        return cross_reader(models)
    except InputError:
        return WordReader()


def reader_named(name: str, models: Path | None = None) -> Reader:
    """``cross``, ``words``, or under ``auto`` the first of them that is on the machine.

    Raises:
        InputError: it is none of these, or what it needs is not prepared.
    """
    if name == "words":
        return WordReader()
    if name == "cross":
        return cross_reader(models)
    if name == "auto":
        return default_reader(models)
    raise InputError(f"no reader {name!r} here; name cross or words")


@cache
def cross_reader(models: Path | None = None) -> CrossReader:
    """The cross-encoder.

    Raises:
        InputError: the encoder whose words it reads by is not prepared.
    """
    encoder = load_default_encoder(models)
    card = json.loads(CARD.read_text("utf-8"))
    words = Words(encoder.folder / "model.safetensors")
    network = load_network(WEIGHTS, words, made=encoder.folder / ENGINES)
    return CrossReader(network, encoder.token_ids, Calibration(**card["calibration"]))
