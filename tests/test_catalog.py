"""The catalog: versions that stay, what staff decide, what replaced what, and a file of the version before."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from corpus.document import Document, Metadata
from corpus.errors import InputError, StateError
from corpus.validity import force, in_force
from index import Searcher, Store
from index.keywords import PostingKeywords
from index.storage.catalog import Catalog, Decisions, Entry
from index.storage.database import engine
from index.storage.migrations import revisions
from index.storage.schema import DESIGN, metadata, version_of
from index.storage.versions import edit_metadata, quote_state, read_version, restore, set_access, withdraw
from index.sync import sync
from tests.fakes.crashes import KeptVectors
from tests.fakes.encoder import HashEncoder

OLD = "渔业办法\n\n每亩补贴三百元，按季度发放。\n"
NEW = "渔业办法\n\n每亩补贴五百元，按月发放。\n"


@pytest.fixture
def home(tmp_path):
    """A store over a folder with one document, and a function that syncs it."""
    source = tmp_path / "papers"
    source.mkdir()
    (source / "a.txt").write_text(OLD, encoding="utf-8")
    (source / "b.txt").write_text("道路办法\n\n新建道路十二公里。\n", encoding="utf-8")
    store = Store(tmp_path / "home", create=True, vectors=KeptVectors())

    def again():
        return sync(store, [source], HashEncoder())

    again()
    return store, source, again


def hits(store, question, tiers=("public", "internal")):
    return {hit.document for hit in Searcher.open(store, HashEncoder(), tiers=tiers).search(question, 5)}


def test_the_old_text_stays_readable_at_its_offsets(home):
    """Under the same id; the new one is what is searched."""
    store, source, again = home
    old = store.catalog.document("a")
    at = old.text.index("每亩")
    (source / "a.txt").write_text(NEW, encoding="utf-8")
    again()
    cited = read_version(store.catalog, "a", version_of(OLD))
    assert cited.text[at : at + 9] == old.text[at : at + 9]
    assert read_version(store.catalog, "a", version_of(NEW)).text == NEW
    assert [one.number for one in store.catalog.versions("a")] == [1, 2]
    assert store.catalog.document("a").text == NEW
    (source / "a.txt").write_text(OLD, encoding="utf-8")
    again()
    assert [one.number for one in store.catalog.versions("a")] == [1, 2], "a text that comes back is no third version"
    (source / "a.txt").unlink()
    again()
    assert read_version(store.catalog, "a", version_of(NEW)).text == NEW
    assert store.catalog.standing("a") == "removed"


def test_what_is_withdrawn_is_not_quoted_and_can_be_restored(home):
    """Its text opens from old citations, marked; nothing searches it, nothing is embedded twice."""
    store, _, again = home
    withdraw(store, "a", who="李", reason="数字有误")
    assert hits(store, "每亩补贴多少") == {"b"}
    assert Searcher.open(store, HashEncoder()).document("a") is None
    assert read_version(store.catalog, "a", version_of(OLD)) is not None
    assert store.catalog.standing("a") == "withdrawn"
    assert again().unchanged == 2
    assert hits(store, "每亩补贴多少") == {"b"}
    assert store.faults(HashEncoder().fingerprint) == []
    restore(store, HashEncoder(), "a", who="王")
    assert "a" in hits(store, "每亩补贴多少")
    told = [(event.what, event.who, event.detail) for event in store.catalog.history("a")]
    assert told == [("restored", "王", ""), ("withdrawn", "李", "数字有误"), ("added", "", "")]


def test_access_is_enforced_at_the_index_and_for_old_texts(home):
    """What is internal now cannot be read by a public citation of yesterday."""
    store, source, again = home
    (source / "a.txt").write_text(NEW, encoding="utf-8")
    again()
    encoder = HashEncoder()
    set_access(store, encoder, "a", "internal")
    assert encoder.history == [], "vectors move between tiers without being made again"
    assert hits(store, "每亩补贴多少", ("public",)) == {"b"}
    assert read_version(store.catalog, "a", version_of(OLD), ("public",)) is None
    assert read_version(store.catalog, "a", version_of(OLD), ("public", "internal")) is not None
    assert Searcher.open(store, encoder, tiers=("public",)).version("a", version_of(NEW)) is None
    (source / "a.txt").unlink()
    again()
    assert read_version(store.catalog, "a", version_of(OLD), ("public",)) is None
    set_access(store, encoder, "a", None)
    assert read_version(store.catalog, "a", version_of(OLD), ("public",)) is not None


def test_wrong_decisions_name_the_cure(home):
    store, _, _ = home
    with pytest.raises(InputError, match="public, internal"):
        set_access(store, None, "a", "secret")
    with pytest.raises(InputError, match="no document"):
        withdraw(store, "z")
    with pytest.raises(InputError, match="cannot be edited"):
        edit_metadata(store, None, "a", {"access": "internal"})
    with pytest.raises(InputError, match="title"):
        edit_metadata(store, None, "a", {"title": " "})


def test_an_edit_equal_to_the_file_is_taken_back(home):
    store, _, _ = home
    edit_metadata(store, HashEncoder(), "a", {"issuer": "渔业局", "supersedes": ("b",)})
    assert store.catalog.document("a").metadata.issuer == "渔业局"
    assert store.catalog.decisions("a").edits == {"issuer": "渔业局", "supersedes": ["b"]}
    edit_metadata(store, HashEncoder(), "a", {"issuer": "", "supersedes": ()})
    assert store.catalog.decisions("a").edits == {}
    assert store.catalog.document("b").metadata.superseded_by == ""


def test_a_successor_tells_its_predecessor(home):
    """By id, title or number; only while it is live; and from when."""
    store, _, _ = home
    edit_metadata(store, HashEncoder(), "b", {"supersedes": ("渔业办法",), "effective": "2026-06-01"})
    old = store.catalog.document("a").metadata
    assert (old.superseded_by, old.superseded_on) == ("道路办法", "2026-06-01")
    assert force(old, "2026-05-31") == "in_force"
    assert force(old, "2026-06-01") == "superseded"
    withdraw(store, "b")
    assert store.catalog.document("a").metadata.superseded_by == ""


def test_all_documents_are_read_however_many_were_replaced():
    """Their names are no parameters of a statement, of which SQLite takes some thousands."""
    catalog, every = Catalog(None), [f"old{n}" for n in range(60)]
    with catalog.change() as connection:
        for name in (*every, "new"):
            document = Document(name, f"{name}.txt", Metadata(f"{name}号办法", issued="2026-01-01"), f"{name}。")
            catalog.put(connection, document, Entry(name, document.path, "", "", "public"), ())
        catalog.replaced(connection, dict(zip(every, (*every[1:], "new"), strict=True)))
    parameters: list[int] = []
    told = lambda _connection, _cursor, _statement, given, *_: parameters.append(len(given))  # noqa: E731
    event.listen(Engine, "before_cursor_execute", told)
    try:
        found = {one.id: one.metadata for one in catalog.documents()}
    finally:
        event.remove(Engine, "before_cursor_execute", told)
    assert (found["old0"].superseded_by, found["old59"].superseded_by) == ("old1号办法", "new号办法")
    assert (found["old0"].superseded_on, found["new"].superseded_by) == ("2026-01-01", "")
    assert max(parameters) < 10


@pytest.mark.parametrize(
    ("metadata", "on", "expected"),
    [
        (Metadata("t"), "2026-11-24", "in_force"),
        (Metadata("t", effective="2026年12月1日"), "2026-11-24", "not_yet"),
        (Metadata("t", effective="2026-11"), "2026-11-24", "in_force"),
        (Metadata("t", expires="2026"), "2026-11-24", "in_force"),
        (Metadata("t", expires="2025-12-31"), "2026-01-01", "expired"),
        (Metadata("t", expires="2025-12-31"), "2025-12-31", "in_force"),
        (Metadata("t", status="已废止"), "2026-01-01", "expired"),
        (Metadata("t", status="已被取代"), "2026-01-01", "superseded"),
        (Metadata("t", superseded_by="x", superseded_on="2026-02"), "2026-01-31", "in_force"),
    ],
)
def test_force_compares_dates_as_far_as_they_are_known(metadata, on, expected):
    assert force(metadata, on) == expected
    assert in_force(metadata, on) == (expected == "in_force")


def test_quotes_are_followed_through_changes(home):
    store, source, again = home
    start = OLD.index("每亩补贴三百元")
    quote = ("a", start, start + 7, "每亩补贴三百元")
    assert quote_state(store.catalog, *quote) == "same"
    (source / "a.txt").write_text(OLD.replace("渔业办法", "渔业补贴办法"), encoding="utf-8")
    again()
    assert quote_state(store.catalog, *quote) == "moved"
    (source / "a.txt").write_text(NEW, encoding="utf-8")
    again()
    assert quote_state(store.catalog, *quote) == "changed"
    withdraw(store, "a")
    assert quote_state(store.catalog, *quote) == "withdrawn"
    assert quote_state(store.catalog, "nowhere", 0, 1, "x") == "removed"


SCHEMA_2 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (position INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
CREATE TABLE documents (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL, tier TEXT NOT NULL,
    metadata TEXT NOT NULL, body INTEGER NOT NULL, text TEXT NOT NULL, synced TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE chunks (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, document TEXT NOT NULL, tier TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL, head TEXT NOT NULL, body TEXT NOT NULL,
    page INTEGER
);
CREATE INDEX chunks_document ON chunks (document);
PRAGMA user_version = 2;
"""


