"""Questions about conversions: what is due, what was done, and what a member can expect."""

import dataclasses
import datetime as dt
import uuid

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import PointCurrency, Programme
from ledger.points.models import Balance, Lot
from loyalty.kit.problems import NotFound
from loyalty.kit.rest.paging import BY_DAY, Key
from rewards.conversions.domain import ConversionKind, ConversionTerms, Period
from rewards.conversions.models import ConversionRate, ConversionRun
from rewards.setups.domain import SetupKind
from rewards.setups.models import Setup, SetupVersion
from rewards.setups.queries import Setups, parsed, setups_of

NEWEST_FIRST = (Key("first_on", BY_DAY, descending=True), Key("id", uuid.UUID, descending=True))
BY_SETUP = (Key("setup_id", int), Key("id", uuid.UUID))


class NoSuchConversion(NotFound):
    code = "conversion_not_found"


def in_force_on(programme: Programme, today: dt.date) -> QuerySet[SetupVersion]:
    """Return the versions of a programme's conversions that are in force on a day."""
    rows = SetupVersion.objects.filter(setup__programme=programme, setup__kind=SetupKind.CONVERSION)
    return rows.in_force_on(today).select_related("setup")


def conversion_of(programme: Programme, code: str) -> Setup:
    """Raises: NoSuchConversion."""
    found = Setup.objects.filter(programme=programme, kind=SetupKind.CONVERSION, code=code).first()
    if found is None:
        raise NoSuchConversion(_("There is no such conversion."))
    return found


def runs_of(programme: Programme) -> QuerySet[ConversionRun]:
    return ConversionRun.objects.filter(setup__programme=programme).select_related("setup", "version__setup", "rate")


def version_on(setups: Setups, setup: int, day: dt.date) -> tuple[SetupVersion, ConversionTerms] | None:
    """Return the version of one conversion that is in force on a day."""
    return next(((version, terms) for version, terms in setups.conversions_on(day) if version.setup_id == setup), None)


@dataclasses.dataclass(frozen=True, slots=True)
class Due:
    """A period that can be converted: by which version, and at which rate."""

    version: SetupVersion
    terms: ConversionTerms
    period: Period
    rate: ConversionRate | None


def due_on(programme: Programme, today: dt.date) -> list[Due]:
    """Return what is to be converted and is not done, oldest period first: the newest period of steps, every period with a rate."""
    setups = setups_of(programme)
    if not setups.conversions:
        return []
    done = set(ConversionRun.objects.filter(setup__programme=programme, state=ConversionRun.State.DONE).values_list("setup", "first_on"))
    rates = ConversionRate.objects.filter(setup__programme=programme, approved_at__isnull=False).order_by("first_on", "pk")
    wanted: list[tuple[int, Period, ConversionRate | None]] = [(rate.setup_id, rate.period, rate) for rate in rates]
    wanted += [
        (version.setup_id, terms.last_period(today), None)
        for version, terms in setups.conversions_on(today)
        if terms.kind is ConversionKind.STEPS
    ]
    unfinished = ConversionRun.objects.filter(setup__programme=programme, state=ConversionRun.State.RUNNING, rate__isnull=True)
    wanted += [(run.setup_id, run.period, None) for run in unfinished]
    found = {
        (setup, period): _due(setups, setup, period, rate, today) for setup, period, rate in wanted if (setup, period.first_on) not in done
    }
    return sorted((due for due in found.values() if due is not None), key=lambda due: (due.period.first_on, due.version.setup_id))


def _due(setups: Setups, setup: int, period: Period, rate: ConversionRate | None, today: dt.date) -> Due | None:
    """A period is converted by the version that is in force on the day on which it is due; before there was one, nothing was promised."""
    for version in reversed(setups.conversions):
        if version.setup_id == setup:
            terms: ConversionTerms = parsed(version)
            on = terms.converts_on(period)
            current = version_on(setups, setup, on)
            if on <= today and current is not None and current[0] == version and (rate is None) == (terms.kind is ConversionKind.STEPS):
                return Due(version, terms, period, rate)
    return None


@dataclasses.dataclass(frozen=True, slots=True)
class OpenPeriod:
    """A period that is over and waits for its rate, with what gathered in it."""

    setup: Setup
    terms: ConversionTerms
    period: Period
    units: int
    proposals: list[ConversionRate]


def open_periods(programme: Programme, today: dt.date) -> list[OpenPeriod]:
    """Return the newest period of each conversion by rate that is over and has none, with what was proposed."""
    found = []
    for version, terms in setups_of(programme).conversions_on(today):
        period = terms.period_of(terms.period_of(today).first_on - dt.timedelta(days=1))
        rates = list(ConversionRate.objects.filter(setup=version.setup, first_on=period.first_on).select_related("author").order_by("pk"))
        if terms.kind is ConversionKind.RATE and not any(rate.approved_at for rate in rates):
            found.append(OpenPeriod(version.setup, terms, period, _gathered(programme, terms, period), rates))
    return found


def _gathered(programme: Programme, terms: ConversionTerms, period: Period) -> int:
    lots = Lot.objects.filter(unit__programme=programme.pk, unit__code=terms.from_code, remaining__gt=0, granted_on__lte=period.through_on)
    return int(lots.aggregate(units=Sum("remaining", default=0))["units"])


@dataclasses.dataclass(frozen=True, slots=True)
class Expected:
    """What will become of what a member has gathered so far, and when."""

    setup: Setup
    terms: ConversionTerms
    source: PointCurrency
    target: PointCurrency
    gathered: int
    taken: int
    given: int
    """Of what is there now; 0 where a rate is decided later."""
    on: dt.date


def expected_of(member: Member, today: dt.date) -> list[Expected]:
    """Return what a member can expect of each conversion; nothing in programmes without."""
    setups = setups_of(member.programme)
    if not setups.conversions:
        return []
    currencies = {row.code: row for row in PointCurrency.objects.filter(programme=member.programme).select_related("unit", "programme")}
    found = []
    for version, terms in setups.conversions_on(today):
        source, target = currencies[terms.from_code], currencies[terms.to_code]
        row = Balance.objects.filter(points_account=member.points_account_id, unit=source.unit_id).first()
        gathered = row.available if row else 0
        taken, given = terms.converted(gathered) if terms.kind is ConversionKind.STEPS else (gathered, 0)
        on = terms.converts_on(terms.next_period(today))
        found.append(Expected(version.setup, terms, source, target, gathered, taken, given, on))
    return found
