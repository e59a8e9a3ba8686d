"""What is said of documents that are quoted and not in force on the day."""

from __future__ import annotations

import pytest

from assistant.notes import standing_notes
from corpus.document import Document, Metadata

DAY = "2026-11-24"


def paper(name: str = "a", **known) -> Document:
    return Document(name, f"{name}.txt", Metadata("渔业补贴办法", **known), "内容。")


SAID = [
    ({"expires": "2025-12-31"}, "《渔业补贴办法》已于2025-12-31到期失效，引用时请核对现行文件。"),
    ({"status": "已废止", "expires": "2025-12-31"}, "《渔业补贴办法》已废止，引用时请核对现行文件。"),
    (
        {"superseded_by": "渔业扶持办法", "superseded_on": "2026-01-01"},
        "《渔业补贴办法》自2026-01-01起已由《渔业扶持办法》取代，引用时请核对现行文件。",
    ),
    ({"superseded_by": "渔业扶持办法"}, "《渔业补贴办法》已由《渔业扶持办法》取代，引用时请核对现行文件。"),
    ({"effective": "2027-01-01"}, "《渔业补贴办法》自2027-01-01起施行，现在尚未生效。"),
]


@pytest.mark.parametrize(("known", "said"), SAID)
def test_a_document_that_is_not_in_force_says_so(known, said):
    [note] = standing_notes([paper(**known)], "zh-Hans", DAY)
    assert (note.kind, note.text) == ("superseded", said)


def test_what_is_in_force_says_nothing_and_each_document_speaks_once():
    old = paper("old", expires="2025")
    assert list(standing_notes([paper(), paper("b", expires="2026")], "zh-Hans", DAY)) == []
    assert len(list(standing_notes([old, paper(), old], "zh-Hans", DAY))) == 1


def test_on_an_earlier_day_it_was_in_force():
    assert list(standing_notes([paper(expires="2025-12-31")], "zh-Hans", "2025-06-01")) == []


def test_in_english():
    [note] = standing_notes([paper(expires="2025-12-31")], "en", DAY)
    assert note.text == "渔业补贴办法 expired on 2025-12-31. Check the document now in force."
