"""Folders as they are found: names of every encoding, names twice, places without permission, links, a bad file."""

from __future__ import annotations

import os
import shutil
import tarfile

import pytest
from sqlalchemy import text

from corpus import parse
from index import Store, folders
from index.folders import look
from index.sync import sync
from tests.conftest import CASES
from tests.fakes.crashes import KeptVectors
from tests.fakes.encoder import HashEncoder


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "home", create=True, vectors=KeptVectors())


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "papers"
    folder.mkdir()
    return folder


def write(path, subject="渔业"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{subject}办法\n\n{subject}每亩补贴三百元。\n", encoding="utf-8")


def run(store, *sources, **options):
    return sync(store, sources, HashEncoder(), **options)


def test_names_in_gbk_are_read_and_each_file_is_a_document(store, tmp_path):
    """In a folder whose own name is GBK; a second sync finds nothing new."""
    with tarfile.open(CASES / "gbk-file-names.tar") as archive:
        archive.extractall(tmp_path / "names", filter="data")
    folder = tmp_path / os.fsdecode("资料".encode("gbk"))
    (tmp_path / "names" / "gbk2").rename(folder)
    report = run(store, folder)
    assert (report.added, report.failed) == (3, ())
    assert sorted(store.catalog.entries()) == ["报告", "方案", "计划"]
    assert sync(store, store.catalog.sources(), HashEncoder()).unchanged == 3


def test_names_that_are_no_text_at_all_stay_apart(store, source):
    for name in (b"\x80\xff\x01.txt", b"\x80\xff\x02.txt"):
        write(source / os.fsdecode(name), repr(name))
    assert run(store, source).added == 2
    assert run(store, source).unchanged == 2


def test_files_of_one_name_get_their_suffix_back(store, source):
    """What was known under the short id keeps its vectors; the ids are told, and short again once one is gone."""
    write(source / "通知.txt")
    run(store, source)
    write(source / "通知.md", "道路")
    report = run(store, source)
    assert (report.added, report.renamed, report.failed) == (2, 1, ())
    assert report.clashes == (("通知.md", "通知.txt"),)
    assert sorted(store.catalog.entries()) == ["通知.md", "通知.txt"]
    (source / "通知.md").unlink()
    run(store, source, yes=True)
    assert sorted(store.catalog.entries()) == ["通知"]


def test_files_of_one_path_in_several_sources_are_told_apart_by_the_source(store, tmp_path):
    places = [tmp_path / "甲" / "x", tmp_path / "乙" / "x", tmp_path / "丙"]
    for place in places:
        write(place / "通知.txt", place.parent.name)
    run(store, *places)
    assert sorted(store.catalog.entries()) == ["丙/通知.txt", "乙/x/通知.txt", "甲/x/通知.txt"]
    assert run(store, *places).unchanged == 3


def test_a_suffix_given_back_may_clash_again(source):
    """``a.md`` beside ``a.txt``, and ``a.md.txt``, whose short id is theirs with the suffix."""
    for name in ("a.md", "a.txt", "a.md.txt"):
        write(source / name)
    ids = {file.path.name: file.id for file in look([source]).files}
    assert len(set(ids.values())) == 3
    assert ids["a.txt"] == "a.txt"


def test_a_source_given_twice_is_read_once(store, source):
    write(source / "a.txt")
    assert run(store, source, source, source / "a.txt").added == 1


def denied(monkeypatch, *places):
    """As for a user without permission: tests may run as root, whom nothing is denied."""
    closed = {str(place) for place in places}
    scan, hashed = os.scandir, folders._hash

    def scandir(path="."):
        if str(path) in closed:
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    def hash_of(path):
        if str(path) in closed:
            raise PermissionError(13, "Permission denied", str(path))
        return hashed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(folders, "_hash", hash_of)


def test_documents_of_a_closed_folder_or_file_are_kept_and_told(store, source, monkeypatch):
    for name in ("a/1.txt", "a/b/2.txt", "c/3.txt", "4.txt"):
        write(source / name, name)
    run(store, source)
    denied(monkeypatch, source / "a", source / "4.txt")
    report = run(store, source)
    assert (report.removed, report.unchanged) == (0, 4)
    assert [(one.path, one.code) for one in report.failed] == [
        (str(source / "a"), "folder"),
        (str(source / "4.txt"), "missing"),
    ]
    assert len(store.catalog.entries()) == 4
    shutil.rmtree(source / "c")
    assert run(store, source).removed == 1


def test_a_source_that_is_closed_keeps_its_documents(store, source, monkeypatch):
    write(source / "a.txt")
    run(store, source)
    denied(monkeypatch, source)
    report = run(store, source)
    assert (report.removed, report.unchanged, [one.code for one in report.failed]) == (0, 1, ["folder"])


def test_links_are_told(store, source, tmp_path):
    """To a folder elsewhere, to a file elsewhere, to nothing; one to a folder inside is read where that stands."""
    write(source / "in" / "a.txt")
    write(tmp_path / "elsewhere" / "b.txt")
    (source / "folder").symlink_to(tmp_path / "elsewhere")
    (source / "file.txt").symlink_to(tmp_path / "elsewhere" / "b.txt")
    (source / "nothing.txt").symlink_to(tmp_path / "nowhere.txt")
    (source / "inside").symlink_to(source / "in")
    report = run(store, source)
    assert report.added == 1
    assert {(one.path.rsplit("/", 1)[1], one.code) for one in report.failed} == {
        ("folder", "link"),
        ("file.txt", "link"),
        ("nothing.txt", "missing"),
    }


def test_a_fault_of_the_reader_stops_no_other_file(store, source, monkeypatch):
    """Whatever it raises; the file is named."""
    for name in ("a", "b"):
        write(source / f"{name}.txt", name)
    read = parse.parse_text

    def faulty(text, path, *rest):
        if path == "a.txt":
            raise RecursionError
        return read(text, path, *rest)

    monkeypatch.setattr(parse, "parse_text", faulty)
    report = run(store, source)
    assert report.added == 1
    assert [(one.code, "RecursionError" in one.reason) for one in report.failed] == [("fault", True)]


def test_files_are_read_again_by_another_reader_and_only_new_words_count(store, source):
    """After an update of the program; what says the same as before is unchanged, whatever staff edited."""
    for name in ("a", "b"):
        write(source / f"{name}.txt", name)
    run(store, source)
    store.catalog.remember("reader", "older")
    with store.catalog.database.writing() as connection:
        connection.execute(text("UPDATE versions SET text = 'x' || text WHERE document = 'b'"))
    report = run(store, source)
    assert (report.changed, report.unchanged) == (1, 1)
    assert run(store, source).unchanged == 2
