"""What is going on when the power fails: deeds one after the other, each acknowledged once it is done."""

from __future__ import annotations

import json
import secrets
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.reading.words import WordReader
from assistant.records import FILE, Person, Records, StaffCitation, with_text
from assistant.review import StaffAnswers
from corpus.errors import DafuError
from index.incoming import hold, take, waiting
from index.searcher import StaticRetriever
from index.storage.backup import backup, restore
from index.storage.store import CATALOG, Store
from index.storage.versions import set_access, withdraw
from index.sync import sync
from tests.fakes.encoder import HashEncoder
from tests.fakes.papers import AFTER, BEFORE, paper, write

State = dict[str, Any]
Deeds = Iterator[None]


@dataclass(frozen=True, slots=True)
class Scene:
    """``prepare`` a folder, do the ``deeds`` in it, ``mend`` it as the next start does, tell its ``state``.

    The state after a cut and mending is the one after as many deeds as were acknowledged, or one more. Where a cut may
    leave part of a deed, as a sync does, ``again`` is done first, as a person would.
    """

    name: str
    prepare: Callable[[Path], None]
    deeds: Callable[[Path], Deeds]
    state: Callable[[Path], State]
    again: bool = False


# Papers


def _synced(folder: Path) -> None:
    write(folder / "papers", BEFORE)
    sync(Store(folder / "home", create=True), [folder / "papers"], HashEncoder())


def _to_sync(folder: Path) -> None:
    _synced(folder)
    write(folder / "papers", AFTER)


def _sync(folder: Path) -> Deeds:
    store = Store(folder / "home", create=True)
    sync(store, [folder / "papers"], HashEncoder())
    yield


def _index(folder: Path) -> State:
    """Everything that the index tells, once it is in step."""
    store = Store(folder / "home", create=True)
    sync(store, store.catalog.sources() or [folder / "papers"], HashEncoder())
    assert not store.faults(HashEncoder().fingerprint), store.faults(HashEncoder().fingerprint)
    catalog = store.catalog
    documents = {one.id: [one.text, one.metadata.access] for one in catalog.documents()}
    return {
        "documents": documents,
        "standing": {name: catalog.standing(name) for name in sorted(catalog.entries())},
        "chunks": sorted(key for tier in ("public", "internal") for key in catalog.chunk_keys(tier)),
        "vectors": sorted(key for tier in ("public", "internal") for key in store.vectors.keys(tier)),
        "waiting": sorted(one.name for one in waiting(store)),
        "uploads": sorted(one.name for one in store.uploads.glob("[!.]*")) if store.uploads.exists() else [],
    }


def _to_upload(folder: Path) -> None:
    _synced(folder)
    (folder / "给.txt").write_text(paper("仓库", 3), encoding="utf-8")


def _upload(folder: Path) -> Deeds:
    store = Store(folder / "home")
    token = hold(store, folder / "给.txt", "给.txt").token
    yield
    take(store, HashEncoder(), token, {"title": "仓库办法（试行）"}, "internal", who="wang")
    yield
    set_access(store, HashEncoder(), "给", "public", who="wang")
    yield
    withdraw(store, "kept", who="wang")
    yield


# Records


def _records(home: Path, start: int = 0) -> Records:
    """Records whose ids and times are the same each time."""
    numbers, first = count(start), datetime(2026, 1, 1, tzinfo=UTC)

    def numbered(nbytes: int | None = None) -> str:
        return f"{next(numbers):0{2 * (nbytes or 8)}x}"

    secrets.token_hex = numbered
    moments = count(start)
    return Records.open(home, lambda: first + timedelta(seconds=next(moments)))


def _staffed(folder: Path) -> None:
    records = _records(folder / "home")
    records.users.add("wang", "correct-horse-battery", "admin", by="test")
    records.users.add("li", "correct-horse-battery", "representative", by="test")
    records.close()


def _people(records: Records) -> tuple[Person, Person]:
    return records.users.named("wang").person, records.users.named("li").person


def _converse(folder: Path) -> Deeds:
    records = _records(folder / "home", 1_000)
    _, asker = _people(records)
    assistant = Assistant(StaticRetriever([paper("渔业", 3)], HashEncoder()), reader=WordReader())
    conversation = records.conversations.new(asker.id, "渔业事项几日办结？")
    yield
    turn = records.turns.append(asker.id, conversation.id, "渔业事项几日办结？")
    yield
    answer = replace(assistant.ask("渔业事项几日办结？"), timings_ms={}, as_of="2026-01-01")
    records.turns.put(asker.id, turn.after(answer))
    yield
    records.feedback.give(asker, turn.id, "down", (), "少了一项")
    yield
    records.handovers.give(asker, turn.id, "请补充")
    yield
    records.conversations.rename(asker.id, conversation.id, "渔业")
    yield


