"""The same reply in every format an office has gives the same headings and items, and bad files one line each."""

import random
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from corpus import Document, read_document
from corpus.errors import DafuError
from corpus.normalise import fold, join_lines
from corpus.structure import blocks
from tests.formats import builders

REPLY = Path(__file__).parent.parent / "corpus" / "documents" / "reply-20250021.txt"


@pytest.fixture(scope="module")
def reply() -> Document:
    return read_document(REPLY, REPLY.parent)


def words(document: Document) -> str:
    """What blocks say, without what formats set differently: spaces, breaks, Markdown's signs."""
    said = "".join(join_lines(document.text[block.start : block.end]) for block in blocks(document))
    return "".join(said.replace("#", "").split())


def headings(document: Document) -> list[str]:
    return ["".join(h.split()) for h in dict.fromkeys(h for block in blocks(document) for h in block.heading)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_any_encoding_of_text(reply: Document, tmp_path: Path, encoding: str):
    path = tmp_path / "reply.txt"
    path.write_bytes(reply.text.encode(encoding))
    assert words(read_document(path, tmp_path)) == words(reply)


def test_big5_is_read_and_another_encoding_is_not_taken_for_it(tmp_path: Path):
    """Traditional text of Hong Kong and Taiwan; Korean and Japanese bytes stay refused."""
    text = "關於開放圖書館的通知\n\n各區文化局：\n\n全市二十家圖書館自五月一日起延時至二十二時，這些由各區政府負責。\n"
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode("big5"))
    assert read_document(path, tmp_path).text == text
    for other, encoding in (
        ("서울특별시 공공도서관 운영 시간을 연장합니다. " * 8, "euc-kr"),
        ("公園の利用時間を延長します。" * 6, "shift_jis"),
    ):
        path.write_bytes(other.encode(encoding))
        with pytest.raises(DafuError, match="encoding"):
            read_document(path, tmp_path)


@pytest.mark.parametrize("suffix", [".md", ".html", ".docx", ".pdf"])
def test_the_same_structure_in_every_format(reply: Document, tmp_path: Path, suffix: str):
    """Made by real writers: python-docx with automatic numbering, reportlab with a font that is not in the file."""
    lines, path = builders.lines_of(reply), tmp_path / f"reply{suffix}"
    builders.write(lines, path)
    found = read_document(path, tmp_path)
    assert headings(found)[1:] == headings(reply)[1:]
    assert words(found).count("一是") == words(reply).count("一是")


def test_quotes_of_a_pdf_have_their_page(reply: Document, tmp_path: Path):
    """Each block is on the page on which the writer put it."""
    pages = builders.portable(builders.lines_of(reply), tmp_path / "reply.pdf")
    found = read_document(tmp_path / "reply.pdf", tmp_path)
    assert len(pages) > 1
    for block in blocks(found):
        assert block.page is not None
        start = "".join(found.text[block.start : block.end].split())[:12]
        assert start in "".join(pages[block.page - 1].split())


CODED = [
    ("GBK-EUC-H", "gbk", "GB1"),
    ("GB-EUC-H", "gb2312", "GB1"),
    ("GBKp-EUC-H", "gbk", "GB1"),
    ("GBK2K-H", "gb18030", "GB1"),
    ("UniGB-UCS2-H", "utf-16-be", "GB1"),
    ("UniGB-UTF16-H", "utf-16-be", "GB1"),
    ("ETen-B5-H", "big5", "CNS1"),
]


@pytest.mark.parametrize(("encoding", "codec", "collection"), CODED, ids=[one for one, _, _ in CODED])
def test_fonts_that_are_not_in_a_pdf_are_read_by_their_codes(
    tmp_path: Path, encoding: str, codec: str, collection: str
):
    """As old exports of offices have them: no font, and no table from codes to characters."""
    said = "渔业补贴办法自二〇二五年起施行" if collection == "GB1" else "漁業補貼辦法自公布之日起施行"
    said = said.replace("〇", "零") if codec == "gb2312" else said
    (tmp_path / "a.pdf").write_bytes(builders.coded_pdf([said, f"{said}。"], encoding, codec, collection))
    assert "".join(read_document(tmp_path / "a.pdf", tmp_path).text.split()).replace("#", "") == f"{said}{said}。"


