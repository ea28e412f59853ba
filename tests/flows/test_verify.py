"""`cleancopy verify`: one command says whether the bytes of a version are those that were published."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tasks.versions.store import Store
from tests.flows.conftest import RUN, article, is_one_message
from tests.flows.processes import Commands
from tests.flows.test_bad_data import damage
from tests.flows.test_kill import put


@pytest.fixture(scope="module")
def once(commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two versions; the second shares most files with the first."""
    place = tmp_path_factory.mktemp("published")
    put(place / "raw", {f"alpha/2024-02-01/{seed}.txt": article(seed) for seed in range(3)})
    assert commands(*RUN, cwd=str(place)).code == 0
    put(place / "raw", {"beta/2024-03-02/7.txt": article(7)})
    assert commands(*RUN, cwd=str(place)).code == 0
    return place


@pytest.fixture
def published(once: Path, tmp_path: Path) -> Path:
    """A copy, its hard links links again: the next command finishes what is missing of a release."""
    shutil.copytree(once, tmp_path / "copy")
    shutil.rmtree(tmp_path / "copy/data/releases")
    Store(tmp_path / "copy/data").heal()
    return tmp_path / "copy"


def test_whole_versions_are_said_to_be_whole(commands: Commands, published: Path) -> None:
    one = commands("verify", cwd=str(published))
    assert (one.code, one.stderr) == (0, "")
    assert one.stdout.startswith("version 2: ")
    assert "all as written" in one.stdout
    both = commands("verify", "--all", "--json", cwd=str(published)).json
    assert both["versions"] == [1, 2]
    assert both["damaged"] == []
    assert both["n_files"] > commands("verify", "1", "--json", cwd=str(published)).json["n_files"]


@pytest.mark.parametrize("how", ["flip", "cut", "delete"])
@pytest.mark.parametrize("where", ["_data/documents", "_data/edits", "releases/00000002/articles"])
def test_any_damaged_file_is_named_though_no_run_reads_it(
    commands: Commands, published: Path, where: str, how: str
) -> None:
    part = min((published / "data" / where).rglob("*.parquet"))
    damage(part, how)
    named = commands("verify", "--all", "--json", cwd=str(published)).json["damaged"]
    assert [Path(one["path"]).relative_to(published) for one in named] == [part.relative_to(published)]
    assert set(named[0]["versions"]) <= {1, 2}
    answer = commands("verify", "--all", cwd=str(published))
    assert is_one_message(answer, 1, "not as they were written", "from a copy")
    assert str(part.relative_to(published)) in answer.stdout
    assert commands(*RUN, cwd=str(published)).code == 0  # nothing to do: it looks at no byte


def overwrite(part: Path) -> None:
    """As a disk that fails: under every name of the file."""
    part.chmod(0o644)
    with part.open("r+b") as file:
        file.seek(100)
        file.write(b"XXXX")


def advised(message: str) -> tuple[str, ...]:
    """The backfill that a message names."""
    command = next(one for one in message.split("`") if one.startswith("cleancopy backfill"))
    return (*shlex.split(command)[1:], "--direct")


@pytest.mark.parametrize("table", ["articles", "clean", "documents"])
def test_what_is_damaged_is_made_again_as_the_message_says(
    commands: Commands, published: Path, table: str
) -> None:
    """With its second name in a release, which plain readers open."""
    data = published / "data"
    part = min((data / "_data" / table).rglob("*.parquet"))
    whole = part.read_bytes()
    overwrite(part)
    answer = commands("verify", cwd=str(published))
    assert answer.code == 1
    named = commands("verify", "--json", cwd=str(published)).json["damaged"]
    names = {Path(one["path"]) for one in named}
    assert names == {part, *(data / "releases/00000002").rglob(part.name)}
    assert len(names) == (2 if table == "articles" else 1)
    for name in names:
        name.unlink()
    redo = commands(*advised(answer.stderr), cwd=str(published))
    assert redo.code == 0, redo.stderr
    assert "Version 2 stays" in redo.stdout
    assert {name.read_bytes() for name in names} == {whole}
    assert commands("verify", cwd=str(published)).code == 0
    assert pq.read_table(data / "releases/00000002/articles").num_rows == 4


def test_a_table_that_is_gone_stops_a_run_with_the_command_that_makes_it_again(
    commands: Commands, published: Path
) -> None:
    part = min((published / "data/_data/articles").rglob("*.parquet"))
    for name in (published / "data").rglob(part.name):
        name.unlink()
    put(published / "raw", {"gamma/2024-03-03/8.txt": article(8)})
    missing = commands(
        "backfill", "--from", "2024-01-01", "--to", "2024-12-31", "--direct", cwd=str(published)
    )
    for answer in (commands(*RUN, cwd=str(published)), missing):
        assert is_one_message(answer, 1, part.name, "gone", "--reprocess all")
    redo = commands(*advised(missing.stderr), cwd=str(published))
    assert redo.code == 0, redo.stderr
    assert pq.read_table(published / "data/releases/00000003/articles").num_rows == 5
    assert commands("verify", cwd=str(published)).code == 0
    assert "Nothing to do" in commands(*RUN, cwd=str(published)).stdout


def test_a_damaged_file_of_an_old_release_comes_back_with_its_folder(
    commands: Commands, published: Path
) -> None:
    data = published / "data"
    overwrite(min((data / "_data/articles").rglob("*.parquet")))
    answer = commands("verify", "--all", cwd=str(published))
    for one in commands("verify", "--all", "--json", cwd=str(published)).json["damaged"]:
        Path(one["path"]).unlink()
    shutil.rmtree(data / "releases/00000001")
    assert "an older version, once deleted whole" in answer.stderr
    assert commands(*advised(answer.stderr), cwd=str(published)).code == 0
    assert commands("verify", "--all", cwd=str(published)).code == 0


def test_a_file_too_much_in_a_release_is_named(commands: Commands, published: Path) -> None:
    release = published / "data/releases/00000002/articles"
    source = next(release.rglob("*.parquet"))
    (source.parent / "copy.parquet").write_bytes(source.read_bytes())
    answer = commands("verify", cwd=str(published))
    assert answer.code == 1
    assert "copy.parquet is not part of the version" in answer.stdout


def test_a_version_that_is_not_there_is_wrong_usage(commands: Commands, published: Path) -> None:
    assert is_one_message(commands("verify", "9", cwd=str(published)), 2, "9")
