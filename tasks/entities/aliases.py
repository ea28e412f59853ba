"""`aliases.toml`: merges and separations that people decided, strictly read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tasks.entities.gazetteer import compact
from tasks.entities.local import group_of
from tasks.errors import ConfigError

ALIASES = Path(__file__).with_name("aliases.toml")
NameType = Literal["PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "LAW", "WORK", "PRODUCT"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    type: NameType
    names: tuple[str, ...] = Field(min_length=2)
    reason: str = Field(min_length=5)


class _Merge(_Strict):
    wikidata_qid: str | None = Field(None, pattern=r"^Q[1-9]\d*$")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    merge: tuple[_Merge, ...] = ()
    apart: tuple[_Strict, ...] = ()


@dataclass(frozen=True, slots=True)
class Aliases:
    """Decisions by (group, folded name): what is one, what stays apart, which ids are known."""

    merges: tuple[tuple[tuple[str, str], ...], ...] = ()
    apart: frozenset[frozenset[tuple[str, str]]] = frozenset()
    qids: tuple[tuple[tuple[str, str], str], ...] = ()


def load_aliases(path: Path = ALIASES) -> Aliases:
    """The decisions of a file. Raises ConfigError that names the entry that cannot be used."""
    try:
        read = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            f"{path}: {where}: {first['msg']}; see the comment at the top of the file"
        ) from error
    merges = tuple(tuple(dict.fromkeys(_keys(entry))) for entry in read.merge)
    apart = frozenset(
        frozenset((a, b)) for entry in read.apart for a in _keys(entry) for b in _keys(entry) if a < b
    )
    qids = tuple((_keys(entry)[0], entry.wikidata_qid) for entry in read.merge if entry.wikidata_qid)
    both = [keys for keys in merges if any(pair <= set(keys) for pair in apart)]
    if both:
        raise ConfigError(
            f"{path}: {both[0][0][1]!r} is in a merge and in an apart with the same names; keep one of them"
        )
    return Aliases(merges, apart, qids)


def _keys(entry: _Strict) -> list[tuple[str, str]]:
    return [(group_of(entry.type), compact(name)) for name in entry.names]
