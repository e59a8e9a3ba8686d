"""``python -m evals.bench --data DIR``: quality and speed of search on a set of questions with known passages."""

from __future__ import annotations

import json
from pathlib import Path

import click

from evals.bench.ranking import bench, to_dict, to_markdown
from evals.bench.sets import DEFAULT_CACHE, CachedEncoder, load, run, show_embedding
from index.encoder import load_default_encoder


@click.command()
@click.option("--data", required=True, type=click.Path(path_type=Path), help="Folder of the set.")
@click.option("--queries", type=click.IntRange(min=1), help="Ask only so many questions, drawn with a fixed seed.")
@click.option("--split", help="Ask only the questions of this split.")
@click.option("--distractors", is_flag=True, help="Index distractors.jsonl too.")
@click.option("--cache", default=DEFAULT_CACHE, type=click.Path(path_type=Path), help="Folder that keeps the vectors.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def main(*, data: Path, queries: int | None, split: str | None, distractors: bool, cache: Path, as_json: bool) -> None:
    """Index a set in a throw-away home and print how BM25, the dense leg and search do on it."""
    chosen = load(data, split=split, queries=queries, distractors=distractors)
    columns = bench(chosen, CachedEncoder(load_default_encoder(), cache, show_embedding))
    if as_json:
        click.echo(json.dumps(to_dict(chosen.name, len(chosen.documents), columns), ensure_ascii=False, indent=2))
    else:
        click.echo(to_markdown(chosen.name, len(chosen.documents), columns))


if __name__ == "__main__":
    run(main)
