"""Any order of adding, changing, removing, renaming, withdrawing, crashing, filling the disk, searching."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from corpus.errors import InputError, StateError
from index import Searcher, Store
from index.storage.schema import version_of
from index.storage.versions import read_version, restore, set_access, withdraw
from index.sync import sync
from tests.fakes.crashes import Crash, Fuse, KeptVectors, full_disk, fused
from tests.fakes.encoder import HashEncoder

NAMES = st.sampled_from(["甲", "乙", "丙", "丁", "sub/甲"])
SUBJECTS = st.sampled_from(["渔业", "道路", "学位", "税务", "图书"])
FINGERPRINT = HashEncoder().fingerprint


class Homes(RuleBasedStateMachine):
    """A folder that people change, a home that follows it, and a model of what must be known of either."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.source = self.folder / "papers"
        self.source.mkdir()
        self.fuse, self.vectors = Fuse(), KeptVectors()
        self.files: dict[str, str] = {}
        self.withdrawn: set[str] = set()
        self.internal: set[str] = set()
        self.ever: dict[str, set[str]] = {}
        self.synced: dict[str, str] | None = None  # what the home must hold; unknown after a crash
        self.revision = 0

    def teardown(self):
        self.store.catalog.close()
        shutil.rmtree(self.folder)

    @initialize()
    def open(self):
        self.vectors.fuse = self.fuse
        self.fuse.set(-1)
        with fused(self.fuse):
            self.store = Store(self.folder / "home", create=True, vectors=self.vectors)

    # What people do to the folder

    @rule(name=NAMES, subject=SUBJECTS, length=st.integers(1, 3))
    def write(self, name, subject, length):
        self.revision += 1
        text = f"{subject}办法\n\n" + f"第{self.revision}次修订：{subject}事项应当办结。\n\n" * length
        path = self.source / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.files[name] = text

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def remove(self, data):
        name = data.draw(st.sampled_from(sorted(self.files)))
        (self.source / f"{name}.txt").unlink()
        del self.files[name]

    @precondition(lambda self: self.files and self.synced == self.files)
    @rule(data=st.data(), to=NAMES)
    def rename(self, data, to):
        """While the home is in step, so that the machine knows which file became which."""
        name = data.draw(st.sampled_from(sorted(self.files)))
        if to in self.files:
            return
        target = self.source / f"{to}.txt"
        target.parent.mkdir(exist_ok=True)
        (self.source / f"{name}.txt").rename(target)
        self.files[to] = self.files.pop(name)
        for kept in (self.withdrawn, self.internal):
            kept.discard(to)
            if name in kept:
                kept.remove(name)
                kept.add(to)
        self.sync()

    # What staff do

    @precondition(lambda self: self.synced)
    @rule(data=st.data(), what=st.sampled_from(["withdraw", "restore", "internal", "public"]))
    def decide(self, data, what):
        name = data.draw(st.sampled_from(sorted(self.synced or {})))
        encoder = HashEncoder()
        if what == "withdraw":
            withdraw(self.store, name)
            self.withdrawn.add(name)
        elif what == "restore":
            restore(self.store, encoder, name)
            self.withdrawn.discard(name)
        else:
            set_access(self.store, encoder, name, what)
            (self.internal.add if what == "internal" else self.internal.discard)(name)

    # What happens to the home

    @rule()
    def sync(self):
        report = sync(self.store, [self.source], HashEncoder(), yes=True)
        assert report.failed == ()
        self.synced = dict(self.files)
        for name, text in self.files.items():
            self.ever.setdefault(name, set()).add(version_of(text))

    @precondition(lambda self: self.synced is not None)
    @rule()
    def sync_again(self):
        """A home in step reads, embeds and changes nothing."""
        if self.synced == self.files:
            encoder, generation = HashEncoder(), self.store.catalog.generation()
            report = sync(self.store, [self.source], encoder, yes=True)
            assert (report.touched, encoder.history) == (False, [])
            assert self.store.catalog.generation() == generation

    @rule(at=st.integers(1, 120))
    def crash(self, at):
        """A sync that dies; then the home is opened by another process."""
        self.fuse.set(at)
        try:
            sync(self.store, [self.source], HashEncoder(), yes=True)
        except Crash:
            self.synced = None
        self.fuse.set(-1)
        if self.synced is not None:
            self.sync()
        self.store.catalog.close()
        self.open()

    @rule(at=st.integers(1, 120))
    def fill_the_disk(self, at):
        """A sync that finds no space at a write: one error, and the same process goes on once there is some."""
        self.fuse.set(at, full_disk)
        try:
            sync(self.store, [self.source], HashEncoder(), yes=True)
        except StateError:
            self.synced = None
        self.fuse.set(-1)
        if self.synced is not None:
            self.sync()

    @rule()
    def restart(self):
        self.store.catalog.close()
        self.open()

    @rule(subject=SUBJECTS, internal=st.booleans())
    def search(self, subject, internal):
        """Hits are slices of live documents that the asker may see, crash or not."""
        tiers = ("public", "internal") if internal else ("public",)
        hits = Searcher.open(self.store, HashEncoder(), tiers=tiers).search(f"{subject}事项", 10)
        for hit in hits:
            assert hit.document not in self.withdrawn
            assert internal or hit.document not in self.internal
            assert hit.text in hit.source.text
        if self.synced is not None:
            sight = {n for n in self.synced if n not in self.withdrawn and (internal or n not in self.internal)}
            assert {hit.document for hit in hits} <= sight
            assert bool(hits) == bool(sight)

    # What must hold

    @invariant()
    def in_step(self):
        if self.synced is None:
            return
        catalog = self.store.catalog
        assert self.store.faults(FINGERPRINT) == []
        assert set(catalog.entries()) == set(self.synced)
        live = {one.id: one.text for one in catalog.documents()}
        assert live == {name: text for name, text in self.synced.items() if name not in self.withdrawn}
        rows = catalog.database.rows(sqlalchemy.text("SELECT document, start, tier FROM chunks"))
        assert max(Counter((name, start) for name, start, _ in rows).values(), default=1) == 1, "nothing is doubled"
        assert all((tier == "internal") == (name in self.internal) for name, _, tier in rows)

    @invariant()
    def old_texts_are_readable(self):
        for name, versions in self.ever.items():
            for version in versions:
                reading = read_version(self.store.catalog, name, version)
                assert reading is not None
                assert version_of(reading.text) == version


Homes.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestHomes = Homes.TestCase


def test_an_unreadable_source_is_an_error_and_changes_nothing(tmp_path):
    """A folder that is not mounted must not empty a home."""
    source = tmp_path / "papers"
    source.mkdir()
    (source / "a.txt").write_text("某办法\n\n内容。\n", encoding="utf-8")
    store = Store(tmp_path / "home", create=True, vectors=KeptVectors())
    sync(store, [source], HashEncoder())
    shutil.move(source, tmp_path / "elsewhere")
    with pytest.raises(InputError, match="does not exist"):
        sync(store, [source], HashEncoder())
    assert store.catalog.count()[0] == 1
