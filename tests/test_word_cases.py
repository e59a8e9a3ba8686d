"""Word files that were reported: what a person expects of each, as it is shown and found."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).parent / "data" / "cases"
# The file; its title; what is shown; what is not; a question and what is found for it.
EXPECTED = [
    ("t", "客运场站情况表", ["| 乙站 | 罗湖区 | 800平方米 |"], [], ("丙站 在哪个区", "| 丙站 | 南山区 | 950平方米 |")),
    ("leaders", "市水务局领导名单", ["局长 王某某"], [], ("局长 王某某", "局长 王某某")),
    ("strike", "人才补贴办法修订对照", ["每人5万元。", "满12个月"], ["3万元", "36个月"], ("博士补贴标准", "每人5万元")),
    ("superscript", "关于污水处理能力的答复", ["1.2×10⁶立方米", "3500m²"], ["106"], ("污水日处理能力", "1.2×10⁶")),
    ("omml", "补贴计算办法", ["区级补贴的3/4配套", "2×10⁷立方米"], ["34配套"], ("市级补贴配套", "3/4")),
    ("sym", "政府信息公开属性表", ["□主动公开 ☑依申请公开", "≥3份", "≤10日"], [], ("申请材料数量", "≥3份")),
    ("altchunk", "会议纪要", ["二、会议决定安排专项资金4200万元"], [], ("老旧电梯专项资金", "4200万元")),
    ("rel_null", "关于公园建设的通知", ["全市共有公园32座"], [], ("公园多少座", "公园32座")),
    ("stale_title", "关于印发《绿道建设三年行动方案》的通知", ["3500公里"], ["慰问"], ("绿道总里程", "3500公里")),
    ("tracked", "关于调整公交票价的答复", ["上老年人凭有效证件"], ["2元", "支线"], ("老年人乘车", "凭有效证件")),
]  # fmt: skip


def run(home: Path, *words: str) -> dict:
    """What the command line prints."""
    command = [sys.executable, "-c", "from assistant.cli import main; main()", *words, "--home", str(home), "--json"]
    environ = {**os.environ, "DAFU_ENCODER": "none"}
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=environ).stdout)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    for name, *_ in EXPECTED:
        shutil.copy(CASES / f"{name}.docx", folder)
    home = tmp_path_factory.mktemp("home") / "home"
    told = run(home, "sync", str(folder))
    assert (told["added"], told["failed"]) == (len(EXPECTED), [])
    what = {(one["path"], one["what"]): one["count"] for one in told["left_out"]}
    assert what == {("strike.docx", "struck text"): 23, ("tracked.docx", "deleted text"): 6}
    return home


@pytest.mark.parametrize("case", EXPECTED, ids=[one[0] for one in EXPECTED])
def test_a_reported_file_is_shown_and_found_as_it_is(home: Path, case: tuple):
    name, title, shown, gone, (question, found) = case
    document = run(home, "show", name)
    assert document["metadata"]["title"] == title
    assert all(words in document["text"] for words in shown)
    assert not any(words in document["text"] for words in gone)
    hits = run(home, "search", question)["hits"]
    assert any(found in hit["text"] for hit in hits if hit["document"] == name)
