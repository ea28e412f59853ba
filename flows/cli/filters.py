"""`clean`, `dedup` and `tag`: each stage alone, as a filter. Nothing in the data folder is read or written."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from flows.cli import app

Record = dict[str, Any]  # Any: JSON


@app.command()
def clean(
    files: Annotated[list[Path], typer.Argument(metavar="IN.jsonl|FILE...", help="JSON lines {id, text | html, url?, source?}, - for standard input; or plain text and HTML files.")],
    diff: Annotated[bool, typer.Option("--diff", help="Show the cuts in colour, with their rules.")] = False,
) -> None:  # fmt: skip
    """Remove boilerplate: one line out per line in; for plain files the clean text."""
    from tasks.clean.lines import clean_record  # noqa: PLC0415
    from tasks.errors import UsageError  # noqa: PLC0415

    for path in files:
        if not _is_lines(path):
            _clean_file(path, diff=diff)
        elif diff:
            what = (
                "of standard input only JSON lines are read" if str(path) == "-" else f"{path} has JSON lines"
            )
            raise UsageError(f"{what}: --diff shows the cuts of one plain text or HTML file")
        else:
            _each_line(path, clean_record)


@app.command()
def dedup(
    lines: Annotated[Path, typer.Argument(metavar="IN.jsonl", help="JSON lines {id, title?, text, source?, published_at?}; - for standard input.")],
    pairs: Annotated[Path | None, typer.Option("--pairs", metavar="FILE", help="Write the evidence: one pair a line.")] = None,
) -> None:  # fmt: skip
    """Find duplicates: {id, cluster_id, is_canonical, canonical_id}, one line out per line in."""
    from tasks.dedup.records import dedup_records  # noqa: PLC0415

    with _opened(lines) as stream:
        answers, evidence = dedup_records(_records(stream, lines))
    for answer in answers:
        _put(answer)
    if pairs:
        with pairs.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in evidence)


@app.command()
def tag(
    target: Annotated[str, typer.Argument(metavar="IN.jsonl|V", help="JSON lines {id, text, published_at?}, - for standard input; or a version, with NAME.")],
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Name version V so; retention keeps it.")] = None,
    data: Annotated[Path | None, typer.Option("--data", help="Data folder.", show_default="data")] = None,
) -> None:  # fmt: skip
    """Tag names, dates and amounts: {id, mentions}, one line out per line in. With NAME: name a version."""
    if name is not None:
        from flows.cli.versions import name_version  # noqa: PLC0415

        name_version(target, name, data)
        return
    path = Path(target)
    if target != "-":
        _check_file(path, f"; a version gets a name by `cleancopy tag {target} NAME`")
    from tasks.entities.gazetteer.lookup import load_gazetteer  # noqa: PLC0415
    from tasks.entities.record import tag_record, tag_records  # noqa: PLC0415
    from tasks.entities.taggers import load_tagger  # noqa: PLC0415
    from tasks.settings import load_settings  # noqa: PLC0415

    tagger, gazetteer = load_tagger(load_settings().tagger), load_gazetteer()
    if target == "-":  # a program at the other end of the pipe may wait for each answer
        _each_line(path, lambda record: tag_record(record, tagger, gazetteer))
        return
    with _opened(path) as stream:
        for answer in tag_records(_records(stream, path), tagger, gazetteer):
            _put(answer)


def _is_lines(path: Path) -> bool:
    return str(path) == "-" or path.suffix.lower() in {".jsonl", ".ndjson"}


def _each_line(path: Path, work: Callable[[Record], Record]) -> None:
    with _opened(path) as stream:
        for record in _records(stream, path):
            _put(work(record))


def _records(stream: IO[bytes], path: Path) -> Iterator[Record]:
    """The records of a stream of JSON lines. Raises UsageError, naming the line, for anything else."""
    from tasks.errors import UsageError  # noqa: PLC0415

    for number, line in enumerate(stream, 1):
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901
        if not line.strip():
            continue
        try:
            record = json.loads(line.decode("utf-8", "replace"))
        except (ValueError, RecursionError) as error:
            raise UsageError(
                f"{path}, line {number}: not JSON ({error}); every line is one object with an id and a text"
            ) from error
        if not isinstance(record, dict) or "id" not in record:
            raise UsageError(f"{path}, line {number}: a record is an object with an id")
        yield record


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    _check_file(path)
    with path.open("rb") as stream:
        yield stream


def _check_file(path: Path, or_else: str = "") -> None:
    """Raises UsageError where there is no such file. or_else: what else may have been meant."""
    from tasks.errors import UsageError  # noqa: PLC0415

    if not path.exists():
        raise UsageError(f"no file {path}{or_else}")
    if path.is_dir():
        raise UsageError(f"{path} is a folder: name files, e.g. {path}/*")


def _put(record: Mapping[str, Any]) -> None:
    text = json.dumps(record, ensure_ascii=False)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


def _clean_file(path: Path, *, diff: bool) -> None:
    from flows.cli.render import console  # noqa: PLC0415
    from tasks.clean.clean import Given, clean_text  # noqa: PLC0415
    from tasks.clean.rules import load_rules  # noqa: PLC0415
    from tasks.clean.show import show_diff  # noqa: PLC0415
    from tasks.errors import UsageError  # noqa: PLC0415
    from tasks.ingest.decoding import decode, is_binary  # noqa: PLC0415

    _check_file(path)
    html, data = path.suffix.lower() in {".html", ".htm"}, path.read_bytes()
    decoded = decode(data, html=html)
    if is_binary(data, decoded.encoding):
        raise UsageError(
            f"{path} is neither plain text nor HTML nor JSON lines. Unpack it first, or put it into raw/: "
            "`cleancopy run` reads more kinds of files"
        )
    raw = decoded.text
    cleaned = clean_text(raw, load_rules(), Given(media_type="html" if html else "text"))
    if cleaned.dropped_reason:
        console(stderr=True).print(
            f"{path}: dropped as {cleaned.dropped_reason} ({cleaned.evidence})", soft_wrap=True, markup=False
        )
    if diff:
        out = console()
        out.print(show_diff(raw, cleaned, marks=out.color_system is None or out.no_color))
        return
    sys.stdout.write((f"{cleaned.title}\n\n" if cleaned.title else "") + cleaned.text + "\n")
