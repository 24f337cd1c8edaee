"""What will buy less, and from when on, in a sentence of the page's language."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.programmes.models import PointCurrency, Programme
from loyalty.kit.figures import money_text, said_points_text
from loyalty.kit.money import Money
from rewards.catalogue.models import RewardVersion
from rewards.devaluations.queries import Change, Conversion, Price, Worth


def notice_text(programme: Programme, today: dt.date) -> str:
    """Say to colleagues, behind another sentence, when a change can begin by which points buy less."""
    days = programme.notice_days_on(today)
    if days is None:
        return " " + _("The terms promise that members' points never come to buy less.")
    if not days:
        return ""
    told = ngettext(
        "If it gives less for the points, it begins %(days)s day after its approval at the earliest: members hear of it before.",
        "If it gives less for the points, it begins %(days)s days after its approval at the earliest: members hear of it before.",
        days,
    )
    return " " + told % {"days": days}


def sentences_of(change: Change) -> list[str]:
    """Say each thing that changes, with its day and what holds until then."""
    match change.what:
        case Worth():
            told = list(_worth(change.what, change.currency))
        case Price():
            told = list(_price(change.what.old, change.what.new, change.currency))
        case Conversion():
            told = [_conversion(change.what, change.currency)]
    day = date_format(change.counts_from, "j F Y")
    return [_("From %(day)s on: %(change)s") % {"day": day, "change": sentence} for sentence in told]


def _worth(what: Worth, currency: PointCurrency) -> Iterator[str]:
    if what.new.point_value_minor < what.old.point_value_minor:
        many = _round_number(currency, what.old.point_value_minor, what.new.point_value_minor)
        money = currency.programme.currency
        words = {
            "points": currency.say(many),
            "new": money_text(Money(int(what.new.point_value_minor * many), money)),
            "old": money_text(Money(int(what.old.point_value_minor * many), money)),
        }
        yield _("%(points)s pay %(new)s (until then %(old)s).") % words
    if what.old.tender_step_units % what.new.tender_step_units:
        yield _("Points pay in steps of %(points)s.") % {"points": currency.say(what.new.tender_step_units)}


def _round_number(currency: PointCurrency, *values: Decimal) -> int:
    """Return the units of 100 points, or of the next power of ten that is worth a whole amount at each value."""
    many: int = 100 * 10**currency.unit.scale
    while any(value * many % 1 for value in values):
        many *= 10
    return many


def _price(old: RewardVersion, new: RewardVersion, currency: PointCurrency) -> Iterator[str]:
    reward = new.reward.local_name
    if new.price_points > old.price_points:
        words = {
            "reward": reward,
            "new": currency.say(new.price_points),
            "old": said_points_text(old.price_points, currency.unit.scale),
        }
        yield _("%(reward)s costs %(new)s (until then %(old)s).") % words
        return
    yield _("%(reward)s gives less for the same points.") % {"reward": reward}


def _conversion(what: Conversion, currency: PointCurrency) -> str:
    words = {
        "from": currency.say(what.new.step_units),
        "to": what.into.say(what.new.gives_units),
        "old_from": currency.say(what.old.step_units),
        "old_to": what.into.say(what.old.gives_units),
    }
    return _("%(from)s become %(to)s (until then %(old_from)s became %(old_to)s).") % words
