"""A day passes for one programme: what the tasks of that day do."""

import datetime as dt

from accounts.programmes.models import Programme
from ledger.points.services import activate_due, expire_due
from rewards.conversions.services import run_conversions
from rewards.events.services import note_moments
from rewards.expiry.services import move_ends_of
from rewards.recognition.services import give_allowances
from rewards.redemptions.services import expire_redemptions
from rewards.tiers.services.days import judge_day


def pass_day(*, programme: Programme, day: dt.date, at: dt.datetime) -> None:
    """Notice birthdays, give allowances, judge tiers, let points mature, convert what has gathered, move their ends and lapse, and end holds and vouchers, as the tasks do on this day."""
    note_moments(programme=programme, at=at)
    give_allowances(programme=programme, at=at)
    judge_day(programme=programme, day=day, at=at)
    move_ends_of(programme=programme, on=day)
    for unit in programme.currencies.order_by("pk").values_list("unit", flat=True):
        activate_due(unit=unit, through_on=day, at=at)
        expire_due(unit=unit, through_on=day, at=at)
    run_conversions(programme=programme, at=at)
    expire_redemptions(at=at)
