"""Following folders: what changes is taken in when it has come to rest, whatever happens meanwhile."""

from __future__ import annotations

import shutil
import threading
import time
from contextlib import nullcontext
from functools import partial

import pytest

from assistant.cli.opening import prepared, searchable
from assistant.settings import Settings
from corpus.errors import DafuError
from index import Store
from index import watch as watching
from index.sync import sync
from index.watch import BackgroundSync, beside, follow, follow_in_turn, watch
from tests.fakes.crashes import KeptVectors
from tests.fakes.encoder import HashEncoder


@pytest.fixture
def followed(tmp_path):
    """A folder, what has been told of it, and a function that waits until a condition holds."""
    source = tmp_path / "papers"
    source.mkdir()
    for n in range(3):
        (source / f"{n}.txt").write_text(f"{n}号办法\n\n内容{n}。\n", encoding="utf-8")
    store, told, stop = Store(tmp_path / "home", create=True, vectors=KeptVectors()), [], threading.Event()

    def follow():
        watch(store, [source], HashEncoder(), told=told.append, stop=stop, rest_ms=100)

    thread = threading.Thread(target=follow)
    thread.start()

    def until(condition):
        ends = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < ends, told
            time.sleep(0.02)

    until(lambda: told)
    yield store, source, told, until
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_files_and_uploads_are_followed(followed):
    store, source, told, until = followed
    assert told[0].added == 3
    (source / "sub").mkdir()
    (source / "sub" / "新.txt").write_text("新办法\n\n内容。\n", encoding="utf-8")
    until(lambda: store.catalog.standing("sub/新") == "live")
    (store.uploads / "上传.txt").write_text("上传办法\n\n内容。\n", encoding="utf-8")
    until(lambda: store.catalog.standing("上传") == "live")
    (source / "0.txt").unlink()
    until(lambda: store.catalog.standing("0") == "removed")


def test_a_folder_that_is_away_ends_nothing(followed):
    """Its documents stay; when it is back it is followed again. Too many gone at once is told, not done."""
    store, source, told, until = followed
    away = source.with_name("away")
    shutil.move(source, away)
    until(lambda: any(getattr(one, "failed", ()) for one in told))
    assert store.catalog.count()[0] == 3
    (away / "3.txt").write_text("3号办法\n\n内容3。\n", encoding="utf-8")
    shutil.move(away, source)
    until(lambda: store.catalog.standing("3") == "live")
    for n in range(3):
        (source / f"{n}.txt").unlink()
    until(lambda: any(isinstance(one, DafuError) and "--yes" in str(one) for one in told))
    assert store.catalog.count()[0] >= 3


def test_a_drive_that_tells_of_no_changes_is_compared_from_time_to_time(tmp_path, monkeypatch):
    """As those of a network: the system says nothing, the files say it themselves; without a change nothing is done."""
    stop, calls, looks = threading.Event(), [], iter(range(60))

    def silent(*_, **__):
        for look in looks:
            if look == 20:
                assert len(calls) == 1, "once at the start"
                (tmp_path / "a.txt").write_text("新文件\n", encoding="utf-8")
            time.sleep(0.01)
            yield set()
        stop.set()

    monkeypatch.setattr(watching, "changes_of", silent)
    follow(lambda: [tmp_path], lambda: calls.append(1), stop=stop, anyway=0.05)
    assert len(calls) == 2


def test_files_are_taken_in_beside_the_serving(tmp_path):
    """What `dafu serve` does: a file dropped into a folder is there without anybody asking, until the block ends."""
    source = tmp_path / "papers"
    source.mkdir()
    store = Store(tmp_path / "home", create=True, vectors=KeptVectors())
    store.uploads.mkdir()
    store.catalog.remember_sources([source])
    background = BackgroundSync(store, store.catalog.sources, HashEncoder())
    places = (source, store.uploads)
    with beside(partial(follow_in_turn, lambda: places, background.ask, nullcontext)):
        (source / "新.txt").write_text("新办法\n\n内容。\n", encoding="utf-8")
        ends = time.monotonic() + 60
        while store.catalog.standing("新") != "live":
            assert time.monotonic() < ends, background.state
            time.sleep(0.05)
    assert background.state.error == ""


def test_an_index_that_is_there_is_served_before_it_is_synced(tmp_path):
    """Only an empty home is read in first; one that was made without vectors is, where there is an encoder by now."""
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "a.txt").write_text("渔业办法\n\n渔业每亩补贴三百元。\n", encoding="utf-8")
    chosen = Settings(home=tmp_path / "home", models=tmp_path / "models", encoder="none", llm="off")
    store = Store(chosen.home, create=True)
    sync(store, [papers], None)
    (papers / "b.txt").write_text("林业办法\n\n林业每亩补贴二百元。\n", encoding="utf-8")
    assert prepared(chosen, store) is False
    assert list(store.catalog.entries()) == ["a"]
    assert searchable(store, HashEncoder()) is False
    assert searchable(Store(tmp_path / "other", create=True), None) is False


def test_vectors_that_are_damaged_are_mended_before_they_are_served(tmp_path, monkeypatch):
    """They could not even be opened."""
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.txt").write_text("渔业办法\n\n渔业每亩补贴三百元。\n", encoding="utf-8")
    store = Store(tmp_path / "home", create=True, vectors=KeptVectors())
    sync(store, [tmp_path / "papers"], HashEncoder())
    assert searchable(store, HashEncoder()) is True
    monkeypatch.setattr(store, "is_sound", lambda: False)
    assert searchable(store, HashEncoder()) is False
