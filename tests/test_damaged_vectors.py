"""Files of the vectors that a power cut left torn, empty or full of zeros: told by name, mended by a sync, no crash."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from corpus.errors import StateError
from index import Searcher, Store
from index.storage import sound
from index.storage import store as store_module
from index.sync import sync
from tests.fakes.encoder import HashEncoder


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with as many vectors as Chroma keeps in files of their own."""
    folder = tmp_path_factory.mktemp("template")
    (folder / "papers").mkdir()
    for paper in range(3):
        items = "\n\n".join(f"第{n}项：{paper}号渔业事项应当在{n}日内办结。" + "办理。" * 150 for n in range(400))
        (folder / "papers" / f"{paper}.txt").write_text(f"渔业办法{paper}\n\n{items}\n", encoding="utf-8")
    store = Store(folder / "home", create=True)
    sync(store, [folder / "papers"], HashEncoder())
    assert store.catalog.count()[1] > 1_000
    store.vectors.close()
    store.catalog.close()
    return folder / "home"


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template, tmp_path / "home")
    return tmp_path / "home"


def spoil(home: Path, name: str, how: str) -> None:
    (path,) = (home / "chroma").glob(f"*/{name}")
    content = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes({"zeros": bytes(len(content)), "empty": b"", "torn": content[: len(content) // 2]}[how])


@pytest.mark.parametrize(
    ("name", "how"),
    [("link_lists.bin", "zeros"), ("data_level0.bin", "zeros"), ("header.bin", "torn"), ("length.bin", "empty")],
)
def test_a_damaged_file_is_named_and_a_sync_mends_it(home, name, how):
    """Some of these would end the process, some would find other passages."""
    spoil(home, name, how)
    store = Store(home)
    (fault,) = store.faults(HashEncoder().fingerprint)
    assert ("vectors" in fault.what, fault.cure) == (True, "run `dafu sync`")
    with pytest.raises(StateError, match="damaged; run `dafu sync`"):
        Searcher.open(store, HashEncoder()).search("渔业事项", 5)
    store.catalog.close()
    again = Store(home)
    report = sync(again, again.catalog.sources(), HashEncoder())
    assert (report.touched, again.faults(HashEncoder().fingerprint)) == (False, [])
    hits = Searcher.open(again, HashEncoder()).search("渔业事项", 30)
    assert any("dense" in hit.legs for hit in hits)


def test_files_that_changed_and_are_whole_are_no_fault(home):
    """As after a crash between a write and its note in the catalog."""
    store = Store(home)
    store.catalog.remember("vector files", json.dumps({"x/header.bin": [1, 2]}))
    assert store.faults(HashEncoder().fingerprint) == []


@pytest.fixture
def read(monkeypatch):
    """The files of vectors that are read whole, in order."""
    names: list[str] = []
    monkeypatch.setattr(sound, "_sum", lambda path, was=sound._sum: (names.append(path.name), was(path))[1])
    return names


def test_the_files_are_read_once_to_be_looked_at_and_only_where_they_changed_to_be_noted(home, read):
    """Neither the doctor nor a writing costs more the larger the index is."""
    store = Store(home)
    assert store.faults(HashEncoder().fingerprint) == []
    assert len(read) == len(set(read)) > 0
    read.clear()
    for _ in range(3):
        with store.writing():
            pass
    assert read == []


def test_a_reader_that_starts_while_another_process_syncs_sees_no_damage(home, monkeypatch):
    """The files are then other than noted, and may be so at every moment until the sync ends."""
    monkeypatch.setattr(store_module, "looks_whole", lambda _: False)
    store = Store(home)
    store.catalog.remember("vector files", json.dumps({"x/header.bin": [1, 2]}))
    with FileLock(home / "sync.lock"):
        assert Searcher.open(store, HashEncoder()).search("渔业事项", 5)
    other = Store(home)
    with pytest.raises(StateError, match="damaged"):
        Searcher.open(other, HashEncoder()).search("渔业事项", 5)


def test_a_sync_notes_the_files_at_its_end(home):
    """So that the next process need not look."""
    store = Store(home)
    (papers,) = store.catalog.sources()
    for n in range(60):
        (papers / f"more-{n}.txt").write_text(f"补充{n}\n\n" + f"第{n}号补充。" * 300, encoding="utf-8")
    sync(store, store.catalog.sources(), HashEncoder())
    store.vectors.close()
    store.catalog.close()
    assert sound.Sums(home / "chroma").now() == Store(home).catalog.get("vector files")
