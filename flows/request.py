"""From what a person or a schedule asks for to what the DAG is to do."""

from __future__ import annotations

import getpass
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from tasks import schema
from tasks.collector import sparing_collector
from tasks.counting import counted
from tasks.errors import UsageError
from tasks.ingest.carrying import expected_inventory, hash_entries, inventory_hash
from tasks.ingest.inventory import Inventory, Remembered, load_remembered, save_remembered, take_inventory
from tasks.ingest.work import batch_inventory, entries
from tasks.plan import Facts, Plan, Replay, Selection, plan_backfill, plan_replay, plan_run
from tasks.recipes import corpus_recipe, stage_recipes
from tasks.settings import Settings, settings_hash
from tasks.versions.manifest import Batch, Manifest
from tasks.versions.store import Store

_LOG = logging.getLogger(__name__)

CHECKOUT = Path(__file__).parent.parent
MEMORY = (
    ".inventory.json"  # in the data folder: hashes of raw/, so that what did not change is not read again
)
LIBRARIES = ("pyarrow", "numpy", "pandas", "great-expectations", "prefect")


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is to do: the plan, what raw/ holds, and why.

    base: the version the plan was made on. accept: rules accepted now. by: who asked. entries: batches whose
    stored results were rewritten by a takedown; decisions: those it makes. inventories: see Stock.
    """

    plan: Plan
    inventory: Inventory
    base: Manifest | None
    reason: str = ""
    accept: tuple[str, ...] = ()
    by: str = ""
    lineage: Mapping[str, object] = field(default_factory=dict)
    entries: Mapping[str, Batch] = field(default_factory=dict)
    decisions: tuple[Mapping[str, object], ...] = ()
    inventories: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is: raw/, the last version, and per batch the hash of what raw/ and the version hold of it."""

    inventory: Inventory
    base: Manifest | None
    inventories: Mapping[str, str]
    remembered: Mapping[str, Remembered]

    @property
    def sources(self) -> set[str]:
        """Every source in raw/ or in the last version."""
        batches = {*self.inventories, *(self.base.batches if self.base else ())}
        return {batch.rsplit("/", 1)[0] for batch in batches}


@sparing_collector()
def take_stock(settings: Settings, *, mending: bool = False) -> Stock:
    """Reads what changed in raw/ and finishes what a killed run left. Loads neither Prefect nor GX.

    mending: see Store.begin. Raises UsageError if raw/ is missing or no folder, or holds the data folder.
    """
    if not settings.raw.is_dir():
        raise UsageError(
            f"raw folder {settings.raw.absolute()} is {'not a folder' if settings.raw.exists() else 'missing'}: "
            "name it with --raw, or put documents there as raw/<source>/<YYYY-MM-DD>/..."
        )
    if settings.data.resolve().is_relative_to(settings.raw.resolve()):
        raise UsageError(
            f"the data folder {settings.data.absolute()} is inside the raw folder {settings.raw.absolute()}: "
            "what is published would be read as a source. Name another with --data, or move it out of raw"
        )
    store = Store(settings.data)
    base = store.begin(mending=mending)
    inventory, remembered = take_inventory(settings.raw, load_remembered(settings.data / MEMORY))
    return Stock(inventory, base, _inventories(store, inventory, base), remembered)


def run_request(settings: Settings, *, accept: Sequence[str] = (), reason: str = "") -> Request:
    """What `run` has to do. Raises UsageError if a rule is accepted that does not exist, or without a reason."""
    if accept and not reason.strip():
        raise UsageError(
            "a rule is accepted with a reason, which is kept with the version: add --reason TEXT"
        )
    _check_rules(accept)
    stock = take_stock(settings)
    plan = plan_run(stock.base.batches if stock.base else {}, stock.inventories, accept=accept)
    return _request(settings, stock, plan, accept, reason)


def backfill_request(
    settings: Settings, selection: Selection, *, accept: Sequence[str] = (), reason: str = "", dry_run: bool = False
) -> Request:  # fmt: skip
    """What a backfill has to do.

    Raises UsageError if the selection cannot be meant, if a rule to accept does not exist, or if a rule is
    accepted or published rows would be replaced without a reason.
    """
    stock = take_stock(settings, mending=selection.reprocess == "all")
    selection.check(stock.sources)
    _check_rules(accept)
    base = stock.base.batches if stock.base else {}
    recipes = {b: stage_recipes(b.rsplit("/", 1)[0], settings) for b in {*base, *stock.inventories}}
    changed = stock.base is not None and stock.base.corpus_recipe != corpus_recipe(settings)
    plan = plan_backfill(selection, Facts(base, stock.inventories, recipes, changed))
    _check_reason(plan, accept, reason, dry_run=dry_run)
    return _request(settings, stock, plan, accept, reason)


