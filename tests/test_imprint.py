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


@pytest.mark.parametrize(
    ("first", "last", "expires"),
    [
        ("运输证有效期六年。", "本办法自2018年5月1日起施行。", ""),
        ("许可证应当载明经营区域等内容，有效期六年。", "本办法自2018年5月1日起施行。", ""),
        ("本证自核发之日起有效期三年。", "本办法自2018年5月1日起施行。", ""),
        ("发给登记证。有效期三年。", "本办法自2018年5月1日起施行。", ""),
        ("通行证有效期至2020年1月1日。", "本办法自2018年5月1日起施行。", ""),
        ("运输证有效期六年。", "本办法自2018年5月1日起施行，有效期五年。", "2023-04-30"),
        ("发给登记证。", "本办法自2018年5月1日起施行。有效期5年。", "2023-04-30"),
        ("发给登记证。", "本规定有效期五年。本规定自2018年5月1日起施行。", "2023-04-30"),
        ("发给登记证。", "本通知自2018年5月1日起执行，有效期至2024年3月31日。", "2024-03-31"),
    ],
)
def test_a_permits_term_is_not_the_texts_own(first, last, expires):
    """A regulation on permits is not over when the first of them is."""
    assert parse_text(f"某市办法\n\n第一条 {first}\n\n第九条 {last}\n", "law").metadata.expires == expires
