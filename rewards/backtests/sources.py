"""Where the past comes from: what members of the programme bought, or a file of trade."""

import dataclasses
import uuid
from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from accounts.members.models import Member
from ledger.points.models import PointUnit
from loyalty.kit.clock import business_date
from rewards.backtests.around import Around, around
from rewards.backtests.from_trade import AsOf, member_ids, members_between, pasts_in_file
from rewards.backtests.lane import Rules
from rewards.backtests.models import BackTest, BackTestPart
from rewards.backtests.past import Past
from rewards.backtests.reading import pasts_of
from rewards.backtests.trial import Trial
from rewards.backtests.trying import Tried


class Source(Protocol):
    """Whose past is lived again, what happened in it, and under which rules as they were or are."""

    def ids(self) -> Iterator[uuid.UUID]:
        """Return everybody, in order."""

    def members(self, part: BackTestPart) -> Sequence[Member]: ...

    def pasts(self, members: Sequence[Member], unit: PointUnit) -> list[Past]: ...

    def live_rules(self, rules: Rules) -> Rules: ...

    def live_around(self, members: Sequence[Member], needs: Collection[str]) -> Around: ...

    def tried(self, trial: Trial) -> Tried:
        """Make a trial ready."""


class FromMembers:
    """What members bought from the programme, as it was known at a moment."""

    def __init__(self, row: BackTest) -> None:
        self.row = row
        self._known = Member.objects.filter(programme=row.programme_id, joined_at__lte=row.known_at).order_by("pk")

    def ids(self) -> Iterator[uuid.UUID]:
        return self._known.values_list("pk", flat=True).iterator(10_000)

    def members(self, part: BackTestPart) -> Sequence[Member]:
        rows = self._known.filter(pk__gte=part.from_member)
        members = list(rows.filter(pk__lt=part.before_member) if part.before_member else rows)
        for member in members:
            member.programme = self.row.programme
        return members

    def pasts(self, members: Sequence[Member], unit: PointUnit) -> list[Past]:
        row = self.row
        return pasts_of(row.programme, members, unit=unit, last_on=row.last_on, known_at=row.known_at)

    def live_rules(self, rules: Rules) -> Rules:
        return rules

    def live_around(self, members: Sequence[Member], needs: Collection[str]) -> Around:
        return around(self.row.programme, members, needs)

    def tried(self, trial: Trial) -> Tried:
        return Tried(self.row.programme, trial, self.row.first_on, self.row.last_on)


class FromTrade:
    """What a file says was bought, under what is in force on the day of asking."""

    def __init__(self, row: BackTest) -> None:
        assert row.trade is not None
        self.row, self.file = row, row.trade
        self.standing = Trial(ladders=row.inputs["standing"]["ladders"], segments=row.inputs["standing"]["segments"])
        self._live = self._on_all_days(self.standing)

    def ids(self) -> Iterator[uuid.UUID]:
        return member_ids(self.file)

    def members(self, part: BackTestPart) -> Sequence[Member]:
        return members_between(self.file, self.row.programme, part.from_member, part.before_member)

    def pasts(self, members: Sequence[Member], unit: PointUnit) -> list[Past]:  # noqa: ARG002 the file tells points of the main currency
        return pasts_in_file(self.file, members, last_on=self.row.last_on)

    def live_rules(self, rules: Rules) -> Rules:
        return AsOf(rules, business_date(self.row.known_at, self.row.programme.time_zone))

    def live_around(self, members: Sequence[Member], needs: Collection[str]) -> Around:
        return self._live.around(around(self.row.programme, members, needs), members)

    def tried(self, trial: Trial) -> Tried:
        ladders = {**self.standing.ladders, **trial.ladders} if trial.ladders else {}
        return self._on_all_days(dataclasses.replace(trial, ladders=ladders))

    def _on_all_days(self, trial: Trial) -> Tried:
        return Tried(self.row.programme, trial, self.file.first_on or self.row.first_on, self.row.last_on)


def source_of(row: BackTest) -> Source:
    """Return where a back-test's past comes from."""
    return FromTrade(row) if row.trade is not None else FromMembers(row)
