"""What is known around members when a trial is played: its ladders, campaigns and segments in the place of the live ones. Writes nothing."""

import dataclasses
import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from accounts.members.models import Member
from accounts.programmes.models import Programme
from rewards.backtests.around import SEGMENTS, Around, Asked, Described
from rewards.backtests.trial import Trial
from rewards.campaigns.domain import read_campaign
from rewards.campaigns.models import Campaign
from rewards.segments.domain import compile_segment
from rewards.tiers.domain import Scheme, compile_ladder
from rewards.tiers.domain.judging import Force
from rewards.tiers.domain.scheme import order_with
from rewards.tiers.ladders import Judged, Ladders, compiled, ladders_of, scales_of
from rewards.tiers.models import Tier, TierLadder, TierLadderVersion
from rewards.tiers.services.judgement import read

_SPACE = uuid.UUID("5f1b8a56-6d0c-4f0e-9c43-0f7d3b1f0a55")
"""Names the versions that exist in a trial alone."""


class Tried:
    """A trial made ready for all members of a programme; its days are those of the back-test."""

    def __init__(self, programme: Programme, trial: Trial, first_on: dt.date, last_on: dt.date) -> None:
        self.trial = trial
        self.ladders = _ladders(programme, trial, first_on) if trial.ladders else None
        self.campaigns = _campaigns(programme, trial.campaigns, first_on, last_on)
        self.segments = {code: Described([dt.date.min], [compile_segment(of)]) for code, of in trial.segments.items()}

    @property
    def needs(self) -> frozenset[str]:
        """The facts that the trial's campaigns ask for."""
        return frozenset(SEGMENTS + of.terms.segment for of in self.campaigns.values() if of.terms.segment)

    def around(self, live: Around, members: Sequence[Member]) -> Around:
        """Return what is known around these members under the trial."""
        known = dataclasses.replace(live, campaigns={**live.campaigns, **self.campaigns}, described={**live.described, **self.segments})
        if self.ladders is None:
            return known
        plain = live.plain if self.ladders.plain else None
        hands = read(self.ladders.judged, [member.pk for member in members], {}).hands
        return dataclasses.replace(known, ladders=self.ladders, plain=plain, hands=hands)


def _ladders(programme: Programme, trial: Trial, first_on: dt.date) -> Ladders:
    """Return the programme's ladders with drafted versions from the first day on; a plain one is judged then, as after an approval."""
    live, drafted = ladders_of(programme.pk), trial.ladders
    scales = {of["currency"]: of["scale"] for of in trial.drafts} | scales_of(programme.pk)
    judged = {of.ladder.code: of for of in live.judged}
    rows = {row.code: row for row in TierLadder.objects.filter(programme=programme, code__in=drafted).prefetch_related("tiers")}
    for place, (code, definition) in enumerate(sorted(drafted.items()), start=1):
        scheme = compile_ladder(definition, scales=scales)
        row = rows.get(code) or TierLadder(pk=-place, programme=programme, code=code, is_main=not (live.plain or live.main))
        judged[code] = _judged(row, judged[code].versions if code in judged else _versions(row, scales), scheme, first_on)
    is_plain = live.plain is not None and not any(row.is_plain for row in rows.values())
    return Ladders(live.plain if is_plain else None, tuple(judged.values()))


def _versions(row: TierLadder, scales: Mapping[str, int]) -> tuple[Force, ...]:
    """Return the approved versions of a ladder that is not judged yet: those of a plain one; a new one has none."""
    rows = TierLadderVersion.objects.approved().filter(ladder=row.pk).order_by("valid_from", "version")
    return tuple(Force(version.valid_from, version.pk, compiled(version, scales)) for version in rows)


def _judged(row: TierLadder, versions: Sequence[Force], scheme: Scheme, first_on: dt.date) -> Judged:
    before = tuple(force for force in versions if force.valid_from < first_on)
    return Judged(row, _tiers(row, scheme), (*before, Force(first_on, uuid.uuid5(_SPACE, row.code), scheme)))


def _tiers(row: TierLadder, scheme: Scheme) -> dict[str, Tier]:
    """Return the ladder's tiers in their order, drafted ones among them."""
    known = [] if row.pk < 0 else sorted(row.tiers.all(), key=lambda tier: tier.rank)
    order = order_with([tier.code for tier in known], [level.code for level in scheme.levels])
    return {code: Tier(ladder=row, code=code, rank=rank) for rank, code in enumerate(order, start=1)}


def _campaigns(programme: Programme, drafted: Mapping[str, Any], first_on: dt.date, last_on: dt.date) -> dict[str, Asked]:
    """Return drafted campaigns as if they had run on the days of the back-test, and everybody who is asked had taken the offer."""
    rows = {row.code: row for row in Campaign.objects.filter(programme=programme, code__in=drafted)}
    found = {}
    for code, definition in drafted.items():
        row = rows.get(code)
        terms = dataclasses.replace(read_campaign(definition), first_on=first_on, last_on=last_on, blackout=frozenset(), needs_clip=False)
        key = bytes(row.key) if row else hashlib.sha256(f"{programme.pk} {code}".encode()).digest()
        found[code] = Asked(row.pk if row else 0, key, terms)
    return found