def _tables(folder: Path) -> State:
    """Every row of every table."""
    records = Records.open(folder / "home")
    assert records.check() == "ok"
    records.close()
    with sqlite3.connect(folder / "home" / FILE) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
        return {name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"'))) for name in names}


def _to_review(folder: Path) -> None:
    _synced(folder)
    _staffed(folder)
    for _ in _converse(folder):
        pass


def _review(folder: Path) -> Deeds:
    records, store = _records(folder / "home", 2_000), Store(folder / "home")
    staff, _ = _people(records)
    (handed,) = records.handovers.all()
    review = records.reviews.begin(staff, "渔业事项几日办结？", handover=handed.id)
    yield
    held = store.catalog.document("kept")
    assert held is not None
    cited = StaffCitation("kept", held.body, held.body + 4, held.text[held.body : held.body + 4], "x")
    review = records.reviews.save(staff, with_text(review, "渔业事项应当在1日内办结。[1]", [cited]))
    yield
    review = records.reviews.decide(staff, review, "submit")
    yield
    review = records.reviews.approve(staff, review, second_person=False, access="public")
    yield
    StaffAnswers(records, store, HashEncoder(), "渔业局").put(review)
    yield


def _answered(folder: Path) -> State:
    """The records, and what is quoted of staff once the page has been started."""
    told = _tables(folder)
    store, records = Store(folder / "home"), Records.open(folder / "home")
    StaffAnswers(records, store, HashEncoder(), "渔业局").keep()
    sync(store, store.catalog.sources(), HashEncoder())
    assert not store.faults(HashEncoder().fingerprint)
    return {**told, "quoted": sorted(one.text for one in store.catalog.documents())}


def _draft(folder: Path) -> Deeds:
    records = _records(folder / "home", 3_000)
    staff, _ = _people(records)
    draft = records.drafts.new(staff, "关于渔业的答复", {"paragraphs": ["一"]})
    yield
    for words in ("二", "三" * 5_000):
        draft = records.drafts.save(staff, draft.id, {"paragraphs": [words]}, draft.revision)
        yield
    records.drafts.release(staff, draft.id)
    yield
    records.drafts.remove(staff, draft.id)
    yield


# The whole home


def _backup(folder: Path) -> Deeds:
    backup(Store(folder / "home"), folder / "home.zip", bundled=Path("/bundled"))
    yield


def _backed_up(folder: Path) -> State:
    """Whether there is a backup; if there is, it is whole. What was backed up is as it was."""
    file = folder / "home.zip"
    if file.exists():
        with zipfile.ZipFile(file) as archive:
            assert archive.testzip() is None
        restore(file, folder / "other", bundled=Path("/bundled"))
    return {"backup": file.exists(), **_tables(folder), **_index(folder)}


def _to_restore(folder: Path) -> None:
    _to_review(folder)
    backup(Store(folder / "home"), folder / "home.zip", bundled=Path("/bundled"))


def _restore(folder: Path) -> Deeds:
    restore(folder / "home.zip", folder / "restored", bundled=Path("/bundled"))
    yield


def _restored(folder: Path) -> State:
    """Whether there is a restored home; if there is, it holds what the other one does."""
    home = folder / "restored"
    if not (home / CATALOG).exists():
        assert not home.exists() or not any(home.iterdir())
        return {"restored": False}
    store = Store(home)
    assert not store.faults(HashEncoder().fingerprint)
    documents = sorted(one.id for one in store.catalog.documents())
    with sqlite3.connect(home / FILE) as connection:
        turns = connection.execute("SELECT count(*) FROM turns").fetchone()[0]
    return {"restored": True, "documents": documents, "turns": turns}


def _to_migrate(folder: Path) -> None:
    """Records as version 0.1 left them, with people in them."""
    (folder / "home").mkdir(parents=True)
    made = Path(__file__).parents[1] / "data" / "homes" / "0.1" / "records.sql"
    with sqlite3.connect(folder / "home" / FILE) as connection:
        connection.executescript(made.read_text(encoding="utf-8"))


def _migrate(folder: Path) -> Deeds:
    Records.open(folder / "home").close()
    yield


SCENES: tuple[Scene, ...] = (
    Scene("sync", _to_sync, _sync, _index, again=True),
    Scene("upload", _to_upload, _upload, _index),
    Scene("conversation", _staffed, _converse, _tables),
    Scene("review", _to_review, _review, _answered),
    Scene("draft", _staffed, _draft, _tables),
    Scene("backup", _to_review, _backup, _backed_up),
    Scene("restore", _to_restore, _restore, _restored),
    Scene("migration", _to_migrate, _migrate, _tables, again=True),
)


def done(scene: Scene, folder: Path, deeds: int, acknowledge: Callable[[], None] = lambda: None) -> str:
    """Do so many deeds of a scene, each acknowledged; the line that ended it early, if one did."""
    try:
        for number, _ in zip(range(deeds), scene.deeds(folder), strict=False):
            del number
            acknowledge()
    except DafuError as error:
        return str(error)
    return ""


def told(state: State) -> str:
    """A state as text, to be compared."""
    return json.dumps(state, ensure_ascii=False, sort_keys=True)
