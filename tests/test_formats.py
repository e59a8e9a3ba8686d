"""The same reply in every format an office has gives the same headings and items, and bad files one line each."""

import random
from pathlib import Path

import pytest

from corpus import Document, read_document
from corpus.errors import DafuError
from corpus.normalise import join_lines
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


@pytest.mark.parametrize("suffix", [".md", ".html", ".docx", ".pdf"])
def test_the_same_structure_in_every_format(reply: Document, tmp_path: Path, suffix: str):
    """Made by real writers: python-docx with automatic numbering, reportlab with a font that is not in the file."""
    lines, path = builders.lines_of(reply), tmp_path / f"reply{suffix}"
    if suffix == ".md":
        path.write_text(builders.markdown(lines), encoding="utf-8")
    elif suffix == ".html":
        path.write_text(builders.web_page(lines), encoding="utf-8")
    elif suffix == ".docx":
        builders.word(lines, path)
    else:
        builders.portable(lines, path)
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