def downgraded(path):
    """The catalog as the version before would have written it."""
    new = sqlite3.connect(path)
    select = (
        "SELECT d.id, d.path, d.source, d.sha256, d.tier, d.metadata, v.body, v.text, d.synced"
        " FROM documents d JOIN versions v ON v.document = d.id AND v.version = d.version"
    )
    rows = {
        "meta": new.execute("SELECT * FROM meta WHERE key NOT IN ('chunker', 'synced')").fetchall(),
        "sources": new.execute("SELECT * FROM sources").fetchall(),
        "documents": new.execute(select).fetchall(),
        "chunks": new.execute("SELECT * FROM chunks").fetchall(),
    }
    postings = [
        name
        for (name,) in new.execute(
            "SELECT name FROM sqlite_master WHERE name LIKE 'postings_%' OR name LIKE 'lengths_%'"
        )
    ]
    rows |= {name: new.execute(f"SELECT * FROM {name}").fetchall() for name in postings}
    made = [
        sql
        for (sql,) in new.execute("SELECT sql FROM sqlite_master WHERE name LIKE 'postings_%' OR name LIKE 'lengths_%'")
        if sql
    ]
    new.close()
    path.unlink()
    old = sqlite3.connect(path)
    old.executescript(SCHEMA_2 + ";".join(made))
    for table, values in rows.items():
        if values:
            old.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(values[0]))})", values)
    old.commit()
    old.close()


