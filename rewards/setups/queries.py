"""What is set up on a day? Read once, kept for a few seconds per process: approved versions never change, there are only more of them."""

import datetime as dt
import uuid
from typing import Any

from accounts.programmes.models import Programme
from loyalty.kit.kept import Kept
from rewards.conversions.domain import ConversionTerms
from rewards.earning.domain.fields import Kind
from rewards.events.domain import EventType, Moments
from rewards.quests.domain import Quest
from rewards.referrals.domain import ReferralTerms
from rewards.setups.domain import SetupKind, parse
from rewards.setups.models import SetupVersion

_setups: Kept[uuid.UUID, "Setups"] = Kept()
_parsed: dict[uuid.UUID, Any] = {}


class Setups:
    """Every approved version of a programme, oldest first for each."""

    def __init__(self, versions: tuple[SetupVersion, ...]) -> None:
        self.versions = versions
        self.by_id = {version.pk: version for version in versions}
        self.quests = tuple(version for version in versions if version.setup.kind == SetupKind.QUEST)
        """Empty for programmes that have no card and no challenge: a purchase then looks no further."""
        self.has_plans = any(version.setup.kind == SetupKind.PLAN for version in versions)
        self.has_causes = any(version.setup.kind == SetupKind.CAUSE for version in versions)
        self.has_recognition = any(version.setup.kind == SetupKind.RECOGNITION for version in versions)
        self.conversions = tuple(version for version in versions if version.setup.kind == SetupKind.CONVERSION)

    def on(self, kind: SetupKind, day: dt.date) -> list[SetupVersion]:
        """The newest version of each of a kind that is valid on a day, by code."""
        newest: dict[int, SetupVersion] = {}
        for version in self.versions:
            if version.setup.kind == kind and version.valid_from <= day:
                newest[version.setup_id] = version
        return [version for version in newest.values() if version.valid_to is None or version.valid_to >= day]

    def event_type(self, code: str, day: dt.date) -> tuple[SetupVersion, EventType] | None:
        found = next((version for version in self.on(SetupKind.EVENT_TYPE, day) if version.setup.code == code), None)
        return None if found is None else (found, parsed(found))

    def quests_on(self, day: dt.date) -> list[tuple[SetupVersion, Quest]]:
        return [(version, parsed(version)) for version in self.on(SetupKind.QUEST, day)] if self.quests else []

    def referral_on(self, day: dt.date) -> ReferralTerms | None:
        """The terms, None while the programme has no referrals."""
        found = self.on(SetupKind.REFERRAL, day)
        return parsed(found[0]) if found else None

    def conversions_on(self, day: dt.date) -> list[tuple[SetupVersion, ConversionTerms]]:
        """Which accruals are converted into what."""
        return [(version, parsed(version)) for version in self.on(SetupKind.CONVERSION, day)] if self.conversions else []

    def moments_on(self, day: dt.date) -> Moments:
        """What was set up, else the defaults."""
        found = self.on(SetupKind.MOMENTS, day)
        return parsed(found[0]) if found else Moments()


def parsed(version: SetupVersion) -> Any:
    """Return the compiled definition of an approved version; needs its setup loaded."""
    if version.pk not in _parsed:
        _parsed[version.pk] = parse(SetupKind(version.setup.kind), version.definition)
    return _parsed[version.pk]


def event_kinds(programme: Programme) -> dict[str, dict[str, Kind]]:
    """Return the fields of each event type of a programme, approved or not, as its newest version describes them."""
    rows = SetupVersion.objects.filter(setup__programme=programme, setup__kind=SetupKind.EVENT_TYPE)
    newest = rows.select_related("setup").order_by("setup__code", "-version").distinct("setup__code")
    return {version.setup.code: parse(SetupKind.EVENT_TYPE, version.definition).kinds for version in newest}


def chosen_day_names(programme: Programme) -> dict[str, str]:
    """Return the names of the days that members choose, approved or not, by code."""
    rows = SetupVersion.objects.filter(setup__programme=programme, setup__kind=SetupKind.CHOSEN_DAY).order_by("setup__code")
    return dict(rows.values_list("setup__code", "setup__name"))


def setups_of(programme: Programme) -> Setups:
    """Return what is set up, at most a few seconds old."""
    return _setups.get(programme.pk, lambda: _read(programme))


def _read(programme: Programme) -> Setups:
    rows = SetupVersion.objects.approved().filter(setup__programme=programme).select_related("setup")
    return Setups(tuple(rows.order_by("setup__code", "valid_from", "version")))


def forget_setups(programme: uuid.UUID) -> None:
    """Read afresh from now on, and again once the change is committed."""
    _setups.forget(programme)
