"""What a batch keeps of its base version: documents that left `raw/` stay until someone takes them down."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from tasks import schema
from tasks.ingest.inventory import RawFile, document_id, place

Row = dict[str, object]
EMPTY_SHA256 = hashlib.sha256().hexdigest()


@dataclass(frozen=True, slots=True)
class Carried:
    """documents: schema.DOCUMENTS to append to what was read; inventory: schema.INVENTORY, all `kept`."""

    documents: tuple[pa.Table, ...]
    inventory: pa.Table


def inventory_table(files: Iterable[RawFile]) -> pa.Table:
    """The files of a batch as rows of schema.INVENTORY, sorted by path."""
    rows = [
        {"path": file.path, "sha256": file.sha256, "n_bytes": file.n_bytes, "kept": False}
        for file in sorted(files, key=lambda each: each.path)
    ]
    return pa.Table.from_pylist(rows, schema=schema.INVENTORY.schema)


def expected_inventory(present: pa.Table, base: pa.Table) -> pa.Table:
    """A batch's inventory before anything is read: what is in raw/ now, and what the base holds beside it.

    Both schema.INVENTORY, of one batch. Its `inventory_hash` is the base's exactly when there is nothing new. A path
    that could not be opened and is gone held nothing: it is forgotten.
    """
    gone = gone_from(base, set(present["path"].to_pylist()))
    return pa.concat_tables([present, _as_kept(gone)]).sort_by("path")


def gone_from(base: pa.Table, present: AbstractSet[str]) -> pa.Table:
    """The rows of schema.INVENTORY that held something and are not among the paths that raw/ has now."""
    return _without(_readable(base), present)


def inventory_hash(rows: pa.Table) -> str:
    """`hash_entries` of schema.INVENTORY."""
    return hash_entries(zip(rows["path"].to_pylist(), rows["sha256"].to_pylist(), strict=True))


def hash_entries(entries: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over path and hash of every entry, sorted: the same whether a file is there or kept."""
    digest = hashlib.sha256()
    for path, sha256 in sorted(entries):
        digest.update(f"{sha256} {path}\n".encode())
    return digest.hexdigest()


def carry(
    base_documents: Iterable[pa.Table],
    base_inventory: pa.Table,
    read: pa.Table,
    *,
    new_doc_ids: AbstractSet[str],
    new_contents: AbstractSet[str] = frozenset(),
) -> Carried:
    """What stays of the base version of one batch after its files were read again.

    base_documents: schema.DOCUMENTS. base_inventory, read: schema.INVENTORY; `read` has the files that were
    read to their end. new_doc_ids: the ids of all items read from these, the empty and the unreadable too;
    new_contents: the content_sha256 of the documents among them.

    A document stays where its file was not read (it vanished, or cannot be opened). A record stays where its
    file is a new revision without it: neither its id nor its content is there. A record that stayed before
    does so until its id comes back. A file of the same bytes keeps nothing: if it now gives other ids, its
    source's field map changed. A file that is a document itself is replaced by whatever it is now.
    """
    base_inventory = _readable(base_inventory)
    hashes = dict(zip(read["path"].to_pylist(), read["sha256"].to_pylist(), strict=True))
    base_hashes = dict(
        zip(base_inventory["path"].to_pylist(), base_inventory["sha256"].to_pylist(), strict=True)
    )

    def stays(row: Row) -> bool:
        file_path, raw_path = str(row["file_path"]), str(row["raw_path"])
        if file_path not in hashes:
            return True
        if raw_path == file_path or row["doc_id"] in new_doc_ids:
            return False
        if raw_path in base_hashes:  # it stayed before
            return True
        return base_hashes.get(file_path) != hashes[file_path] and row["content_sha256"] not in new_contents

    documents, rows = [], []
    for table in base_documents:
        keys = table.select(["doc_id", "file_path", "raw_path", "content_sha256", "n_bytes"]).to_pylist()
        chosen = [stays(row) for row in keys]
        documents.append(table.filter(pa.array(chosen, pa.bool_())))
        rows += [
            row
            for row, stay in zip(keys, chosen, strict=True)
            if stay and (row["file_path"] in hashes or row["file_path"] not in base_hashes)
        ]
    inventory = _kept_rows(base_inventory, hashes, new_doc_ids, rows)
    return Carried(tuple(table for table in documents if table.num_rows), inventory)


def _kept_rows(
    base: pa.Table, hashes: dict[str, str], new_doc_ids: AbstractSet[str], records: Sequence[Row]
) -> pa.Table:
    """Rows for the files not read, for the records kept now, and for those that stayed before."""
    rows = {
        str(row["raw_path"]): {
            "path": row["raw_path"], "sha256": row["content_sha256"], "n_bytes": row["n_bytes"], "kept": True
        }
        for row in records
    }  # fmt: skip
    for row in _without(base, set(hashes)).to_pylist():
        if document_id(place(row["path"])[0], row["path"]) not in new_doc_ids or not _is_record_of(
            row["path"], hashes
        ):
            rows[row["path"]] = row | {"kept": True}
    return pa.Table.from_pylist([rows[path] for path in sorted(rows)], schema=schema.INVENTORY.schema)


def _is_record_of(path: str, files: Container[str]) -> bool:
    """Whether the path is file#record of one of the files."""
    return any(prefix in files for prefix in _before_each_hash(path))


def _before_each_hash(path: str) -> Iterator[str]:
    at = path.find("#")
    while at >= 0:
        yield path[:at]
        at = path.find("#", at + 1)


def _without(rows: pa.Table, paths: AbstractSet[str]) -> pa.Table:
    return rows.filter(pc.invert(pc.is_in(rows["path"], value_set=pa.array(sorted(paths), pa.string()))))


def leave_out(rows: pa.Table, unread: AbstractSet[str]) -> pa.Table:
    """The inventory without the files, and their records, that cannot be opened now: it has these paths already."""
    paths = rows["path"].to_pylist() if unread else []
    out = {path for path in paths if path in unread or _is_record_of(path, unread)}
    return _without(rows, out) if out else rows


def _readable(rows: pa.Table) -> pa.Table:
    """Without the paths that could not be opened: no bytes, and the hash of the reason."""
    unread = pc.and_(pc.equal(rows["n_bytes"], 0), pc.not_equal(rows["sha256"], EMPTY_SHA256))
    return rows.filter(pc.invert(unread))


def _as_kept(rows: pa.Table) -> pa.Table:
    at = rows.schema.get_field_index("kept")
    return rows.set_column(at, rows.schema.field(at), pa.array([True] * rows.num_rows, pa.bool_()))
