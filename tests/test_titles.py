"""What the title of a document is, and what of its first lines must stay text."""

from __future__ import annotations

import pytest

from corpus import blocks, parse_text
from corpus.metadata import metadata_of

REPLY = "关于市八届人大六次会议第20250022号建议的答复"
# The text; its title; what is text below it and must not be swallowed.
OPENINGS = {
    "names": ("市水务局领导名单\n\n局长 王某某\n\n副局长 李某某\n", "市水务局领导名单", "局长 王某某"),
    "names below no genre": ("市水务局现任领导\n局长 王某某\n副局长 李某\n", "市水务局现任领导", "局长 王某某"),
    "bodies": ("节水小组成员单位\n市发展改革委\n市财政局\n市水务局\n", "节水小组成员单位", "市发展改革委"),
    "date": ("水务局2024年工作总结\n2025年1月10日\n取得成效。\n", "水务局2024年工作总结", "2025年1月10日"),
    "body and date": ("防汛工作要点\n市三防办公室\n（2025年3月5日）\n要点如下。\n", "防汛工作要点", "市三防办公室"),
    "number": (f"{REPLY}\n深水函〔2025〕22号\n尊敬的王某代表：\n收悉。\n", REPLY, "深水函〔2025〕22号"),
    "a class above it": (f"类别标记：A\n\n{REPLY}\n尊敬的王某代表：\n收悉。\n", REPLY, "类别标记：A"),
    "two lines": (f"{REPLY[:13]}\n{REPLY[13:]}\n尊敬的王某代表：\n收悉。\n", REPLY, "尊敬的王某代表："),
    "的 on its own": (f"{REPLY[:-3]}\n的答复\n尊敬的王某代表：\n收悉。\n", REPLY, "尊敬的王某代表："),
    "spaced": ("福田区政府\n关于印发《方案》的\n通　知\n各街道：\n", "福田区政府关于印发《方案》的通知", "各街道："),
    "letterhead": (
        "福田区人民政府文件\n福府〔2025〕3号\n关于印发方案的通知\n各街道：\n",
        "关于印发方案的通知",
        "福府〔2025〕3号",
    ),
    "a body above a number": (
        "福田区政府\n福府〔2025〕3号\n关于治水的通知\n各街道：\n",
        "关于治水的通知",
        "福田区政府",
    ),
    "a letterhead in a table": (
        "福田区政府文件\n\n| 福府〔2025〕3号 | 签发人：王强 |\n| --- | --- |\n\n福田区政府关于治水的通知\n\n各街道：\n",
        "福田区政府关于治水的通知",
        "| 福府〔2025〕3号 | 签发人：王强 |",
    ),
    "draft": ("供水条例\n（征求意见稿）\n第一条 为了供水。\n", "供水条例（征求意见稿）", "第一条 为了供水。"),
    "passed": ("供水条例\n（2016年11月25日通过）\n第一条 为了供水。\n", "供水条例", "（2016年11月25日通过）"),
    "annex": ("附件1\n客运场站情况表\n甲站1200平方米。\n", "客运场站情况表", "甲站1200平方米。"),
    "register": ("索 引 号：K1\n发布机构：水务局\n调整水价通知\n各单位：\n", "调整水价通知", "索 引 号：K1"),
    "a rule below the letterhead": (
        "水务局文件\n深水〔2025〕3号\n━━━━━━━━━\n水务局关于治水的通知\n各街道：\n",
        "水务局关于治水的通知",
        "深水〔2025〕3号",
    ),
    "a heading of a lower level": (
        "首页 | 公开\n\n当前位置：首页 > 公开\n\n## 关于水价的公告\n\n定于6月起调整。\n",
        "关于水价的公告",
        "定于6月起调整。",
    ),
    "a page's path": ("首页 > 公告\n调整水价通知\n各单位：\n", "调整水价通知", "首页 > 公告"),
    "labelled": ("标题：关于水价的通知\n各单位：\n", "关于水价的通知", "各单位："),
}


@pytest.mark.parametrize(("text", "title", "kept"), OPENINGS.values(), ids=OPENINGS)
def test_a_title_is_whole_and_swallows_nothing(text: str, title: str, kept: str):
    document = parse_text(text, "enc.txt")
    assert document.metadata.title == title
    assert kept in {document.text[one.start : one.end] for one in blocks(document) if one.kind != "heading"}


@pytest.mark.parametrize(
    ("top", "title"),
    [
        ("昆明市公安局\n昆明市交通局\n关于限行的通告", "昆明市公安局 昆明市交通局关于限行的通告"),
        ("中共遵义市委　遵义市人民政府关于表彰先进的决定", "中共遵义市委 遵义市人民政府关于表彰先进的决定"),
        ("民政部 财政部关于养老的通知", "民政部 财政部关于养老的通知"),
        ("福 州 市 教 育 局\n关于招生的通知", "福州市教育局关于招生的通知"),
        ("海口市人民政府\n办公厅\n关于节能的通知", "海口市人民政府办公厅关于节能的通知"),
        ("水务局转发省水利厅\n转发水利部关于节水的通知", "水务局转发省水利厅转发水利部关于节水的通知"),
    ],
)
def test_a_space_stays_between_bodies_that_issue_together(top: str, title: str):
    assert parse_text(f"{top}\n\n各单位：\n\n现将有关事项通知如下。\n", "a.txt").metadata.title == title


def test_bodies_that_only_the_title_names_are_told_apart():
    text = "民政部 财政部\n关于养老的通知\n\n各单位：\n\n请照办。\n"
    assert parse_text(text, "a.txt").metadata.issuer == "民政部、财政部"


