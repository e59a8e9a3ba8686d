"""Search over a catalog: both legs, the question's language, tiers, and what happens when the parts disagree."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from corpus.document import Document, Metadata
from corpus.errors import InputError
from index.chunk import chunk
from index.fusion import FusionWeights
from index.keywords import PostingKeywords
from index.searcher import Searcher
from index.storage.catalog import Catalog, Entry
from index.vectors import MemoryVectors
from tests.fakes.encoder import HashEncoder


class AxisEncoder:
    """Puts every question on the axis of one passage: the dense leg always finds that one first."""

    def __init__(self, favourite: str) -> None:
        self.favourite, self.dimensions, self.fingerprint = favourite, 2, "axis"
        self.history: list[str] = []

    def encode(self, texts, kind):
        self.history.extend(texts)
        liked = np.array([[1.0, 0.0]]) if kind == "query" else None
        rows = [liked[0] if liked is not None else self._side(text) for text in texts]
        return np.array(rows, np.float32)

    def _side(self, text):
        return np.array([1.0, 0.0]) if self.favourite in text else np.array([0.0, 1.0])


def home(*passages: tuple[str, str, str], encoder=None):
    """A catalog with both legs filled; passages are (id, title, text), tier internal where the id says so."""
    catalog, vectors = Catalog(None), MemoryVectors()
    keywords = PostingKeywords(catalog)
    for identifier, title, text in passages:
        tier = "internal" if identifier.startswith("internal") else "public"
        document = Document(identifier, f"{identifier}.txt", Metadata(title, access=tier), text)
        made = chunk(document)
        with catalog.change() as connection:
            catalog.put(connection, document, Entry(document.id, document.path, "", "", tier), made)
            keywords.put(connection, tier, made)
        if encoder is not None:
            embedded = encoder.encode([one.text for one in made], "passage")
            vectors.put(tier, {one.key: vector for one, vector in zip(made, embedded, strict=True)})
    return catalog, keywords, vectors


def searcher(*passages, encoder=None, **settings) -> Searcher:
    return Searcher(*home(*passages, encoder=encoder), encoder=encoder, **settings)


@contextmanager
def listening(told):
    """Tell every statement that any database is asked meanwhile, the beginnings of transactions aside."""

    def heard(_connection, _cursor, statement, *_):
        if not statement.startswith("BEGIN"):
            told(statement)

    event.listen(Engine, "before_cursor_execute", heard)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", heard)


FISH = ("fish", "渔业", "海水养殖的补贴标准是每亩三百元。")
ROADS = ("roads", "交通", "新建道路十二公里，改造桥梁三座。")
SCHOOL = ("school", "教育", "新增公办学位五千个，其中小学三千个。")


def test_a_hit_is_the_exact_slice_of_its_document_with_both_legs():
    [first, *_] = searcher(FISH, ROADS, SCHOOL, encoder=HashEncoder()).search("改造桥梁几座", 3)

    assert (first.rank, first.document, first.text) == (1, "roads", ROADS[2])
    assert first.source.text[first.start : first.end] == first.text
    assert set(first.legs) == {"lexical", "dense"}
    assert 0 < first.score <= 1


def test_without_an_encoder_search_is_the_keyword_leg():
    hits = searcher(FISH, ROADS, SCHOOL).search("小学学位", 3)
    assert [(hit.document, set(hit.legs)) for hit in hits] == [("school", {"lexical"})]


def test_without_an_encoder_an_english_question_uses_all_its_words():
    """There is no other leg to leave the common words to."""
    assert [h.document for h in searcher(("en", "", "The subsidy is paid in May.")).search("when is it paid?", 1)] == [
        "en"
    ]


def test_a_traditional_question_is_searched_in_simplified_characters():
    encoder = HashEncoder()
    [first, *_] = searcher(FISH, ROADS, encoder=encoder).search("改造橋樑", 2)
    assert first.document == "roads"
    assert encoder.history[-1] == (("改造桥梁",), "query")


def test_common_english_words_do_not_outvote_the_dense_leg():
    """``the`` and ``of`` stand in Chinese texts only inside names; a question in English is found by meaning."""
    noisy = ("noise", "歌曲", "专辑 The End of the Road 收录 the best of the band 等歌曲。")
    found = searcher(noisy, ROADS, SCHOOL, encoder=AxisEncoder("桥梁")).search("What is the number of the bridges?", 3)
    assert found[0].document == "roads"


def test_the_weights_are_a_setting():
    """The keyword leg alone finds its words, the dense leg alone its favourite."""
    passages, encoder = (FISH, ROADS, SCHOOL), AxisEncoder("学位")
    lexical = searcher(*passages, encoder=encoder, weights=FusionWeights(keyword=1.0)).search("海水养殖补贴", 1)
    dense = searcher(*passages, encoder=encoder, weights=FusionWeights(keyword=0.0)).search("海水养殖补贴", 1)
    assert (lexical[0].document, dense[0].document) == ("fish", "school")


def test_a_searcher_sees_its_tiers_alone():
    secret = ("internal-roads", "交通", "道路改造的内部测算。")
    public = searcher(secret, ROADS, encoder=HashEncoder(), tiers=("public",))
    assert {hit.document for hit in public.search("道路改造", 5)} == {"roads"}
    assert public.document("internal-roads") is None
    assert {hit.document for hit in searcher(secret, ROADS, encoder=HashEncoder()).search("道路改造", 5)} == {
        "roads",
        "internal-roads",
    }


def test_a_vector_that_outlived_its_chunk_is_no_hit():
    """A crash between catalog and vectors leaves such ones behind; ranks have no gap where they were."""
    catalog, keywords, vectors = home(FISH, ROADS, encoder=HashEncoder())
    vectors.put("public", {"gone#1": HashEncoder().encode(["改造桥梁"], "query")[0]})
    hits = Searcher(catalog, keywords, vectors, encoder=HashEncoder()).search("改造桥梁", 3)
    assert [(hit.rank, hit.document) for hit in hits] == [(1, "roads"), (2, "fish")]


@pytest.mark.parametrize("k", [1, 2, 3, 10])
def test_at_most_k_hits_ranked_from_one(k):
    hits = searcher(FISH, ROADS, SCHOOL, encoder=HashEncoder()).search("新建道路", k)
    assert [hit.rank for hit in hits] == list(range(1, min(k, 3) + 1))


def test_a_question_of_unknown_words_still_gets_the_dense_leg():
    hits = searcher(FISH, ROADS, encoder=AxisEncoder("桥梁")).search("犇骉", 1)
    assert [(hit.document, set(hit.legs)) for hit in hits] == [("roads", {"dense"})]


def dated(old: dict[str, str], new: dict[str, str]) -> tuple[Catalog, PostingKeywords, MemoryVectors]:
    """Two texts of one rule, 1-old and 2-new, and what is known of each; of equal scores the old one comes first."""
    catalog, vectors = Catalog(None), MemoryVectors()
    keywords = PostingKeywords(catalog)
    for identifier, known, sum_ in (("1-old", old, "三"), ("2-new", new, "五")):
        text = f"渔业补贴的标准按照水面面积计算，为每亩{sum_}百元，由街道办事处发放。"
        document = Document(identifier, f"{identifier}.txt", Metadata("渔业补贴办法", **known), text)
        with catalog.change() as connection:
            made = chunk(document)
            catalog.put(connection, document, Entry(identifier, document.path, "", "", "public"), made)
            keywords.put(connection, "public", made)
    return catalog, keywords, vectors


def ranked(question: str, day: str, old: dict[str, str], new: dict[str, str]):
    return Searcher(*dated(old, new), encoder=None, day=lambda: day).search(question, 2)


QUESTION = "渔业补贴的标准怎么计算，由谁发放"
OVER = [{"expires": "2024-12-31"}, {"status": "已废止"}, {"superseded_by": "2-new", "superseded_on": "2025-01-01"}]


@pytest.mark.parametrize("old", OVER, ids=["expired", "repealed", "superseded"])
def test_what_is_in_force_comes_before_what_is_not(old):
    """With an equal claim; each hit says what it is worth on the day."""
    found = ranked(QUESTION, "2026-11-24", old, {})
    assert [(hit.document, hit.rank) for hit in found] == [("2-new", 1), ("1-old", 2)]
    assert found[0].force == "in_force"
    assert found[1].force in {"expired", "superseded"}
    assert found[0].score > found[1].score
    assert [hit.document for hit in ranked(QUESTION, "2026-11-24", {}, {})] == ["1-old", "2-new"]


def test_before_the_new_text_takes_effect_the_old_one_comes_first():
    old, new = {"superseded_by": "2-new", "superseded_on": "2027-01-01"}, {"effective": "2027-01-01"}
    assert [hit.force for hit in ranked(QUESTION, "2026-11-24", old, new)] == ["in_force", "not_yet"]
    assert [hit.document for hit in ranked(QUESTION, "2027-02-01", old, new)] == ["2-new", "1-old"]


def test_whoever_asks_about_a_year_gets_the_text_of_that_year():
    old, new = {"expires": "2024-12-31"}, {"effective": "2025-01-01"}
    assert ranked(f"2019年{QUESTION}", "2026-11-24", old, new)[0].document == "1-old"
    assert ranked(f"2030年{QUESTION}", "2026-11-24", old, new)[0].document == "2-new"


def test_a_text_with_a_much_better_claim_stays_first_and_says_what_it_is_worth():
    found = ranked("三百", "2026-11-24", {"expires": "2024-12-31"}, {})
    assert (found[0].document, found[0].force) == ("1-old", "expired")


@pytest.mark.parametrize("encoder", [None, HashEncoder()])
def test_some_documents_alone_are_searched(encoder):
    """Whatever else is nearer, nothing but the chosen ones is found, by words and by vectors."""
    found = searcher(FISH, ROADS, SCHOOL, encoder=encoder).within(["school", "roads"])
    assert {hit.document for hit in found.search("补贴标准是多少，新增学位多少", 5)} <= {"school", "roads"}
    assert found.search("新增公办学位", 1)[0].document == "school"


def test_a_document_that_is_not_there_cannot_be_chosen():
    """One line that names it; an internal one is not there for who sees public ones alone."""
    with pytest.raises(InputError, match="nowhere"):
        searcher(FISH).within(["fish", "nowhere"])
    with pytest.raises(InputError, match="internal-a"):
        searcher(FISH, ("internal-a", "内部", "内部数据。"), tiers=("public",)).within(["internal-a"])


def test_a_search_takes_the_same_few_statements_however_many_documents_it_finds():
    """Each is a journey where the catalog is on a server; what replaced a document is read with the rest."""
    passages = [(f"store{n}", f"仓库{n}", f"第{n}号仓库按月盘点。") for n in range(30)]
    found = searcher(*passages, encoder=HashEncoder())
    asked: list[str] = []
    with listening(asked.append):
        hits = found.search("仓库多久盘点", 12)
    assert len({hit.source.id for hit in hits}) == 12
    assert len(asked) <= 12
    assert sum("versions" in one for one in asked) == 1
    asked.clear()
    with listening(asked.append):
        assert found.search("仓库多久盘点", 12) == hits
    assert sum("versions" in one for one in asked) == 0


def test_texts_of_another_generation_are_let_go():
    """What is kept of documents does not grow with every change of them."""
    catalog, keywords, vectors = home(*((f"store{n}", f"仓库{n}", f"第{n}号仓库按月盘点。") for n in range(5)))
    found = Searcher(catalog, keywords, vectors, encoder=None, store=SimpleNamespace(refresh=catalog.generation))
    counts = set()
    for _ in range(4):
        assert len(found.search("仓库多久盘点", 5)) == 5
        with catalog.change():
            pass
        gc.collect()
        counts.add(sum(isinstance(one, Document) and one.id.startswith("store") for one in gc.get_objects()))
    assert len(counts) == 1
