"""Backup and restore: the same answers from the same quotes on another machine, and nothing of a damaged file."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import threading
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant import Assistant
from assistant.records import Records
from corpus import limits
from corpus.errors import InputError, StateError
from index import Searcher, Store
from index.encoder import load_default_encoder
from index.storage.backup import MANIFEST, backup, restore
from index.storage.schema import version_of
from index.storage.versions import read_version, set_access, withdraw
from index.sync import sync
from tests.conftest import DOCUMENTS
from tests.fakes.encoder import HashEncoder

QUESTIONS = [
    "河套合作区的通关便利措施有哪些",
    "规划2025年的目标是什么",
    "资金跨境便利有什么做法",
    "福田区2024年GDP是多少？",
]
ENCODER = HashEncoder()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A home with the program's documents, a folder, an upload, decisions of staff, records and settings."""
    folder = tmp_path_factory.mktemp("served")
    bundled, papers = folder / "bundled", folder / "papers"
    shutil.copytree(DOCUMENTS, bundled)
    papers.mkdir()
    (papers / "a.txt").write_text("渔业办法\n\n每亩补贴三百元。\n", encoding="utf-8")
    store = Store(folder / "home", create=True)
    (store.uploads / "深").mkdir(parents=True)
    (store.uploads / "深" / "通知.txt").write_text("关于道路的通知\n\n新建道路十二公里。\n", encoding="utf-8")
    sync(store, [bundled, papers], ENCODER)
    (papers / "a.txt").write_text("渔业办法\n\n每亩补贴五百元。\n", encoding="utf-8")
    sync(store, [bundled, papers], ENCODER)
    set_access(store, ENCODER, "a", "internal")
    withdraw(store, "深/通知")
    (store.home / "templates").mkdir()
    (store.home / "templates" / "reply.jinja").write_text("{{ title }}\n", encoding="utf-8")
    Records.open(store.home).audit.add("李", "withdrawn", "document:a", "")
    (store.home / "settings.toml").write_text(
        'generator = "extractive"\nendpoint_key = "sk-secret"\n', encoding="utf-8"
    )
    return store, bundled, papers


@pytest.fixture(scope="module")
def kept(served, tmp_path_factory):
    store, bundled, _ = served
    file = tmp_path_factory.mktemp("kept") / "dafu.zip"
    return file, backup(store, file, bundled=bundled, secrets=frozenset({"endpoint_key"}))


def answers(store):
    assistant = Assistant(Searcher.open(store, ENCODER))
    told = [assistant.ask(question).to_dict() for question in QUESTIONS]
    return [{key: value for key, value in one.items() if key != "timings_ms"} for one in told]


def test_a_restored_home_answers_the_same_with_the_same_citations(served, kept, tmp_path):
    """Without its folders, and without embedding anything."""
    store, bundled, papers = served
    here = tmp_path / "here" / "documents"
    shutil.copytree(bundled, here)
    restored = restore(kept[0], tmp_path / "home", bundled=here)
    assert (restored.documents, restored.chunks) == store.catalog.count()
    assert restored.missing == ()
    again = Store(tmp_path / "home")
    assert answers(again) == answers(store)
    assert again.faults(ENCODER.fingerprint) == []
    assert again.catalog.tier("a") == "internal"
    assert again.catalog.standing("深/通知") == "withdrawn"
    assert read_version(again.catalog, "a", version_of("渔业办法\n\n每亩补贴三百元。\n")) is not None
    assert [one.what for one in Records.open(again.home).audit.of()] == ["withdrawn"]
    assert again.catalog.sources() == (here, papers)
    encoder = HashEncoder()
    report = sync(again, again.catalog.sources(), encoder)
    assert (report.touched, report.failed, encoder.history) == (False, (), [])


def test_folders_of_the_other_machine_are_named_and_their_documents_stay(served, kept, tmp_path):
    _, _, papers = served
    elsewhere = papers.with_name("elsewhere")
    papers.rename(elsewhere)
    try:
        restored = restore(kept[0], tmp_path / "home", bundled=DOCUMENTS)
        assert restored.missing == (papers,)
        store = Store(tmp_path / "home")
        (store.uploads / "新.txt").write_text("新文件\n\n内容一段。\n", encoding="utf-8")
        report = sync(store, store.catalog.sources(), ENCODER, keep_missing=True)
    finally:
        elsewhere.rename(papers)
    assert (report.added, report.removed) == (1, 0)
    assert [one.path for one in report.failed] == [str(papers)]
    assert store.catalog.standing("a") == "live"


