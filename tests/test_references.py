"""Articles that say what follows from breaching others, which they name by number alone."""

import pytest

from assistant import Assistant
from assistant.compose import of_reading
from assistant.reading import Read
from assistant.reading.cross import Calibration, CrossReader
from assistant.reading.references import breached, of_other_deed, told, with_consequences
from assistant.units import units_of_document
from corpus.parse import parse_text
from index.searcher import in_memory
from tests.fakes.reading import SharedCharacters, characters

LAW = parse_text(
    "某市古树保护条例\n\n第一条　为了保护古树，制定本条例。\n\n"
    "第二条　禁止下列损害古树的行为：\n（一）擅自砍伐；\n（二）刻划、钉钉；\n（三）攀折。\n\n"
    "第三条　责任人应当每月巡查。\n\n"
    "第四条　违反本条例第二条第一项规定，擅自砍伐古树的，处十万元罚款。\n\n"
    "第五条　违反本条例第二条第二项、第三项规定的，处二百元罚款。\n\n"
    "第六条　本条例自公布之日起施行。\n",
    "law",
)


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("违反本条例第十二条第二项、第三项规定的，处罚款。", ["第十二条第（二）项", "第十二条第（三）项"]),
        (
            "违反本办法第二条第一款或者第三条规定的，责令改正；违反第五条规定的，警告。",
            ["第二条第一款", "第三条", "第五条"],
        ),
        ("有本法第四条至第六条所列违法行为之一的，给予处分。", ["第四条", "第五条", "第六条"]),
        ("违反《土地管理法》第三条规定的，处罚款。", []),
        ("违反本条例第二条规定，擅自砍伐的，处罚款。", []),
        ("依照本条例第二条规定的标准执行。", []),
    ],
)
def test_what_is_breached_is_known_by_its_number_alone(text, cited):
    """Not where another law's article is named, the deed itself is said, or nothing is breached."""
    assert [str(one) for one in breached(text)] == cited


def test_the_article_with_the_fine_is_read_behind_that_with_the_deed():
    """It stands far from the question's words; what names the deed itself is found by them."""
    hits = with_consequences(in_memory((LAW,), None).search("在古树上钉钉", 30)[:1])
    assert [hit.text[:3] for hit in hits] == ["第二条", "第五条"]


def test_a_number_is_read_as_what_the_item_says_that_is_asked_about():
    """The unit itself stays as it stands."""
    (fine,) = (unit for unit in units_of_document(LAW) if "二百元" in unit.text)
    assert "损害古树的行为：刻划、钉钉的，处二百元" in told(fine, "在古树上钉钉罚多少")
    assert "损害古树的行为：攀折的，处二百元" in told(fine, "攀折古树罚多少")
    assert fine.text == "第五条　违反本条例第二条第二项、第三项规定的，处二百元罚款。"


@pytest.mark.parametrize(
    ("question", "articles"),
    [
        ("违反某市古树保护条例第二条怎么处罚？", ["第四条", "第五条"]),
        ("违反某市古树保护条例第二条第二项罚多少？", ["第五条"]),
        ("某市古树保护条例第二条第二项的行为会受什么处罚？", ["第五条"]),
        ("某市古树保护条例第二条，个人违反了又不听劝，罚多少？", ["第四条", "第五条"]),
        ("某市古树保护条例第五条罚多少？", ["第五条"]),
        ("某市古树保护条例第二条规定了什么？", ["第二条"]),
    ],
)
def test_who_asks_what_follows_from_a_breach_gets_the_articles_that_say_so(question, articles):
    """By the number of the article, down to its items."""
    reader = CrossReader(SharedCharacters(), characters, Calibration(threshold=0.2))
    answer = Assistant(in_memory((LAW,), None), reader=reader).ask(question)
    assert [one.text[:3] for one in answer.claims if one.text.startswith("第")] == articles


def test_a_fine_stands_beside_the_deed_only_where_it_is_about_as_sure():
    """Who asks whether something is allowed has not asked for the fine."""
    units = {unit.text[:6]: unit for unit in units_of_document(LAW)}
    deed, fine = units["刻划、钉钉；"], next(one for text, one in units.items() if text.startswith("第五条"))
    assert [unit for group in of_reading([Read(deed, 0.9, 1), Read(fine, 0.8, 1)]) for unit in group.units][-1] != fine
    assert [unit for group in of_reading([Read(fine, 0.9, 1), Read(deed, 0.1, 1)]) for unit in group.units] == [fine]


@pytest.mark.parametrize(
    ("question", "others"),
    [("在古树上钉钉罚多少", ["第四条"]), ("擅自砍伐古树罚多少", ["第五条"]), ("损害古树罚多少", [])],
)
def test_what_follows_from_another_item_than_the_one_asked_about_is_none_of_its(question, others):
    """An item is named by words that no other item of its list has."""
    assert [unit.text[:3] for unit in units_of_document(LAW) if of_other_deed(question, unit)] == others
