"""Ask for a back-test, ask for it again, stop one."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.clock import business_date
from loyalty.kit.days import check_past_days
from loyalty.kit.problems import FieldError, Malformed, Refused
from rewards.backtests.from_files import lives_months, trial_of_draft
from rewards.backtests.from_trade import standing_on
from rewards.backtests.models import BackTest
from rewards.backtests.trial import Trial, trial_of
from rewards.earning.approved import compiled
from rewards.earning.domain.triggers import PURCHASE
from rewards.earning.models import EarningRule, EarningRuleVersion
from rewards.earning.queries import setting_of
from rewards.programme_files.models import ProgrammeDraft
from rewards.tiers.models import TierLadderVersion
from rewards.trade_files.models import TradeFile

MOST_YEARS = 10


class NothingToTry(Malformed):
    """A draft runs on events, belongs to another programme, or is one of two of the same rule."""

    code = "nothing_to_try"


class BackTestDecided(Refused):
    code = "back_test_decided"


@transaction.atomic
def request_back_test(
    *,
    programme: Programme,
    name: str,
    first_on: dt.date,
    last_on: dt.date,
    author: User | None,
    at: dt.datetime,
    drafts: Sequence[EarningRuleVersion] = (),
    dropped: Sequence[EarningRule] = (),
    ladders: Sequence[TierLadderVersion] = (),
    file: ProgrammeDraft | None = None,
    trade: TradeFile | None = None,
    budget_minor: int | None = None,
) -> BackTest:
    """Ask what drafts, or a programme file that was handed in, would have given over past days; without any, the live rules are held
    against what they gave. The past is that of the members, or that of a file of trade.

    Raises: DaysOutOfOrder, DaysAhead, TooManyDays, NothingToTry, and as `difference` of programme files does.
    """
    check_past_days(first_on, last_on, business_date(at, programme.time_zone), most_years=MOST_YEARS)
    _check_drafts(programme, drafts, ladders)
    if file is not None and (drafts or dropped or ladders):
        raise NothingToTry(_("A file is tried by itself. Choose it or drafts."))
    if trade is not None:
        assert trade.programme_id == programme.pk
        _check_trade(trade, first_on, last_on)
    row = BackTest(
        file=file,
        trade=trade,
        programme=programme,
        name=name,
        first_on=first_on,
        last_on=last_on,
        known_at=at,
        budget_minor=budget_minor,
        author=author,
        requested_at=at,
    )
    trial = trial_of_draft(file) if file else trial_of(drafts=drafts, dropped=dropped, ladders=ladders)
    row.inputs = _inputs(row, trial)
    _save(row)
    row.drafts.set(drafts)
    row.dropped.set(dropped)
    row.ladders.set(ladders)
    return row


@transaction.atomic
def request_repetition(*, of: BackTest, author: User | None, at: dt.datetime) -> BackTest:
    """Ask for the same back-test again: the same rules over the same days, as they were known then. Raises: NothingToTry."""
    if of.trade is not None:
        _check_trade(of.trade, of.first_on, of.last_on)
    row = BackTest(
        programme=of.programme,
        name=of.name,
        first_on=of.first_on,
        last_on=of.last_on,
        known_at=of.known_at,
        budget_minor=of.budget_minor,
        author=author,
        requested_at=at,
        repeats=of.repeats or of,
        file=of.file,
        trade=of.trade,
        inputs=of.inputs,
    )
    _save(row)
    row.drafts.set(of.drafts.all())
    row.dropped.set(of.dropped.all())
    row.ladders.set(of.ladders.all())
    return row


@transaction.atomic
def stop_back_test(*, back_test: BackTest) -> BackTest:
    """Give up a back-test that is not done. Raises: BackTestDecided."""
    row = BackTest.objects.select_for_update().get(pk=back_test.pk)
    if not row.is_working:
        raise BackTestDecided(_("The back-test is not running any more. Reload the page."))
    row.state = BackTest.State.STOPPED
    row.save(update_fields=["state"])
    return row


def fingerprint(content: Any) -> str:
    """Return the SHA-256 of JSON in its one canonical form, as 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _inputs(row: BackTest, trial: Trial) -> dict[str, Any]:
    today = business_date(row.known_at, row.programme.time_zone)
    return {
        "programme": row.programme.slug,
        "first_on": row.first_on.isoformat(),
        "last_on": row.last_on.isoformat(),
        "known_at": row.known_at.isoformat(),
        **trial.as_inputs(),
        "live": [str(pk) for pk in live_versions(row.programme, row.known_at).values_list("pk", flat=True)],
        "terms": terms_on(row.programme, row.last_on if row.trade is None else today, trial),
        **({} if row.trade is None else {"trade": row.trade.sha256, "standing": standing_on(row.programme, today)}),
    }


def _save(row: BackTest) -> None:
    row.inputs_hash = fingerprint(row.inputs)
    row.save(force_insert=True)


def terms_on(programme: Programme, day: dt.date, trial: Trial) -> dict[str, Any]:
    """Return what a point of the main currency is worth on a day, live and in a trial, in how many months it ends, and which share of
    points is expected to be redeemed."""
    setting = setting_of(programme)
    of = setting.currencies[setting.main]
    value = of.terms_on(day).point_value_minor
    ssp, estimate = setting.ssp_on(setting.main, day)
    first = day.replace(day=1)
    live = {"point_value_minor": str(value), "lives_months": lives_months(first, of.expires_on(first))}
    return {
        "currency": setting.main,
        "scale": of.unit.scale,
        **live,
        "draft": {**live, **trial.currencies.get(setting.main, {})},
        "redemption": str(ssp / value if value and estimate is not None else Decimal(1)),
        "is_estimated": estimate is not None,
    }


def live_versions(programme: Programme, known_at: dt.datetime) -> Any:
    """Return the versions of a programme's rules that were approved by then, in the order in which they supersede each other."""
    rows = EarningRuleVersion.objects.approved().filter(rule__programme=programme, approved_at__lte=known_at)
    return rows.select_related("rule__currency__unit", "rule__programme", "rule__campaign").order_by("rule__code", "valid_from", "version")


def _check_trade(trade: TradeFile, first_on: dt.date, last_on: dt.date) -> None:
    if trade.state != TradeFile.State.READY or trade.first_on is None or trade.last_on is None:
        raise NothingToTry(_("The file of trade is not there to be read. Hand it in (once more), and wait until it is ready."))
    if last_on < trade.first_on or first_on > trade.last_on:
        days = {"first": date_format(trade.first_on, "j M Y"), "last": date_format(trade.last_on, "j M Y")}
        detail = _("The file's purchases are of %(first)s to %(last)s. Choose days among them.") % days
        raise NothingToTry(detail, errors=[FieldError("/first_on", "out_of_range", detail)])


def _check_drafts(programme: Programme, drafts: Sequence[EarningRuleVersion], ladders: Sequence[TierLadderVersion]) -> None:
    rules = [of.rule_id for of in drafts]
    if len(set(rules)) < len(rules):
        raise NothingToTry(_("Two drafts are of the same rule. Try one of them at a time."))
    if len({of.ladder_id for of in ladders}) < len(ladders):
        raise NothingToTry(_("Two drafts are of the same ladder. Try one of them at a time."))
    assert all(of.ladder.programme_id == programme.pk for of in ladders)
    for of in drafts:
        assert of.rule.programme_id == programme.pk
        if compiled(of).trigger != PURCHASE:
            detail = _("%(rule)s runs on events. Only rules of purchases can be tried on the past.")
            raise NothingToTry(detail % {"rule": of.rule.name})
