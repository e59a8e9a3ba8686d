"""One answer as PDF: made of the Word file where LibreOffice is installed, otherwise by the browser's own printing."""

from __future__ import annotations

import pypdfium2
import pytest
from fastapi.testclient import TestClient

from assistant.records import Records
from assistant.web import Surroundings, build_app
from assistant.web.chat import exporting, render
from assistant.web.chat.thread import Exchange
from corpus.formats.process import office
from tests.fakes.assistant import scripted

QUESTION = "河套合作区的通关便利措施有哪些？"


@pytest.mark.skipif(office() is None, reason="needs LibreOffice")
def test_an_answer_is_a_pdf_with_its_quotes_and_its_label(tmp_path):
    """As the Word file has it; other answers of the conversation are not in it."""
    records = Records.open(tmp_path)
    person, fake = records.users.local(), scripted()
    conversation = records.conversations.new(person.id, QUESTION)
    turns = [
        records.turns.put(person.id, records.turns.append(person.id, conversation.id, one).after(fake.ask(one)))
        for one in (QUESTION, "那皇岗口岸呢？")
    ]
    app = build_app(Surroundings(answers=lambda _: fake, records=records), ())
    browser = TestClient(app, base_url="http://127.0.0.1")
    got = browser.get(f"/ui/export/{conversation.id}.pdf", params={"turn": turns[0].id})
    assert got.headers["content-type"] == "application/pdf"
    assert ".pdf" in got.headers["content-disposition"]
    (tmp_path / "answer.pdf").write_bytes(got.content)
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(got.content)]
    text = "".join("".join(pages).split())
    assert QUESTION in text
    assert "逐句摘自所列资料，未经改写" in text
    assert "皇岗口岸重建" not in text
    records.close()


@pytest.mark.parametrize("installed", [True, False])
def test_without_libreoffice_the_menu_says_how_a_pdf_is_made(monkeypatch, installed):
    """By printing; with it there is a file."""
    monkeypatch.setattr(exporting, "_office", lambda: installed or None)
    exchange = Exchange(1, QUESTION, "done", answer=scripted().ask(QUESTION), turn="t")
    menu = str(render.turn(exchange))
    assert ("这个回答，PDF" in menu, "打印，或存为 PDF" in menu) == (installed, not installed)


@pytest.mark.skipif(office() is None, reason="needs LibreOffice")
def test_a_word_file_that_cannot_be_converted_is_told(monkeypatch):
    """In one line that names the way out."""
    monkeypatch.setattr(exporting, "converted", _fails)
    with pytest.raises(exporting.HTTPException, match="print to PDF"):
        exporting._pdf(b"no Word file")


def _fails(*_):
    raise exporting.Unreadable("converted", target=".pdf")
