"""The page on which a member chooses days."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.members.access import portal_member, portal_page
from accounts.members.models import Member
from loyalty.kit import clock
from loyalty.kit.problems import NotFound, Problem
from rewards.chosen_days.pages import choosing_cards
from rewards.chosen_days.services import choose_day


class DayForm(forms.Form):
    """Which day."""

    code = forms.SlugField(max_length=40)
    day = forms.DateField(error_messages={"required": gettext_lazy("Choose a day."), "invalid": gettext_lazy("Choose a day.")})


@require_http_methods(["GET", "HEAD", "POST"])
@portal_member
def chosen_days(request: HttpRequest, member: Member) -> HttpResponse:
    """Show which days were chosen, and choose one ahead of time."""
    form = DayForm(request.POST or None)
    refusal, status = "", 200
    if form.is_valid():
        try:
            done = choose_day(member=member, at=clock.now(), **form.cleaned_data)
        except NotFound:
            raise
        except Problem as problem:
            refusal, status = problem.detail, problem.status
        else:
            messages.success(request, _("Your day is %(day)s.") % {"day": date_format(done.choice.day, "l j F")})
            return redirect("portal:chosen-days", programme=member.programme.slug)
    elif form.is_bound:
        refusal, status = _("Choose a day."), 422
    today = clock.business_date(clock.now(), member.programme.time_zone)
    home = reverse("portal:home", kwargs={"programme": member.programme.slug})
    context = {"cards": choosing_cards(member, today), "refusal": refusal, "back_url": home}
    return portal_page(request, member.programme, "rewards/chosen_days/chosen_days.html", status=status, **context)
