"""Questions written for training: read exactly, kept apart by title, and none of the files that we ship is wrong."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from evals.fit.written import BY_SCRIPT, bench, lessons, passages

_TEXT = """\
@ 某市停车办法 | 收费
1. 每小时5元。
2. 夜间免费。
+ 停车一小时多少钱 => 1
- 罚多少
~ 白天收费吗 || 晚上呢 => 2

@ 某区供暖通知
1. 供暖自11月15日起。
2. 投诉电话另行公布。
~- 几号供暖 || 电话多少
+ 開始供暖的日子 => 1
"""


def _folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "made.txt").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_passage_is_read_with_its_questions(tmp_path: Path) -> None:
    first, second = passages(_folder(tmp_path, _TEXT))
    assert (first.title, first.heading, first.sentences) == ("某市停车办法", "收费", ("每小时5元。", "夜间免费。"))
    assert [(one.question, one.history, one.answers) for one in first.lessons] == [
        ("停车一小时多少钱", "", frozenset({0})),
        ("罚多少", "", frozenset()),
        ("晚上呢", "白天收费吗", frozenset({1})),
    ]
    assert first.lessons[0].head == "某市停车办法 收费"
    assert [one.question for one in second.lessons] == ["电话多少", "开始供暖的日子"]  # read in Simplified


@pytest.mark.parametrize("line", ["+ 多少钱", "- 多少钱 => 1", "+ 多少钱 => 3", "多少钱 => 1"])
def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError, match=r"made\.txt:4"):
        list(passages(_folder(tmp_path, f"@ 题\n1. 甲。\n2. 乙。\n{line}\n")))


def test_no_passage_is_learnt_from_and_judged_by(tmp_path: Path) -> None:
    text = "".join(
        f"@ 第{number}号通告 | 全文\n1. 第{number}路公交改道。\n2. 首末班不变。\n+ 哪路改道 => 1\n\n"
        for number in range(40)
    )
    folder = _folder(tmp_path, text)
    taught = {one.sentences for one in lessons(random.Random(1), "train", folder)}
    judged = {one.sentences for one in lessons(random.Random(1), "test", folder)}
    assert len(taught | judged) == 40
    assert taught
    assert judged
    assert not taught & judged


def test_the_benchmark_asks_what_is_kept_and_gives_the_answers_in_their_words() -> None:
    made = bench()
    texts = {one.id: one.text for one in made.documents}
    assert all(answer in texts[query.relevant[0]] for query in made.queries for answer in query.answers)
    near = sum(not query.answers for query in made.queries)
    assert 0.3 < near / len(made.queries) < 0.6


def test_those_that_a_script_made_can_be_read():
    """One question a passage, nearly half of which nothing answers."""
    made = [one for passage in passages(BY_SCRIPT) for one in passage.lessons]
    assert len(made) == 2_800
    assert sum(not one.answers for one in made) == 1_305
