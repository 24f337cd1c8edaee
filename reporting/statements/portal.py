"""A member's home, activity and receipts."""

import datetime as dt
import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.members.access import portal_member, portal_page
from accounts.members.models import Member
from accounts.programmes.queries import currency_of
from ledger.seals import queries as seals
from ledger.seals.receipts import issue_receipt_of
from loyalty.kit import clock
from loyalty.kit.qr import qr_svg
from reporting.statements import queries
from reporting.statements.queries import Cursor
from rewards.causes.pages import cause_cards
from rewards.check_ins.pages import scanned_url
from rewards.chosen_days.pages import choosing_cards
from rewards.conversions.pages import gatherings
from rewards.quests.pages import quest_cards
from rewards.recognition.pages import left_text
from rewards.recognition.queries import recognition_on
from rewards.setups.queries import setups_of


@require_safe
@portal_member
def home(request: HttpRequest, member: Member) -> HttpResponse:
    page, cards = queries.home_of(member, _today(member)), quest_cards(member, _today(member))
    return portal_page(
        request,
        member.programme,
        "reporting/statements/home.html",
        member=member,
        home=page,
        cards=cards[:2],
        gatherings=gatherings(member, _today(member)),
        qr=qr_svg(member.number),
        chosen_days=choosing_cards(member, _today(member)),
        recognition=_recognition(member),
        causes=cause_cards(member.programme, member, _today(member)),
        has_plans=setups_of(member.programme).has_plans,
        check_in_url=scanned_url(request, member.programme.slug),
        **_invitation(request, member),
    )


def _recognition(member: Member) -> str:
    """What the member has left to give; nothing where members do not recognise one another."""
    today = _today(member)
    offered = recognition_on(member.programme, today)
    return left_text(member, offered, today) if offered else ""


def _invitation(request: HttpRequest, member: Member) -> dict[str, Any]:
    """Whether the member may bring friends, and the code by which somebody came who has not said yes to it yet."""
    may_invite = setups_of(member.programme).referral_on(_today(member)) is not None
    return {"may_invite": may_invite, "invited_by": request.session.get("invited_by", "") if may_invite else ""}


@require_safe
@portal_member
def activity(request: HttpRequest, member: Member) -> HttpResponse:
    """Show a page of the activity; htmx asks for the next one's rows alone."""
    before = Cursor.read(request.GET.get("before", ""))
    page = queries.activity_of(member, before=before)
    scale = currency_of(member.programme_id).unit.scale
    only_rows = before is not None and request.headers.get("HX-Request") == "true"
    template = "reporting/statements/activity_rows.html" if only_rows else "reporting/statements/activity.html"
    response = portal_page(request, member.programme, template, activity=page, before=before, scale=scale)
    response["Vary"] = "HX-Request"
    return response


@require_safe
@portal_member
def pending(request: HttpRequest, member: Member) -> HttpResponse:
    """Show which points wait for which day; `after` names the last day of the page before."""
    try:
        after = dt.date.fromisoformat(request.GET.get("after", ""))
    except ValueError:
        after = None
    schedule = queries.schedule_of(member, _today(member), after=after)
    return portal_page(request, member.programme, "reporting/statements/pending.html", schedule=schedule)


@require_safe
@portal_member
def receipt(request: HttpRequest, member: Member, purchase: uuid.UUID) -> HttpResponse:
    story = queries.receipt_of(member, purchase, _today(member), get_language() or member.locale)
    return portal_page(
        request, member.programme, "reporting/statements/receipt.html", receipt=story, proofs=queries.provable_of(member, purchase)
    )


@require_safe
@portal_member
def event(request: HttpRequest, member: Member, event: uuid.UUID) -> HttpResponse:
    story = queries.event_story_of(member, event, get_language() or member.locale)
    return portal_page(request, member.programme, "reporting/statements/event.html", story=story)


@require_safe
@portal_member
def proof(_request: HttpRequest, member: Member, movement: uuid.UUID) -> HttpResponse:
    """Hand the proof file of one of the member's movements over; a page not found until a checkpoint holds it."""
    if not seals.is_proven(movement=movement, points_account=member.points_account_id):
        raise Http404
    return _file(str(seals.proof_of(movement=movement, points_account=member.points_account_id)), f"{movement}.tlog-proof")


@require_safe
@portal_member
def promise(_request: HttpRequest, member: Member, movement: uuid.UUID) -> HttpResponse:
    """Hand the signed receipt of one of the member's movements over."""
    signed = issue_receipt_of(programme=member.programme_id, movement=movement, points_account=member.points_account_id, at=clock.now())
    if signed is None:
        raise Http404
    return _file(signed.note, f"{movement}.receipt.txt")


def _file(text: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


def _today(member: Member) -> dt.date:
    return clock.business_date(clock.now(), member.programme.time_zone)