def test_secrets_stay_at_home(kept):
    file, told = kept
    assert told.left_out == ("endpoint_key",)
    with zipfile.ZipFile(file) as archive:
        assert archive.read("settings.toml").decode() == 'generator = "extractive"\n'
        assert b"sk-secret" not in b"".join(archive.read(name) for name in archive.namelist())


def test_the_file_is_its_owners_alone(kept):
    assert kept[0].stat().st_mode & 0o077 == 0


def test_what_people_put_into_the_home_comes_back(kept, served, tmp_path):
    restore(kept[0], tmp_path / "home", bundled=served[1])
    assert (tmp_path / "home" / "templates" / "reply.jinja").read_text(encoding="utf-8") == "{{ title }}\n"


SETTINGS = [
    ('port = 1\nendpoint_key = """\nsk-secret\n"""\n', "port = 1\n"),
    ('"endpoint_key" = "sk-secret"\n# 端口\nport = 1\n', "port = 1\n"),
    ("# 端口\nport = 1\n", "# 端口\nport = 1\n"),
    ('port = 1 # not endpoint_key = "sk-secret"\nendpoint_key = "sk-secret"', "port = 1\n"),
    ('endpoint_key = "sk-secret\n', ""),
]


@pytest.mark.parametrize(("text", "kept"), SETTINGS)
def test_a_secret_stays_at_home_however_it_is_written(served, tmp_path, text, kept):
    store, bundled, _ = served
    settings = store.home / "settings.toml"
    before = settings.read_text(encoding="utf-8")
    settings.write_text(text, encoding="utf-8")
    try:
        backup(store, tmp_path / "dafu.zip", bundled=bundled, secrets=frozenset({"endpoint_key"}))
    finally:
        settings.write_text(before, encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "dafu.zip") as archive:
        assert archive.read("settings.toml").decode() == kept


def test_a_backup_while_documents_change_is_of_one_moment(served, tmp_path):
    """Readers and a writer go on; the restored home has no fault."""
    store, bundled, papers = served
    stopped = threading.Event()

    def writing():
        own, n = Store(store.home), 0
        while not stopped.is_set():
            n += 1
            (papers / "b.txt").write_text(f"道路办法\n\n第{n}次修订，新建道路{n}公里。\n", encoding="utf-8")
            sync(own, [bundled, papers], ENCODER, wait=30)

    writer = threading.Thread(target=writing)
    writer.start()
    try:
        for n in range(3):
            backup(store, tmp_path / f"{n}.zip", bundled=bundled)
    finally:
        stopped.set()
        writer.join()
    for n in range(3):
        restore(tmp_path / f"{n}.zip", tmp_path / f"home-{n}", bundled=bundled)
        assert Store(tmp_path / f"home-{n}").faults(ENCODER.fingerprint) == []


def repacked(file, target, change):
    """The archive with its members changed by a function of name and bytes; None leaves one out."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
        if change is evil:
            new.writestr("uploads/../../evil.txt", "evil")
    return target


def evil(_, data):
    return data


def later(name, data):
    return data.replace(b'"format": 2', b'"format": 99') if name == MANIFEST else data


def test_a_backup_of_the_first_form_is_restored(kept, served, tmp_path):
    """It had a list of the files with their hashes, which the archive's own sums made needless."""

    def first(name, data):
        said = {"format": 1, "made": "x", "bundled": str(served[1]), "files": {"catalog.sqlite": "0"}}
        return json.dumps(said).encode() if name == MANIFEST else data

    old = repacked(kept[0], tmp_path / "old.zip", first)
    assert restore(old, tmp_path / "home", bundled=served[1]).documents == kept[1].documents


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_bytes_overwritten_inside_are_told_in_one_line(kept, tmp_path, share):
    """The directory of the file is whole, so that only unpacking finds the damage."""
    content = bytearray(kept[0].read_bytes())
    at = int(len(content) * share)
    content[at : at + 64] = bytes(255 - byte for byte in content[at : at + 64])
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(content)
    with pytest.raises(StateError, match="use another backup"):
        restore(damaged, tmp_path / "homes" / "home", bundled=DOCUMENTS)
    assert list((tmp_path / "homes").iterdir()) == []


