"""Databases and vectors on servers: what is promised in the home is promised there too."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing

import numpy as np
import pytest

from assistant.records import Records
from corpus.errors import BusyError, InputError, StateError
from index import Searcher, Store
from index.sync import sync
from index.vectors import ChromaVectors, MemoryVectors, vectors_at
from tests.fakes.encoder import HashEncoder
from tests.withstand.crowd import Day, opened
from tests.withstand.servers import free_port

STORES = ("memory", "chroma", "chroma server", "pgvector")
GONE = "127.0.0.1:9"


@pytest.fixture(params=STORES)
def vectors(request, tmp_path):
    """An empty vector store of each kind."""
    if request.param == "memory":
        yield MemoryVectors()
        return
    if request.param == "chroma":
        opened = ChromaVectors(tmp_path / "chroma")
    elif request.param == "chroma server":
        opened = vectors_at(request.getfixturevalue("chroma_server"))
        opened.clear()
    else:
        opened = vectors_at(request.getfixturevalue("server_database"))
        try:
            opened.keys("public")
        except StateError as error:
            pytest.skip(f"PostgreSQL here has no pgvector: {error}")
    with closing(opened):
        yield opened


def unit(*numbers):
    found = np.array(numbers, np.float32)
    return found / np.linalg.norm(found)


def test_a_vector_store_keeps_finds_and_forgets(vectors):
    """The contract of ``VectorStore``: by cosine, tier by tier, the last put counts, what is dropped is gone."""
    assert vectors.search(unit(1, 0, 0), 5, ["public", "internal"]) == []
    vectors.put("public", {"a": unit(1, 0, 0), "b": unit(1, 1, 0), "c": unit(0, 0, 1)})
    vectors.put("internal", {"d": unit(1, 0.2, 0)})
    assert [hit.key for hit in vectors.search(unit(1, 0, 0), 2, ["public"])] == ["a", "b"]
    both = vectors.search(unit(1, 0, 0), 3, ["public", "internal"])
    assert [hit.key for hit in both] == ["a", "d", "b"]
    assert both[0].score == pytest.approx(1, abs=1e-3)
    assert both[2].score == pytest.approx(0.7071, abs=1e-3)
    vectors.put("public", {"a": unit(0, 1, 0)})
    assert np.abs(vectors.get("public", ["a", "no"])["a"] - unit(0, 1, 0)).max() < 1e-3
    vectors.drop("public", ["b", "no"])
    assert vectors.keys("public") == {"a", "c"}
    assert vectors.get("internal", ["a"]) == {}
    assert [hit.key for hit in vectors.search(unit(0, 0, 1), 5, ["public"])] == ["c", "a"]


def test_kept_vectors_are_there_for_the_next_process_and_cleared_for_good(vectors):
    """Another client sees them; after ``clear`` another width may come."""
    if isinstance(vectors, MemoryVectors):
        pytest.skip("memory keeps nothing")
    vectors.put("public", {f"k{n}": unit(n + 1, 1, 2) for n in range(20)})
    vectors.reopen()
    assert len(vectors.keys("public")) == 20
    vectors.clear()
    assert vectors.keys("public") == set()
    vectors.put("public", {"wide": unit(1, 2, 3, 4)})
    assert vectors.keys("public") == {"wide"}


# The whole index


@pytest.fixture
def papers(tmp_path):
    folder = tmp_path / "papers"
    folder.mkdir()
    for name in ("渔业", "道路", "学位"):
        text = f"{name}办法\n\n第一条 {name}事项应当在三日内办结。\n\n第二条 {name}另有规定的从其规定。\n"
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def test_an_index_on_servers_answers_as_one_in_the_home(tmp_path, papers, server_database, chroma_server):
    """Same documents, same hits with the same keyword scores, after a change of a file too."""
    clean = vectors_at(chroma_server)
    clean.clear()
    here = Store(tmp_path / "here", create=True)
    there = Store(tmp_path / "there", create=True, database=server_database, vectors=clean)
    for _ in range(2):
        reports = [sync(store, [papers], HashEncoder()).to_dict() for store in (here, there)]
        assert reports[0] == reports[1]
        assert not there.faults(HashEncoder().fingerprint)
        assert not (there.home / "chroma").exists()
        assert list(here.catalog.documents()) == list(there.catalog.documents())
        for question in ("渔业事项几日办结", "道路另有规定吗"):
            found = [Searcher.open(store, HashEncoder()).search(question, 4) for store in (here, there)]
            assert [hit.chunk for hit in found[0]] == [hit.chunk for hit in found[1]]
            assert [hit.score for hit in found[0]] == pytest.approx([hit.score for hit in found[1]], abs=1e-3)
        (papers / "道路.txt").write_text("道路办法\n\n第一条 道路事项应当在五日内办结。\n", encoding="utf-8")
        (papers / "学位.txt").unlink(missing_ok=True)


def test_texts_are_in_the_order_of_their_characters(server_database, tmp_path, papers):
    """Whatever language the server sorts by."""
    (papers / "B.txt").write_text("B\n\n乙。\n", encoding="utf-8")
    (papers / "a.txt").write_text("a\n\n甲。\n", encoding="utf-8")
    store = Store(tmp_path / "home", create=True, database=server_database)
    sync(store, [papers], None)
    assert list(store.catalog.entries()) == sorted(store.catalog.entries())


def test_writers_take_turns_and_readers_wait_for_nobody(server_database, tmp_path):
    """Two programs raise a number a hundred times each: none is lost; a reader sees one moment."""
    programs = [Store(tmp_path / name, create=True, database=server_database).catalog for name in "ab"]
    before = programs[0].generation()

    def work(catalog):
        for _ in range(100):
            with catalog.change():
                pass

    threads = [threading.Thread(target=work, args=(one,)) for one in programs]
    with programs[0].database.reading():
        seen = programs[0].generation()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert programs[0].generation() == seen
    assert programs[1].generation() == before + 200


def test_a_lock_is_of_one_program_until_it_ends(server_database, tmp_path):
    first, second = (Store(tmp_path / name, create=True, database=server_database).catalog.database for name in "ab")
    with (
        first.locked("sync", wait=0, busy="x"),
        pytest.raises(BusyError, match="another syncs"),
        second.locked("sync", wait=0.1, busy="another syncs"),
    ):
        pass
    with second.locked("sync", wait=0.1, busy="another syncs"):
        pass


@pytest.mark.full  # a minute and more: two processes start three times
def test_two_processes_serve_one_database_and_one_is_killed(server_database):
    """Nothing that was answered is lost or in another's conversation; whoever is left follows the folders."""
    words = {"DAFU_ENCODER": "none", "DAFU_READER": "words", "DAFU_LOG": "off"}
    with opened(4, DAFU_DATABASE=server_database, **words) as site:
        site.start()
        site.start()
        day = Day(site, questions=24, kills=1)
        day.run()
        assert day.errors == []
        assert len(day.taken) == 24
        assert day.misplaced() == (0, 0)
        site.kill()  # what serves longest, and therefore follows
        (site.papers / "新.txt").write_text("新办法\n\n内容。\n", encoding="utf-8")
        catalog = Store(site.home, database=server_database).catalog
        ends = time.monotonic() + 30
        while catalog.standing("新") != "live":
            assert time.monotonic() < ends
            time.sleep(0.1)


