"""Which document is meant: by doc_id, the beginning of one, a path in raw/ or a url."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.errors import AmbiguousReference, UsageError
from tasks.report.aside import quarantine_rows
from tasks.versions.manifest import Manifest
from tasks.versions.store import Store

State = Literal["published", "dropped", "quarantined"]
ID_DIGITS = 16
NEAR = 3
LEAST_ID = 6  # shorter words of these letters are words
HEX = set("0123456789abcdef")
LEAST_LIKE = (
    0.5  # of difflib's ratio: `fery.txt` is 0.62 like `ferry-terminal.txt`, a word taken at random 0.3
)
LISTED = 8
COMPARED = 5_000  # names compared letter by letter: half a second


@dataclass(frozen=True, slots=True)
class Identity:
    """A document that a version knows of, and what became of it there."""

    doc_id: str
    batch: str
    raw_path: str
    state: State


def identify(store: Store, manifest: Manifest, ref: str) -> Identity:
    """The one document that `ref` means.

    Raises UsageError, with what is near, if none is meant; AmbiguousReference if several are.

    An exact doc_id goes before an exact path, that before a url, a beginning of doc_ids, and a path's end.
    """
    known = pa.concat_tables(list(_known(store, manifest)))
    for hits in _ways(known, ref.strip()):
        found = known.filter(hits)
        ids = sorted(set(found["doc_id"].to_pylist()))
        if len(ids) > 1:
            paths = dict(zip(found["doc_id"].to_pylist(), found["raw_path"].to_pylist(), strict=True))
            listed = ", ".join(f"{one} ({paths[one]})" for one in ids[:LISTED]) + (
                " ..." if len(ids) > LISTED else ""
            )
            raise AmbiguousReference(f"{ref} means {len(ids)} documents: {listed}. Name one of them")
        if ids:
            row = found.slice(0, 1).to_pylist()[0]  # published goes before dropped, that before set aside
            return Identity(row["doc_id"], row["batch"], row["raw_path"], row["state"])
    near = _near(known, ref) if known.num_rows else ()
    if not near:
        near = (*_titled(store, manifest, ref.strip()), *_near_names(known, ref))[:NEAR]
    how = (
        ". A doc_id or its beginning, a path in raw/ or a url names one"
        if known.num_rows
        else ": it has none"
    )
    told = f"; near are {', '.join(near)}" if near else how
    raise UsageError(f"version {manifest.version} has no document {ref!r}{told}")


def _known(store: Store, manifest: Manifest) -> Iterator[pa.Table]:
    columns = ["doc_id", "batch", "raw_path"]
    names = [*columns, "url", "state"]
    articles = store.read_table(manifest, "articles", [*columns, "url"])
    yield _with_state(articles, "published").select(names)
    dropped = store.read_table(manifest, "dropped", columns)
    no_url = pa.nulls(dropped.num_rows, pa.string())
    yield _with_state(dropped.append_column("url", no_url), "dropped").select(names)
    aside = [
        {"doc_id": row["doc_id"], "batch": row["batch"], "raw_path": row["raw_path"], "url": None}
        for row in quarantine_rows(store, manifest)
    ]
    schema = pa.schema([(name, pa.string()) for name in names[:-1]])
    yield _with_state(pa.Table.from_pylist(aside, schema=schema), "quarantined").select(names)


def _with_state(rows: pa.Table, state: State) -> pa.Table:
    rows = pa.table({name: rows[name].cast(pa.string()) for name in rows.column_names})
    return rows.append_column("state", pa.array([state] * rows.num_rows, pa.string()))


def _ways(known: pa.Table, ref: str) -> Iterator[pa.ChunkedArray]:
    """The ways to read the reference, the most literal first, as flags over the known documents."""
    yield pc.equal(known["doc_id"], ref.lower())
    yield pc.equal(known["raw_path"], ref)
    yield pc.fill_null(pc.equal(known["url"], ref), fill_value=False)
    if ref and set(ref.lower()) <= HEX:
        yield pc.starts_with(known["doc_id"], ref.lower())
    ends = [ref[at + 1 :] for at, char in enumerate(ref) if char == "/"]  # raw/source/day/file, or absolute
    yield pc.is_in(known["raw_path"], value_set=pa.array(ends, pa.string()))
    yield pc.or_(pc.ends_with(known["raw_path"], "/" + ref), pc.ends_with(known["raw_path"], "#" + ref))


def _near(known: pa.Table, ref: str) -> tuple[str, ...]:
    """The ids nearest to what may be a mistyped id, else the paths that have the words in them."""
    ids, text = known["doc_id"].to_pylist(), ref.strip().lower()
    if len(text) >= LEAST_ID and set(text) <= HEX:
        same = (_letters(ids) == _letters([text])).sum(axis=1)
        best = np.lexsort((np.array(ids), -same))[:NEAR]
        return tuple(dict.fromkeys(ids[at] for at in best))
    name = text.rstrip("/").rsplit("/", 1)[-1]
    paths = sorted(set(known["raw_path"].to_pylist()))
    return tuple(path for path in paths if name and name in path.lower())[:NEAR]


def _titled(store: Store, manifest: Manifest, words: str) -> list[str]:
    """The articles that have the words in their headline."""
    found: list[str] = []
    for rows in store.iter_table(manifest, "articles", ["doc_id", "title"]) if words else ():
        hits = rows.filter(pc.match_substring(rows["title"], words, ignore_case=True)).slice(0, NEAR)
        found += [f'{one["doc_id"]} "{one["title"]}"' for one in hits.to_pylist()]
        if len(found) >= NEAR:
            break
    return found


def _near_names(known: pa.Table, ref: str) -> list[str]:
    """The paths whose names are spelled most like it."""
    name = ref.strip().rstrip("/").rsplit("/", 1)[-1].lower()
    names = {path: path.rsplit("/", 1)[-1].lower() for path in sorted(known["raw_path"].to_pylist())}
    like = get_close_matches(name, list(dict.fromkeys(names.values()))[:COMPARED], NEAR, cutoff=LEAST_LIKE)
    return [path for one in like for path in names if names[path] == one]


def _letters(ids: list[str]) -> np.ndarray:
    """One row of single characters for each id."""
    padded = np.array([one.ljust(ID_DIGITS)[:ID_DIGITS] for one in ids], dtype=f"U{ID_DIGITS}")
    return padded.view("U1").reshape(len(ids), ID_DIGITS)
