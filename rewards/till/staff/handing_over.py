"""Hand over a reward: for points now, or for a voucher that was taken before."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loyalty.kit import clock
from loyalty.kit.problems import NotFound, Problem
from rewards.catalogue.cards import reward_card
from rewards.catalogue.queries import reward_by_code
from rewards.redemptions.services import redeem_reward, use_voucher
from rewards.till.access import Till, till_page, till_response
from rewards.till.domain import is_receipt_number, new_receipt_number
from rewards.till.queries import member_at_till, person_of
from rewards.till.receipts import handover_of
from rewards.till.wording import Refusal, no_points, not_handed_over


@require_http_methods(["GET", "HEAD", "POST"])
@till_page
def redeem(request: HttpRequest, till: Till, member: uuid.UUID, reward: str) -> HttpResponse:
    """Ask once, then take the points and hand the reward over. The form's number lets it count once."""
    found = member_at_till(till.programme, member)
    refusal, status = None, 200
    if request.method == "POST":
        try:
            taken = redeem_reward(
                member=found,
                reward=reward_by_code(till.programme, reward),
                source=till.source,
                external_id=_number(request, found.pk),
                at=clock.now(),
                store=till.store,
            )
        except NotFound:
            raise
        except Problem as problem:
            refusal, status = Refusal(problem.detail, no_points(), _("Choose another reward, or go on with the sale.")), problem.status
        else:
            return redirect("till:handed-over", redemption=taken.pk)
    today = till.day(clock.now())
    return till_response(
        request,
        till,
        "rewards/till/redeem.html",
        status=status,
        person=person_of(found),
        reward=reward_card(found, reward, today),
        number=new_receipt_number(today),
        refusal=refusal,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@till_page
def voucher(request: HttpRequest, till: Till, redemption: uuid.UUID) -> HttpResponse:
    """Show what a voucher stands for, then use it up."""
    now = clock.now()
    refusal, status = None, 200
    shown = handover_of(till.programme, redemption, till.day(now))
    if request.method == "POST":
        try:
            use_voucher(code=shown.code, at=now, store=till.store, programme=till.programme)
        except Problem as problem:
            shown = handover_of(till.programme, redemption, till.day(now))
            refusal, status = Refusal(problem.detail, not_handed_over(), _before(shown.place, shown.when)), problem.status
        else:
            return redirect("till:handed-over", redemption=redemption)
    return till_response(request, till, "rewards/till/voucher.html", status=status, voucher=shown, refusal=refusal)


@require_safe
@till_page
def handed_over(request: HttpRequest, till: Till, redemption: uuid.UUID) -> HttpResponse:
    """Show what was handed over, and wait for the next customer."""
    result = handover_of(till.programme, redemption, till.day(clock.now()))
    return till_response(request, till, "rewards/till/handed_over.html", result=result)


def _number(request: HttpRequest, member: uuid.UUID) -> str | None:
    typed = request.POST.get("number", "")
    return f"{member}:{typed}" if is_receipt_number(typed) else None


def _before(place: str, when: str) -> str:
    """Say when and where, so that somebody who pressed twice knows that the first press did it."""
    if not place:
        return ""
    return _("It was used in %(store)s on %(when)s. If that was this customer a moment ago, it is done.") % {"store": place, "when": when}
