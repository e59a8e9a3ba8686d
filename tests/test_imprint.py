"""What a text says of the rules that it replaces."""

from __future__ import annotations

import pytest

from corpus import parse_text
from corpus.document import Metadata
from index.intake import supersessions

SAID = [
    ("本办法自2025年1月1日起施行，《深圳市渔业补贴办法》（深府〔2019〕3号）同时废止。", ("深府〔2019〕3号",)),
    ("原《渔业补贴办法》同时废止。", ("渔业补贴办法",)),
    ("《甲办法》《乙规定》（深农〔2020〕1号）和《丙细则》即行废止。", ("甲办法", "深农〔2020〕1号", "丙细则")),
    ("有关单位按照《渔业补贴办法》执行。", ()),
    ("《甲办法》继续有效，不再执行的条款另行公布。", ()),
]


@pytest.mark.parametrize(("sentence", "named"), SAID)
def test_a_new_rule_names_those_it_ends(sentence, named):
    text = f"渔业扶持办法\n\n第一条　每亩补贴五百元。\n\n第二条　{sentence}\n"
    assert parse_text(text, "a.txt").metadata.supersedes == named


def test_what_it_ends_is_found_by_number_or_title():
    old, new = "《渔业补贴办法》（深农〔2019〕3号）同时废止。", "渔业扶持办法"
    said = parse_text(f"{new}\n\n本办法自公布之日起施行，{old}\n", "new.txt").metadata
    documents = {
        "new": said,
        "old": Metadata("渔业补贴办法（旧）", doc_no="深农〔2019〕3号"),
        "other": Metadata("其他"),
    }
    assert supersessions(documents) == {"old": "new"}
