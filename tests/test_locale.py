"""One catalogue a language: complete, without idle texts, alike in slots, and one more language is one more file."""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path
from typing import get_args

import pytest
from fastapi import Request
from fastapi.testclient import TestClient

from assistant import locale
from assistant.draft.letter import Verdict
from assistant.locale import catalogues, is_message, languages, message, read_catalogues
from assistant.web.app import build_app
from assistant.web.door import DOOR, spoken
from assistant.web.html import say
from assistant.web.surroundings import Surroundings
from corpus.errors import StateError
from tests.fakes.assistant import FakeAssistant

ROOT = Path(__file__).parent.parent
FOLDER = Path(locale.__file__).parent
QUOTING = {"brand", "dr.e.none"}  # a name, and words that a paper must begin with
NO_MEASURE_WORDS = {"nt.count_some"}  # 三条 is three in English


def slots(text: str) -> list[str]:
    return sorted(set(re.findall(r"\{\d\}", text)))


def files() -> dict[str, dict[str, str]]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")}


def test_every_text_is_there_in_every_language_with_the_same_slots():
    """None is missing, none is empty, none is left of a key that is gone."""
    found = files()
    assert found["en"].keys() == found["zh"].keys()
    for key, text in found["zh"].items():
        for tag, texts in catalogues().items():
            assert texts[key].strip(), (tag, key)
            assert slots(texts[key]) == slots(text) or key in NO_MEASURE_WORDS, (tag, key)


def test_english_is_english():
    """But for what it quotes."""
    chinese = {key for key, text in files()["en"].items() if re.search("[一-鿿]", text)}
    assert chinese == QUOTING


def test_what_is_given_for_traditional_is_needed():
    """A text of its own differs from what conversion gives, a word stands in some text and is converted otherwise."""
    written, own = files()["zh"], files()["zh-Hant"]
    for key in own:
        assert key in written or any(key in text for text in written.values()), key
    without = read_catalogues_of(written, {word: told for word, told in own.items() if word not in written})
    assert [key for key in own.keys() & written.keys() if without[key] == own[key]] == []


def read_catalogues_of(written: dict[str, str], own: dict[str, str]) -> dict[str, str]:
    return dict(locale._converted(written, own))


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("act.export", "匯出"),
        ("in.h", "登入"),
        ("dc.sync", "檢查資料夾"),
        ("ans.asof", "資料截至 {0}"),
        ("nt.expired_on", "《{0}》已於{1}到期失效，引用時請核對現行文件。"),
        ("rv.approve", "批准並發出"),
        ("no.hand", "轉給工作人員"),
    ],
)
def test_traditional_texts_use_the_words_of_their_readers(key, told):
    """Not only the characters: 导出 is 匯出; an official 文件 stays one where a file is 檔案."""
    assert catalogues()["zh-Hant"][key] == told


def test_no_text_is_missing_and_none_is_idle():
    """Every key that the code or a script names exists, and every key is named somewhere."""
    files = (path for layer in ("assistant", "evals") for path in sorted((ROOT / layer).rglob("*")))
    code = "".join(path.read_text("utf-8") for path in files if path.suffix in {".py", ".js", ".html"})
    named = set(re.findall(r"""(?:say|labelled|message|placeholder)\(\s*f?["']([a-z0-9_.]+)["'](?!\s*~)""", code))
    written = catalogues()["zh-Hans"]
    assert named - written.keys() == set()
    made = ("kind.", "role.", "fb.", *re.findall(r"""f?["'`]([a-z]{2,}\.(?:[a-z]+\.)*)(?:\{|["'`]|\$)""", code))
    told = {key for key in written if re.search(rf"""["':]{re.escape(key)}["'`]""", code)}
    assert [key for key in written if key not in told and not key.startswith(made)] == []


def test_no_chinese_stands_in_a_script():
    """A script says what the catalogues say; its comments may name a page."""
    for path in (ROOT / "assistant" / "web" / "static").glob("*.js"):
        code = re.sub(r"//.*|(?s:/\*.*?\*/)", "", path.read_text("utf-8"))
        assert re.findall(r"[一-鿿]+", code) == [], path.name


def test_values_are_filled_in_once():
    """A value that looks like a slot is text."""
    assert message("asof", "{1}", "x") == "资料 {1} 份，截至 x"
    told = re.search('data-a="([^"]*)"', say("asof", 3, "<"))
    assert told
    assert json.loads(html.unescape(told[1])) == ["3", "<"]


# A further language


@pytest.fixture
def french(tmp_path, monkeypatch):
    """The package as it is once somebody has put ``fr.json`` there."""
    for path in FOLDER.glob("*.json"):
        shutil.copy(path, tmp_path)
    texts = {"language": "FR", "in.h": "Connexion", "title": "Dafu : des réponses sourcées"}
    (tmp_path / "fr.json").write_text(json.dumps(texts), "utf-8")
    found = read_catalogues(tmp_path)
    monkeypatch.setattr(locale, "catalogues", lambda: found)
    monkeypatch.setattr("assistant.web.chat.page.catalogues", lambda: found)


@pytest.mark.usefixtures("french")
def test_a_further_language_is_one_file():
    """It is offered on every page, given to the script, spoken at the door, and says in English what it lacks."""
    assert languages() == ("zh-Hans", "zh-Hant", "en", "fr")
    around = Surroundings(answers=lambda _: FakeAssistant({}, {}))
    with TestClient(build_app(around), base_url="http://127.0.0.1") as one:
        page, config = one.get("/").text, one.get("/config").json()
    texts = json.loads(re.search(r'id="texts">(.*?)</script>', page, re.DOTALL)[1])
    assert texts["fr"]["in.h"] == "Connexion"
    assert texts["fr"]["ask.send"] == "Ask"
    assert any('data-lang="fr" lang="fr"' in str(part["props"].get("value")) for part in config["components"])
    preferred = Request({"type": "http", "headers": [(b"accept-language", b"fr-CA,fr;q=0.9")]})
    door = str(DOOR.sign_in(spoken(preferred), "/"))
    assert '<html lang="fr">' in door
    assert "Connexion" in door


@pytest.mark.parametrize(
    ("written", "told"), [("{", "no JSON"), ("[]", "one JSON object"), ('{"asof": "{0} {7}"}', "asof")]
)
def test_a_file_that_cannot_be_used_is_named(tmp_path, written, told):
    """With what is wrong in it."""
    shutil.copy(FOLDER / "zh.json", tmp_path)
    (tmp_path / "fr.json").write_text(written, "utf-8")
    with pytest.raises(StateError, match=told) as caught:
        read_catalogues(tmp_path)
    assert "fr.json" in str(caught.value)


def test_texts_whose_keys_are_made_from_a_value_are_there():
    """A search for the whole key finds no use of them, so that they are easily taken for idle."""
    fields = ("question", "kind", "nuggets", "gold", "must_not", "note")
    made = [f"dr.{one}" for one in get_args(Verdict)] + [f"cs.{one}" for one in fields]
    assert [key for key in made if not is_message(key)] == []
