"""What a text says of itself: its number, who issued it, to whom, from when and until when, what it replaces."""

from __future__ import annotations

import time

import pytest

from corpus import blocks, parse_text
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


REPLY = "市卫生健康委员会关于第0216号提案的答复"


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("连卫提复字〔2025〕41号    办理结果：B类", "连卫提复字〔2025〕41号"),
        ("渝府办函〔2025〕7号\t公开属性：主动公开", "渝府办函〔2025〕7号"),
        ("甬水函〔2025〕3号  签发人：王某某  公开方式：依申请公开", "甬水函〔2025〕3号"),
        ("甬水函〔2025〕3号　　签发人 李明", "甬水函〔2025〕3号"),
        ("甬水函〔2025〕3号  签发人李明", "甬水函〔2025〕3号"),
        ("嘉建提〔2024〕9号     A类", "嘉建提〔2024〕9号"),
        ("（A类）  滁民复〔2024〕12号", "滁民复〔2024〕12号"),
        ("类 别：B    是否公开：是    长人社复〔2025〕6号", "长人社复〔2025〕6号"),
        ("办理结果：A    湘农议字〔2025〕103号", "湘农议字〔2025〕103号"),
        ("根据国发〔2023〕12号  文件精神", ""),
        ("依据：粤府〔2020〕1号  粤府办〔2021〕2号", ""),
    ],
)
def test_a_number_is_read_beside_the_labels_of_its_line(line, number):
    document = parse_text(f"{REPLY}\n\n{line}\n\n民建某市委：\n\n提案收悉。现答复如下。\n", "a.txt")
    assert document.metadata.doc_no == number
    if number:
        assert "民建某市委：" in {document.text[one.start : one.end] for one in blocks(document)}


def test_a_number_is_read_in_a_row_of_the_letterhead_and_in_no_list_of_others():
    head, others = "| 青教发〔2025〕12号 | 签发人：王强 |", "| 1 | 青教发〔2012〕3号 |"
    title = "青原市教育局关于规范课后服务的通知"
    assert parse_text(f"{head}\n| --- | --- |\n\n{title}\n\n各县：\n", "a.md").metadata.doc_no == "青教发〔2025〕12号"
    assert parse_text(f"{title}\n\n{others}\n| --- | --- |\n\n各县：\n", "a.md").metadata.doc_no == ""


@pytest.mark.parametrize(
    ("signed", "issuer"),
    [
        ("昆明市公安局\n昆明市交通运输局\n2025年3月1日", "昆明市公安局、昆明市交通运输局"),
        ("遵义市教育局\n\n遵义市财政局\n\n遵义市民政局\n\n2024年9月10日", "遵义市教育局、遵义市财政局、遵义市民政局"),
        ("福州市水务局　　福州市规划局\n2025年1月2日", "福州市水务局、福州市规划局"),
        ("泸州市水务局\n2025年3月1日", "泸州市水务局"),
    ],
)
def test_all_bodies_that_sign_issued_a_document(signed, issuer):
    text = f"关于做好供水的通知\n\n各单位：\n\n现将有关事项通知如下。\n\n{signed}\n"
    assert parse_text(text, "a.txt").metadata.issuer == issuer


@pytest.mark.parametrize(
    ("label", "issuer"),
    [
        ("市医保局", "云岭市医疗保障局"),
        ("市医保局办公室", "市医保局办公室"),
        ("市民政局", "市民政局"),
    ],
)
def test_a_register_that_shortens_a_name_gives_way_to_the_signature(label, issuer):
    """A body of another name is believed before the signature."""
    text = f"关于待遇的通知\n\n发布机构：{label}\n\n各单位：\n\n现通知如下。\n\n云岭市医疗保障局\n2025年1月6日\n"
    assert parse_text(text, "a.txt").metadata.issuer == issuer


@pytest.mark.parametrize(
    ("line", "recipients"),
    [
        ("各县（市）区民政局、财政局", ("各县（市）区民政局、财政局",)),
        ("县民政局、财政局，各乡镇人民政府", ("县民政局、财政局", "各乡镇人民政府")),
        ("各市、县（市、区）教育局，市直各学校", ("各市、县（市、区）教育局", "市直各学校")),
        ("各区人民政府、市政府各部门、有关单位", ("各区人民政府", "市政府各部门", "有关单位")),
        ("市发展改革委、市财政局、市水务局", ("市发展改革委", "市财政局", "市水务局")),
        ("教育部、财政部", ("教育部", "财政部")),
        ("贵阳市人民政府、遵义市人民政府", ("贵阳市人民政府", "遵义市人民政府")),
        (
            "各省、自治区、直辖市水利（水务）厅（局），各流域管理机构",
            ("各省、自治区、直辖市水利（水务）厅（局）", "各流域管理机构"),
        ),
    ],
)
def test_a_recipient_keeps_whose_body_it_is(line, recipients):
    text = f"关于做好供水的通知\n\n{line}：\n\n现将有关事项通知如下。\n"
    assert parse_text(text, "a.txt").metadata.recipients == recipients


@pytest.mark.parametrize(
    ("title", "said", "effective", "expires"),
    [
        ("关于调整津贴标准的通知", "经同意，自2025年4月1日起调整津贴。本通知有效期五年。", "2025-04-01", "2030-03-31"),
        ("关于调整运价的通告", "决定从2025年6月15日起调整城区出租汽车运价。", "2025-06-15", ""),
        ("关于提高补贴标准的通知", "自2024年12月1日起，补贴标准提高到1600元。", "2024-12-01", ""),
        ("关于居民水价的通知", "以上价格自2024年9月1日起执行，有效期3年。", "2024-09-01", "2027-08-31"),
        ("某市人民政府令", "《停车办法》已经通过，现予公布，自2025年3月1日起施行。", "2025-03-01", ""),
        ("停车办法", "本办法由市公安局负责解释，自2025年1月1日起施行，有效期5年。", "2025-01-01", "2029-12-31"),
        ("关于供水的通知", "本通知自印发之日起执行，有效期2年。", "2025-03-12", "2027-03-11"),
        ("关于扫码的通告", "本通告自2025年2月17日施行。", "2025-02-17", ""),
        ("关于供水的通知", "本通知有效期自2025年5月1日至2028年4月30日。", "", "2028-04-30"),
        ("关于学习法规的通知", "《无烟条例》已于去年公布，自2024年5月31日起施行。", "", ""),
        ("关于养老建议的答复", "我市调整了标准，自2024年5月31日起执行。", "", ""),
        ("关于调整公交的通告", "自2025年6月1日起，17路调整。自2025年7月1日起，18路调整。", "", ""),
        ("关于延长运营的通告", "自2025年6月1日起至8月31日，17路延长运营。", "", ""),
        ("关于许可证的通知", "发给许可证，自2025年6月1日起生效，有效期三年。", "", ""),
    ],
)
def test_the_day_of_effect_is_that_of_the_text_itself(title, said, effective, expires):
    text = f"{title}\n\n各区水务局：\n\n{said}\n\n某市水务局\n2025年3月12日\n"
    metadata = parse_text(text, "a.txt").metadata
    assert (metadata.effective, metadata.expires) == (effective, expires)


@pytest.mark.parametrize(
    "text",
    [
        "关于调整水价的通知\n" + "《甲》，自2025年1月1日起执行，" * 20_000,
        "关于水价的答复\n\n" + "签发人 " * 20_000 + "甲〔2025〕",
    ],
)
def test_a_long_line_takes_time_by_its_length(text):
    """By the square of it each took a hundred seconds."""
    started = time.process_time()
    parse_text(text, "a.txt")
    assert time.process_time() - started < 10
