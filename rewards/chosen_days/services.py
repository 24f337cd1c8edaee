"""Choose a day: the only code that writes choices."""

import dataclasses
import datetime as dt
from typing import NoReturn

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.members.models import Member
from ledger.points import services as bank
from loyalty.kit.clock import business_date
from loyalty.kit.problems import FieldError, Malformed, Refused
from rewards.chosen_days.domain import Refusal
from rewards.chosen_days.models import DayChoice
from rewards.chosen_days.queries import chosen_of, terms_on
from rewards.events.services import MemberNotActive


class DayNotToChoose(Malformed):
    """The day is over, is today, or lies behind the next period."""

    code = "day_not_to_choose"


class DayChosenBefore(Refused):
    """A day of this period was chosen. Carries `from_on`, the first day of which another one can be chosen."""

    code = "day_chosen_before"


@dataclasses.dataclass(frozen=True, slots=True)
class ChoiceRecord:
    choice: DayChoice
    replayed: bool = False


@transaction.atomic
def choose_day(*, member: Member, code: str, day: dt.date, at: dt.datetime) -> ChoiceRecord:
    """Let a member choose a day ahead of time; the same day once more changes nothing. Needs the member's programme.

    What was chosen of a period that has begun stands; for the next one the last choice counts. A choice keeps its days when a new version
    changes how long a period is: those of the new length begin after them.
    Raises: NoSuchChosenDay, MemberNotActive, DayNotToChoose, DayChosenBefore.
    """
    today = business_date(at, member.programme.time_zone)
    setup, terms = terms_on(member.programme, code, today)
    bank.lock_wallets(points_accounts=[member.points_account_id])
    taken = chosen_of(member, setup, terms, today)
    _now, after = terms.spans_on(today, taken)
    words = {"last": date_format(after.through_on, "j F Y"), "first": date_format(after.first_on, "j F Y")}
    if day > after.through_on:
        _refuse(_("Choose a day until %(last)s. Later ones can be chosen later.") % words)
    span = terms.span_of(day, taken)
    newest = DayChoice.objects.filter(member=member, setup=setup, first_on=span.first_on).order_by("-number").first()
    if newest is not None and newest.day == day:
        return ChoiceRecord(newest, replayed=True)
    if not member.is_active:
        raise MemberNotActive(_("This membership is not active. Ask the member to contact support."))
    match terms.refusal(day, today, taken=taken):
        case Refusal.PAST | Refusal.TODAY:
            _refuse(_("A day is chosen ahead of time. Choose tomorrow or a later day."))
        case Refusal.STANDS:
            detail = _("Your day of this period stands. Choose another one for the time from %(first)s on.")
            raise DayChosenBefore(detail % words, extra={"from_on": after.first_on.isoformat()})
    choice = DayChoice(
        setup=setup, member=member, first_on=span.first_on, through_on=span.through_on, day=day, chosen_at=at, chosen_on=today
    )
    choice.number = newest.number + 1 if newest is not None else 1
    choice.save(force_insert=True)
    return ChoiceRecord(choice)


def _refuse(detail: str) -> NoReturn:
    raise DayNotToChoose(detail, errors=[FieldError("/day", "out_of_range", detail)])