@pytest.mark.parametrize(("kind", "mark"), [("footnote", "注"), ("endnote", "尾注")])
def test_notes_of_a_word_file_stand_behind_their_paragraph(tmp_path: Path, kind: str, mark: str):
    """Outside the words they are about, so that a quote of these stays as it is."""
    path = tmp_path / "a.docx"
    builders.word([builders.Line("渔业办法", 1), builders.Line("每亩补贴三百元。"), builders.Line("按年发放。")], path)
    builders.with_notes(path, {"每亩": "按水面面积计。", "按年": "六月底前。"}, kind)
    text = read_document(path, tmp_path).text
    assert text.split("\n\n")[1:] == [
        "每亩补贴三百元。",
        f"{mark}1：按水面面积计。",
        "按年发放。",
        f"{mark}2：六月底前。\n",
    ]


OFFICE = shutil.which("soffice")


@pytest.fixture(scope="module")
def office_file(reply: Document, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The reply with a table, written by python-docx and saved as another type by LibreOffice, each once."""
    folder = tmp_path_factory.mktemp("office")
    builders.word(builders.lines_of(reply), folder / "reply.docx", TABLE)

    @cache
    def saved(suffix: str) -> Path:
        command = [OFFICE, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", suffix]
        subprocess.run(
            [*command, "--outdir", folder, folder / "reply.docx"], check=True, capture_output=True, timeout=180
        )
        return folder / f"reply.{suffix}"

    return saved


TABLE = [("项目", "2024年", "2025年目标"), ("研发投入", "32亿元", "40亿元"), ("专利", "4.2万件", "5万件")]


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    "suffix", ["pdf", "rtf", pytest.param("doc", marks=pytest.mark.full), pytest.param("odt", marks=pytest.mark.full)]
)
def test_what_an_office_program_saves_has_the_same_structure(reply: Document, office_file, suffix: str):
    """Headings with automatic numbers, sentences over a page break, a table without lines around its cells."""
    path = office_file(suffix)
    found = read_document(path, path.parent)
    assert found.metadata.title == reply.metadata.title
    assert [fold(one) for one in headings(found)[1:]] == [fold(one) for one in headings(reply)[1:]]
    kinds = [block.kind for block in blocks(found)]
    assert kinds[: -len(TABLE)] == [block.kind for block in blocks(reply)]
    assert kinds[-len(TABLE) :] == ["table_header", "table_row", "table_row"]
    if suffix == "pdf":
        assert {block.page for block in blocks(found)} == {1, 2}


@pytest.mark.parametrize("suffix", [".docx", ".pdf", ".html", ".xlsx", ".txt", ".md", ".csv"])
def test_damage_ends_in_one_line(reply: Document, tmp_path: Path, suffix: str):
    """Truncated, overwritten, of another format: a Document or one line that names the cure, no traceback."""
    good = tmp_path / "good.docx"
    builders.word(builders.lines_of(reply), good)
    chance, whole = random.Random(7), good.read_bytes()
    damaged = [b"", b"\0" * 4_000, whole[: len(whole) // 2], chance.randbytes(5_000), b"<" * 2_000, whole]
    damaged.append(bytes(b ^ (chance.random() < 0.02) for b in whole))
    for number, content in enumerate(damaged):
        path = tmp_path / f"bad-{number}{suffix}"
        path.write_bytes(content)
        assert "\n" not in told(path)


@pytest.mark.parametrize("seed", range(12))
def test_overwritten_bytes_inside_a_word_file_end_in_one_line(reply: Document, tmp_path: Path, seed: int):
    """Its directory is whole, so that only unpacking finds the damage."""
    path = tmp_path / "bad.docx"
    builders.word(builders.lines_of(reply), path)
    chance, content = random.Random(seed), bytearray(path.read_bytes())
    for _ in range(40):
        content[chance.randrange(60, len(content) * 3 // 4)] = chance.randrange(256)
    path.write_bytes(content)
    assert "\n" not in told(path)


def test_metadata_beside_a_document_may_not_come_from_elsewhere(tmp_path: Path):
    """A sidecar that is a link out of the folder is refused, as a document would be."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("渔业办法\n\n每亩补贴三百元。\n", encoding="utf-8")
    (tmp_path / "secret.yaml").write_text("title: 别处\n", encoding="utf-8")
    (folder / "a.meta.yaml").write_text("title: 渔业补贴办法\n", encoding="utf-8")
    assert read_document(folder / "a.txt", folder).metadata.title == "渔业补贴办法"
    (folder / "a.meta.yaml").unlink()
    (folder / "a.meta.yaml").symlink_to(tmp_path / "secret.yaml")
    with pytest.raises(DafuError, match="link"):
        read_document(folder / "a.txt", folder)


def told(path: Path) -> str:
    try:
        read_document(path, path.parent)
    except DafuError as error:
        return str(error)
    return ""