def replay_request(
    settings: Settings, replay: Replay, *, accept: Sequence[str] = (), reason: str = "", dry_run: bool = False
) -> Request:  # fmt: skip
    """What a replay has to do. Raises UsageError as `backfill_request` does."""
    stock = take_stock(settings)
    replay.check(stock.sources)
    _check_rules(accept)
    plan = plan_replay(replay, stock.base.batches if stock.base else {})
    _check_reason(plan, accept, reason, dry_run=dry_run)
    return _request(settings, stock, plan, accept, reason)


def _check_reason(plan: Plan, accept: Sequence[str], reason: str, *, dry_run: bool) -> None:
    if dry_run or reason.strip():
        return
    replaced = [one.batch for one in plan.todo if one.replaces]
    lifted = [one.batch for one in plan.todo if one.lifts_pin and not one.replaces]
    if replaced:
        what = f"{counted(len(replaced), 'published batch', 'published batches')} would be replaced ({_some(replaced)})"
    elif lifted:  # a batch that a rollback emptied
        what = f"{counted(len(lifted), 'pin of a rollback', 'pins of a rollback')} would be lifted ({_some(lifted)})"
    elif accept:
        what = "a rule is accepted"
    else:
        return
    raise UsageError(
        f"{what}: say why with --reason TEXT, in the form under reason, or look first with a dry run"
    )


def _some(batches: Sequence[str]) -> str:
    return ", ".join(batches[:3]) + (", ..." if len(batches) > 3 else "")


def _check_rules(names: Sequence[str]) -> None:
    if names:
        from tasks.gates.judge import check_rules  # noqa: PLC0415  imports GX

        check_rules(names)


def _request(settings: Settings, stock: Stock, plan: Plan, accept: Sequence[str], reason: str) -> Request:
    if stock.inventory.files:
        # Only a memory: whoever writes what matters says what is wrong with the folder.
        try:
            save_remembered(settings.data / MEMORY, stock.remembered)
        except OSError as error:
            _LOG.info("hashes of raw/ not remembered: %s", error)
    return Request(
        plan, stock.inventory, stock.base, reason, tuple(accept), who(), lineage_of(settings),
        inventories=stock.inventories,
    )  # fmt: skip


def lineage_of(settings: Settings) -> dict[str, object]:
    """What made a version: code, settings, libraries."""
    return {
        "code_version": code_version(),
        "settings_hash": settings_hash(settings),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def code_version() -> str:
    """The project's version, and the commit where the checkout knows it."""
    git = CHECKOUT / ".git"
    try:
        head = (git / "HEAD").read_text().strip()
        commit = (git / head.removeprefix("ref: ")).read_text().strip() if head.startswith("ref: ") else head
    except OSError:
        return version("cleancopy")
    return f"{version('cleancopy')}+{commit[:12]}"


def who() -> str:
    """The person or account that asks, as decisions name it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in many containers
        return "unknown"


def _inventories(store: Store, inventory: Inventory, base: Manifest | None) -> dict[str, str]:
    """Per batch of raw/ the hash of its inventory, with what the last version keeps of it.

    A published batch that is gone is among them only where it had paths that could not be opened: these are forgotten.
    """
    files, problems = _by_batch(inventory.files), _by_batch(inventory.problems)
    had_unreadable = {
        name
        for name, entry in (base.batches.items() if base else ())
        if entry.status == "published" and entry.counts.get("ingest", {}).get("quarantined")
    }
    found = {}
    for batch in sorted({*files, *problems, *had_unreadable}):
        present = entries(files.get(batch, ()), problems.get(batch, ()))
        entry = base.batches.get(batch) if base else None
        digest = hash_entries(present)
        if entry is not None and digest != entry.inventory_hash and entry.parts.get("inventory"):
            stored = store.read_parts(schema.INVENTORY, entry.parts["inventory"])
            rows = batch_inventory(files.get(batch, ()), problems.get(batch, ()))
            digest = inventory_hash(expected_inventory(rows, stored))
        if present or (entry is not None and batch in had_unreadable and digest != entry.inventory_hash):
            found[batch] = digest
    return found


def _by_batch(items: Sequence[object]) -> dict[str, list]:  # type: ignore[type-arg]  # files or problems
    grouped: dict[str, list] = {}  # type: ignore[type-arg]
    for item in items:
        grouped.setdefault(item.batch, []).append(item)  # type: ignore[attr-defined]  # both have one
    return grouped
