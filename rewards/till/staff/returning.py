"""A return: find the receipt, choose what comes back, see what it comes to, confirm."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.staff.lists import typed
from accounts.staff.pages import is_partial
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from rewards.purchases.listing import purchases_with_receipt
from rewards.purchases.queries import purchase_by_id
from rewards.till import receipts
from rewards.till.access import Till, till_page, till_response
from rewards.till.domain import new_receipt_number
from rewards.till.forms import ReturnForm
from rewards.till.receipts import Choice, Undone
from rewards.till.services import preview_return, take_back
from rewards.till.wording import Refusal, no_return, refusal_of


@require_safe
@till_page
def returns(request: HttpRequest, till: Till) -> HttpResponse:
    """Ask for a receipt number; ?q= is one, and a number that two systems gave is chosen from."""
    words = typed(request, "q")
    found = purchases_with_receipt(till.programme, words) if words else []
    if len(found) == 1:
        return redirect("till:return", purchase=found[0])
    shown = receipts.choices_of_receipts(till.programme, found)
    return till_response(request, till, "rewards/till/returns.html", words=words, receipts=shown)


@require_http_methods(["GET", "HEAD", "POST"])
@till_page
def give_back(request: HttpRequest, till: Till, purchase: uuid.UUID) -> HttpResponse:
    """Choose what comes back and show what that comes to; only what was shown is confirmed."""
    typed = _Return(request, till, purchase)
    if request.method != "POST":
        return _page(request, till, typed)
    choice = typed.choice()
    if choice is None:
        missing = Refusal(_("Nothing is chosen yet"), no_return(), _("Type how much comes back, or take everything."))
        return _page(request, till, typed, refusal=missing, status=422)
    try:
        if typed.act == "confirm" and request.POST.get("shown") == choice.key:
            record = take_back(purchase=typed.purchase, facts=choice.facts(till.source, typed.number, clock.now()), at=clock.now())
            return redirect("till:returned", returned=record.returned.pk)
        record = preview_return(purchase=typed.purchase, facts=choice.facts(till.source, typed.number, clock.now()), at=clock.now())
    except Problem as problem:
        return _page(request, till, typed, refusal=refusal_of(problem, no_return()), status=problem.status)
    undone = receipts.undone_by(record, till.programme, till.day(clock.now()))
    return _page(request, till, typed, undone=undone, choice=choice, changed=typed.act == "confirm")


@require_safe
@till_page
def returned(request: HttpRequest, till: Till, returned: uuid.UUID) -> HttpResponse:
    """Show what the return did, and wait for the next customer."""
    result = receipts.return_of(till.programme, returned, till.day(clock.now()))
    return till_response(request, till, "rewards/till/returned.html", result=result)


class _Return:
    """What was typed for a return, with the number that lets it count once."""

    def __init__(self, request: HttpRequest, till: Till, purchase: uuid.UUID) -> None:
        self.purchase = purchase_by_id(programme=till.programme, purchase_id=purchase)
        self.receipt = receipts.receipt_of(till.programme, purchase)
        self.said = request.POST if request.method == "POST" else None
        fresh = {"number": f"R{new_receipt_number(till.day(clock.now()))}"}
        self.form = ReturnForm(self.said, receipt=self.receipt, initial=fresh)

    @property
    def act(self) -> str:
        return self.said.get("act", "") if self.said is not None else ""

    @property
    def number(self) -> str:
        return str(self.form.cleaned_data["number"] if self.form.is_bound else self.form.initial["number"])

    def choice(self) -> Choice | None:
        """Return what comes back; everything, if that was pressed, or confirmed with nothing else typed since."""
        if self.said is None or not self.form.is_valid():
            return None
        if self.act == "everything":
            return self._everything()
        everything = Choice()
        confirmed = self.act == "confirm" and self.said.get("shown") == everything.key
        return self.form.choice() or (everything if confirmed else None)

    def _everything(self) -> Choice:
        """Forget quantities that were typed before, and keep the number."""
        self.form = ReturnForm(None, receipt=self.receipt, initial={"number": self.number})
        return Choice()


def _page(
    request: HttpRequest,
    till: Till,
    typed: _Return,
    *,
    undone: Undone | None = None,
    choice: Choice | None = None,
    refusal: Refusal | None = None,
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    if undone is None:
        typed.form.take_cursor()
    context: dict[str, Any] = {
        "receipt": typed.receipt,
        "form": typed.form,
        "undone": undone,
        "shown": choice.key if choice else "",
        "refusal": refusal,
        "changed": changed,
    }
    if is_partial(request):
        return render(request, "rewards/till/undone.html", {**context, "part": True})
    return till_response(request, till, "rewards/till/return.html", status=status, **context)
