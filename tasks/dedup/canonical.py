"""The canonical document of a cluster: who stands for it, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tasks.errors import ConfigError

UNDATED = "undated"
_LATE = "\uffff"  # behind every date


@dataclass(frozen=True, slots=True)
class Policy:
    """Order of the rules that choose, and the sources from best to worst (Settings.canonical, .source_rank)."""

    order: tuple[str, ...] = ("agency", "published", "batch", "longest", "source_rank")
    source_rank: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        unknown = sorted(set(self.order) - set(_RULES))
        if unknown:
            raise ConfigError(f"canonical policy: unknown rule {unknown[0]!r}; known: {', '.join(_RULES)}")


@dataclass(frozen=True, slots=True)
class Member:
    """What the policy looks at. published: ISO time or empty. day: the batch's day or `undated`.

    is_cut: another member contains it. is_damaged: its words are broken, as OCR breaks them.
    """

    doc_id: str
    source: str = ""
    day: str = UNDATED
    published: str = ""
    agency: str = ""
    n_words: int = 0
    is_cut: bool = False
    is_damaged: bool = False


def day_of(batch: str) -> str:
    """The day of a batch `source/day`; `undated` where it has none."""
    return batch.rpartition("/")[2] or UNDATED


def earliest(members: Sequence[Member]) -> str:
    """The cluster's id: the member whose batch is earliest, undated last; ties: the smallest doc_id."""
    return min(members, key=lambda member: (_day(member), member.doc_id)).doc_id


def choose(members: Sequence[Member], policy: Policy) -> tuple[str, str]:
    """The canonical doc_id, and why: the first rule that decided.

    A whole copy comes before a cut or damaged one, whatever the order says: a teaser of the agency does not
    stand for the article. Then the policy's rules in order, each among those the ones before left equal.
    """
    if len(members) == 1:
        return members[0].doc_id, "only"
    left = sorted(members, key=lambda member: member.doc_id)
    why = []
    for name, rule in [("whole", _whole), *((name, _RULES[name](policy)) for name in policy.order)]:
        best = min(map(rule, left))
        kept = [member for member in left if rule(member) == best]
        if len(kept) < len(left):
            why.append(name)
        left = kept
        if len(left) == 1:
            break
    if len(left) > 1:
        why.append("doc_id")
    return left[0].doc_id, " > ".join(why)


Rule = Callable[[Member], int | str]


def _whole(member: Member) -> int:
    return 2 * member.is_cut + member.is_damaged


def _day(member: Member) -> str:
    return _LATE if member.day == UNDATED else member.day


def _agency(member: Member) -> int:
    """0: the agency's own document; 1: copy that names its agency; 2: no agency."""
    if not member.agency:
        return 2
    bare = (
        "".join(char for char in name.casefold() if char.isalnum()) for name in (member.agency, member.source)
    )
    return 0 if len(set(bare)) == 1 else 1


def _by_source(policy: Policy) -> Rule:
    rank = {source: place for place, source in enumerate(policy.source_rank)}
    return lambda member: rank.get(member.source, len(rank))


_RULES: dict[str, Callable[[Policy], Rule]] = {
    "agency": lambda _: _agency,
    "published": lambda _: lambda member: member.published or _LATE,
    "batch": lambda _: _day,
    "longest": lambda _: lambda member: -member.n_words,
    "source_rank": _by_source,
}
