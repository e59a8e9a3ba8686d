"""What is held of a document answers a question for it, however the document is named, with the place that says so."""

from __future__ import annotations

import pytest

from assistant.reading.held import read_held
from corpus.parse import parse_text
from tests.test_parts_of_laws import PARKING
from tests.test_reading_structure import hits

REPLY = parse_text(
    "关于市十六届人大三次会议第1047号建议的答复\n\n临教函〔2025〕62号\n\n尊敬的罗秀英、陈建国代表：\n\n"
    "你们提出的《关于补齐城北学位缺口的建议》收悉，现答复如下：\n\n今年新增小学学位810个，明年建成一所初中。\n\n"
    "临江市教育局\n2025年7月18日\n（联系人：许文静，联系电话：0735-2288610）\n",
    "reply.txt",
)
NOTICE = parse_text(
    "关于开展2025年失业保险稳岗返还工作的通知\n\n青人社发〔2025〕31号\n\n各县（区）人力资源和社会保障局：\n\n"
    "中小微企业按百分之六十返还。\n\n本通知自印发之日起执行。\n\n"
    "青州市人力资源和社会保障局　青州市财政局\n2025年4月22日\n",
    "notice.txt",
)
REPORT = parse_text(
    "政府工作报告\n——2025年1月8日在松原县第十八届人民代表大会第四次会议上\n县长  韩志远\n\n各位代表：\n\n"
    "现在，我代表县人民政府，向大会报告工作。\n",
    "report.txt",
)
PRICES = parse_text(
    "# 金桥市城区自来水价格表\n\n自2025年5月1日起执行\n\n| 类别 | 水价 |\n| --- | --- |\n| 居民 | 3.10 |\n", "prices.md"
)
PROPOSAL = parse_text(
    "关于政协第0326号提案的答复\n\n周立民委员：\n\n您的提案收悉。\n\n今年开通公交线路六条。\n\n市交通局\n2025年8月6日\n",
    "p.txt",
)
LESSONS = parse_text(
    "青原市教育局文件\n\n青教发〔2025〕12号　签发人：王强　李 明　密级：内部\n\n青原市教育局关于规范课后服务的通知\n\n"
    "各县（区）教育局：\n\n课后服务每周5天。\n\n青原市教育局\n2025年3月3日\n",
    "lessons.txt",
)
ALL = hits(REPLY, NOTICE, REPORT, PRICES, PROPOSAL, LESSONS)

HELD = [
    ("第1047号建议是谁提的？", "罗秀英、陈建国代表"),
    ("第1047号建议是哪个单位答复的？", "临江市教育局"),
    ("1047号建议什么时候答复的？", "2025年7月18日"),
    ("第1047号建议的联系人是谁，电话多少？", "（联系人：许文静，联系电话：0735-2288610）"),
    ("政协第0326号提案是谁提出的？", "周立民委员"),
    ("城北学位缺口的联系人是谁？", "（联系人：许文静，联系电话：0735-2288610）"),
    ("补齐城北学位缺口联系电话是多少", "（联系人：许文静，联系电话：0735-2288610）"),
    ("补齐城北学位缺口由谁负责办理", ""),  # not the office that wrote of it
    ("47号建议什么时候答复的？", ""),
    ("稳岗返还的通知是哪天印发的？", "2025年4月22日"),
    ("稳岗返还的通知发给谁？", "各县（区）人力资源和社会保障局"),
    ("稳岗返还通知的发文单位有哪些？", "青州市人力资源和社会保障局　青州市财政局"),
    ("松原县政府工作报告是什么时候作的？", "政府工作报告——2025年1月8日在松原县第十八届人民代表大会第四次会议上"),
    ("金桥市水价从什么时候开始执行？", "自2025年5月1日起执行"),
    ("课后服务的通知是谁签发的？", "签发人：王强　李 明"),
    ("课后服务的通知的签发人是哪位？", "签发人：王强　李 明"),
    ("课后服务的通知是哪个单位印发的？", "青原市教育局文件"),
    ("课后服务的通知什么时候签发的？", "2025年3月3日"),
    ("稳岗返还的通知是谁签发的？", "青州市人力资源和社会保障局　青州市财政局"),
]


@pytest.mark.parametrize(("question", "said"), HELD)
def test_it_is_found_by_number_and_by_a_name_in_short(question, said):
    held = read_held(question, ALL)
    assert "".join(unit.text for unit in held.units) == said if held else not said


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the document number of 雁山区停车场管理规定?", "雁政规〔2023〕4号"),
        ("When does 雁山区停车场管理规定 take effect?", "第五条 本规定自2023年5月1日起施行。"),
        ("When was 雁山区停车场管理规定 issued?", "2023年3月28日"),
        ("Who issued 雁山区停车场管理规定?", "雁山区人民政府办公室"),
    ],
)
def test_it_is_asked_in_english(question, said):
    held = read_held(question, hits(PARKING, *(hit.source for hit in ALL)))
    assert held is not None
    assert [unit.text for unit in held.units] == [said]


def test_several_fields_of_one_document_are_given_together():
    held = read_held("稳岗返还的通知何时印发、何时施行、文号是多少？", ALL)
    assert held is not None
    assert [unit.text for unit in held.units] == ["青人社发〔2025〕31号", "本通知自印发之日起执行。", "2025年4月22日"]


@pytest.mark.parametrize(
    "question",
    [
        "第九中学什么时候开始实施改造？",
        "第1047号建议提到的初中由哪个单位承办？",
        "公交线路是谁发布的？",
        "2024年的学位公告是哪天发布的？",
        "稳岗返还的申请从什么时候开始执行？",
    ],
)
def test_what_asks_for_something_else_is_left_to_the_reader(question):
    assert read_held(question, ALL) is None
