"""The keyword leg: terms, their scores by hand, and the contract that every implementation keeps."""

from __future__ import annotations

import math
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Document, Metadata
from index.bigrams import keyword_terms, question_terms, terms
from index.chunk import Chunk
from index.keywords import Bm25, PostingKeywords
from index.storage.catalog import Catalog, Entry

# Terms


def test_chinese_is_cut_into_bigrams_and_the_rest_into_words():
    assert terms("2025年目标R&D") == ["2025", "年目", "目标", "r&d"]


def test_traditional_and_simplified_have_the_same_terms():
    assert terms("河套合作區") == terms("河套合作区") == ["河套", "套合", "合作", "作区"]


def test_words_of_asking_are_no_terms_of_a_question():
    assert question_terms("通关措施有哪些？") == ["通关", "关措", "措施", "施有"]
    assert question_terms("什么") == ["什么"]


def test_an_english_question_is_looked_up_by_its_names_and_numbers():
    """Its other words meet nothing in Chinese texts but the like words of some name."""
    assert keyword_terms("How many R&D centers did Huawei open in the US in 2024?") == ["r&d", "huawei", "us", "2024"]
    assert keyword_terms("What was the aim of the plan?") == []
    assert keyword_terms("华为研发中心") == question_terms("华为研发中心")


# Scores, by hand


class Shelf:
    """A catalog with chunks that were put there one document each, ``d1``, ``d2`` …, and the leg over them."""

    def __init__(self, catalog: Catalog, leg: type[PostingKeywords] = PostingKeywords, **settings) -> None:
        self.catalog, self.leg = catalog, leg(catalog, **settings)

    def put(self, document: str, *chunks: tuple[str, str], tier: str = "public") -> None:
        made = [Chunk(f"{document}#{n}", document, 0, 1, (), head, body) for n, (head, body) in enumerate(chunks, 1)]
        with self.catalog.change() as connection:
            self.leg.drop(connection, document)
            source = Document(document, document, Metadata(""), "。")
            self.catalog.put(connection, source, Entry(document, document, "", "", tier), made)
            self.leg.put(connection, tier, made)

    def remove(self, document: str) -> None:
        with self.catalog.change() as connection:
            self.leg.drop(connection, document)
            self.catalog.remove(connection, document)

    def search(self, words: str, k: int = 10, tiers=("public", "internal")) -> dict[str, float]:
        return dict(self.leg.search(terms(words), k, tiers))


def test_chunks_of_some_documents_alone_are_ranked_before_any_is_cut_off():
    """However many others score higher, and by the same scores."""
    shelf = Shelf(Catalog(None))
    for n in range(5):
        shelf.put(f"other-{n}", ("补贴", "补贴标准补贴标准"))
    shelf.put("own", ("", "另有规定的补贴办法若干条"))
    everything = shelf.search("补贴标准")
    found = shelf.leg.search(terms("补贴标准"), 1, ("public",), ("own",))
    assert dict(found) == {"own#1": everything["own#1"]}
    assert next(iter(everything)) != "own#1"


def test_score_of_a_term_in_head_and_body_by_hand():
    """BM25F with a floor: head counts once and less, only the body's length is discounted, matched bodies get more."""
    shelf = Shelf(Catalog(None), bm25=Bm25(k1=1.0, b=0.5, head=0.5, floor=1.0))
    shelf.put("d1", ("甲乙 甲乙", "丙丁"))  # 甲乙 in the head alone; the body has one term
    shelf.put("d2", ("", "甲乙 丙丁 丙丁"))  # in the body once, of three terms
    shelf.put("d3", ("", "戊己 戊己"))

    found = shelf.search("甲乙")

    rarity = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))  # two of three chunks have it
    norm = 0.5 + 0.5 * 3 / 2  # d2 has three terms, the mean is two
    frequency = 1 / norm
    assert found == {
        "d2#1": pytest.approx(rarity * (frequency * 2 / (frequency + 1) + 1)),
        "d1#1": pytest.approx(rarity * (0.5 * 2 / (0.5 + 1))),
    }
    assert list(found) == ["d2#1", "d1#1"]


def test_rare_characters_of_a_question_count_as_terms_too():
    """纳税 and 税款 share one character: it counts where few chunks have it, by the same rule as any term."""
    shelf = Shelf(Catalog(None), bm25=Bm25(k1=1.0, b=0.0, head=0.5, floor=1.0, rare=0.25))
    shelf.put("d1", ("", "税款"))
    for n in range(2, 5):
        shelf.put(f"d{n}", ("", "款项"))

    rarity = math.log(1 + (4 - 1 + 0.5) / (1 + 0.5))  # 税 is in one chunk of four; 款 is in all, so it is none
    assert shelf.search("纳税") == {"d1#1": pytest.approx(rarity * (1 * 2 / (1 + 1) + 1))}
    assert shelf.search("存款") == {}


def test_rarity_by_hand():
    """ln(1 + (N − n + ½) / (n + ½)), and 0 for a term that no chunk holds."""
    shelf = Shelf(Catalog(None))
    shelf.put("d1", ("甲乙", "丙丁"))
    shelf.put("d2", ("", "甲乙"))

    rarity = shelf.leg.rarity(["甲乙", "丙丁", "戊己"], ["public"])

    assert rarity == {"甲乙": pytest.approx(math.log(1.2)), "丙丁": pytest.approx(math.log(2.0)), "戊己": 0.0}


