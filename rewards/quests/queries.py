"""How do a member's cards, challenges and streaks stand?"""

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Sum

from accounts.members.models import Member
from accounts.programmes.models import Programme
from rewards.quests.domain import Mark, Quest, Stand, Stretch, stand
from rewards.quests.models import QuestAward, QuestMark
from rewards.setups.models import SetupVersion
from rewards.setups.queries import parsed, setups_of

_NOTHING: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True)
class QuestStand:
    """A quest in force, as a member has it."""

    version: SetupVersion
    quest: Quest
    stand: Stand
    awarded: int
    """How often its reward was given and not taken back."""


def needs_on(programme: Programme, day: dt.date, trigger: str) -> frozenset[str]:
    """Return the facts that the day's quests ask for when this happens; they must be known before it is written down."""
    steps = [step for _version, quest in setups_of(programme).quests_on(day) for step in quest.steps if step.trigger == trigger]
    return frozenset[str]().union(*(step.needs for step in steps)) if steps else _NOTHING


def listens(programme: Programme, day: dt.date, trigger: str) -> bool:
    """Tell whether a quest of the day counts when this happens."""
    return any(trigger in quest.triggers for _version, quest in setups_of(programme).quests_on(day))


def chain_of(programme: Programme, setup: int, today: dt.date) -> list[SetupVersion]:
    """Return the approved versions of a quest that have begun, oldest first; before the first day, the first."""
    versions = [version for version in setups_of(programme).quests if version.setup_id == setup]
    return [version for version in versions if version.valid_from <= today] or versions[:1]


def stand_of(member: Member, setup: int, today: dt.date) -> Stand:
    """Return how one quest stands, from all its marks."""
    return _stands(member, [setup], today)[setup]


def quests_of(member: Member, today: dt.date) -> list[QuestStand]:
    """Return the quests in force on a day with how the member stands, by name; two queries."""
    in_force = setups_of(member.programme).quests_on(today)
    if not in_force:
        return []
    setups = [version.setup_id for version, _quest in in_force]
    stands = _stands(member, setups, today)
    awards = QuestAward.objects.filter(points_account=member.points_account_id, setup__in=setups, state=QuestAward.State.GIVEN)
    given: dict[int, int] = defaultdict(int)
    for setup in awards.values_list("setup", flat=True):
        given[setup] += 1
    found = [QuestStand(version, quest, stands[version.setup_id], given[version.setup_id]) for version, quest in in_force]
    return sorted(found, key=lambda one: (one.version.setup.name, one.version.setup.code))


def _stands(member: Member, setups: Iterable[int], today: dt.date) -> dict[int, Stand]:
    rows = QuestMark.objects.filter(points_account=member.points_account_id, setup__in=list(setups))
    sums = rows.values_list("setup", "version", "step", "business_on").annotate(Sum("amount")).order_by()
    marks: dict[uuid.UUID, list[Mark]] = defaultdict(list)
    for _setup, version, step, on, amount in sums:
        marks[version].append(Mark(step, on, amount))
    return {setup: _stand(member, setup, marks, today) for setup in setups}


def _stand(member: Member, setup: int, marks: dict[uuid.UUID, list[Mark]], today: dt.date) -> Stand:
    """The head start is that of the first version under which something was counted."""
    chain = chain_of(member.programme, setup, today)
    counted = [version for version in chain[:-1] if marks.get(version.pk)]
    return stand([Stretch(parsed(version), marks.get(version.pk, [])) for version in [*counted, chain[-1]]], today)
