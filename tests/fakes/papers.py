"""Documents of an office before and after a change, for tests of what a crash in the middle leaves."""

from __future__ import annotations

import shutil
from pathlib import Path


def paper(subject: str, n: int) -> str:
    """A regulation of ``n`` items, each a chunk of its own."""
    return f"{subject}办法\n\n" + "\n\n".join(
        f"第{i}项：{subject}事项应当在{i}日内办结。" * 12 for i in range(1, n + 1)
    )


BEFORE = {"kept": paper("渔业", 2), "changed": paper("道路", 2), "gone": paper("学位", 1), "moved": paper("税务", 2)}
AFTER = {"kept": BEFORE["kept"], "changed": paper("道路", 3), "new": paper("图书", 2), "moved-away": BEFORE["moved"]}


def write(folder: Path, texts: dict[str, str]) -> None:
    """Make the folder hold these texts and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
