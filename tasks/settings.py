"""The settings: read once in `flows`, passed down. Nothing else reads the environment."""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from tasks.errors import ConfigError

# Shards and workers are no part: a test holds that they change no byte (tests/flows/test_invariant.py).
SHAPES_OUTPUT = ("record_max_bytes", "canonical", "source_rank", "tagger")

CanonicalRule = Literal["agency", "published", "batch", "longest", "source_rank"]


class Settings(BaseSettings):
    """Every setting, from `CLEANCOPY_...`, else from `cleancopy.toml`, else the default here.

    CLEANCOPY_SETTINGS names another file than `cleancopy.toml` in the working folder. An empty variable is none.
    """

    model_config = SettingsConfigDict(
        env_prefix="CLEANCOPY_", env_ignore_empty=True, extra="forbid", frozen=True
    )

    raw: Path = Field(Path("raw"), description="landing zone: raw/<source>/<YYYY-MM-DD>/...")
    data: Path = Field(Path("data"), description="data folder: versions, releases, quarantine, reports")
    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=256,
                         description="processes for the stages' work")  # fmt: skip
    executor: str = Field(
        "processes",
        description="what does the stages' work: processes, dask (a cluster of `workers` here) or dask:ADDRESS of a scheduler",
    )  # fmt: skip
    shard_rows: int = Field(2_000, ge=1, description="documents in one shard, at most")
    shard_bytes: int = Field(16_000_000, ge=1, description="bytes of raw files in one shard, at most")
    record_max_bytes: int = Field(
        64_000_000, ge=1_000, description="a longer line or file is quarantined, not read into memory"
    )
    canonical: tuple[CanonicalRule, ...] = Field(
        ("agency", "published", "batch", "longest", "source_rank"),
        description="policy for the document that stands for its cluster, in order",
    )
    source_rank: tuple[str, ...] = Field((), description="sources, best first, for the canonical policy")
    tagger: str = Field(
        "cleancopy", description="the tagger: cleancopy, gliner:/path, hf:/path, spacy:/path or stanza:/path"
    )
    keep_versions: int = Field(30, ge=1, description="versions that retention keeps")
    keep_days: int = Field(30, ge=0, description="retention keeps versions newer than this, in days")
    grace_hours: float = Field(24.0, ge=0, description="age of an unlisted file before it is swept")
    quarantine_days: int = Field(365, ge=0, description="age at which quarantine and reports are swept")
    port: int = Field(4200, ge=1, le=65_534, description="port of `cleancopy up`; the reports are one above")
    schedule: str = Field("0 4 * * *", description="cron, in UTC: when `up` and `deploy` start a run")
    work_pool: str = Field("cleancopy", min_length=1, description="work pool that `deploy` registers with")
    late_after_mins: int = Field(30, ge=1, description="a scheduled run that has not begun by then is late")
    heartbeat_secs: int = Field(
        30, ge=30, description="a run says so often that it lives; three times unheard, it is marked Crashed"
    )
    alert_webhook: str = Field(
        "",
        repr=False,
        description="URL that is told of failed, stopped, held and late runs (JSON with `text`)",
    )

    @field_validator("executor")
    @classmethod
    def _is_an_executor(cls, given: str) -> str:
        if not re.fullmatch(r"processes|dask|dask:\S+", given):
            raise ValueError(f"{given!r} is none of processes, dask, dask:ADDRESS")
        return given

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  the base class passes it by name
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  the base class passes it by name
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the TOML file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, settings_file())


def settings_hash(settings: Settings) -> str:
    """16 hex digits over the settings that change a published byte; not where, when and how fast it is made."""
    chosen = settings.model_dump_json(include=set(SHAPES_OUTPUT))
    return hashlib.sha256(chosen.encode()).hexdigest()[:16]


def settings_file() -> Path:
    """`cleancopy.toml` here, or the file of CLEANCOPY_SETTINGS: a worker's run begins in an empty folder."""
    return Path(os.environ.get("CLEANCOPY_SETTINGS") or "cleancopy.toml")


def load_settings(**overrides: object) -> Settings:
    """The settings of this process; `overrides` are the command's own options.

    Raises ConfigError, naming the setting, if a value cannot be used.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    if os.environ.get("CLEANCOPY_SETTINGS") and not settings_file().is_file():
        raise ConfigError(f"CLEANCOPY_SETTINGS names {settings_file()}, and there is no such file")
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks the values
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"cannot read {settings_file().absolute()}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            f"setting {where}: {first['msg'].removeprefix('Value error, ')} (CLEANCOPY_{where.upper()} or cleancopy.toml)"
        ) from error
