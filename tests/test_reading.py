"""Every reader keeps one contract; windows hold all that is read; a model's numbers are checked."""

import numpy as np
import pytest

from assistant import Assistant
from assistant.reading import Reader
from assistant.reading.cross import Calibration, CrossReader
from assistant.reading.model import ModelReader
from assistant.reading.window import NOBODY, Window, windows
from assistant.reading.words import WordReader
from assistant.units import units_of_document
from corpus.errors import GenerationError
from corpus.parse import parse_text
from index import StaticRetriever
from index.searcher import in_memory
from tests.fakes.reading import ScriptedModel, SharedCharacters, characters

PASSAGES = [
    "全市共有图书馆32座，其中区级图书馆9座。各馆周一闭馆。",
    "体育馆于2019年5月建成，设座位八千个。停车场有车位三百个。",
    "各区应当公布答复时限。",
]


def finds_shared(request):
    """The units that share two characters or more in a row with the question."""
    asked = request["question"]
    pairs = {asked[at : at + 2] for at in range(len(asked) - 1)}
    numbers = [
        one["n"] for one in request["units"] if sum(pair in one["text"] for pair in pairs) >= max(2, len(pairs) // 3)
    ]
    return {"numbers": numbers, "open": [], "answerable": bool(numbers)}


READERS = {
    "words": WordReader,
    "cross": lambda: CrossReader(SharedCharacters(), characters, Calibration(threshold=0.5)),
    "model": lambda: ModelReader(ScriptedModel(finds_shared), WordReader()),
}


@pytest.fixture(params=READERS)
def reader(request) -> Reader:
    return READERS[request.param]()


def hits_of(question: str):
    return StaticRetriever(PASSAGES, encoder=None).search(question, 5)


def test_the_margin_is_the_distance_to_the_other_decision():
    """Of the cross-encoder, whose decision is a number."""
    reader = CrossReader(SharedCharacters(), characters, Calibration(threshold=0.5))
    reading = reader.read("全市共有图书馆多少座", (), hits_of("全市共有图书馆多少座"))
    assert reading.margin == abs(reading.answers - 0.5)


@pytest.mark.parametrize(("cautious", "unsure"), [(0.0, False), (0.99, True)])
def test_an_answer_that_was_hardly_decided_says_so(cautious, unsure):
    """It stands before the words, in the question's language; an answer that is sure says nothing of the kind."""
    reader = CrossReader(SharedCharacters(), characters, Calibration(threshold=0.2, cautious=cautious))
    reading = reader.read("全市共有图书馆多少座", (), hits_of("全市共有图书馆多少座"))
    assert reading.answers < 0.99
    assert reading.unsure is unsure
    answer = Assistant(StaticRetriever(PASSAGES), reader=reader).ask("全市共有图书馆多少座")
    assert [note.kind for note in answer.notes].count("unsure") == unsure
    assert answer.text.startswith("以下是资料中最接近的原文") is unsure


def test_a_refusal_is_no_unsure_answer():
    reader = CrossReader(SharedCharacters(), characters, Calibration(threshold=0.995, cautious=0.999))
    reading = reader.read("全市共有图书馆多少座", (), hits_of("全市共有图书馆多少座"))
    assert not reading.answered
    assert not reading.unsure


def test_what_answers_is_surest(reader):
    """The unit that holds the question's words is first, and the Reading is answered."""
    reading = reader.read("全市共有图书馆多少座", (), hits_of("全市共有图书馆多少座"))
    assert reading.answered
    assert reading.units[0].unit.text.startswith("全市共有图书馆32座")
    assert reading.reader == reader.name


def test_sureness_is_ordered_and_bounded(reader):
    """From 0 to 1, surest first, each unit once, none greater than the Reading's own."""
    reading = reader.read("体育馆有座位多少个", (), hits_of("体育馆有座位多少个"))
    sures = [one.sure for one in reading.units]
    assert sures == sorted(sures, reverse=True)
    assert all(0 <= one <= 1 for one in sures)
    assert len({one.unit.key for one in reading.units}) == len(reading.units)
    assert 0 <= reading.answers <= 1


def test_nothing_near_is_not_answered(reader):
    """Without hits, and with hits about something else, nothing answers."""
    assert not reader.read("地铁票价", (), []).answered
    assert not reader.read("龙岗区垃圾焚烧发电厂由谁运营", (), hits_of("图书馆")).answered


def test_quotes_are_exact(reader):
    """Each unit's quotes are slices of its document."""
    reading = reader.read("答复时限由谁公布", (), hits_of("答复时限由谁公布"))
    for one in reading.units:
        for quote in one.unit.quotes:
            assert one.unit.source.text[quote.start : quote.end] == quote.text


# Windows


def test_a_window_is_laid_out_as_documented():
    """<s> query: question </s></s> passage: head sentences </s>, each token owned by its sentence."""
    (window,) = windows(characters, "甲", ["乙丙", "丁"], head="戊")
    prefix = [0, *characters("query: 甲"), 2, 2, *characters("passage: 戊")]
    assert window.ids == (*prefix, *characters("乙丙丁"), 2)
    assert window.owner == (*[NOBODY] * len(prefix), 0, 0, 1, NOBODY)


def test_every_token_of_a_long_passage_is_in_a_window():
    """What does not fit in one window is in the next, a sentence longer than a window in pieces of one owner."""
    sentences = ["一" * 30, "二" * 300, "三" * 50]
    made = list(windows(characters, "问", sentences, room=120))
    assert all(len(window.ids) <= 120 for window in made)
    owned = [owner for window in made for owner in window.owner if owner != NOBODY]
    assert [owned.count(number) for number in range(3)] == [30, 300, 50]


def test_the_earlier_question_stands_before():
    """A follow-up is read behind the question that it follows."""
    (window,) = windows(characters, "丙呢", ["甲"], history="乙")
    assert window.ids[: 2 + len("query: 乙")] == (0, *characters("query: 乙"), 2)


def test_a_passage_is_read_under_all_its_headings():
    """What a section is about stands in the heading above the nearest one, and is not cut for a long title."""
    title, above = "关于某区某次会议第20250021号建议的办理情况的答复", "二、在深化合作区建设方面"
    (window,) = laid_out(f"{title}\n\n{above}\n\n（一）突破要素流动壁垒\n\n推出专项措施。\n", "合作区有哪些措施")
    assert above in words_of(window)


def test_what_answers_a_question_of_a_faq_is_read_behind_it():
    """Each sentence of the answer, none of which says alone what it answers; shown is the sentence."""
    text = "# 停车问答\n\n问：夜里收费吗？\n\n答：晚上二十二点以后停放的不收。次日起收。\n\n## 说明\n\n由市局解释。\n"
    laid = [words_of(window) for window in laid_out(text, "夜间停车收费")]
    assert any("问：夜里收费吗？晚上二十二点以后停放的不收。问：夜里收费吗？次日起收。" in one for one in laid)
    assert not any("？由市局解释。" in one for one in laid)
    [first, *_] = units_of_document(parse_text(text, "a.md"))
    assert first.text == "晚上二十二点以后停放的不收。"


def laid_out(text: str, question: str) -> list[Window]:
    """The windows that the cross-encoder is given for a question about a text."""
    read: list[Window] = []

    def network(given):
        read.extend(given)
        return [(0.0, np.zeros(len({*one.owner} - {NOBODY}), np.float32)) for one in given]

    found = in_memory([parse_text(text, "reply.md")], None).search(question, 5)
    CrossReader(network, characters, Calibration()).read(question, (), found)
    return read


def words_of(window: Window) -> str:
    return "".join(chr(one - 100) for one in window.ids if one > 100)


# The model


@pytest.mark.parametrize(
    "answer",
    [
        {"numbers": [99], "open": [], "answerable": True},
        {"numbers": ["1"], "open": [], "answerable": True},
        {"numbers": 1, "open": [], "answerable": True},
        {"numbers": [True], "open": [], "answerable": True},
        {"numbers": [1], "open": [], "answerable": "yes"},
        {},
    ],
)
def test_a_model_that_names_what_it_was_not_given_is_not_believed(answer):
    """The other reader reads, and the Reading says why."""
    reading = ModelReader(ScriptedModel(lambda _: answer), WordReader()).read(
        "全市共有图书馆多少座", (), hits_of("图书馆")
    )
    assert reading.reader == "words"
    assert "language model" in reading.fallback


def test_a_model_that_fails_is_replaced():
    """A GenerationError is no end of the question."""

    def fails(_):
        raise GenerationError("the language model began no answer within 1.0 s")

    reading = ModelReader(ScriptedModel(fails), WordReader()).read("全市共有图书馆多少座", (), hits_of("图书馆"))
    assert reading.answered
    assert reading.fallback == "the language model began no answer within 1.0 s"


def test_a_model_gets_the_earlier_questions_and_whole_units():
    """What is asked of it: the question, the last earlier ones, and every unit with its number and origin."""
    model = ScriptedModel(finds_shared)
    ModelReader(model, WordReader()).read("那体育馆呢", ["全市有多少座图书馆？"], hits_of("体育馆"))
    (request,) = model.requests
    assert request["earlier"] == ["全市有多少座图书馆？"]
    assert [one["n"] for one in request["units"]] == list(range(1, len(request["units"]) + 1))
    assert any(one["text"] == "体育馆于2019年5月建成，设座位八千个。" for one in request["units"])


def test_what_a_model_could_not_read_is_told_in_the_answer():
    """Why another read stands before the answer, and a part that the model calls open behind it."""

    def broken(_request):
        raise GenerationError("no reply within 60 s")

    def knowing(_request):
        return {"numbers": [1], "open": ["周末是否开馆"], "answerable": True}

    retriever = StaticRetriever(PASSAGES, encoder=None)
    words = CrossReader(SharedCharacters(), characters, Calibration(threshold=0.2))
    told = Assistant(retriever, reader=ModelReader(ScriptedModel(broken), words)).ask("全市共有图书馆多少座")
    assert [note.kind for note in told.notes][:1] == ["fallback"]
    assert "no reply within 60 s" in told.notes[0].text
    answer = Assistant(retriever, reader=ModelReader(ScriptedModel(knowing), words)).ask("全市共有图书馆多少座")
    assert any("周末是否开馆" in note.text for note in answer.notes)
