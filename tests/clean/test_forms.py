"""Forms name what the model cuts; each is tried on its own examples, and none may be slow."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tasks.clean.forms import Form, doubt_of, form_of, load_forms
from tasks.errors import ConfigError

FORMS = load_forms()


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.kind}-{form.cut[0][:20]}")
def test_examples(form: Form) -> None:
    assert all(form.fits(line, line.lower()) for line in form.cut)
    assert not any(form.fits(line, line.lower()) for line in form.keep)


def test_a_form_finds_in_lower_case_what_it_finds_where_case_does_not_count() -> None:
    lines = [line for form in FORMS for line in (*form.cut, *form.keep)]
    spelled = [one for line in lines for one in (line, line.upper(), line.title()) if one.isascii()]
    quick = [form for form in FORMS if form.in_low is not None]
    assert len(quick) > len(FORMS) / 2
    for form in quick:
        found = [form.pattern.search(line) is not None for line in spelled]
        assert [form.in_low.search(line.lower()) is not None for line in spelled] == found


def test_a_pattern_in_which_case_counts_is_not_looked_for_in_lower_case(tmp_path: Path) -> None:
    path = tmp_path / "forms.toml"
    for pattern in ("ends[.]", "(?i:ends)|(?i:stops)", "(?i:ends by [A-Z])", "(?i:\u017ftops)"):
        entry = f'[[form]]\nkind = "other"\npattern = "{pattern}"\nneedles = ["s"]\ncut = ["ends"]\nkeep = ["y"]\n'
        path.write_text(entry, encoding="utf-8")
        assert load_forms.__wrapped__(path)[0].in_low is None


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.kind}-{form.cut[0][:20]}")
@pytest.mark.parametrize("piece", ["a", "a ", "a/ ", "› ", "share ", "by ", "1 ", ": ", "é.", "@a"])
def test_no_line_takes_long(form: Form, piece: str) -> None:
    line = (piece * form.max_chars)[: form.max_chars - 1] + "\\"
    start = time.process_time()
    form.pattern.search(line)
    assert time.process_time() - start < 1  # a pattern that backtracks takes minutes


def test_a_sentence_needs_more_than_a_form() -> None:
    assert doubt_of("Jetzt im Newsletter: die Hafenpost") > 0
    assert doubt_of("Der Newsletter, um den es ging, hatte neunzehn Leser.") == 0
    assert doubt_of('"No comment."') == 0
    assert form_of("The boats left at noon.") is None


def test_a_wrong_file_says_which_form(tmp_path: Path) -> None:
    path = tmp_path / "forms.toml"
    path.write_text('[[form]]\nkind = "nothing"\npattern = "x"\nneedles = ["x"]\ncut = ["x"]\nkeep = ["y"]\n')
    with pytest.raises(ConfigError, match="form 1: kind 'nothing'"):
        load_forms(path)
