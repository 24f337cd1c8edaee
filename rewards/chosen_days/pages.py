"""What members read of the days that they choose."""

import dataclasses
import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.members.models import Member
from rewards.chosen_days.queries import Choosing, choosings_of
from rewards.chosen_days.words import span_text


@dataclasses.dataclass(frozen=True, slots=True)
class ChoosingCard:
    """One day to choose in words, with the first and the last day that can be chosen."""

    code: str
    title: str
    lines: list[str]
    first: str
    last: str


def choosing_cards(member: Member, today: dt.date) -> list[ChoosingCard]:
    """Return what a member chooses; empty in programmes without."""
    return [_card(one, today) for one in choosings_of(member, today)]


def _card(one: Choosing, today: dt.date) -> ChoosingCard:
    lines = [_line(span_text(span), chosen) for span, chosen in ((one.now, one.chosen_now), (one.next, one.chosen_next))]
    first = one.next.first_on if one.chosen_now else today + dt.timedelta(days=1)
    return ChoosingCard(
        one.setup.code, one.setup.name_in(get_language() or "en"), lines, first.isoformat(), one.next.through_on.isoformat()
    )


def _line(period: str, chosen: dt.date | None) -> str:
    if chosen is None:
        return _("%(period)s: no day chosen yet.") % {"period": period}
    return _("%(period)s: your day is %(day)s.") % {"period": period, "day": date_format(chosen, "l j F")}