def test_a_boilerplate_chunk_under_a_fitting_title_does_not_outrank_the_chunk_that_answers():
    """The title's words are in the head of each of its document's chunks; the words of a body are worth more."""
    shelf = Shelf(Catalog(None))
    shelf.put("digest", ("专精特新企业培育目标数据摘编", "本文为资料摘编，非文件原文，引用以原文为准。"))
    long = "支持社会资本参与产业空间建设，完善服务体系。" * 8
    shelf.put("reply", ("关于高质量发展建议的答复", f"推动金融创新。2025年目标培育专精特新企业累计突破750家。{long}"))
    for n in range(8):
        shelf.put(f"other{n}", ("其他事项", "这里说的是另一件事情，与此没有关系。"))

    assert next(iter(shelf.search("专精特新企业培育目标"))) == "reply#1"


# The contract of every implementation, in memory and on disk


@pytest.fixture(params=["memory", "file"])
def shelf(request, tmp_path):
    with closing(Catalog(None if request.param == "memory" else tmp_path / "catalog.sqlite")) as catalog:
        yield Shelf(catalog)


def test_contract_best_first_and_at_most_k(shelf):
    shelf.put("d1", ("", "甲乙丙"), ("", "甲乙"), ("", "丁戊"))
    assert list(shelf.search("甲乙丙")) == ["d1#1", "d1#2"]
    assert list(shelf.search("甲乙丙", k=1)) == ["d1#1"]


def test_contract_equals_are_ordered_by_key(shelf):
    shelf.put("d2", ("", "甲乙"))
    shelf.put("d1", ("", "甲乙"))
    assert list(shelf.search("甲乙")) == ["d1#1", "d2#1"]


def test_contract_no_terms_or_unknown_terms_find_nothing(shelf):
    assert shelf.search("甲乙") == {}
    shelf.put("d1", ("", "甲乙"))
    assert shelf.leg.search([], 5, ["public"]) == []
    assert shelf.search("戊己") == {}


def test_contract_a_tier_that_was_not_asked_is_not_seen(shelf):
    """Neither its chunks nor, through rarities, that they are there."""
    shelf.put("d1", ("", "甲乙"))
    before = shelf.search("甲乙", tiers=["public"])
    shelf.put("d2", ("", "甲乙"), tier="internal")
    assert shelf.search("甲乙", tiers=["public"]) == before
    assert set(shelf.search("甲乙")) == {"d1#1", "d2#1"}
    assert (shelf.leg.count("public"), shelf.leg.count("internal")) == (1, 1)


def test_contract_a_changed_document_is_found_by_its_new_words_alone(shelf):
    shelf.put("d1", ("", "甲乙"), ("", "甲乙丙"))
    shelf.put("d1", ("", "丁戊"))
    assert shelf.search("甲乙丙") == {}
    assert set(shelf.search("丁戊")) == {"d1#1"}
    assert shelf.leg.count("public") == 1


def test_contract_a_change_that_fails_leaves_nothing(shelf):
    """Keywords change in the catalog's transaction: a crash in its middle undoes both."""
    shelf.put("d1", ("", "甲乙"))

    def interrupted():
        with shelf.catalog.change() as connection:
            shelf.leg.drop(connection, "d1")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert set(shelf.search("甲乙")) == {"d1#1"}


def test_contract_quotes_and_operators_in_a_question_are_only_words(shelf):
    shelf.put("d1", ("", 'a"b OR "c* 甲乙'))
    assert set(shelf.search('甲乙" OR NEAR(* -"')) == {"d1#1"}


def test_contract_another_connection_sees_what_was_committed(tmp_path):
    """A reader in another process, which remembers the postings of an earlier question, sees each change."""
    with closing(Catalog(tmp_path / "c.sqlite")) as writing, closing(Catalog(tmp_path / "c.sqlite")) as reading:
        writer, reader = Shelf(writing), Shelf(reading)
        writer.put("d1", ("", "甲乙"))
        assert set(reader.search("甲乙")) == {"d1#1"}
        writer.put("d2", ("", "甲乙"))
        assert set(reader.search("甲乙")) == {"d1#1", "d2#1"}


_WORDS = st.lists(st.sampled_from(["甲乙", "丙丁", "戊己", "2025", "abc"]), max_size=4).map(" ".join)
_STEP = st.tuples(st.sampled_from(["d1", "d2", "d3"]), st.lists(st.tuples(_WORDS, _WORDS), max_size=3))


@settings(max_examples=40, deadline=None)
@given(st.lists(_STEP, max_size=8))
def test_contract_any_history_ends_as_if_indexed_at_once(steps):
    """Putting, replacing and removing leave the same scores as a rebuild over what is there."""
    with closing(Catalog(None)) as catalog:
        shelf = Shelf(catalog)
        for document, chunks in steps:
            shelf.put(document, *chunks) if chunks else shelf.remove(document)
        step_by_step = shelf.search("甲乙 丙丁 2025 abc", k=100)
        with catalog.change() as connection:
            shelf.leg.rebuild(connection, "public")
        assert shelf.search("甲乙 丙丁 2025 abc", k=100) == pytest.approx(step_by_step)
