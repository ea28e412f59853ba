"""A person's own rules: written with their reason, tried before, refused where they say nothing new."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from tasks.clean.clean import Given, clean_text
from tasks.clean.own_rules import Wish, add_rule, own_rules
from tasks.clean.rules import load_rules, rule_cuts
from tasks.errors import UsageError

SHIPPED = '[[rule]]\nid = "en.share"\nkind = "share"\nconfidence = 0.97\nsays = ["share this", "tides and bells"]\ncut = ["Share this"]\nkeep = ["Share this with care, she said."]\n'
TEXT = (
    "Harbour opens its gates\n\nTides and bells\n\nThe harbour of the old town was opened to visitors on Monday, the "
    "mayor said, after years of work.\n\nAsk the pilot\n\nNobody had expected so many people to come on the first day. (END)"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "en.toml").write_text(SHIPPED)
    return tmp_path


def cleaned(folder: Path, source: str = "alpha") -> str:
    return clean_text(TEXT, load_rules(folder), Given(source=source), None).text


def keep(line: str, **given: str) -> Wish:
    return Wish(line, "keep", "our column", **given)


def test_a_kept_line_stays_though_a_rule_names_it(folder: Path) -> None:
    assert "Tides and bells" not in cleaned(folder)
    written = add_rule(keep("Tides and bells"), folder)
    assert "Tides and bells" in cleaned(folder)
    assert (written.id, written.path) == ("own.tides_and_bells", folder / "own.toml")


def test_a_rule_for_one_source_leaves_the_others_alone(folder: Path) -> None:
    add_rule(keep("tides  and bells", source="alpha"), folder)
    assert "Tides and bells" in cleaned(folder)
    assert "Tides and bells" not in cleaned(folder, "beta")


def test_a_part_of_a_line_can_be_kept(folder: Path) -> None:
    assert not cleaned(folder).endswith("(END)")
    add_rule(keep("(END)"), folder)
    assert cleaned(folder).endswith("(END)")


def test_a_cut_line_goes_and_its_examples_are_in_the_file(folder: Path) -> None:
    add_rule(Wish("Ask the pilot", "cut", "a box", "alpha", "navigation"), folder)
    assert "Ask the pilot" not in cleaned(folder)
    (rule,) = load_rules(folder).sources["alpha"]
    assert rule_cuts(rule, "Ask the pilot.") != []
    assert all(rule_cuts(rule, example) == [] for example in rule.keep)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (keep("Tides and bells"), "own.tides_and_bells keeps this line already"),
        (Wish("TIDES and bells", "cut", "x"), "keeps this line: delete it there first"),
        (Wish("Share this", "cut", "x"), "en.share cuts this line already"),
        (keep("  "), "the line is empty"),
        (Wish("Crew wanted", "keep", " "), "add --reason"),
        (Wish("Crew wanted", "cut", "x", kind="nonsense"), "is not one of"),
        (Wish("Crew " * 99, "cut", "x"), "at most 300 characters"),
        (keep("Crew", source="../x"), "the name of a folder right under raw/"),
    ],
)  # fmt: skip
def test_what_says_nothing_new_or_makes_no_sense_is_refused(folder: Path, wish: Wish, said: str) -> None:
    add_rule(keep("Tides and bells"), folder)
    before = (folder / "own.toml").read_bytes()
    with pytest.raises(UsageError, match=said):
        add_rule(wish, folder)
    assert (folder / "own.toml").read_bytes() == before


def test_a_dry_run_writes_nothing_and_a_file_edited_by_hand_keeps_its_words(folder: Path) -> None:
    add_rule(keep("Crew wanted"), folder, dry_run=True)
    assert not (folder / "own.toml").exists()
    (folder / "own.toml").write_text("# mine\n")
    add_rule(keep("Crew wanted"), folder)
    add_rule(Wish("Moorings {for} sale (all|any)", "cut", "ours"), folder)
    assert (folder / "own.toml").read_text().startswith("# mine\n")
    assert [(one.source, one.does, one.line) for one in own_rules(folder)] == [
        (None, "keep", "Crew wanted"),
        (None, "cut as other", "Moorings {for} sale (all|any)"),
    ]


def test_a_cut_of_a_page_is_kept_without_its_tags(folder: Path) -> None:
    written = add_rule(keep('Tides <a href="/x">and</a> bells &amp; more'), folder)
    assert tomllib.loads(written.text)["keep"][0]["line"] == "Tides and bells & more"


@examples(st.text(min_size=1, max_size=80), st.sampled_from(["keep", "cut"]))
def test_any_line_is_written_as_it_is_or_refused(
    tmp_path_factory: pytest.TempPathFactory, line: str, does: str
) -> None:
    folder = tmp_path_factory.mktemp("rules")
    try:
        written = add_rule(Wish(line, does, "why"), folder)  # type: ignore[arg-type]
    except UsageError:
        return
    assert [one.id for one in own_rules(folder)] == [written.id]
