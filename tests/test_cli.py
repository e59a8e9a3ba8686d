"""The command line as its users and their scripts meet it: JSON, exit status, and one line for a wrong input."""

import json

import pytest

from assistant.settings import load_settings
from corpus.errors import InputError
from tests.conftest import DOCUMENTS

QUESTION = "河套合作区的通关便利措施有哪些"
ANSWER_KEYS = [
    "question",
    "standalone_question",
    "answered",
    "text",
    "notes",
    "claims",
    "citations",
    "abstention",
    "generator",
    "as_of",
    "reader",
    "timings_ms",
]
CITATION_KEYS = [
    "n",
    "document",
    "path",
    "title",
    "kind",
    "source",
    "start",
    "end",
    "quote",
    "heading",
    "page",
    "issued",
    "status",
]
HIT_KEYS = ["rank", "score", "document", "title", "path", "chunk", "start", "end", "text", "heading", "legs"]


@pytest.fixture
def home(tmp_path, dafu):
    """A home filled by keywords alone, which takes no model."""
    ran = dafu("sync", "--home", tmp_path / "home", "--json", keywords=True)
    assert ran.status == 0, ran.err
    assert ran.json == {"added": 19, "changed": 0, "removed": 0, "unchanged": 0, "failed": [], "left_out": []}
    return tmp_path / "home"


def test_show_prints_the_canonical_text(home, dafu):
    """Equal to the file, with the metadata of the contract."""
    shown = dafu("show", "reply-20250021", "--home", home, "--json", keywords=True).json
    assert list(shown) == ["document", "path", "metadata", "text"]
    assert shown["text"] == (DOCUMENTS / "reply-20250021.txt").read_bytes().decode("utf-8")
    assert shown["metadata"]["addressees"] == ["邹越", "蒋崇安"]


def test_search_and_ask_in_batches_keep_order_and_ids(home, dafu, tmp_path):
    """One JSON line for each row, its id added, histories accepted in both forms."""
    rows = [
        {"id": "b", "question": QUESTION},
        {"id": 7, "question": "那数据方面呢？", "history": [QUESTION]},
        {"id": "a", "question": "2035年呢", "history": [{"question": "规划2025年的目标是什么", "answer": "……"}]},
    ]
    batch = tmp_path / "rows.jsonl"
    batch.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    answers = dafu("ask", "--batch", batch, "--home", home, keywords=True).lines
    assert [answer["id"] for answer in answers] == ["b", 7, "a"]
    assert [key for key in answers[0] if key != "id"] == ANSWER_KEYS
    assert "数据" in answers[1]["standalone_question"]
    hits = dafu("search", "--batch", batch, "-k", 3, "--home", home, keywords=True).lines
    assert [(row["id"], len(row["hits"])) for row in hits] == [("b", 3), (7, 3), ("a", 3)]
    assert list(hits[0]["hits"][0]) == HIT_KEYS


def test_a_second_sync_changes_nothing_and_a_change_is_seen(dafu, tmp_path):
    """Counts by content; what is gone from a source is gone from the index."""
    source, home = tmp_path / "papers", tmp_path / "home"
    source.mkdir()
    for name in ("a", "b", "c"):
        (source / f"{name}.txt").write_text(f"{name}号办法\n\n申请人应当提交材料{name}。\n", encoding="utf-8")
    assert dafu("sync", source, "--home", home, "--json", keywords=True).json["added"] == 3
    assert dafu("sync", "--home", home, "--json", keywords=True).json["unchanged"] == 3
    (source / "a.txt").write_text("a号办法\n\n改了。\n", encoding="utf-8")
    (source / "b.txt").unlink()
    (source / "d.bin").write_bytes(b"\x00\x01")
    counts = dafu("sync", "--home", home, "--json", keywords=True).json
    assert (counts["added"], counts["changed"], counts["removed"], counts["unchanged"]) == (0, 1, 1, 1)
    assert [failure["path"] for failure in counts["failed"]] == [str(source / "d.bin")]


def test_removing_more_than_half_asks_first(dafu, tmp_path):
    """A wrong path must not empty an index."""
    first, second, home = tmp_path / "one", tmp_path / "two", tmp_path / "home"
    for folder, names in ((first, "abc"), (second, "x")):
        folder.mkdir()
        for name in names:
            (folder / f"{name}.txt").write_text(f"{name}号文件的内容。\n", encoding="utf-8")
    dafu("sync", first, "--home", home, keywords=True)
    assert "--yes" in dafu("sync", second, "--home", home, keywords=True).refused()
    assert dafu("sync", second, "--yes", "--home", home, "--json", keywords=True).json["removed"] == 3


