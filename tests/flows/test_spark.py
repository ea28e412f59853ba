"""Spark reads the published files as they lie: the README's line, and every value of every table."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pytest

from tasks import schema
from tests.flows.conftest import World, article

CHECKOUT = Path(__file__).parents[2]
IS_HERE = shutil.which("java") is not None and importlib.util.find_spec("pyspark") is not None

# What Spark sees: types as it prints them, rows as JSON with times as microseconds since 1970, so that no time
# zone of the session or the machine has a say.
PROBE = """
import json, sys
from pyspark.sql import functions as F

assert articles.count() > 0
seen = {}
for folder in (release, sys.argv[1]):
    tables = seen.setdefault(folder, {})
    for table in sys.argv[2:]:
        read = spark.read.parquet(f"{folder}/{table}")
        fixed = read.select([F.unix_micros(c).alias(c) if t == "timestamp" else F.col(c) for c, t in read.dtypes])
        if table == "articles":
            micros = lambda one: F.struct(F.unix_micros(one["value"]), one["from"], one["precision"])
            fixed = fixed.withColumn("date_candidates", F.transform("date_candidates", micros))
        rows = [row.asDict(recursive=True) for row in fixed.collect()]
        tables[table] = {"types": dict(read.dtypes), "rows": rows}
json.dump(list(seen.values()), open("seen.json", "w"))
"""
SPARK_TYPES = {
    "string": "string", "large_string": "string", "int64": "bigint", "double": "double", "bool": "boolean",
    "timestamp[us, tz=UTC]": "timestamp", "list<element: string>": "array<string>", "list<item: string>": "array<string>",
}  # fmt: skip


def the_block() -> str:
    blocks = re.findall(
        r"^```python\n(.*?)^```", (CHECKOUT / "README.md").read_text(), re.DOTALL | re.MULTILINE
    )
    (block,) = [block for block in blocks if "pyspark" in block]
    return block


@pytest.fixture(scope="module")
def of_spark(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Per kind of corpus the release, and what Spark read of it: one with an undated month, one without."""
    if not IS_HERE:
        pytest.skip(
            "Spark is not here: uv sync --group spark, and a JVM (apt install openjdk-17-jre-headless)"
        )
    from tasks.settings import Settings

    made: dict[str, Path] = {}
    for name, days in {"dated": ("2024-02-01", "2024-03-05"), "undated": ("2024-02-01", "somewhere")}.items():
        made[name] = folder = tmp_path_factory.mktemp(name)
        world = World(Settings(raw=folder / "raw", data=folder / "data", workers=1))
        for seed in range(6):
            text = article(seed) + ("\n\n(Reuters)\n" if seed % 2 else "")
            world.put(f"alpha/{days[seed % 2]}/{seed}.txt", text)
            world.put(f"beta/{days[seed % 2]}/{seed}.txt", text)
        world.put(f"alpha/{days[0]}/empty.txt", "")
        world.run()
    (made["dated"] / "reader.py").write_text(the_block() + PROBE)
    releases = {name: folder / "data/releases/00000001" for name, folder in made.items()}
    subprocess.run(
        [sys.executable, "reader.py", str(releases["undated"]), *schema.PUBLISHED], cwd=made["dated"], check=True,
        timeout=600, env={
            **os.environ, "TZ": "Asia/Kolkata", "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_SUBMIT_ARGS": "--master local[1] --conf spark.ui.enabled=false pyspark-shell",
        },
    )  # fmt: skip
    seen = json.loads((made["dated"] / "seen.json").read_text())
    return dict(zip(releases, zip(releases.values(), seen, strict=True), strict=True))


def as_spark_says(value: Any) -> Any:
    """A value of pyarrow as the probe writes it down."""
    if isinstance(value, datetime):
        return round(value.timestamp() * 1_000_000)
    if isinstance(value, list):
        return [as_spark_says(one) for one in value]
    return [as_spark_says(one) for one in value.values()] if isinstance(value, dict) else value


def same_rows(table: str, release: Path, rows: list[dict[str, Any]]) -> bool:
    ours = ds.dataset(release / table, partitioning="hive").to_table().to_pylist()
    keys = schema.PUBLISHED[table].key

    def in_order(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
        plain = [{name: as_spark_says(value) for name, value in row.items()} for row in listed]
        return sorted(plain, key=lambda row: [row[key] for key in keys])

    assert in_order(rows) == in_order(ours)
    return True


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["dated", "undated"])
@pytest.mark.parametrize("table", list(schema.PUBLISHED))
def test_spark_reads_every_table_as_it_was_written(of_spark: dict[str, Any], kind: str, table: str) -> None:
    release, seen = of_spark[kind]
    contract = {field.name: SPARK_TYPES.get(str(field.type)) for field in schema.PUBLISHED[table].schema}
    months = {"month": "string"} if schema.PUBLISHED[table].partitioned else {}
    types = seen[table]["types"]
    assert list(types) == [*contract, *months]
    assert {name: types[name] for name, kind in contract.items() if kind} == {
        n: k for n, k in contract.items() if k
    }
    assert {name: types[name] for name in months} == months
    assert same_rows(table, release, seen[table]["rows"])


@pytest.mark.slow
def test_spark_sees_the_dates_as_a_list_of_structs(of_spark: dict[str, Any]) -> None:
    _, seen = of_spark["dated"]
    assert (
        seen["articles"]["types"]["date_candidates"]
        == "array<struct<value:timestamp,from:string,precision:string>>"
    )


def test_a_release_holds_nothing_that_is_not_a_table(world: World) -> None:
    world.put("alpha/2024-02-01/0.txt", article(0))
    world.run()
    release = world.settings.data / "releases/00000001"
    assert {path.name for path in release.iterdir()} == set(schema.PUBLISHED)
    strange = [path for path in release.rglob("*") if path.is_file() and path.suffix != ".parquet"]
    assert strange == []
