"""Ask for a back-test, ask for it again, stop one."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.clock import business_date
from loyalty.kit.problems import FieldError, Malformed, Refused
from rewards.backtests.models import BackTest
from rewards.earning.approved import compiled
from rewards.earning.domain.triggers import PURCHASE
from rewards.earning.models import EarningRule, EarningRuleVersion


class DaysOutOfOrder(Malformed):
    code = "days_out_of_order"


class DaysAhead(Malformed):
    code = "days_ahead"


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
    budget_minor: int | None = None,
) -> BackTest:
    """Ask what drafted rules would have given over past days; without any, the live rules are held against what they gave.

    Raises: DaysOutOfOrder, DaysAhead, NothingToTry.
    """
    _check_days(first_on, last_on, business_date(at, programme.time_zone))
    _check_drafts(programme, drafts)
    row = BackTest(
        programme=programme,
        name=name,
        first_on=first_on,
        last_on=last_on,
        known_at=at,
        budget_minor=budget_minor,
        author=author,
        requested_at=at,
    )
    return _write(row, drafts, dropped)


@transaction.atomic
def request_repetition(*, of: BackTest, author: User | None, at: dt.datetime) -> BackTest:
    """Ask for the same back-test again: the same rules over the same days, as they were known then."""
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
    )
    return _write(row, list(of.drafts.all()), list(of.dropped.all()))


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


def _write(row: BackTest, drafts: Sequence[EarningRuleVersion], dropped: Sequence[EarningRule]) -> BackTest:
    row.inputs = {
        "programme": row.programme.slug,
        "first_on": row.first_on.isoformat(),
        "last_on": row.last_on.isoformat(),
        "known_at": row.known_at.isoformat(),
        "drafts": [{"rule": of.rule.code, "definition": of.definition} for of in sorted(drafts, key=lambda of: of.rule.code)],
        "dropped": sorted(rule.code for rule in dropped),
        "live": [str(pk) for pk in live_versions(row.programme, row.known_at).values_list("pk", flat=True)],
    }
    row.inputs_hash = fingerprint(row.inputs)
    row.save(force_insert=True)
    row.drafts.set(drafts)
    row.dropped.set(dropped)
    return row


def live_versions(programme: Programme, known_at: dt.datetime) -> Any:
    """Return the versions of a programme's rules that were approved by then, in the order in which they supersede each other."""
    rows = EarningRuleVersion.objects.approved().filter(rule__programme=programme, approved_at__lte=known_at)
    return rows.select_related("rule__currency__unit", "rule__programme", "rule__campaign").order_by("rule__code", "valid_from", "version")


def _check_days(first_on: dt.date, last_on: dt.date, today: dt.date) -> None:
    if last_on < first_on:
        detail = _("The last day is the first day or a later one.")
        raise DaysOutOfOrder(detail, errors=[FieldError("/last_on", "out_of_order", detail)])
    if last_on > today:
        detail = _("The last day lies ahead. Choose today or an earlier day.")
        raise DaysAhead(detail, errors=[FieldError("/last_on", "out_of_range", detail)])


def _check_drafts(programme: Programme, drafts: Sequence[EarningRuleVersion]) -> None:
    rules = [of.rule_id for of in drafts]
    if len(set(rules)) < len(rules):
        raise NothingToTry(_("Two drafts are of the same rule. Try one of them at a time."))
    for of in drafts:
        assert of.rule.programme_id == programme.pk
        if compiled(of).trigger != PURCHASE:
            detail = _("%(rule)s runs on events. Only rules of purchases can be tried on the past.")
            raise NothingToTry(detail % {"rule": of.rule.name})