def test_a_home_is_moved_onto_servers_with_all_that_it_holds(dafu, tmp_path, papers, server_database, chroma_server):
    """Same documents, vectors and records, and numbers that go on; nothing is embedded again, nothing moved twice."""
    home, moved = tmp_path / "home", vectors_at(chroma_server)
    moved.clear()
    before = Store(home, create=True)
    sync(before, [papers], HashEncoder())
    records = Records.open(home)
    li = records.users.add("li", "correct-horse-battery", "admin", by="test").person
    conversation = records.conversations.new(li.id, "渔业")
    turn = records.turns.append(li.id, conversation.id, "渔业事项几日办结？")
    found = Searcher.open(before, HashEncoder()).search("渔业事项几日办结", 3)
    ran = dafu("move", server_database, "--vectors", chroma_server, "--home", home)
    assert (ran.status, f'database = "{server_database}"' in ran.out) == (0, True), ran
    after = Store(home, database=server_database, vectors=moved)
    assert list(after.catalog.documents()) == list(before.catalog.documents())
    assert after.catalog.history("渔业") == before.catalog.history("渔业")
    again = Searcher.open(after, HashEncoder()).search("渔业事项几日办结", 3)
    assert [(hit.chunk, hit.start, hit.end) for hit in again] == [(hit.chunk, hit.start, hit.end) for hit in found]
    (papers / "新.txt").write_text("新办法\n\n内容。\n", encoding="utf-8")
    report = sync(after, [papers], HashEncoder())
    assert (report.added, report.embedded) == (1, 1)
    there = Records.open(home, database=server_database)
    assert there.users.verify("li", "correct-horse-battery") == records.users.named("li")
    assert there.turns.of(li.id, conversation.id) == (turn,)
    assert there.audit.of() == records.audit.of()
    there.audit.add("li", "x", "y:z")
    assert "empty" in dafu("move", server_database, "--home", home).refused()


# What cannot be reached


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"DAFU_DATABASE": f"postgresql://dafu:secret@{GONE}/dafu"}, "cannot be reached"),
        ({"DAFU_DATABASE": "mysql://x/y"}, "no address"),
        ({"DAFU_VECTORS": "chroma"}, "no address"),
    ],
)
def test_a_server_that_is_away_is_one_line_with_the_cure(dafu, tmp_path, monkeypatch, settings, said):
    """Without the password."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    for command in (("doctor",), ("user", "list"), ("sync",)):
        refused = dafu(*command, "--home", tmp_path, keywords=True).refused() if command[0] != "user" else ""
        if command[0] == "user" and "DAFU_DATABASE" in settings:
            refused = dafu(*command, "--home", tmp_path, keywords=True).refused()
        assert said in refused or not refused, refused
        assert "secret" not in refused


def test_vectors_that_are_away_are_a_line_of_the_doctor(tmp_path, papers):
    """Of every use too: nothing is searched without half of its evidence."""
    store = Store(tmp_path / "home", create=True)
    sync(store, [papers], HashEncoder())
    away = Store(tmp_path / "home", vectors=vectors_at(f"http://127.0.0.1:{free_port()}"))
    faults = away.faults(HashEncoder().fingerprint)
    assert len(faults) == 1
    assert "Chroma server" in faults[0].what
    with pytest.raises(StateError, match="start it"):
        Searcher.open(away, HashEncoder()).search("渔业", 3)


def test_a_newer_program_is_named(server_database, tmp_path):
    """As with a file."""
    psycopg = pytest.importorskip("psycopg")
    Store(tmp_path / "home", create=True, database=server_database)
    with psycopg.connect(server_database) as connection:
        connection.execute("UPDATE dafu_catalog.alembic_version SET version_num = '9999'")
    with pytest.raises(StateError, match="newer Dafu"):
        Store(tmp_path / "home", database=server_database)


def test_an_address_says_what_it_lacks():
    with pytest.raises(InputError, match="no address"):
        vectors_at("http://")


def test_sqlite_is_untouched_by_the_servers(tmp_path):
    """A home of its own stays a file that any SQLite reads."""
    Store(tmp_path, create=True).catalog.close()
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite")) as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("delete",)
