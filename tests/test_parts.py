"""A question that asks several things is searched for each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from assistant import Assistant
from assistant.assistant import _in_turn, _kept_to
from assistant.compose import Group
from assistant.question import parts
from assistant.reading import Reading
from assistant.reading.cross import Calibration, CrossReader
from assistant.units import units_of_document
from corpus.parse import parse_text
from index import Hit, StaticRetriever
from tests.fakes.reading import SharedCharacters, characters

PASSAGES = ["全市共有图书馆32座。", "体育馆于2019年5月建成。"]
ASKED = "全市有几座图书馆，体育馆何年何月建成？"


class OnePassage:
    """Finds for the whole question the first passage alone, for a part the nearest; ``asked`` is the history."""

    encoder = None

    def __init__(self) -> None:
        self._all = StaticRetriever(PASSAGES, encoder=None)
        self.asked: list[str] = []

    def search(self, query: str, k: int) -> Sequence[Hit]:
        self.asked.append(query)
        found = self._all.search(query, k)
        return [hit for hit in found if PASSAGES[0] in hit.text] if query == ASKED else found


def test_a_part_is_found_by_itself():
    """What the whole question does not bring up, its part does."""
    retriever = OnePassage()
    answer = Assistant(
        retriever,
        reader=CrossReader(SharedCharacters(), characters, Calibration(passage=0.5, sentence=0.5, threshold=0.2)),
    ).ask(ASKED)
    assert len(retriever.asked) == 3
    assert "32座" in answer.text
    assert "2019年5月" in answer.text


class Placed(CrossReader):
    """As sure of each of three sentences as is said, for the whole question and for each part."""

    def __init__(self, sure: Mapping[str, Sequence[float]]) -> None:
        super().__init__(SharedCharacters(), characters, Calibration(threshold=0.5))
        self._sure = sure

    def read(self, question: str, history: Sequence[str], hits: Sequence[Hit]) -> Reading:
        reading = super().read(question, history, hits)
        told = dict(zip(SENTENCES, self._sure[question], strict=True))
        units = tuple(sorted((replace(one, sure=told[one.unit.text]) for one in reading.units), key=lambda x: -x.sure))
        best = units[0].sure
        return replace(reading, units=units, answers=best, answered=best >= 0.5, margin=abs(best - 0.5))


SENTENCES = ("全市的公共图书馆一共有9座。", "全市的学校新增学位600个。", "全市的老年食堂一共有8个。")
BOTH, ONE, OTHER = "有几座馆，有几个食堂", "有几座馆", "有几个食堂"


@pytest.mark.parametrize(
    ("sure", "given"),
    [
        ({BOTH: (0.6, 0.9, 0.85), ONE: (0.9, 0.1, 0.85), OTHER: (0.1, 0.88, 0.9)}, (1, 0, 2)),
        ({BOTH: (0.9, 0.1, 0.89), ONE: (0.9, 0.1, 0.85), OTHER: (0.7, 0.6, 0.65)}, (0,)),
    ],
)
def test_what_answers_all_of_it_stands_before_what_each_part_adds(sure, given):
    """Of each its surest alone; with what stood nearly as sure every second sentence was one too many."""
    retriever = StaticRetriever(["".join(SENTENCES)], encoder=None)
    answer = Assistant(retriever, reader=Placed(sure)).ask(BOTH)
    assert [claim.text for claim in answer.claims] == [SENTENCES[n] for n in given]


class Recording:
    """The reader, and the questions that each question was read after."""

    name = "recording"

    def __init__(self) -> None:
        self.after: dict[str, Sequence[str]] = {}
        self._reader = CrossReader(
            SharedCharacters(), characters, Calibration(passage=0.5, sentence=0.5, threshold=0.2)
        )

    def read(self, question: str, history: Sequence[str], hits: Sequence[Hit]) -> Reading:
        self.after[question] = history
        return self._reader.read(question, history, hits)


def test_a_later_part_is_read_after_the_first():
    """Which says what it is about; the first part says it itself, and is not read after the whole question."""
    reader = Recording()
    Assistant(StaticRetriever(PASSAGES, encoder=None), reader=reader).ask(ASKED)
    first, second = parts(ASKED)
    assert reader.after[first] == ()
    assert reader.after[second] == (first,)


class WholeAlone(Recording):
    """Answers the whole question, hardly, and no part of it."""

    def read(self, question: str, history: Sequence[str], hits: Sequence[Hit]) -> Reading:
        whole = question == ASKED
        return replace(self._reader.read(question, history, hits), answered=whole, unsure=whole)


def test_what_is_hardly_answered_as_a_whole_says_so():
    answer = Assistant(StaticRetriever(PASSAGES, encoder=None), reader=WholeAlone()).ask(ASKED)
    assert answer.answered
    assert [note.kind for note in answer.notes].count("unsure") == 1


class FirstPartUnsure(Recording):
    """Not sure enough of the first part, which it finds where it finds the second."""

    def read(self, question: str, history: Sequence[str], hits: Sequence[Hit]) -> Reading:
        reading = self._reader.read(question, history, hits)
        return replace(reading, answered=question != parts("北校区设几个班，何时投用？")[0])


def test_a_part_that_stands_in_the_answer_is_not_said_to_be_missing():
    """It used to be said under the sentence that answers it."""
    passages = ["北校区设36个班，计划2026年9月投用。", "全市共有图书馆32座。"]
    answer = Assistant(StaticRetriever(passages, encoder=None), reader=FirstPartUnsure()).ask(
        "北校区设几个班，何时投用？"
    )
    assert "36个班" in answer.text
    assert "missing" not in [note.kind for note in answer.notes]


def test_a_later_part_is_answered_from_the_documents_of_the_first():
    """What another document says of the like is not what was asked, unless it is surer."""
    cards, cars = (
        Group((units_of_document(parse_text(f"{one}有效期十年。", one))[0],)) for one in ("残疾证", "停车证")
    )
    assert _kept_to({"残疾证"}, (cards, cars)) == (cards,)
    assert _kept_to({"残疾证"}, (cars, cards)) == (cars, cards)


def test_what_both_searches_find_keeps_its_first_place():
    """The best passage of a part is read, however far behind it stands under the whole question."""
    found = StaticRetriever([f"第{n}段。" for n in range(6)], encoder=None).search("第段", 6)
    order = [hit.chunk for hit in _in_turn(found[:3], [*found[3:], found[0]])]
    assert order[0] == found[0].chunk
    assert len(order) == len(set(order)) == 6