def test_a_home_of_the_version_before_loses_nothing(home):
    """Same documents, same vectors, same answers; nothing is read or embedded again."""
    store, _, again = home
    before = {one.id: one for one in store.catalog.documents()}
    expected = [(hit.chunk, hit.score) for hit in Searcher.open(store, HashEncoder()).search("每亩补贴", 3)]
    store.catalog.close()
    downgraded(store.home / "catalog.sqlite")
    store.catalog = Catalog(store.home / "catalog.sqlite")
    assert {one.id: one for one in store.catalog.documents()} == before
    migrated = Store(store.home, vectors=store.vectors)
    assert [(hit.chunk, hit.score) for hit in Searcher.open(migrated, HashEncoder()).search("每亩补贴", 3)] == expected
    report = again()
    assert (report.unchanged, report.embedded) == (2, 0)
    assert [one.number for one in store.catalog.versions("a")] == [1]
    assert migrated.faults(HashEncoder().fingerprint) == []


def differences(path):
    """What the tables of a file lack, or have besides, of those that the code uses."""
    with engine(path, DESIGN).connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    return [one for one in found if one[0][0] != "modify_nullable"]  # an INTEGER PRIMARY KEY never is


def test_the_migrations_end_where_new_files_begin(home):
    """And the code names the newest of them."""
    store, _, _ = home
    path = store.home / "catalog.sqlite"
    assert revisions(DESIGN.migrations)[-1] == DESIGN.revision
    assert differences(path) == []
    store.catalog.close()
    downgraded(path)
    Catalog(path).close()
    assert differences(path) == []


