"""Questions about the days that members chose."""

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.problems import NotFound
from rewards.chosen_days.domain import ChosenDayTerms, Span
from rewards.chosen_days.models import DayChoice
from rewards.setups.domain import SetupKind
from rewards.setups.models import Setup
from rewards.setups.queries import parsed, setups_of


class NoSuchChosenDay(NotFound):
    code = "chosen_day_not_found"


@dataclasses.dataclass(frozen=True, slots=True)
class Choosing:
    """One thing to choose: the spans of now and next, and the days that the member chose of them."""

    setup: Setup
    terms: ChosenDayTerms
    now: Span
    next: Span
    chosen_now: dt.date | None
    chosen_next: dt.date | None


def terms_on(programme: Programme, code: str, day: dt.date) -> tuple[Setup, ChosenDayTerms]:
    """Return what members choose by this code on a day. Raises: NoSuchChosenDay."""
    for version in setups_of(programme).on(SetupKind.CHOSEN_DAY, day):
        if version.setup.code == code:
            return version.setup, parsed(version)
    raise NoSuchChosenDay(_("There is no such day to choose. Look at what your programme offers."))


def choosings_of(member: Member, today: dt.date) -> list[Choosing]:
    """Return what a member chooses, and chose; nothing in programmes without. Needs the member's programme."""
    found = []
    for version in setups_of(member.programme).on(SetupKind.CHOSEN_DAY, today):
        terms: ChosenDayTerms = parsed(version)
        days = chosen_of(member, version.setup, terms, today)
        now, after = terms.spans_on(today, days)
        found.append(Choosing(version.setup, terms, now, after, days.get(now), days.get(after)))
    return found


def chosen_of(member: Member, setup: Setup, terms: ChosenDayTerms, today: dt.date) -> dict[Span, dt.date]:
    """Return which day a member chose for which span, from today's period on."""
    rows = DayChoice.objects.filter(member=member, setup=setup, through_on__gte=terms.period_of(today).first_on).order_by("number")
    return {Span(first, through): day for first, through, day in rows.values_list("first_on", "through_on", "day")}


def chosen_among(programme: uuid.UUID, codes: Collection[str], people: Sequence[tuple[uuid.UUID, dt.date]]) -> list[dict[str, dt.date]]:
    """Return for each member and day which day of its period they chose, by code; what was never chosen is left out. One query."""
    days = [day for _member, day in people]
    rows = DayChoice.objects.filter(
        setup__programme=programme,
        setup__code__in=codes,
        member__in={member for member, _day in people},
        first_on__lte=max(days),
        through_on__gte=min(days),
    )
    of_member: dict[uuid.UUID, list[DayChoice]] = defaultdict(list)
    for row in rows.order_by("number", "id").select_related("setup"):
        of_member[row.member_id].append(row)
    return [{row.setup.code: row.day for row in of_member[member] if row.first_on <= day <= row.through_on} for member, day in people]
