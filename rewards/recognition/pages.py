"""Recognitions as pages and e-mails show them."""

import dataclasses
import datetime as dt

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.queries import currency_of
from ledger.points.domain import last_day
from loyalty.kit.clock import month_start
from loyalty.kit.figures import said_points_text
from rewards.recognition.domain import RecognitionTerms, lapses_on
from rewards.recognition.models import Recognition
from rewards.recognition.queries import Offered, left_to_give, undo_of
from rewards.setups.queries import parsed

NOBODY = "•••"


@dataclasses.dataclass(frozen=True, slots=True)
class RecognitionCard:
    """A recognition in words: who (the other one), how many points, for what, and what was said."""

    title: str
    points: str
    value: str
    message: str
    when: str
    undone: str


def name_of(member: Member) -> str:
    """Return the name that colleagues know; a card's number stays with its owner."""
    return " ".join(filter(None, (member.given_name, member.family_name))) or NOBODY


def card_of(row: Recognition, *, for_receiver: bool) -> RecognitionCard:
    """Show a recognition to who received it, or to who gave it. Needs the people, the version and what took it back."""
    terms: RecognitionTerms = parsed(row.version)
    value, undone = terms.values.get(row.value), undo_of(row)
    title = _("From %(name)s") % {"name": name_of(row.giver)} if for_receiver else _("To %(name)s") % {"name": name_of(row.receiver)}
    return RecognitionCard(
        title=title,
        points=currency_of(row.programme_id).say(row.units),
        value=value.name_in(get_language() or "en") if value else "",
        message=row.message,
        when=date_format(localtime(row.occurred_at), "j F Y"),
        undone=_("Taken back on %(day)s.") % {"day": date_format(undone.business_on, "j F Y")} if undone else "",
    )


def left_text(member: Member, offered: Offered, today: dt.date) -> str:
    """Say what a member has left to give, and until when."""
    last = last_day(lapses_on(month_start(today)))
    points = said_points_text(left_to_give(member, offered, today), offered.allowance.unit.scale)
    return _("You have %(points)s points left to give until %(day)s.") % {"points": points, "day": date_format(last, "j F")}
