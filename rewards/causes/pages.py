"""Causes as pages show them."""

import dataclasses
import datetime as dt

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.figures import points_text
from rewards.causes.queries import Cause, begun_causes, counted_of_member, standing_on
from rewards.causes.words import progress_text, rest_text, units_text


@dataclasses.dataclass(frozen=True, slots=True)
class CauseCard:
    """A cause on a page: `given` of `pledge` in words, what was counted, what is missing to the next, and the member's own count (None: nobody signed in)."""

    title: str
    url: str
    headline: str
    counted: str
    given: int
    pledge: int
    progress: str
    rest: str
    mine: str
    since: str


def cause_cards(programme: Programme, member: Member | None, today: dt.date) -> list[CauseCard]:
    """Return the causes that have begun, by code."""
    return [cause_card(cause, programme, member, today) for cause in begun_causes(programme, today)]


def cause_card(cause: Cause, programme: Programme, member: Member | None, today: dt.date) -> CauseCard:
    terms, standing = cause.terms_on(today), standing_on(cause, today)
    mine = "" if member is None else _("%(count)s of them are yours.") % {"count": points_text(counted_of_member(member, cause))}
    return CauseCard(
        title=cause.setup.name_in(get_language() or "en"),
        url=reverse("portal:cause", args=[programme.slug, cause.code]),
        headline=units_text(terms, standing.given),
        counted=_("%(count)s have counted so far.") % {"count": points_text(standing.counted)},
        given=standing.given,
        pledge=standing.pledge,
        progress=progress_text(terms, standing),
        rest=rest_text(terms, standing),
        mine=mine,
        since=_("Since %(day)s.") % {"day": date_format(cause.versions[0].valid_from, "j F Y")},
    )
