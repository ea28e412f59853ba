"""Source files: strict, and every error names file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.errors import ConfigError
from tasks.ingest.sources import OBVIOUS, FieldMap, Source, load_sources

FULL = """
time_zone = "Europe/Warsaw"
licence = "CC-BY-4.0"
[records]
id = "key"
html = "page.body"
published = "when"
authors = ""
"""


def test_a_source_file_gives_zone_licence_and_fields(tmp_path):
    (tmp_path / "pap.toml").write_text(FULL)
    source = load_sources(tmp_path).get("pap")
    assert (source.time_zone, source.licence) == ("Europe/Warsaw", "CC-BY-4.0")
    assert source.records == FieldMap(
        id=("key",),
        text=(),
        html=("page.body",),
        either=(),
        published=("when",),
        authors=(),
        title=OBVIOUS["title"],
    )


def test_a_source_without_a_file_has_the_obvious_names(tmp_path):
    assert load_sources(tmp_path).get("other") == Source("other", "UTC", None, FieldMap())
    assert load_sources(tmp_path / "nowhere").get("other") == Source("other")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('timezone = "UTC"', "timezone"),
        ('[records]\nheadline = "h"', "records.headline"),
        ('time_zone = "Mars/Olympus"', "time_zone"),
        ('time_zone = "../etc"', "time_zone"),
        ("time_zone = 5", "time_zone"),
        ('[records]\ntext = "a"\nhtml = "b"', "not both"),
        ("[records]\nid = 5", "records.id"),
        ("not toml", "line 1"),
    ],
)
def test_a_wrong_source_file_is_named_with_its_key(tmp_path, text, words):
    (tmp_path / "ap.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"ap\.toml") as caught:
        load_sources(tmp_path)
    assert words in str(caught.value)


def test_the_source_files_of_the_project_load():
    load_sources(Path(__file__).parents[2] / "tasks" / "ingest" / "sources")
