"""Reviews for colleagues: the queue of those that wait, and the page on which one is accepted, refused or taken back."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.forms import show_problem
from accounts.programmes.models import Programme
from accounts.staff.access import may
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, posted, programme_choices, programme_page, staff_page
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from loyalty.kit.rest.paging import BY_NEWEST_ID
from rewards.reviews.domain import Refusal
from rewards.reviews.models import Review
from rewards.reviews.queries import ReviewNotFound
from rewards.reviews.services import accept_review, refuse_review, withdraw_review

_MODERATE = (Act.EDIT_MEMBERS, Act.PREPARE_RULES)
STATES = {"waiting": "pending", "accepted": "posted", "refused": "refused", "withdrawn": "reversed"}


class CheckForm(forms.Form):
    """Yes or no, and why not."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Your decision"),
        choices=[("accept", gettext_lazy("Accept it and give its points")), ("refuse", gettext_lazy("Refuse it"))],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("If you refuse: why?"),
        choices=[("", "—"), *Review.Reason.choices],
        required=False,
        help_text=gettext_lazy("The member reads this."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "refuse" and not cleaned.get("reason"):
            self.add_error("reason", _("Say why, so that the member knows what to do."))
        return cleaned


@require_safe
@programme_page(*_MODERATE)
def reviews(request: StaffRequest, programme: Programme) -> HttpResponse:
    """List reviews, newest first; without ?state= those that wait for a check."""
    asked = request.GET.get("state", Review.State.WAITING)
    state = asked if asked in Review.State.values else ""
    rows = Review.objects.filter(programme=programme).select_related("member")
    page = list_page(request, rows.filter(state=state) if state else rows, BY_NEWEST_ID)
    tabs = [(value, label) for value, label in (*Review.State.choices, ("all", _("all")))]
    labels = (_("Product"), _("Member"), _("Stars"), _("Written"), _("State"))
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "tabs": [
            {"label": str(label).capitalize(), "url": f"?state={value}", "current": value == (state or "all")} for value, label in tabs
        ],
        "columns": [{"label": label} for label in labels],
        "rows": [_row(row) for row in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "rewards/reviews/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*_MODERATE)
def review(request: StaffRequest, review: uuid.UUID) -> HttpResponseBase:
    """Show a review; it is accepted or refused here."""
    found = _review(review)
    form = CheckForm(posted(request)) if found.is_waiting else None
    if form is not None and form.is_valid():
        try:
            _decide(found, form.cleaned_data, request)
        except Problem as problem:
            show_problem(form, problem)
        else:
            return redirect("staff:review", found.pk)
    with timezone.override(found.member.programme.time_zone):
        context = {
            "review": found,
            "state": STATES[found.state],
            "stars": _stars(found),
            "facts": _facts(found, sees_members=may(request.user, Act.FIND_MEMBERS)),
            "form": form,
            "withdraw_url": reverse("staff:review-withdraw", args=[found.pk]) if found.state != Review.State.WITHDRAWN else "",
        }
        return render(request, "rewards/reviews/review.html", context, status=422 if form is not None and form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*_MODERATE)
def withdraw(request: StaffRequest, review: uuid.UUID) -> HttpResponseBase:
    """Take a review back, with the points that it gave, after a question."""
    found = _review(review)
    form = forms.Form(posted(request))
    if form.is_valid():
        try:
            withdraw_review(review=found, at=clock.now())
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("The review is withdrawn, and its points are taken back."))
            return redirect("staff:review", found.pk)
    back = reverse("staff:review", args=[found.pk])
    context = {
        "title": _("Withdraw the review"),
        "text": _("For a review that is gone from the shop. The points that it gave are taken back; this cannot be undone."),
        "form": form,
        "submit_label": _("Withdraw the review"),
        "cancel_url": back,
        "crumbs": [
            {"label": _("Reviews"), "url": reverse("staff:reviews")},
            {"label": found.product, "url": back},
            {"label": _("Withdraw the review")},
        ],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


def _review(review_id: uuid.UUID) -> Review:
    """Raises: ReviewNotFound."""
    found = Review.objects.filter(pk=review_id).select_related("member__programme", "decided_by").first()
    if found is None:
        raise ReviewNotFound(_("There is no such review."))
    return found


def _decide(review: Review, given: dict[str, Any], request: StaffRequest) -> None:
    if given["decision"] == "accept":
        done = accept_review(review=review, moderator=request.user, at=clock.now())
        messages.success(request, _("Accepted.") if done.event else _("Accepted. Another review of this product was rewarded before."))
    else:
        refuse_review(review=review, moderator=request.user, reason=Refusal(given["reason"]), at=clock.now())


def _stars(review: Review) -> str:
    return ngettext("%(stars)s star", "%(stars)s stars", review.stars) % {"stars": review.stars}


def _facts(review: Review, *, sees_members: bool) -> list[dict[str, Any]]:
    link = {"url": reverse("staff:member", args=[review.member_id])} if sees_members else {}
    event = {"url": reverse("staff:event", args=[review.event])} if review.event and sees_members else {}
    facts = [
        {"label": _("Member"), "value": str(review.member), **link},
        {"label": _("Product"), "value": review.product},
        {"label": _("Written"), "value": _moment(review.occurred_at)},
        {"label": _("Sent by"), "value": review.source, "hint": review.external_id},
        {"label": _("Decided by"), "value": str(review.decided_by or ""), "hint": _moment(review.decided_at)},
        {"label": _("Why refused"), "value": review.get_reason_display()},
        {"label": _("Withdrawn"), "value": _moment(review.withdrawn_at)},
        {"label": _("Rewarded as"), "value": _("event") if review.event else "", **event},
    ]
    return [fact for fact in facts if fact["value"]]


def _moment(at: Any) -> str:
    return date_format(localtime(at), "j F Y, H:i") if at else ""


def _row(row: Review) -> list[Any]:
    return [
        {"value": row.product, "url": reverse("staff:review", args=[row.pk]), "hint": row.text[:80]},
        str(row.member),
        _stars(row),
        date_format(row.business_on, "j M Y"),
        {"value": row.get_state_display(), "state": STATES[row.state]},
    ]
