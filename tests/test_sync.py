"""Sync: what is read, embedded, kept and told, and that readers and other writers are never in its way."""

from __future__ import annotations

import sys
import threading

import pytest

from corpus.errors import StateError
from index import Searcher, Store
from index.encoder import Encoder
from index.storage.versions import edit_metadata, set_access, withdraw
from index.sync import sync
from tests.fakes.crashes import KeptVectors
from tests.fakes.encoder import HashEncoder


def write(folder, **files: str):
    for name, text in files.items():
        path = folder / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def paper(subject: str, sentences: int = 3) -> str:
    body = "\n\n".join(
        f"第{n}项：{subject}的办理应当在{n}个工作日内完成，并书面告知申请人。" * 4 for n in range(1, sentences + 1)
    )
    return f"{subject}办法\n\n{body}\n"


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "papers"
    write(folder, a=paper("渔业"), b=paper("道路"), c=paper("学位"))
    return folder


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "home", create=True, vectors=KeptVectors())


def run(store, source, encoder: Encoder | None = None, **options):
    encoder = encoder or HashEncoder()
    return sync(store, [source], encoder, **options)


def found(store, question, encoder=None, **options) -> list[str]:
    hits = Searcher.open(store, encoder or HashEncoder(), **options).search(question, 5)
    return list(dict.fromkeys(hit.document for hit in hits))


def test_only_words_that_are_new_are_embedded(store, source):
    """Another sentence in a paragraph is one chunk; a second sync embeds nothing."""
    assert run(store, source).embedded == store.catalog.count()[1] > 3
    assert run(store, source).embedded == 0
    text = (source / "a.txt").read_text(encoding="utf-8")
    (source / "a.txt").write_text(text.replace("第2项：", "第2项：凡是"), encoding="utf-8")
    report = run(store, source)
    assert (report.changed, report.unchanged, report.embedded) == (1, 2, 1)
    assert store.faults(HashEncoder().fingerprint) == []


def test_a_renamed_file_keeps_its_vectors_and_what_staff_decided(store, source):
    """Found by its content; withdrawn stays withdrawn under the new name."""
    run(store, source)
    set_access(store, HashEncoder(), "a", "internal", who="李")
    withdraw(store, "b", who="李", reason="有误")
    (source / "a.txt").rename(source / "渔业办法.txt")
    (source / "b.txt").rename(source / "道路办法.txt")
    report = run(store, source)
    assert (report.renamed, report.added, report.removed, report.embedded) == (2, 2, 2, 0)
    assert store.catalog.tier("渔业办法") == "internal"
    assert store.catalog.standing("道路办法") == "withdrawn"
    assert "渔业办法" not in found(store, "渔业的办理", tiers=("public",))
    assert "渔业办法" in found(store, "渔业的办理")
    assert [event.what for event in store.catalog.history("渔业办法")] == ["renamed"]
    assert store.catalog.held("a").text == store.catalog.held("渔业办法").text
    assert store.faults(HashEncoder().fingerprint) == []


def test_a_file_that_can_no_longer_be_read_keeps_its_last_text(store, source):
    """It is told with its reason, and the others are taken in."""
    run(store, source)
    (source / "a.txt").write_bytes(b"\x00\x01\x02")
    write(source, d=paper("税务"))
    report = run(store, source)
    assert [failure.path for failure in report.failed] == [str(source / "a.txt")]
    assert report.added == 1
    assert "a" in found(store, "渔业的办理")
    assert [failure.code for failure in store.catalog.failures()] == ["binary"]
    write(source, a=paper("渔业"))
    run(store, source)
    assert store.catalog.failures() == ()


def test_uploads_are_always_a_source_and_keep_their_own_ids(store, source):
    """Where a file of the folders has the same name, the folder comes before both."""
    run(store, source)
    store.uploads.mkdir()
    write(store.uploads, upload=paper("图书馆"), a=paper("另一份渔业"))
    report = run(store, source)
    assert (report.added, report.renamed, report.unchanged, report.failed) == (3, 1, 2, ())
    assert report.clashes == (("papers/a.txt", "uploads/a.txt"),)
    assert "upload" in found(store, "图书馆的办理")
    assert run(store, source).unchanged == 5


def test_same_words_are_noticed_whatever_their_layout(store, source):
    """Front matter and line breaks make no difference; words are embedded once for both."""
    write(source, copy="---\nkind: notice\n---\n" + paper("渔业").replace("\n\n", "\n\n\n"))
    report = run(store, source)
    assert report.duplicates == {"a": ("copy",), "copy": ("a",)}
    assert report.embedded < store.catalog.count()[1]