def test_a_catalog_of_the_code_before_is_used_as_it_is(tmp_path):
    """``data/homes/catalog-3.sql`` is one that was read and written without SQLAlchemy: nothing in the file changes."""
    path = tmp_path / "catalog.sqlite"
    with closing(sqlite3.connect(path)) as old:
        old.executescript((Path(__file__).parent / "data" / "homes" / "catalog-3.sql").read_text(encoding="utf-8"))
    before = path.read_bytes()
    catalog = Catalog(path)
    assert catalog.sources() == (Path("/papers"),)
    assert catalog.standing("a") == "withdrawn"
    assert [one.number for one in catalog.versions("a")] == [1, 2]
    assert catalog.version("a", version_of(OLD)).text == OLD
    assert catalog.decisions("b").edits == {"issuer": "交通局", "supersedes": ["a"]}
    assert catalog.document("b").metadata.issuer == "交通局"
    assert [one.what for one in catalog.history("a")] == ["withdrawn", "changed", "added"]
    [found] = PostingKeywords(catalog).search(["道路"], 5, ("public", "internal"))
    assert catalog.chunks([found.key])[found.key].document == "b"
    assert catalog.check() == "ok"
    catalog.close()
    assert path.read_bytes() == before
    assert differences(path) == []


def test_an_interrupted_migration_leaves_the_old_file(home, monkeypatch):
    store, _, _ = home
    path = store.home / "catalog.sqlite"
    store.catalog.close()
    downgraded(path)
    monkeypatch.setattr("index.storage.schema.words_of", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Catalog(path)
    monkeypatch.undo()
    assert {name for (name,) in sqlite3.connect(path).execute("SELECT id FROM documents")} == {"a", "b"}
    assert sqlite3.connect(path).execute("SELECT * FROM alembic_version").fetchone() == ("0002",)
    assert {one.id for one in Catalog(path).documents()} == {"a", "b"}


def test_a_file_of_a_later_version_is_refused(tmp_path):
    path = tmp_path / "catalog.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StateError, match=r"newer Dafu \(0099\)"):
        Catalog(path)


def test_a_change_reads_what_it_wrote(home):
    """And nobody else does before it ends."""
    store, _, _ = home
    with closing(Catalog(store.home / "catalog.sqlite")) as other:
        with store.catalog.change() as connection:
            store.catalog.decide(connection, "a", Decisions(withdrawn="2026-01-01T00:00:00Z"))
            assert (store.catalog.standing("a"), other.standing("a")) == ("withdrawn", "live")
        assert other.standing("a") == "withdrawn"


def test_metadata_survives_storing_as_it_was(home):
    """Tuples stay tuples; fields of a later program are passed over."""
    store, _, _ = home
    with store.catalog.change() as connection:
        stored = json.loads(connection.scalar(text("SELECT metadata FROM documents WHERE id = 'a'")))
        stored |= {"addressees": ["甲", "乙"], "invented_later": 1}
        connection.execute(text("UPDATE documents SET metadata = :it WHERE id = 'a'"), {"it": json.dumps(stored)})
    assert store.catalog.document("a").metadata.addressees == ("甲", "乙")
