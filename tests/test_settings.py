"""Where settings come from, and which of them a version's lineage names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.errors import ConfigError
from tasks.settings import SHAPES_OUTPUT, Settings, load_settings, settings_hash

OTHERS = {
    "record_max_bytes": 2_000, "canonical": ("longest",), "source_rank": ("alpha",), "tagger": "spacy:/x", "raw": "/r",
    "data": "/d", "workers": 3, "executor": "dask", "shard_rows": 7, "shard_bytes": 9, "keep_versions": 2, "keep_days": 3, "grace_hours": 1.5,
    "quarantine_days": 9, "port": 5000, "schedule": "1 1 * * *", "work_pool": "other", "late_after_mins": 9,
    "heartbeat_secs": 60, "alert_webhook": "http://hook.example",
}  # fmt: skip


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_hash_of_the_settings_changes_with_those_that_change_a_published_byte(name: str) -> None:
    other = Settings(**{name: OTHERS[name]})
    assert (settings_hash(other) != settings_hash(Settings())) == (name in SHAPES_OUTPUT)


def test_a_file_elsewhere_is_read_where_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("shard_rows = 11\n")
    monkeypatch.setenv("CLEANCOPY_SETTINGS", str(file))
    assert load_settings().shard_rows == 11
    file.unlink()
    with pytest.raises(ConfigError, match="and there is no such file"):
        load_settings()


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANCOPY_DATA", "")
    monkeypatch.setenv("CLEANCOPY_SOURCE_RANK", "")
    assert (load_settings().data, load_settings().source_rank) == (Path("data"), ())


def test_an_executor_that_is_none_is_told_which_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANCOPY_EXECUTOR", "dusk")
    with pytest.raises(
        ConfigError, match=r"^setting executor: 'dusk' is none of processes, dask, dask:ADDRESS "
    ):
        load_settings()