def test_two_files_of_one_id_are_both_read_and_named(dafu, tmp_path):
    """An id is a path without its suffix; where two share it each gets its suffix back, and the sync says so."""
    source = tmp_path / "papers"
    source.mkdir()
    for suffix in ("txt", "md"):
        (source / f"a.{suffix}").write_text("内容。\n", encoding="utf-8")
    ran = dafu("sync", source, "--home", tmp_path / "home", keywords=True)
    assert ran.status == 0
    assert "same name: a.md, a.txt" in ran.out
    for name in ("a.txt", "a.md"):
        assert dafu("show", name, "--home", tmp_path / "home", keywords=True).status == 0


def test_wrong_input_is_one_line_with_the_cure(home, dafu, tmp_path):
    """Exit status 2, no traceback, nothing else on stderr."""
    not_json = tmp_path / "bad.jsonl"
    not_json.write_text('{"question": "甲"}\n不是JSON\n', encoding="utf-8")
    cases = {
        ("ask", ""): "empty",
        ("ask", "甲" * 1001): "split",
        ("ask",): "--batch",
        ("ask", "--batch", tmp_path / "none.jsonl"): "cannot be read",
        ("ask", "--batch", not_json): "bad.jsonl:2",
        ("ask", QUESTION, "--generator", "magic"): "--help",
        ("ask", QUESTION, "--generator", "endpoint"): "DAFU_ENDPOINT_URL",
        ("search", QUESTION, "-k", "0"): "--help",
        ("show", "no-such-document"): "there is no document",
        ("show", "20250021.docx"): "is it reply-20250021?",
        ("show", "reply-20250012"): "is it reply-20250021",
        ("ask", QUESTION, "--reader", "model"): "use --reader cross",
        ("ask", QUESTION, "--generator", "local"): "use --generator extractive",
        ("sync", tmp_path / "nowhere"): "does not exist",
        ("nonsense",): "--help",
    }
    for arguments, cure in cases.items():
        command, rest = arguments[0], arguments[1:]
        home_option = () if command == "nonsense" else ("--home", home)
        assert cure in dafu(command, *rest, *home_option, keywords=True).refused(), arguments


def test_a_wrong_home_and_a_corrupt_index_name_the_cure(home, dafu, dafu_process, tmp_path):
    """A home that is none, that is a file, whose catalog or vectors are damaged."""
    a_file = tmp_path / "file"
    a_file.write_text("x", encoding="utf-8")
    assert "dafu sync" in dafu("ask", QUESTION, "--home", tmp_path / "none", keywords=True).refused()
    assert "--home" in dafu("ask", QUESTION, "--home", a_file, keywords=True).refused()
    (home / "settings.toml").write_text("nonsense = 1\n", encoding="utf-8")
    assert "nonsense" in dafu("ask", QUESTION, "--home", home, keywords=True).refused()
    (home / "settings.toml").unlink()
    (home / "chroma").mkdir(exist_ok=True)
    (home / "chroma" / "chroma.sqlite3").write_bytes(b"no database" * 400)
    assert "dafu sync" in dafu_process("doctor", "--home", home, keywords=True).refused()
    assert dafu_process("ask", QUESTION, "--home", home, keywords=True).status == 0  # which opens no vectors
    (home / "catalog.sqlite").write_bytes(b"no database" * 400)
    assert "dafu sync" in dafu_process("ask", QUESTION, "--home", home, keywords=True).refused()


@pytest.mark.parametrize(
    ("variable", "line", "said"),
    [
        ("foo", "", "DAFU_READER cannot be 'foo': Input should be 'auto', 'cross'"),
        ("", "port = 99999", "settings.toml cannot be 99999: Input should be less than or equal to 65535 (its port"),
        ("", "redaer = 'cross'", "there are reader"),
        ("", "zzz = 1", "there are behind_proxy, database, "),
        ("", "endpoint_key = 1234", "settings.toml: Input should be a valid string (its key)"),
    ],
)
def test_a_wrong_setting_says_where_it_stands_and_what_it_can_be(tmp_path, variable, line, said):
    """What may be a password is not printed."""
    (tmp_path / "settings.toml").write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_settings({"home": tmp_path}, {"DAFU_READER": variable})
    assert said in str(refused.value)
    assert "1234" not in str(refused.value)


@pytest.mark.parametrize("command", [("user", "list"), ("keeping",), ("user", "passwd", "a", "--password-stdin")])
def test_a_mistyped_home_is_not_made(dafu, tmp_path, command):
    refused = dafu(*command, "--home", tmp_path / "hoem", keywords=True).refused()
    assert f"dafu sync --home {tmp_path / 'hoem'}" in refused
    assert not (tmp_path / "hoem").exists()


