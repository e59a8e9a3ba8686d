"""The reader: how words become parts, and what the trained network makes of a question with passages."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from tokenizers import Tokenizer

from assistant.evidence import EvidenceFinder
from assistant.question import read_question
from index import StaticRetriever
from index.encoder import load_default_encoder
from index.reader import ROOM, Passage, Reader, Reading, Tokens, load_reader
from tests.fakes.encoder import HashEncoder

pytestmark = pytest.mark.model

LIBRARY = Passage(
    "市图书馆服务指南",
    (
        "市图书馆位于中心广场的东侧，紧邻地铁站。",
        "周一闭馆，其余日子九点开门。",
        "全馆藏书一百二十万册。",
        "读者凭身份证可以借书十本。",
    ),
)


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    return Tokens(load_default_encoder().token_ids)


@pytest.fixture(scope="module")
def reader() -> Reader:
    found = load_reader(load_default_encoder())
    assert found is not None
    return found


def test_a_short_passage_is_one_part(tokens: Tokens):
    """Every sentence has tokens there, the head's belong to none, and the edges are the tokenizer's."""
    (part,) = tokens.parts(LIBRARY)
    assert (part.ids[0], part.ids[-1]) == (0, 2)
    assert len(part.ids) == len(part.owner)
    assert sorted(set(part.owner)) == [-1, 0, 1, 2, 3]
    assert list(part.owner[1:-1]) == sorted(part.owner[1:-1])


def test_a_long_passage_is_read_in_parts(tokens: Tokens):
    """Each fits, and together they hold every sentence once."""
    sentences = tuple(f"第{n}项工作由区政府牵头推进，年底前完成全部建设任务并向社会公布。" for n in range(1, 25))
    parts = tokens.parts(Passage("工作安排", sentences))
    assert len(parts) > 1
    assert all(len(part.ids) <= ROOM for part in parts)
    held = [n for part in parts for n in sorted(set(part.owner) - {-1})]
    assert held == list(range(24))


@pytest.mark.parametrize(
    ("question", "sentence"),
    [("一次能拿走多少本？", 3), ("馆里一共有多少书？", 2), ("Where is the library?", 0)],
)
def test_the_sentence_that_answers_is_read_as_the_best(reader: Reader, question: str, sentence: int):
    """In other words than the document's, and in another language."""
    (reading,) = reader.read(question, [LIBRARY])
    assert len(reading.sentences) == 4
    assert max(range(4), key=reading.sentences.__getitem__) == sentence


def test_a_passage_about_something_else_is_told_apart(reader: Reader):
    """The passage that answers has the better log-odds, whatever the order, and the same when it is read again."""
    other = Passage("道路养护计划", ("明年将翻修三条主干道。", "施工期间公交改道。"))
    ours, theirs = reader.read("几点可以进去看书？", [LIBRARY, other])
    assert ours.passage > theirs.passage
    again = reader.read("几点可以进去看书？", [other, LIBRARY])[1]
    assert again.sentences == pytest.approx(ours.sentences, abs=0.05)


def test_an_encoder_it_was_not_trained_on_has_no_reader():
    """The matcher's numbers mean nothing over other layers."""
    assert load_reader(HashEncoder()) is None
    assert load_reader(None) is None


class PlantedReader:
    """Prefers the sentence that holds a word; keeps what it was asked."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.history: list[tuple[str, tuple[Passage, ...]]] = []

    def read(self, question: str, passages) -> list[Reading]:
        self.history.append((question, tuple(passages)))
        return [
            Reading(8.0, tuple(8.0 if self.word in sentence else -8.0 for sentence in one.sentences))
            for one in passages
        ]


def test_what_is_read_decides_over_shared_words():
    """The finder gives the reader whole passages, simplified, and believes it."""
    reader = PlantedReader("九点")
    encoder = HashEncoder()
    hits = StaticRetriever(["".join(LIBRARY.sentences), "圖書館的書很多。"], encoder).search("图书馆的书几点能看", 5)
    ranked, _ = EvidenceFinder(encoder, reader).rank(read_question("图书馆的书几点能看"), hits)
    assert ranked[0].unit.text == "周一闭馆，其余日子九点开门。"
    ((question, passages),) = reader.history
    assert question == "图书馆的书几点能看"
    assert {sentence for one in passages for sentence in one.sentences} == {*LIBRARY.sentences, "图书馆的书很多。"}


def test_tokens_are_those_of_the_models_own_tokenizer_while_it_embeds():
    """Also from several threads, where embedding sets up the same tokenizer for whole batches."""
    encoder = load_default_encoder()
    alone = Tokenizer.from_file(str(encoder.folder / "tokenizer.json"))
    texts = ["税率是多少？", "", "Hetao 河套", *LIBRARY.sentences, "开放共享实验设备。" * 200]
    wanted = [alone.encode(text, add_special_tokens=False).ids[:512] for text in texts]

    def work(number: int) -> list[list[int]]:
        encoder.encode([f"第{number}项", "很长的一句话" * number], "passage")
        return [encoder.token_ids(text) for text in texts]

    with ThreadPoolExecutor(4) as pool:
        assert all(found == wanted for found in pool.map(work, range(8)))
