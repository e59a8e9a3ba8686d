"""Texts to vectors. An Encoder maps a question or a passage to a unit vector; the default is multilingual-e5-small.

The default goes through an engine (``index.engine``): no torch, its table of words on disk. Any other model goes
through sentence-transformers and torch, which are imported here alone, and only when such a model is loaded.
"""

from __future__ import annotations

import hashlib
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cache, cached_property, lru_cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from corpus.errors import InputError
from index.engine.bert import Words, edges
from index.engine.engine import ENGINES, Engine, EngineKind, by_length, load_engine
from index.engine.pieces import Pieces
from index.legs import Vectors
from index.models import ENCODER, default_models_dir, manifest_sha256

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Kind = Literal["query", "passage"]
Precision = Literal["auto", "fp32", "bf16"]

MAX_TOKENS = 512
BEGIN, END = 0, 2  # the default tokenizer's <s> and </s>
QUESTION_LAYERS = Path(str(files("index.engine"))) / "weights" / "questions.safetensors"
BATCH = 16
CACHED_QUERIES = 256
E5_PROMPTS = {"query": "query: ", "passage": "passage: "}
BF16_FLAGS = {"avx512_bf16", "amx_bf16"}
_LOADING = threading.Lock()


class Encoder(Protocol):
    """Maps texts to unit vectors whose dot product is their similarity."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors of passages would: model, weights, dimensions, precision."""
        ...

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """Unit vectors in the order of ``texts``, float32 [n, dimensions]; for no texts [0, dimensions]."""
        ...


class RememberingEncoder(ABC):
    """An Encoder that keeps the vectors of the last questions; texts are cut at 512 tokens."""

    def __init__(self) -> None:
        self._query = lru_cache(CACHED_QUERIES)(lambda text: self._encode([text], "query"))

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """As the protocol says. A question asked again is answered from memory."""
        if kind == "query" and len(texts) == 1:
            return self._query(texts[0]).copy()
        return self._encode(texts, kind)

    @abstractmethod
    def _encode(self, texts: Sequence[str], kind: Kind) -> Vectors: ...


