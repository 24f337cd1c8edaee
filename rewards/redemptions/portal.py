"""Redeem in two taps, and show the voucher."""

import re
import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.access import portal_member, portal_page
from accounts.members.models import Member
from loyalty.kit import clock
from loyalty.kit.problems import Malformed, NotFound, Problem
from rewards.catalogue.cards import reward_card
from rewards.catalogue.queries import reward_by_code
from rewards.redemptions.services import redeem_reward
from rewards.redemptions.vouchers import voucher_of

SOURCE = "portal"
_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)


class FormIncomplete(Malformed):
    """A form without its token: a second tap could not be told from a first one, so nothing is redeemed."""

    code = "form_incomplete"


@require_http_methods(["GET", "HEAD", "POST"])
@portal_member
def redeem(request: HttpRequest, member: Member, reward: str) -> HttpResponse:
    """Ask once, then redeem. The form's token makes a second tap the same redemption."""
    if request.method != "POST":
        return _ask(request, member, reward)
    token = request.POST.get("token", "")
    if not _TOKEN.fullmatch(token):
        return _ask(request, member, reward, problem=FormIncomplete(_("The form arrived incomplete. Tap again to redeem.")))
    number = f"{member.pk}:{token}"
    try:
        chosen = reward_by_code(member.programme, reward)
        taken = redeem_reward(member=member, reward=chosen, source=SOURCE, external_id=number, at=clock.now())
    except NotFound:
        raise
    except Problem as problem:
        return _ask(request, member, reward, problem=problem)
    return redirect("portal:voucher", programme=member.programme.slug, redemption=taken.pk)


@require_safe
@portal_member
def voucher(request: HttpRequest, member: Member, redemption: uuid.UUID) -> HttpResponse:
    today = clock.business_date(clock.now(), member.programme.time_zone)
    view = voucher_of(member, redemption, today)
    return portal_page(request, member.programme, "rewards/redemptions/voucher.html", voucher=view)


def _ask(request: HttpRequest, member: Member, code: str, problem: Problem | None = None) -> HttpResponse:
    """Show what it costs and what is left after it; after a refusal, what happened and what did not."""
    today = clock.business_date(clock.now(), member.programme.time_zone)
    card = reward_card(member, code, today)
    return portal_page(
        request,
        member.programme,
        "rewards/redemptions/redeem.html",
        status=problem.status if problem else 200,
        reward=card,
        token=uuid.uuid4().hex,
        refusal=problem.detail if problem else "",
        unchanged=_("No points were taken.") if problem else "",
    )
