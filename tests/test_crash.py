"""A crash or a full disk at every single write: the next run completes it, and nothing is lost or doubled."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import event, text

from corpus.errors import StateError
from index import Searcher, Store
from index.storage.schema import version_of
from index.storage.versions import edit_metadata, restore, set_access, withdraw
from index.sync import sync
from tests.fakes.crashes import Crash, Fuse, KeptVectors, crash, full_disk, fused
from tests.fakes.encoder import HashEncoder
from tests.fakes.papers import AFTER, BEFORE, write


@dataclass
class Home:
    """A home on a disk, and vectors that outlive whoever opens them."""

    path: Path
    source: Path
    vectors: KeptVectors

    def open(self, fuse: Fuse | None = None) -> Store:
        self.vectors.fuse = fuse or Fuse()
        return Store(self.path, create=True, vectors=self.vectors)

    def copy(self, path: Path) -> Home:
        shutil.copytree(self.path, path)
        vectors = KeptVectors()
        vectors._tiers = {tier: dict(stored) for tier, stored in self.vectors._tiers.items()}
        return Home(path, self.source, vectors)


def sync_all(store: Store, home: Home) -> None:
    sync(store, [home.source], HashEncoder())


SCENES = {
    "sync": sync_all,
    "withdraw": lambda store, _: withdraw(store, "kept"),
    "restore": lambda store, _: restore(store, HashEncoder(), "gone"),
    "access": lambda store, _: set_access(store, HashEncoder(), "kept", "internal"),
    "edit": lambda store, _: edit_metadata(
        store, HashEncoder(), "kept", {"title": "另一题名", "supersedes": ("gone",)}
    ),
    "encoder": lambda store, home: sync(store, [home.source], HashEncoder(32)),
}


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Home:
    """A home in step with its source, one document withdrawn."""
    folder = tmp_path_factory.mktemp("template")
    home = Home(folder / "home", folder / "papers", KeptVectors())
    write(home.source, BEFORE)
    store = home.open()
    sync_all(store, home)
    withdraw(store, "gone")
    store.catalog.close()
    return home


def settled(home: Home, scene: str) -> dict[str, object]:
    """Everything that a home holds, after the recovery that a person would make: the same command, then a sync."""
    with fused(Fuse()):
        return _settled(home.open(), home, scene)


def _settled(store: Store, home: Home, scene: str) -> dict[str, object]:
    SCENES[scene](store, home)
    sync_all(store, home)
    assert store.faults(HashEncoder().fingerprint) == []
    catalog = store.catalog
    chunks = Counter(
        (row[0], row[1], row[2]) for row in catalog.database.rows(text("SELECT document, tier, body FROM chunks"))
    )
    state = {
        "texts": {one.id: (version_of(one.text), one.metadata) for one in catalog.documents()},
        "standing": {name: catalog.standing(name) for name in {*BEFORE, *AFTER}},
        "versions": {name: [one.version for one in catalog.versions(name)] for name in {*BEFORE, *AFTER}},
        "chunks": chunks,
        "vectors": {tier: store.vectors.keys(tier) for tier in ("public", "internal")},
        "found": {hit.chunk for hit in Searcher.open(store, HashEncoder()).search("渔业事项几日办结", 30)},
        "decisions": {name: catalog.decisions(name).access for name in BEFORE},
    }
    catalog.close()
    return state


def steps(template: Home, scene: str, folder: Path, act=crash) -> int:
    home, fuse = template.copy(folder), Fuse()
    with fused(fuse):
        store = home.open(fuse)
        fuse.set(-1, act)
        SCENES[scene](store, home)
        return fuse.steps


def struck(home: Home, scene: str, at: int, act) -> BaseException | None:
    """Run a scene with a fault at a step; what it raised."""
    fuse = Fuse()
    with fused(fuse):
        store = home.open(fuse)
        fuse.set(at, act)
        try:
            SCENES[scene](store, home)
        except (Crash, StateError) as error:
            return error
        finally:
            fuse.set(-1)
            store.catalog.close()
    return None


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize(("act", "each"), [(crash, 3), (full_disk, 5), pytest.param(crash, 1, marks=pytest.mark.full)])
def test_every_write_may_be_the_last(template, tmp_path, scene, act, each):
    """At each step of each scene: the fault is one error, and doing it again gives what it would have given."""
    write(template.source, AFTER if scene == "sync" else BEFORE)
    expected = settled(template.copy(tmp_path / "expected"), scene)
    count = steps(template, scene, tmp_path / "count", act)
    assert count > 10, "the fuse counts"
    for at in range(1, count + 1, each):
        home = template.copy(tmp_path / str(at))
        raised = struck(home, scene, at, act)
        assert isinstance(raised, Crash if act is crash else StateError), f"step {at} of {count}: {raised!r}"
        assert settled(home, scene) == expected, f"step {at} of {count}"
        shutil.rmtree(home.path)


def test_there_are_at_least_two_hundred_crash_points(template, tmp_path):
    """What the test above covers, so that it cannot shrink unseen."""
    write(template.source, AFTER)
    total = sum(steps(template, scene, tmp_path / scene) for scene in SCENES)
    assert total >= 200, total


def test_a_crash_keeps_what_was_embedded(template, tmp_path):
    """Vectors stored before the crash are taken over, not made again."""
    write(template.source, AFTER)
    count = steps(template, "sync", tmp_path / "count")
    embedded = []
    for at in (*range(1, count, 4), count):
        home = template.copy(tmp_path / str(at))
        struck(home, "sync", at, crash)
        encoder = HashEncoder()
        sync(home.open(), [home.source], encoder)
        embedded.append(sum(len(texts) for texts, _ in encoder.history))
    assert embedded[0] > 0
    assert embedded[-1] == 0
    assert embedded == sorted(embedded, reverse=True)


def test_a_truly_full_disk_is_one_line_and_costs_nothing(template, tmp_path):
    """SQLite's own refusal, at whatever page it comes."""
    write(template.source, AFTER)
    expected = settled(template.copy(tmp_path / "expected"), "sync")
    refused = 0
    for spare in range(0, 40, 4):
        home = template.copy(tmp_path / str(spare))
        store = home.open()
        pages = store.catalog.database.first(text("PRAGMA page_count"))[0]
        limit = f"PRAGMA max_page_count = {pages + spare}"
        event.listen(store.catalog.database._engine, "begin", lambda c, limit=limit: c.exec_driver_sql(limit))
        try:
            sync_all(store, home)
        except StateError as error:
            refused += 1
            assert "no space left" in str(error)  # noqa: PT017 (not every size is too small)
        store.catalog.close()
        assert settled(home, "sync") == expected
    assert refused