class SentenceTransformerEncoder(RememberingEncoder):
    """Any sentence-transformers model that is on this machine; it never reaches for the network.

    Not faster from several threads: calls wait for each other, because tokenizers cannot be shared.
    """

    def __init__(
        self,
        model: str | Path,
        *,
        precision: Precision = "auto",
        threads: int | None = None,
    ) -> None:
        """Load ``model``, a folder or the name of a model in the local Hugging Face cache.

        Before the texts of each kind stand the prompts that it names, or e5's where an e5 model names none. ``threads``
        sets torch's for the whole process. Raises InputError if there is no model.
        """
        super().__init__()
        folder = self.folder = _locate(model)
        self._precision = _precision(precision)
        self._model = _load(folder, self._precision, threads)
        self._prompts = _prompts(self._model, str(model))
        self._lock = threading.RLock()
        self.dimensions: int = int(self._model.get_embedding_dimension() or 0)
        self.fingerprint = fingerprint(folder, self.dimensions, self._precision, self._prompts, Path(model).name)

    def token_ids(self, text: str) -> list[int]:
        """A text's tokens, without prompt, begin and end, at most 512: for who reads with the same words.

        The model's own tokenizer: one more of its size is 290 MB.
        """
        with self._lock:
            found: list[int] = self._model.tokenizer.backend_tokenizer.encode(text, add_special_tokens=False).ids
        return found[:MAX_TOKENS]

    def _encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        with self._lock:
            vectors = self._model.encode(
                list(texts),
                prompt=self._prompts.get(kind, ""),
                batch_size=BATCH,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return unit(np.asarray(vectors, np.float32))


class EngineEncoder(RememberingEncoder):
    """multilingual-e5-small in a prepared folder. Several threads may use it at once."""

    def __init__(
        self,
        folder: Path,
        *,
        kind: EngineKind = "int8",
        layers: Path | None = None,
        keep: bool = True,
    ) -> None:
        """Load the model; with ``keep`` what is made of it is kept beside it for the next start.

        With ``layers``, a LoRA file, questions go through the weights with these added. Passages never do, so that an
        index stays good; what embeds them is then loaded with the first of them.
        """
        super().__init__()
        self.folder = folder
        weights = folder / "model.safetensors"
        self.words = Words(weights)
        self.pieces = Pieces(folder)
        made = folder / ENGINES if keep else None
        self._load = partial(load_engine, weights, self.words, kind=kind, made=made)
        self._questions = self._load(layers=layers) if layers else self._passages
        self.dimensions = self.words.width
        self.fingerprint = fingerprint(folder, self.dimensions, kind, E5_PROMPTS)

    @cached_property
    def _passages(self) -> Engine:
        return self._load()

    def token_ids(self, text: str) -> list[int]:
        """A text's tokens, without prompt, begin and end, at most 512."""
        return self.pieces.ids(text)[:MAX_TOKENS]

    def _encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """The mean over a text's tokens, at length 1; each text once, those of like length together."""
        engine = self._questions if kind == "query" else self._passages
        different = {text: at for at, text in enumerate(dict.fromkeys(texts))}
        ids = [[BEGIN, *self.pieces.ids(E5_PROMPTS[kind] + text)[: MAX_TOKENS - 2], END] for text in different]
        means = np.zeros((len(ids), self.dimensions), np.float32)
        for some in by_length([len(one) for one in ids]):
            for at, states in zip(some, engine.hidden([ids[at] for at in some]), strict=True):
                means[at] = states.mean(0)
        return unit(means)[[different[text] for text in texts]]


def load_default_encoder(models_dir: Path | None = None) -> EngineEncoder:
    """The prepared default model, loaded once per process; raises InputError if it is not prepared.

    In int8 on every processor: vectors of one machine are good on another, and so are figures. Beside bf16 through
    torch, which was taken where it was faster, it is ready in 1 s instead of 8, takes 250 MB instead of 1,050, and
    gives .594 instead of .581 of the suites' hit@1.
    """
    with _LOADING:
        return _load_once(ENCODER.path(models_dir or default_models_dir(os.environ)))


@cache
def _load_once(folder: Path) -> EngineEncoder:
    return EngineEncoder(_locate(folder), layers=QUESTION_LAYERS)


def _locate(model: str | Path) -> Path:
    """The model's folder, given itself or as a name in the local cache."""
    if (Path(model) / "modules.json").is_file() or (Path(model) / "config.json").is_file():
        return Path(model)
    cure = "run `dafu models prepare`, or name a folder that holds a sentence-transformers model"
    if isinstance(model, Path) or model.count("/") != 1 or Path(model).exists():
        raise InputError(f"no embedding model in {model}; {cure}")
    _stay_offline()
    from huggingface_hub import snapshot_download  # noqa: PLC0415
    from huggingface_hub.errors import LocalEntryNotFoundError  # noqa: PLC0415

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except LocalEntryNotFoundError as error:
        raise InputError(f"the embedding model {model} is not on this machine; {cure}") from error


def _load(folder: Path, precision: str, threads: int | None) -> SentenceTransformer:
    _stay_offline()
    import torch  # noqa: PLC0415
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from transformers.utils.logging import disable_progress_bar  # noqa: PLC0415

    disable_progress_bar()
    if threads is not None:
        torch.set_num_threads(threads)
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": dtype})
    model.max_seq_length = min(MAX_TOKENS, model.max_seq_length or MAX_TOKENS)
    return model.eval()


def _stay_offline() -> None:
    """Read by the Hugging Face libraries when they are first imported."""
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        os.environ.setdefault(name, "1")


def _precision(wanted: Precision) -> Literal["fp32", "bf16"]:
    """In bf16 a processor that has it is seven times as fast; one that lacks it is slower than in fp32."""
    if wanted != "auto":
        return wanted
    told = Path("/proc/cpuinfo")
    lines = told.read_text("utf-8", "replace").splitlines() if told.is_file() else []
    flags = next((line for line in lines if line.startswith("flags")), "")
    return "bf16" if BF16_FLAGS & {*flags.split()} else "fp32"


def _prompts(model: SentenceTransformer, name: str) -> dict[str, str]:
    named = {kind: prompt for kind, prompt in model.prompts.items() if prompt}
    if not named:
        return E5_PROMPTS if "e5" in Path(name).name.lower().split("-") else {}
    passage = named.get("passage") or named.get("document") or ""
    return {"query": named.get("query", ""), "passage": passage}


def fingerprint(folder: Path, dimensions: int, precision: str, prompts: Mapping[str, str], name: str = "") -> str:
    """What vectors of passages depend on: the weights, their width and precision, and the prompts."""
    prompted = hashlib.sha256(repr(sorted(prompts.items())).encode()).hexdigest()[:4]
    return f"{name or folder.name}@{weights_id(folder)}/{dimensions}/{precision}/{prompted}"


def weights_id(folder: Path) -> str:
    """Eight characters that differ for other weights: the manifest's, else of each weight file's size and edges."""
    noted = manifest_sha256(folder)
    if noted:
        return noted[:8]
    digest = hashlib.sha256()
    for path in sorted([*folder.rglob("*.safetensors"), *folder.rglob("*.bin")]):
        digest.update(edges(path, str(path.relative_to(folder))))
    return digest.hexdigest()[:8]


def unit(vectors: Vectors) -> Vectors:
    """Rows at length 1."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    rows: Vectors = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return rows