@pytest.mark.parametrize("mark", ["", "# "])
def test_a_title_above_a_table_leaves_its_header_alone(mark: str):
    text = f"{mark}客运场站情况表\n\n| 场站 | 区 |\n| --- | --- |\n| 甲站 | 福田区 |\n| 丙站 | 南山区 |\n"
    document = parse_text(text, "t.txt")
    assert document.metadata.title == "客运场站情况表"
    parsed = type(document)("t", "t.docx", document.metadata, text)
    assert [one.kind for one in blocks(parsed)] == ["heading", "table_header", "table_row", "table_row"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("某市人民政府\n\n# 公园建设情况通报\n\n共有公园32座。\n", "公园建设情况通报"),
        ("首页政务公开\n\n## 关于改造管网的公示\n\n改造120公里。\n", "关于改造管网的公示"),
        ("公园建设情况通报\n\n# 总体情况\n\n共有公园32座。\n", "公园建设情况通报"),
        ("某市人民政府\n\n本市公园如下。\n\n# 公园建设情况\n", "某市人民政府"),
    ],
)
def test_the_name_of_a_site_above_a_heading_is_no_title(text: str, title: str):
    assert parse_text(text, "a.txt").metadata.title == title


def test_who_issued_a_document_and_when_stands_below_its_title():
    metadata = parse_text("全市防汛工作要点\n市三防指挥部办公室\n（2025年3月5日）\n要点如下。\n", "a.txt").metadata
    assert (metadata.issuer, metadata.issued) == ("市三防指挥部办公室", "2025-03-05")


def test_a_body_that_the_title_names_too_signs_below():
    text = "福田区政府办公室关于治水的通知\n各街道：\n请认真组织实施。\n福田区政府办公室\n2025年6月3日\n"
    metadata = parse_text(text, "a.txt").metadata
    assert (metadata.issuer, metadata.issued) == ("福田区政府办公室", "2025-06-03")


def test_a_body_that_only_the_title_names_issued_it():
    assert parse_text("市水务局关于节水的答复\n\n尊敬的王某代表：\n收悉。\n", "a.txt").metadata.issuer == "市水务局"
    assert parse_text("转发市水务局关于节水的通知\n\n各街道：\n请照办。\n", "a.txt").metadata.issuer == ""


def test_a_number_below_the_title_leaves_a_reply_a_reply():
    metadata = parse_text(f"{REPLY}\n深水函〔2025〕22号\n尊敬的王某代表：\n收悉。\n", "enc.txt").metadata
    assert (metadata.title, metadata.kind, metadata.doc_no) == (REPLY, "reply", "深水函〔2025〕22号")
    assert metadata.suggestion == "20250022"


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        ("为进一步加强消防安全工作，现将有关事项通知如下。", "enc", "为进一步加强消防安全工作"),
        ("为进一步加强消防安全工作，现将有关事项通知如下。", "消防安全工作通知", "消防安全工作通知"),
        ("关于加强消防工作的通知各区政府：为加强消防，现通知如下。", "enc", "关于加强消防工作的通知"),
    ],
)
def test_a_text_without_line_breaks_is_known_by_what_it_opens_with(text: str, name: str, title: str):
    assert parse_text(text, f"{name}.txt").metadata.title == title


@pytest.mark.parametrize(
    ("first", "name", "title"),
    [
        ("说明", "停车收费标准调整", "说明（停车收费标准调整）"),
        ("通　知", "春节放假通知", "春节放假通知"),
        ("附件", "学校名单", "学校名单"),
        ("通知", "scan-17", "通知"),  # a name that tells no more
        ("公积金管理办法", "附件三", "公积金管理办法"),
    ],
)
def test_a_title_that_is_a_genre_alone_has_the_files_name_with_it(first: str, name: str, title: str):
    """通知 says nothing where several files are listed."""
    assert parse_text(f"{first}\n\n各单位：\n\n现将有关事项通知如下。\n", f"{name}.txt").metadata.title == title


@pytest.mark.parametrize(
    ("declared", "first", "title"),
    [
        ("关于召开座谈会的请示", "关于印发《绿道方案》的通知", "关于印发《绿道方案》的通知"),  # of another document
        ("¹ØÓÚµ÷Õû¾ÓÃñË®¼ÛµÄÍ¨Öª", "各单位：", "关于调整居民水价的通知"),  # GBK read as Latin
        ("å…³äºŽæ°´ä»·çš„é€šçŸ¥", "各单位：", "关于水价的通知"),  # UTF-8 read as Latin
        ("鍏充簬姘翠环鐨勫叕鍛", "各单位：", "关于水价的公"),  # UTF-8 read as GBK
        ("关于水价的\ufffd\ufffd知", "各单位：", "调价通知全文"),
        ("Microsoft Word - 稿.doc", "各单位：", "调价通知全文"),
        ("å³äºæ°´ä»·çéç¥", "各单位：", "调价通知全文"),  # mojibake of which half is lost
        ("¹ØÓÚÕÐÆ¸µÄ¹«¸æ", "各单位：", "关于招聘的公告"),
        (
            "¤¤µØ¥Á°ê¦æ¬Fµ{§Çªk",
            "各单位：",
            "调价通知全文",
        ),  # Big5 read as Latin, which no other encoding makes sense of
        ("市水务局2025年水价调整", "市水务局\n\n2025年水价调整", "市水务局2025年水价调整"),  # its two lines in one
    ],
)
def test_what_a_file_declares_is_believed_where_the_text_does_not_say_otherwise(declared: str, first: str, title: str):
    text = f"{first}\n\n现将有关事项通知如下。\n"
    assert metadata_of(text, (), {"title": declared}, "调价通知全文").title == title
