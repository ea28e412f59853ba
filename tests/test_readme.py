"""The README is true: every command in it is run, in order, in a clean copy of the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
README = (CHECKOUT / "README.md").read_text()
NOT_HERE = ("uv run pytest -n auto",)  # this very run


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files git would give to a newcomer, and the environment that `uv run` makes there."""
    folder = tmp_path_factory.mktemp("newcomer") / "cleancopy"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (CHECKOUT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(CHECKOUT / name, folder / name)
    return folder


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("VIRTUAL_ENV", "UV_", "CLEANCOPY_", "PREFECT_"))
    }
    return subprocess.run(
        ["bash", "-euc", command.replace("/path/to", str(folder.parent / "elsewhere"))], cwd=folder, env={**environment, "NO_COLOR": "1"},
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_every_command_of_the_readme_does_what_it_says(copy: Path) -> None:
    shutil.copytree(copy / "raw" / "mekong-post", copy.parent / "elsewhere" / "raw" / "mekong-post")
    commands = [line for block in blocks("sh") for line in block.strip().splitlines() if line not in NOT_HERE]
    assert commands[0] == "pip install uv && uv run cleancopy run"
    for command in commands:
        done = run(command, copy)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
    second = run("uv run cleancopy run", copy)
    assert "Nothing to do: version" in second.stdout
    assert not [
        name for name in ("uv.lock", ".prefect", "data") if name not in (CHECKOUT / ".gitignore").read_text()
    ]


@pytest.mark.slow
def test_every_reader_of_the_readme_reads_the_articles(copy: Path) -> None:
    assert (copy / "data" / "LATEST").exists(), "the commands of the README come first"
    counts = set()
    for block in (one for one in blocks("python") if "pyspark" not in one):  # see tests/flows/test_spark.py
        ending = "\nif 'articles' in dir(): print(len(articles))\nelse: print(*(len(r.fetchall()) for r in (together, about, timeline)))\n"
        (copy / "reader.py").write_text(block + ending)
        done = run("uv run python reader.py", copy)
        assert done.returncode == 0, f"{block}\n{done.stderr}"
        counts.add(done.stdout.strip().splitlines()[-1])
    articles = {count for count in counts if " " not in count}
    assert len(articles) == 1
    (found,) = counts - articles
    assert all(int(rows) > 0 for rows in found.split())


@pytest.mark.slow
@pytest.mark.parametrize(
    "table", ["articles", "edits", "mentions", "entities", "pairs", "clusters", "dropped"]
)
def test_every_reader_reads_every_table(copy: Path, table: str) -> None:
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow.dataset as ds
    from datasets import load_dataset

    release = copy / "data" / "releases" / (copy / "data" / "LATEST").read_text().strip()
    files = "*/*.parquet" if table in {"articles", "edits", "mentions"} else "*.parquet"
    counts = {
        len(pd.read_parquet(release / table)),
        pl.read_parquet(release / table).height,
        len(duckdb.sql(f"SELECT * FROM read_parquet('{release}/{table}/{files}')").fetchall()),
        ds.dataset(release / table, partitioning="hive").count_rows(),
        load_dataset(
            "parquet", data_dir=str(release / table), split="train", cache_dir=str(copy / "cache")
        ).num_rows,
    }
    assert len(counts) == 1