@pytest.mark.parametrize(
    ("change", "cure"),
    [
        (lambda name, data: None if name == "catalog.sqlite" else data, "missing"),
        (lambda name, data: None if name == MANIFEST else data, "dafu backup"),
        (evil, "none of ours"),
        (later, "later program"),
    ],
)
def test_a_wrong_file_leaves_nothing_behind(kept, tmp_path, change, cure):
    wrong = repacked(kept[0], tmp_path / "wrong.zip", change)
    with pytest.raises((InputError, StateError), match=cure):
        restore(wrong, tmp_path / "homes" / "home", bundled=DOCUMENTS)
    assert list((tmp_path / "homes").iterdir()) == []
    assert not (tmp_path / "evil.txt").exists()


def packed(path: Path, content: Mapping[str, bytes], manifest: Mapping[str, object]) -> Path:
    """A backup whose every sum is right, whatever is in it; in the first form, which listed the files too."""
    said = {"format": 1, "files": dict.fromkeys(content, "0"), "bundled": "/x"} | dict(manifest)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
        archive.writestr(MANIFEST, json.dumps(said))
    return path


def test_what_unpacks_to_far_more_than_it_is_packed_is_refused(tmp_path):
    """A megabyte of zeros by the thousand is no home; nothing of it is written."""
    bomb = packed(tmp_path / "bomb.zip", {"catalog.sqlite": b"\0" * (limits.PACKED_FREE + 1)}, {})
    with pytest.raises(StateError, match="times what they are packed"):
        restore(bomb, tmp_path / "homes" / "home", bundled=DOCUMENTS)
    assert list((tmp_path / "homes").iterdir()) == []