def test_a_file_beside_folders_is_a_source_like_them(dafu, tmp_path):
    """It is read, remembered, and failed at no sync."""
    (tmp_path / "papers").mkdir()
    for name in ("papers/a.txt", "b.txt"):
        (tmp_path / name).write_text(f"{name}每亩补贴三百元。\n", encoding="utf-8")
    home = ("--home", tmp_path / "home", "--json")
    first = dafu("sync", tmp_path / "papers", tmp_path / "b.txt", *home, keywords=True).json
    assert (first["added"], first["failed"]) == (2, [])
    again = dafu("sync", *home, keywords=True).json
    assert (again["unchanged"], again["failed"]) == (2, [])


def test_a_file_that_cannot_be_read_is_named_once(dafu, tmp_path):
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers/a.zip").write_text("x", encoding="utf-8")
    ran = dafu("sync", tmp_path / "papers", "--home", tmp_path / "home", keywords=True)
    line = next(line for line in ran.out.splitlines() if line.startswith("failed"))
    assert line.startswith(f"failed {tmp_path}/papers/a.zip: ")
    assert line.count("a.zip") == 1


def test_a_sync_that_would_drop_other_folders_names_them(dafu, tmp_path):
    for name in ("old", "other", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.txt").write_text(f"{name}每亩补贴三百元。\n", encoding="utf-8")
    home = ("--home", tmp_path / "home")
    assert dafu("sync", tmp_path / "old", tmp_path / "other", *home, keywords=True).status == 0
    refused = dafu("sync", tmp_path / "new", *home, keywords=True).refused()
    assert f"name {tmp_path / 'old'}, {tmp_path / 'other'} too" in refused
    (tmp_path / "old/old.txt").unlink()
    (tmp_path / "other/other.txt").unlink()
    assert "put their files back" in dafu("sync", *home, keywords=True).refused()


@pytest.mark.model
def test_the_questions_of_the_contract(real_home, dafu, dafu_process):
    """One cited answer with exact quotes, one honest refusal, the two places that say 750, and a clean bill."""
    ran = dafu_process("ask", "海关总署推出了多少条专项措施？", "--home", real_home, "--json")
    assert ran.err == ""
    answer = ran.json
    assert list(answer) == ANSWER_KEYS
    assert answer["answered"] is True
    quotes = "".join(c["quote"] for c in answer["citations"] if c["document"] == "reply-20250021")
    assert "海关总署推出10条专项措施" in quotes
    assert "试点“一检通认”" in quotes
    for citation in answer["citations"]:
        assert list(citation) == CITATION_KEYS
        text = (DOCUMENTS / citation["path"]).read_bytes().decode("utf-8")
        assert text[citation["start"] : citation["end"]] == citation["quote"]
    for claim in answer["claims"]:
        assert set(claim["citations"]) <= {c["n"] for c in answer["citations"]}
    refusal = dafu("ask", "居民用水价格是多少？", "--home", real_home, "--json").json
    assert refusal["answered"] is False
    assert refusal["claims"] == refusal["citations"] == []
    assert refusal["abstention"]["reason"] in {"no_evidence", "constraint", "not_covered"}
    assert refusal["abstention"]["nearest"]
    hits = dafu("search", "专精特新企业目标", "-k", 5, "--home", real_home, "--json").json["hits"]
    assert len([h for h in hits if h["document"] == "reply-20250021" and "750家" in h["text"]]) == 2
    assert dafu("doctor", "--home", real_home, "--json").json["ok"] is True


@pytest.mark.model
def test_doctor_finds_missing_vectors_and_sync_mends_them(tmp_path, dafu, dafu_process):
    """Chroma's folder can be deleted: the next sync makes it again."""
    import shutil  # noqa: PLC0415

    home, source = tmp_path / "home", tmp_path / "papers"
    source.mkdir()
    (source / "a.txt").write_text("某办法\n\n申请人应当提交材料。\n", encoding="utf-8")
    dafu_process("sync", source, "--home", home)  # which leaves nothing open
    shutil.rmtree(home / "chroma")
    sick = dafu("doctor", "--home", home, "--json")
    assert sick.status == 1
    assert "no vector" in sick.json["faults"][0]["what"]
    dafu("sync", "--home", home)
    assert dafu("doctor", "--home", home).status == 0


@pytest.mark.parametrize("name", ["database", "vectors", "smtp_url", "endpoint_key"])
def test_a_setting_that_may_hold_a_password_is_not_told(tmp_path, name):
    """Wherever the settings are printed: in a log, a traceback, a debugger."""
    given = {"home": tmp_path, name: "postgresql://dafu:swordfish@db/dafu"}
    assert "swordfish" not in repr(load_settings(given, {}))
