"""``python -m evals.cuts [--points 25] [SCENE ...]``: needs a C compiler, for what makes the writes fail.

Prints one line of JSON for each cut; exit status 1 if one of them left anything wrong.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from corpus.errors import InputError


def compiled(folder: Path) -> Path:
    """The library that makes writes fail.

    Raises:
        InputError: there is no C compiler.
    """
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise InputError("there is no C compiler, which the cuts need; install gcc")
    library, source = folder / "fault.so", Path(__file__).with_name("fault.c")
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"]
    subprocess.run(command, check=True)  # noqa: S603 (the machine's compiler on our own file)
    return library


@click.command()
@click.option("--points", default=25, type=click.IntRange(1, 10_000), show_default=True, help="Cuts of each scene.")
@click.argument("scenes", nargs=-1)
def main(points: int, scenes: tuple[str, ...]) -> None:
    """Cut the power at so many writes of each scene, start again, and compare."""
    with tempfile.TemporaryDirectory(prefix="dafu-fault-") as folder:
        try:
            library = compiled(Path(folder))
        except InputError as error:
            raise click.ClickException(str(error)) from error
        environ = os.environ | {"LD_PRELOAD": str(library), "OMP_NUM_THREADS": "1", "DAFU_LLM": "off"}
        command = [sys.executable, "-m", "evals.cuts.run", str(points), *scenes]
        raise SystemExit(subprocess.run(command, env=environ, check=False).returncode)  # noqa: S603 (our own module)


if __name__ == "__main__":
    main()
