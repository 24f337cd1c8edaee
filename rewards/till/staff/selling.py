"""A sale: the customer on one side, what they buy on the other, and the result."""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts.members.models import Member
from accounts.staff.pages import is_partial
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from rewards.purchases.domain import PurchaseFacts, TenderFacts
from rewards.till import receipts
from rewards.till.access import Till, till_page, till_response
from rewards.till.domain import new_receipt_number
from rewards.till.forms import LineFormSet, SaleForm
from rewards.till.queries import categories_of, customer_of, is_scanned_card, member_at_till, quote_of
from rewards.till.services import sell
from rewards.till.wording import Refusal, no_sale, refusal_of

CHANNEL = "store"


@require_safe
@till_page
def member(request: HttpRequest, till: Till, member: uuid.UUID) -> HttpResponse:
    """Show the customer, and wait for an amount."""
    return _page(request, till, _Sale(request, till, member_at_till(till.programme, member)))


@require_POST
@till_page
def preview(request: HttpRequest, till: Till, member: uuid.UUID) -> HttpResponse:
    """Say what the sale would come to; nothing is written. Also adds lines, and leaves for a card that is scanned meanwhile."""
    typed = _Sale(request, till, member_at_till(till.programme, member))
    quote, refusal = None, None
    if facts := typed.facts(clock.now()):
        try:
            quote = quote_of(typed.member, facts, clock.now(), till.day(clock.now()))
        except Problem as problem:
            refusal = refusal_of(problem, no_sale())
    if is_partial(request):
        return render(
            request, "rewards/till/quote.html", {"quote": quote, "refusal": refusal, "form": typed.form if typed.has_begun else None}
        )
    return _page(request, till, typed, quote=quote, refusal=refusal)


@require_POST
@till_page
def sale(request: HttpRequest, till: Till, member: uuid.UUID) -> HttpResponse:
    """Record the sale. A card that was scanned into the amount opens its member instead."""
    if is_scanned_card(request.POST.get("amount", "")):
        return redirect(f"{reverse('till:home')}?{urlencode({'q': request.POST['amount'].strip()})}")
    typed = _Sale(request, till, member_at_till(till.programme, member))
    now = clock.now()
    facts = typed.facts(now)
    if facts is None:
        return _page(request, till, typed, status=422)
    try:
        record = sell(programme=till.programme, facts=facts, at=now)
    except Problem as problem:
        return _page(request, till, typed, refusal=refusal_of(problem, no_sale()), status=problem.status)
    return redirect(reverse("till:sold", args=[record.purchase.pk]) + ("?again=1" if record.replayed else ""))


@require_safe
@till_page
def sold(request: HttpRequest, till: Till, purchase: uuid.UUID) -> HttpResponse:
    """Show what the sale did, and wait for the next customer."""
    result = receipts.sold(till.programme, purchase, till.day(clock.now()))
    return till_response(request, till, "rewards/till/sold.html", sold=result, again="again" in request.GET)


class _Sale:
    """What was typed for a sale, with the number that lets it count once."""

    def __init__(self, request: HttpRequest, till: Till, member: Member) -> None:
        self.till, self.member = till, member
        said = request.POST if request.method == "POST" else None
        fresh = {"number": new_receipt_number(till.day(clock.now()))}
        self.form = SaleForm(said, currency=till.currency, initial=fresh)
        more = said is not None and said.get("act") == "more"
        self.lines = LineFormSet(
            _with_more(said) if said is not None and more else said, prefix="line", form_kwargs={"currency": till.currency}
        )
        self.is_split = more or (said is not None and self.lines.is_valid() and self.lines.is_used)

    @property
    def has_begun(self) -> bool:
        return bool(self.form["amount"].value()) or self.is_split

    def facts(self, at: dt.datetime) -> PurchaseFacts | None:
        """Return the sale as the services read it, or None where something is missing or wrong (the forms say what)."""
        if not (self.form.is_valid() & self.lines.is_valid()):
            return None
        lines = self.form.lines_with(self.lines)
        if not lines or self.form.errors:
            return None
        tender = self.form.cleaned_data["tender"]
        return PurchaseFacts(
            source=self.till.source,
            external_id=self.form.receipt_number,
            occurred_at=at,
            currency=self.till.currency,
            channel=CHANNEL,
            lines=lines,
            store=self.till.store.code,
            member=self.member.pk,
            tender=TenderFacts(tender.minor) if tender else None,
        )


def _with_more(said: Any) -> Any:
    """Return the same typed lines with room for four more."""
    data = said.copy()
    total = said.get("line-TOTAL_FORMS", "")
    data["line-TOTAL_FORMS"] = str(min(60, int(total) + 4)) if total.isdecimal() and len(total) < 4 else "4"
    return data


def _page(
    request: HttpRequest, till: Till, typed: _Sale, *, quote: Any = None, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    today = till.day(clock.now())
    return till_response(
        request,
        till,
        "rewards/till/member.html",
        status=status,
        customer=customer_of(typed.member, today),
        form=typed.form,
        lines=typed.lines,
        is_split=typed.is_split,
        categories=categories_of(till.programme, today),
        quote=quote,
        refusal=refusal,
        currency=till.currency,
    )
