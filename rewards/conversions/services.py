"""Decide rates and convert what is due: in chunks, each in a transaction of its own, so that a run that is killed goes on where it was."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.outbox.services import event_of, publish_many
from accounts.programmes.models import Programme
from accounts.users.models import User
from ledger.books.queries import current_period
from ledger.points.domain import Converting, HowMany, Source
from ledger.points.models import Balance, Conversion
from ledger.points.queries import conversions_since, newest_id
from ledger.points.services import convert_due
from loyalty.kit.clock import business_date
from loyalty.kit.problems import Forbidden, Refused
from rewards.conversions.domain import ConversionKind, ConversionTerms, Period, parse_rate
from rewards.conversions.models import ConversionRate, ConversionRun
from rewards.conversions.queries import Due, due_on, version_on
from rewards.earning.queries import setting_of
from rewards.setups.models import Setup
from rewards.setups.queries import setups_of

CHUNK = 500


class RateNotAsked(Refused):
    """The period is not over, the conversion goes by steps, or the period has a rate."""

    code = "rate_not_asked"


class RateAlreadyApproved(Refused):
    code = "rate_already_approved"


class AnotherPersonMustApproveRate(Forbidden):
    code = "another_person_must_approve"


@transaction.atomic
def propose_rate(*, setup: Setup, on: dt.date, rate: str | Decimal, author: User, at: dt.datetime, evidence: str = "") -> ConversionRate:
    """Propose what a unit becomes that gathered in the period which `on` lies in. Raises: MalformedConversion, RateNotAsked."""
    read = parse_rate(str(rate))
    locked = Setup.objects.select_for_update(no_key=True).select_related("programme").get(pk=setup.pk)
    today = business_date(at, locked.programme.time_zone)
    found = version_on(setups_of(locked.programme), locked.pk, today)
    if found is None or found[1].kind is not ConversionKind.RATE:
        raise RateNotAsked(_("This conversion has no rate that is decided afterwards."))
    period = found[1].period_of(on)
    if period.through_on >= today:
        raise RateNotAsked(
            _("The period is not over. Propose its rate from %(day)s on.") % {"day": period.through_on + dt.timedelta(days=1)}
        )
    _check_free(locked, period)
    return ConversionRate.objects.create(
        setup=locked,
        first_on=period.first_on,
        through_on=period.through_on,
        rate=read,
        evidence=evidence,
        author=author,
        proposed_at=at,
    )


@transaction.atomic
def approve_rate(*, rate: ConversionRate, approver: User, at: dt.datetime) -> ConversionRate:
    """Let a period be converted at a rate. Raises: RateAlreadyApproved, AnotherPersonMustApproveRate, RateNotAsked."""
    setup = Setup.objects.select_for_update(no_key=True).get(pk=rate.setup_id)
    locked = ConversionRate.objects.select_for_update(of=["self"]).get(pk=rate.pk)
    if locked.approved_at is not None:
        raise RateAlreadyApproved(_("This rate has been approved before."))
    if locked.author_id == approver.pk:
        raise AnotherPersonMustApproveRate(_("You proposed this. Another person must approve it."))
    _check_free(setup, locked.period)
    locked.approver, locked.approved_at = approver, at
    locked.save(update_fields=["approver", "approved_at"])
    return locked


def _check_free(setup: Setup, period: Period) -> None:
    if ConversionRate.objects.filter(setup=setup, first_on=period.first_on, approved_at__isnull=False).exists():
        raise RateNotAsked(_("This period has a rate already. What was converted at it stays."))


def run_conversions(
    *, programme: Programme, at: dt.datetime, chunk: int = CHUNK, progress: Callable[[ConversionRun], None] | None = None
) -> int:
    """Convert everything that is due in a programme; return how many wallets had something.

    May be killed, run late, again, and twice at once: a wallet's act is done once for the conversion and the period. `progress(run)` is told
    after each chunk.
    """
    converted = 0
    for due in due_on(programme, business_date(at, programme.time_zone)):
        run = _begin(programme, due, at)
        while not run.is_done:
            before = run.wallets
            run = _go_on(run, due.terms, programme, at, chunk)
            converted += run.wallets - before
            if progress is not None:
                progress(run)
    return converted


def _begin(programme: Programme, due: Due, at: dt.datetime) -> ConversionRun:
    """Begin a run, or take up one that was begun: its days stay those on which it began."""
    setting = setting_of(programme)
    source, target = setting.currencies[due.terms.from_code], setting.currencies[due.terms.to_code]
    day = due.terms.converts_on(due.period)
    if due.rate is not None and due.rate.approved_at is not None:
        day = max(day, business_date(due.rate.approved_at, programme.time_zone))
    day = max(day, current_period(source.unit.book).starts_on)
    valid = due.terms.valid_days
    facts = {
        "version": due.version,
        "rate": due.rate,
        "through_on": due.period.through_on,
        "business_on": day,
        "expires_on": target.expires_on(day) if valid is None else day + dt.timedelta(days=valid),
        "expected": Balance.objects.filter(unit=source.unit, available__gt=0).count(),
        "started_at": at,
    }
    run, _made = ConversionRun.objects.get_or_create(setup=due.version.setup, first_on=due.period.first_on, defaults=facts)
    return run


@transaction.atomic
def _go_on(run: ConversionRun, terms: ConversionTerms, programme: Programme, at: dt.datetime, chunk: int) -> ConversionRun:
    """Convert for the next wallets and note how far it is, both or neither."""
    locked = ConversionRun.objects.select_for_update(of=["self"]).select_related("rate", "setup").get(pk=run.pk)
    if locked.is_done:
        return locked
    converting, before = _converting(locked, terms, programme, at), newest_id()
    last, wallets, units, given = convert_due(converting=converting, after=locked.last_wallet, most=chunk)
    if wallets:
        _tell(locked, conversions_since(converting=converting, before=before), programme, at)
    locked.wallets, locked.units, locked.given = locked.wallets + wallets, locked.units + units, locked.given + given
    if last is None:
        locked.state, locked.finished_at = ConversionRun.State.DONE, at
    else:
        locked.last_wallet, locked.seen = last, locked.seen + chunk
    locked.save()
    return locked


def _tell(run: ConversionRun, done: Sequence[Conversion], programme: Programme, at: dt.datetime) -> None:
    """Let each member hear once, after the commit, what became of what gathered."""
    members = dict(Member.objects.filter(points_account__in=[one.points_account_id for one in done]).values_list("points_account", "pk"))
    publish_many(
        events=[
            event_of(
                topic="points.converted",
                payload={"run": str(run.pk), "units": one.units, "given": one.given},
                at=at,
                programme_id=programme.pk,
                member_id=members[one.points_account_id],
            )
            for one in done
            if one.points_account_id in members
        ]
    )


def _converting(run: ConversionRun, terms: ConversionTerms, programme: Programme, at: dt.datetime) -> Converting:
    setting = setting_of(programme)
    source, target = setting.currencies[terms.from_code], setting.currencies[terms.to_code]
    new = target.terms_on(run.business_on)
    how_many = HowMany(rate=run.rate.rate) if run.rate else HowMany(terms.step_units, terms.gives_units)
    return Converting(
        unit=source.unit.pk,
        to_unit=target.unit.pk,
        how_many=how_many,
        source=Source.JOB,
        key=f"convert:{run.setup_id}:{run.first_on}",
        granted_through=run.through_on,
        occurred_at=at,
        business_on=run.business_on,
        expires_on=run.expires_on,
        portfolio=new.portfolio,
        terms=new.pk,
    )