def test_a_sidecar_changes_the_document_and_is_none_itself(store, source):
    run(store, source)
    (source / "a.meta.yaml").write_text("kind: notice\n", encoding="utf-8")
    report = run(store, source)
    assert (report.changed, report.failed) == (1, ())


def test_staff_decisions_outlive_every_sync(store, source):
    """Access and edited metadata stay when the file changes, and when it goes and comes back."""
    run(store, source)
    set_access(store, HashEncoder(), "a", "internal")
    edit_metadata(store, HashEncoder(), "a", {"title": "渔业管理办法", "issued": "2026-03-01"})
    write(source, a=paper("渔业", 4))
    run(store, source)
    (source / "a.txt").unlink()
    run(store, source)
    assert store.catalog.document("a") is None
    write(source, a=paper("渔业", 5))
    run(store, source)
    document = store.catalog.document("a")
    assert (document.metadata.title, document.metadata.issued) == ("渔业管理办法", "2026-03-01")
    assert (document.metadata.access, store.catalog.tier("a")) == ("internal", "internal")
    [first, *_] = Searcher.open(store, HashEncoder()).search("渔业管理办法", 1)
    assert first.document == "a"


def test_another_encoder_embeds_everything_again_and_an_interrupted_change_is_finished(store, source):
    run(store, source)
    wide = HashEncoder(128)
    assert run(store, source, wide).embedded == store.catalog.count()[1]
    store.catalog.remember("clearing", "yes")  # as after a kill while the old vectors were being emptied
    assert run(store, source, wide).embedded == store.catalog.count()[1]
    assert store.faults(wide.fingerprint) == []


def test_another_chunker_cuts_the_stored_texts_anew(store, source, monkeypatch):
    """No file is needed for it."""
    run(store, source)
    keys = store.catalog.chunk_keys("public")
    for name in ("TARGET", "LIMIT"):
        monkeypatch.setattr(sys.modules["index.chunk"], name, 60)
    store.catalog.remember("chunker", "older")
    run(store, source)
    assert store.catalog.chunk_keys("public") != keys
    assert store.faults(HashEncoder().fingerprint) == []


def test_a_second_sync_is_told_in_one_line_and_a_waiting_one_follows(store, source):
    begun, ended = threading.Event(), threading.Event()

    def other():
        with store.syncing():
            begun.set()
            ended.wait(10)

    holder = threading.Thread(target=other)
    holder.start()
    begun.wait(10)
    with pytest.raises(StateError, match="another sync"):
        run(store, source)
    threading.Timer(0.2, ended.set).start()
    assert run(store, source, wait=10).added == 3
    holder.join()


def test_staff_can_decide_while_a_sync_is_embedding(store, source):
    """The decision is seen by the sync that had read the file before it."""
    run(store, source)
    write(source, a=paper("渔业", 6))

    class Deciding(HashEncoder):
        def encode(self, texts, kind):
            if kind == "passage" and store.catalog.standing("a") == "live":
                withdraw(store, "a", who="李")
            return super().encode(texts, kind)

    run(store, source, Deciding())
    assert store.catalog.standing("a") == "withdrawn"
    assert "a" not in found(store, "渔业的办理")
    assert store.faults(HashEncoder().fingerprint) == []


def test_readers_answer_from_a_complete_state_while_documents_change(tmp_path, source):
    """Real vectors, a reader in another thread: every hit is a slice of a version that was once whole."""
    store, encoder = Store(tmp_path / "real", create=True), HashEncoder()
    sync(store, [source], encoder)
    reader = Searcher.open(Store(tmp_path / "real"), encoder)
    stopped, seen, faults = threading.Event(), [], []

    def read():
        while not stopped.is_set():
            try:
                hits = reader.search("渔业的办理应当在几个工作日内完成", 4)
                seen.append(len(hits))
                faults.extend(h for h in hits if h.document == "a" and h.source.text not in texts)
            except Exception as error:  # noqa: BLE001 (whatever it is, it is the fault looked for)
                faults.append(error)

    texts = {paper("渔业", n) for n in range(3, 9)}
    thread = threading.Thread(target=read)
    thread.start()
    for n in range(4, 9):
        write(source, a=paper("渔业", n))
        sync(store, [source], encoder)
    stopped.set()
    thread.join()
    assert faults == []
    assert set(seen) == {4}
    assert Store(tmp_path / "real").faults(encoder.fingerprint) == []
