"""资料: what may be uploaded, and what staff see and change there."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import pytest

from assistant.records import Person
from assistant.settings import load_settings
from assistant.web.pages import shelf
from assistant.web.pages.documents import DocumentsHandlers, View
from assistant.web.surroundings import PERSON, StaffServices, Surroundings
from corpus.document import Metadata
from corpus.errors import InputError
from corpus.formats.refusals import FileError
from index import Store
from index.incoming import LARGEST_MB, discard, hold, take, waiting
from index.storage.catalog import Decisions, Entry, Failure
from index.sync import sync
from index.watch import SyncState
from tests.fakes.crashes import KeptVectors
from tests.fakes.encoder import HashEncoder

TEXT = "图书馆开放办法\n\n全市图书馆每日开放十二小时。\n"


@pytest.fixture
def store(tmp_path):
    source = tmp_path / "papers"
    source.mkdir()
    (source / "a.txt").write_text("渔业办法\n\n每亩补贴三百元。\n", encoding="utf-8")
    store = Store(tmp_path / "home", create=True, vectors=KeptVectors())
    sync(store, [source], HashEncoder())
    return store


@pytest.fixture
def sent(tmp_path):
    """Writes what a browser sent, under the name that the server gave it."""

    def write(content):
        path = tmp_path / "sent"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def accept(store, given, name, access="internal", **said):
    """What is given is taken as it is."""
    return take(store, HashEncoder(), hold(store, given, name).token, said, access, who="王芳")


def test_an_upload_waits_until_it_is_said_what_it_is_and_then_is_searched_at_once(store, sent):
    """No sync finds it before; after it, what was said and who may see it is there from the first moment on."""
    held = hold(store, sent(TEXT), "图书馆.txt")
    assert (held.metadata.title, held.replaces) == ("图书馆开放办法", False)
    sync(store, store.catalog.sources(), HashEncoder())
    assert store.catalog.entry("图书馆") is None
    assert waiting(store) == (held,)
    take(store, HashEncoder(), held.token, {"issued": "2026-03"}, "internal", who="王芳")
    assert (store.catalog.document("图书馆").metadata.issued, store.catalog.tier("图书馆")) == ("2026-03", "internal")
    assert waiting(store) == ()
    assert not sync(store, store.catalog.sources(), HashEncoder()).touched
    assert store.catalog.history("图书馆")[0].who == "王芳"
    with pytest.raises(InputError, match="send it again"):
        take(store, HashEncoder(), held.token, {}, "public")


def test_a_new_text_of_an_upload_keeps_what_was_said_of_the_old_one(store, sent):
    accept(store, sent(TEXT), "图书馆.txt", source="馆报")
    held = hold(store, sent(TEXT.replace("十二", "十")), "图书馆.txt")
    assert held.replaces
    take(store, HashEncoder(), held.token, {"issuer": "文体局"}, "internal")
    meta = store.catalog.document("图书馆").metadata
    assert (meta.source, meta.issuer) == ("馆报", "文体局")
    assert "十小时" in store.catalog.document("图书馆").text


def test_a_crash_before_the_file_is_in_its_place_shows_it_to_nobody_else(store, sent, monkeypatch):
    """What was decided is on record first: however it goes on, it is never public by what the file says."""
    held = hold(store, sent("---\naccess: public\n---\n" + TEXT), "图书馆.txt")
    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("power cut")))
        with pytest.raises(InputError, match="look at the disk"):
            take(store, HashEncoder(), held.token, {}, "internal")
    sync(store, store.catalog.sources(), HashEncoder())
    take(store, HashEncoder(), held.token, {}, "internal")
    sync(store, store.catalog.sources(), HashEncoder())
    assert store.catalog.tier("图书馆") == "internal"


def test_what_is_discarded_is_gone_and_no_token_leads_elsewhere(store, sent):
    held = hold(store, sent(TEXT), "图书馆.txt")
    for token in ("..", "../papers", ".incoming-../../papers", "", "papers"):
        discard(store, token)
        with pytest.raises(InputError):
            take(store, HashEncoder(), token, {}, "internal")
    assert waiting(store) == (held,)
    discard(store, held.token)
    assert list(store.uploads.iterdir()) == []


EVIL = ["../../evil.txt", "C:\\dir\\evil.txt", ".evil.txt", "~$evil.txt", "ev\x00\u202eil.txt"]


@pytest.mark.parametrize("name", EVIL)
def test_a_name_leads_nowhere_else(store, sent, name):
    accept(store, sent(TEXT), name)
    [kept] = list(store.home.rglob("*evil*")) or list(store.uploads.iterdir())
    assert list(store.home.parent.rglob("evil*")) in ([], [kept])
    assert not kept.name.startswith((".", "~"))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("a.exe", b"MZ", "type"), ("noname", TEXT, "type"), (".txt", TEXT, "type"), ("e.txt", "", "empty")],
)
def test_what_cannot_be_read_never_arrives(store, sent, name, content, code):
    with pytest.raises(FileError) as refused:
        accept(store, sent(content), name)
    assert refused.value.code == code
    assert list(store.uploads.iterdir()) == [] if store.uploads.exists() else True


def test_a_zip_bomb_and_a_file_too_large_are_refused(store, sent, tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("[Content_Types].xml", "<Types/>")
        bomb.writestr("word/document.xml", b"0" * (400 << 20))
    with pytest.raises(FileError) as refused:
        accept(store, tmp_path / "bomb", "bomb.docx")
    assert refused.value.code == "bomb"
    large = sent("")
    with large.open("r+b") as opened:
        opened.truncate((LARGEST_MB << 20) + 1)
    with pytest.raises(FileError) as refused:
        accept(store, large, "large.txt")
    assert refused.value.code == "size"


def test_a_name_that_another_file_has_is_asked_about(store, sent):
    """A file of a folder is never replaced from here; the new one gets a name of its own, or is a new version."""
    held = hold(store, sent(TEXT), "a.txt")
    assert (held.clash.other, held.clash.free, held.clash.replaceable) == ("a.txt", "a（2）.txt", False)
    asked = str(shelf.SHELF.asking(shelf.Asking(held, {})))
    assert "a（2）.txt" in asked
    assert "value=&#34;version" not in asked
    with pytest.raises(InputError, match="folder of the office"):
        take(store, HashEncoder(), held.token, {}, "internal", replacing=True)
    assert take(store, HashEncoder(), held.token, {}, "internal").id == "a（2）"
    assert store.catalog.document("a").metadata.title == "渔业办法"
    accept(store, sent(TEXT), "b.txt", source="馆报")
    assert accept(store, sent("# " + TEXT), "b.md").id == "b（2）"
    held = hold(store, sent("## " + TEXT), "b.md")
    assert "value=&#34;version" in str(shelf.SHELF.asking(shelf.Asking(held, {})))
    document = take(store, HashEncoder(), held.token, {}, "internal", replacing=True)
    assert (document.id, document.path, document.metadata.source) == ("b", "b.md", "")
    assert store.catalog.document("b").metadata.source == "馆报"
    assert len(store.catalog.versions("b")) == 2
    assert sorted(one.name for one in store.uploads.iterdir()) == ["a（2）.txt", "b.md", "b（2）.md"]
    assert not sync(store, store.catalog.sources(), HashEncoder()).touched


def test_a_file_of_one_name_may_be_a_document_of_its_own(store, sent):
    accept(store, sent(TEXT), "图书馆.txt")
    held = hold(store, sent(TEXT.replace("十二", "十")), "图书馆.txt")
    assert take(store, HashEncoder(), held.token, {}, "internal", replacing=False).id == "图书馆（2）"
    assert "十二小时" in store.catalog.document("图书馆").text


def test_rows_are_found_by_words_kind_state_and_access():
    entry = Entry("a", "a.txt", "", "", "internal", withdrawn="2026-01-01T00:00:00Z")
    meta = Metadata("渔业办法", kind="law", expires="2025")
    row = shelf.ShelfRow(entry, meta, 0, shelf.marks(entry, meta, kept=["edited"], on="2026-11-24"))
    assert row.marks == {"withdrawn", "expired", "edited"}
    assert row.meets({"text": "办法 渔业", "kind": "law", "state": "expired", "access": "internal"})
    assert not row.meets({"text": "道路"})
    assert not row.meets({"state": "live"})
    assert not row.meets({"access": "public"})


def test_what_was_taken_in_last_stands_first():
    """Of one sync in the order of the catalog."""
    days = {"a": "2026-11-01T00:00:00Z", "b": "2026-11-03T00:00:00Z", "c": "2026-11-01T00:00:00Z"}
    rows = [
        shelf.ShelfRow(Entry(name, "", "", "", "public", synced=at), Metadata(name), 0, frozenset())
        for name, at in days.items()
    ]
    assert [row.entry.id for row in shelf.latest_first(rows)] == ["b", "a", "c"]


@pytest.mark.parametrize(("kind", "told"), [("law", "法规"), ("章程", "章程"), ("", "")])
def test_a_kind_is_chosen_by_its_name(store, kind, told):
    """Also one that only the file knows, or none; nothing is lost when another field is saved."""
    document = replace(store.catalog.document("a"), metadata=Metadata("渔业办法", kind=kind))
    declared = Metadata("渔业办法", kind="plan")
    entry, decisions = store.catalog.entries()["a"], Decisions(edits={"kind": kind})
    page = str(shelf.SHELF.sheet(shelf.DocumentSheet(document, entry, declared, decisions, document, (), ())))
    assert re.search(rf'<option [^>]*value="{kind}" selected[^>]*>{told}</option>', page)
    assert page.count(" selected") == 1
    assert '改过，文件里是</span> <span data-i="kind.plan">规划</span>' in page
    assert 'value="staff_answer"' not in page
    assert ('value=""' in page.split('id="dc-kind"')[1].split("</select>", maxsplit=1)[0]) == (not kind)


def test_titles_and_reasons_are_escaped():
    notice = shelf.SHELF.failed([Failure("/x/<b>.txt", "<script>", "no-such-code")])
    page = str(shelf.SHELF.listing([], 0, 100, "", [notice]))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


class QuickSync:
    """A sync that the page asks for, and that ends before the page looks again."""

    def __init__(self, ended):
        self.state = self.ended = ended

    def ask(self):
        self.state = replace(self.ended, running=True)

    def end(self):
        self.state = self.ended


def test_a_sync_that_ends_as_the_last_one_did_is_seen_to_end(store):
    """The line must not say for good that the folders are being read, with the button shut."""
    quick = QuickSync(SyncState(report=sync(store, store.catalog.sources(), HashEncoder())))
    services = StaffServices(load_settings({"encoder": "none"}, {}), store, None, quick)
    page = DocumentsHandlers(Surroundings(answers=lambda _: None, office=services), services)
    seen, *_ = page.start()
    person = Person("local", "local", "admin", local=True)
    seen, told = page.sync(SimpleNamespace(request=SimpleNamespace(scope={PERSON: person})))
    assert "disabled" in told
    quick.end()
    _, told, _ = page.tick(View(), seen)
    assert "dc.report" in told
    assert "disabled" not in told