def test_what_there_is_no_room_for_is_refused(kept, tmp_path, monkeypatch):
    """Before anything is written."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000))
    with pytest.raises(InputError, match="no room"):
        restore(kept[0], tmp_path / "home", bundled=DOCUMENTS)


def _refuse(*_args, **_given):
    raise OSError(errno.EROFS, "Read-only file system")


def test_a_database_that_cannot_be_copied_is_told_in_one_line(served, tmp_path, monkeypatch):
    """With the cure, and nothing is left."""

    def fail(*_args):
        raise sqlite3.OperationalError("disk I/O error")

    store, bundled, _ = served
    monkeypatch.setattr("index.storage.backup._copy", fail)
    with pytest.raises(StateError, match=r"disk I/O error.*try again"):
        backup(store, tmp_path / "a.zip", bundled=bundled)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_became_read_only_is_told_in_one_line(served, tmp_path, monkeypatch):
    """Where the part that was begun cannot be removed either."""
    store, bundled, _ = served
    monkeypatch.setattr(Path, "touch", _refuse)
    monkeypatch.setattr(Path, "unlink", _refuse)
    with pytest.raises(InputError, match=r"Read-only.*another place"):
        backup(store, tmp_path / "a.zip", bundled=bundled)


def test_a_home_that_cannot_be_put_in_its_place_is_told_in_one_line(kept, tmp_path, monkeypatch):
    """The last step of a restore; nothing is left."""
    monkeypatch.setattr(Path, "rename", _refuse)
    with pytest.raises(InputError, match=r"Read-only.*--home"):
        restore(kept[0], tmp_path / "home", bundled=DOCUMENTS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("files", "manifest"),
    [
        ({"catalog.sqlite": b"x"}, {"format": "one"}),
        ({"catalog.sqlite": b"x"}, {"format": []}),
        ({"catalog.sqlite": b"x"}, {"bundled": None}),
        ({"catalog.sqlite": b"not a database at all" * 100}, {}),
        ({"catalog.sqlite": b""}, {}),
        ({"catalog.sqlite": b"", "vectors/public.json": b"[" * 100_000, "vectors/public.f32": b""}, {}),
        ({"catalog.sqlite": b"", "vectors/public.json": b'{"a": 1}', "vectors/public.f32": b"123"}, {}),
        ({"catalog.sqlite": b"", "vectors/public.json": b'["a", "b"]', "vectors/public.f32": b"123"}, {}),
        ({"catalog.sqlite": b"", "vectors/public.json": b'"a"', "vectors/public.f32": b""}, {}),
    ],
)
def test_a_backup_that_was_made_up_is_one_line(tmp_path, files, manifest):
    """Every sum in it may be right, and what it says of another kind."""
    made_up = packed(tmp_path / "made-up.zip", files, manifest)
    with pytest.raises((InputError, StateError)):
        restore(made_up, tmp_path / "homes" / "home", bundled=DOCUMENTS)
    assert list((tmp_path / "homes").iterdir()) == []


def test_a_home_is_its_owners_alone(kept, tmp_path):
    """Whatever the umask: a new home, one of an older program, and one that was restored."""
    before = os.umask(0)
    try:
        old = tmp_path / "old"
        old.mkdir(mode=0o755)
        (old / "records.sqlite").touch(mode=0o644)
        Store(old, create=True)
        Records.open(old).close()
        restore(kept[0], tmp_path / "new", bundled=DOCUMENTS)
    finally:
        os.umask(before)
    for home in (old, tmp_path / "new"):
        inside = [home, *(one for one in home.iterdir() if one.suffix == ".sqlite"), *home.glob("uploads")]
        assert [oct(one.stat().st_mode) for one in inside if one.stat().st_mode & 0o077] == []


def test_a_truncated_file_and_no_file_are_one_line(kept, tmp_path):
    short = tmp_path / "short.zip"
    short.write_bytes(kept[0].read_bytes()[:-5_000])
    with pytest.raises(StateError, match="another backup"):
        restore(short, tmp_path / "home", bundled=DOCUMENTS)
    with pytest.raises(InputError, match="cannot be read"):
        restore(tmp_path / "none.zip", tmp_path / "home", bundled=DOCUMENTS)


def test_nothing_is_overwritten(served, kept, tmp_path):
    store, bundled, _ = served
    with pytest.raises(InputError, match="name another file"):
        backup(store, kept[0], bundled=bundled)
    with pytest.raises(InputError, match="not empty"):
        restore(kept[0], store.home, bundled=bundled)
    (tmp_path / "empty").mkdir()
    assert restore(kept[0], tmp_path / "empty", bundled=bundled).documents > 0


def test_the_commands(dafu, tmp_path):
    """From one home to another by the command line."""
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "a.txt").write_text("渔业办法\n\n每亩补贴三百元。\n", encoding="utf-8")
    dafu("sync", papers, "--home", tmp_path / "one", keywords=True)
    assert dafu("backup", tmp_path / "b.zip", "--home", tmp_path / "one", keywords=True).status == 0
    assert "another file" in dafu("backup", tmp_path / "b.zip", "--home", tmp_path / "one", keywords=True).refused()
    assert "1 documents" in dafu("restore", tmp_path / "b.zip", "--home", tmp_path / "two", keywords=True).out
    asked = [
        dafu("ask", "每亩补贴多少元", "--json", "--home", tmp_path / name, keywords=True).json | {"timings_ms": {}}
        for name in ("one", "two")
    ]
    assert asked[0] == asked[1]
    assert asked[0]["citations"] or asked[0]["abstention"]["nearest"]


@pytest.mark.model
def test_real_answers_survive_with_their_citations(real_home, tmp_path):
    """With the real model: answered, and every quote at its characters."""
    encoder = load_default_encoder()
    backup(Store(real_home), tmp_path / "real.zip", bundled=DOCUMENTS)
    restore(tmp_path / "real.zip", tmp_path / "home", bundled=DOCUMENTS)
    one, two = (Assistant(Searcher.open(Store(home), encoder)) for home in (real_home, tmp_path / "home"))
    for question in QUESTIONS[:3]:
        first, second = one.ask(question), two.ask(question)
        assert first.answered
        assert first.text == second.text
        assert [c.to_dict() for c in first.citations] == [c.to_dict() for c in second.citations]
