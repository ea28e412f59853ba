"""learn-profiles: a versioned input of clean that changes nothing by itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from flows.cli.profiles import _print_next
from flows.profiles import Learned, learn, record, said
from tasks.errors import CorruptPart, UsageError
from tasks.profiles import CURRENT, current_profiles
from tests.flows.conftest import World, article

NOTE = "Readers of the Alpha Courier who bring this page to the kiosk on Quay Street get a cup of coffee for nothing."
DAYS = ("2024-02-05", "2024-02-06")


def deliver(world: World, day: str, seeds: range, *extra: str) -> None:
    for seed in seeds:
        world.put(f"alpha/{day}/{seed}.txt", "\n".join([article(seed), NOTE, *extra]))


@pytest.fixture
def learned(world: World) -> World:
    """Two batches published, and the profile learned from them."""
    for number, day in enumerate(DAYS):
        deliver(world, day, range(number * 6, number * 6 + 6))
    world.run()
    (one,) = learn(world.settings)
    assert one.changed
    return world


def with_note(world: World) -> set[str]:
    """The batches whose articles still hold the note."""
    return {row["batch"] for row in world.rows("articles") if NOTE in row["text"]}


def test_a_new_batch_uses_the_profile_and_the_old_ones_stay_until_a_backfill(learned: World) -> None:
    assert learned.run() is None
    deliver(learned, "2024-02-07", range(20, 26))
    learned.run()
    old = {f"alpha/{day}" for day in DAYS}
    assert with_note(learned) == old
    learned.backfill(from_stage="clean")
    assert with_note(learned) == set()
    rules = {row["rule_id"] for row in learned.rows("edits") if NOTE in row["removed"]}
    assert rules == {"source.repeated_line:12/12"}
    assert learned.backfill(from_stage="clean") is None


def test_the_command_that_brings_them_over_can_be_pasted_into_a_shell(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _print_next([Learned("The Times", 9, None, changed=True)], Path("our data"), dry_run=False)
    told = capsys.readouterr().out
    assert "--source 'The Times' --from-stage clean --reason 'new profiles' --data 'our data'" in told


def test_learning_the_same_documents_again_gives_the_same_profile(learned: World) -> None:
    before = current_profiles(learned.settings.data)
    learned.backfill(from_stage="clean")
    assert not any(one.changed for one in learn(learned.settings))
    assert current_profiles(learned.settings.data) == before


def test_a_rebuild_with_the_same_profiles_has_the_same_bytes(learned: World, new_world) -> None:
    learned.backfill(from_stage="clean")
    other = new_world("rebuilt")
    shutil.copytree(learned.settings.raw, other.settings.raw, dirs_exist_ok=True)
    shutil.copytree(learned.settings.data / "profiles", other.settings.data / "profiles")
    other.run()
    assert other.bytes_of_tables() == learned.bytes_of_tables()


def test_a_redesigned_site_is_a_warning_of_the_gate(learned: World) -> None:
    menu = [
        f"Follow us on {name}"
        for name in ("Facebook", "Instagram", "YouTube", "Telegram", "TikTok", "Twitter")
    ]
    deliver(learned, "2024-02-07", range(20, 26), *menu)
    outcome = learned.run()
    assert outcome is not None
    told = [v for report in outcome.reports for v in report.verdicts if v.rule == "cuts_like_profile"]
    assert [(v.batch, v.status) for v in told] == [("alpha/2024-02-07", "warned")]
    assert "alpha/2024-02-07" in {row["batch"] for row in learned.rows("articles")}


def test_a_dry_run_stores_nothing_and_other_sources_are_left_alone(learned: World) -> None:
    for seed in range(30, 40):
        learned.put(f"beta/2024-02-05/{seed}.txt", article(seed))
    learned.run()
    before = current_profiles(learned.settings.data)
    (one,) = learn(learned.settings, ["beta"], dry_run=True)
    assert (one.source, one.changed, current_profiles(learned.settings.data)) == ("beta", True, before)
    assert record(one)["n_stories"] == 10
    assert said(one).startswith("beta: new profile")


def test_wrong_usage_and_a_broken_profile_say_what_to_do(learned: World, new_world) -> None:
    with pytest.raises(UsageError, match="no articles of gamma; it has alpha"):
        learn(learned.settings, ["gamma"])
    with pytest.raises(UsageError, match="no version yet"):
        learn(new_world("empty").settings)
    bare = new_world("bare")
    bare.put("alpha/2024-02-05/empty.txt", "")
    bare.run()
    with pytest.raises(UsageError, match="version 1 has no articles"):
        learn(bare.settings)
    path = learned.settings.data / CURRENT
    listed = json.loads(path.read_bytes())
    path.write_text("{")
    with pytest.raises(CorruptPart, match="not what was written"):
        current_profiles(learned.settings.data)
    path.write_text(json.dumps({"alpha": "0" * 16, **{k: v for k, v in listed.items() if k != "alpha"}}))
    deliver(learned, "2024-02-09", range(50, 52))
    with pytest.raises(CorruptPart, match="is gone"):
        learned.run()
