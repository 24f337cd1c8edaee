"""Rewards for colleagues: what is offered, what it cost and when, how many pieces are left."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.forms import show_problem
from accounts.programmes.models import PointCurrency, Programme
from accounts.programmes.pages import people_of
from accounts.programmes.queries import currency_of
from accounts.staff.access import may
from accounts.staff.pages import StaffRequest, posted, programme_choices, programme_page, staff_page
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.kit import clock
from loyalty.kit.figures import money_text, points_text
from loyalty.kit.money import Money
from loyalty.kit.problems import Problem
from rewards.catalogue.cards import picture_of
from rewards.catalogue.forms import RewardForm, StockForm, VersionForm
from rewards.catalogue.models import Reward, RewardVersion
from rewards.catalogue.queries import RewardNotFound
from rewards.catalogue.services import (
    approve_reward_version,
    draft_reward_version,
    offer_reward_again,
    publish_reward,
    set_stock,
    withdraw_reward,
)
from rewards.devaluations.queries import price_key, told_of
from rewards.devaluations.wording import notice_text


@require_safe
@programme_page()
def rewards(request: StaffRequest, programme: Programme) -> HttpResponse:
    """List the rewards of a programme in the catalogue's order, with price, stock and what was taken."""
    today = clock.business_date(clock.now(), programme.time_zone)
    taken = Q(versions__redemptions__state__in=["issued", "used", "held"])
    rows = list(
        Reward.objects.filter(programme=programme)
        .select_related("stock")
        .annotate(taken=Sum("versions__redemptions__quantity", filter=taken))
        .in_order()
    )
    prices = {
        version.reward_id: version
        for version in RewardVersion.objects.in_force_on(today).filter(reward__programme=programme).select_related("min_tier")
    }
    drafts = dict(
        RewardVersion.objects.filter(reward__programme=programme, approved_at=None)
        .values_list("reward_id")
        .annotate(n=Count("id"))
        .order_by()
    )
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "may_write": may(request.user, Act.PREPARE_RULES),
        "columns": _columns(),
        "rows": [_row(reward, prices.get(reward.pk), drafts.get(reward.pk, 0), programme, reward.is_offered_on(today)) for reward in rows],
    }
    return render(request, "rewards/catalogue/rewards_list.html", context)


@require_safe
@staff_page()
def reward(request: StaffRequest, reward: int) -> HttpResponse:
    """Show a reward with every version of its price and conditions."""
    found = _reward(reward)
    programme = found.programme
    today = clock.business_date(clock.now(), programme.time_zone)
    versions = list(found.versions.select_related("author", "approver", "min_tier").order_by("-version"))
    taken = dict(found.versions.values_list("pk").annotate(n=Count("redemptions")).order_by())
    current = next((row for row in versions if row.is_approved and row.valid_from <= today), None)
    currency = currency_of(programme)
    stock = getattr(found, "stock", None)
    may_write = may(request.user, Act.PREPARE_RULES)
    context = {
        "reward": found,
        "image": picture_of(found.illustration),
        "is_offered": found.is_offered_on(today),
        "stock": points_text(stock.left) if stock else _("never runs out"),
        "facts": _facts(found),
        "versions": [_version(row, taken[row.pk], row is current, currency, request.user) for row in versions],
        "may_write": may_write,
        "crumbs": [{"label": _("Rewards"), "url": reverse("staff:rewards")}, {"label": str(found)}],
    }
    return render(request, "rewards/catalogue/reward_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@programme_page(Act.PREPARE_RULES)
def add(request: StaffRequest, programme: Programme) -> HttpResponseBase:
    """Put a new reward into the catalogue."""
    today = clock.business_date(clock.now(), programme.time_zone)
    form = RewardForm(programme, posted(request), initial={"valid_from": today, "voucher_days": 90})
    if form.is_valid():
        given = form.cleaned_data
        try:
            found = publish_reward(
                programme=programme,
                terms=form.terms(),
                valid_from=given["valid_from"],
                at=clock.now(),
                left=given["left"],
                author=request.user,
                **form.reward_facts(),
            )
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("%(reward)s is in the catalogue.") % {"reward": found})
            return redirect("staff:reward", found.pk)
    back = reverse("staff:rewards")
    title = _("New reward")
    context = {
        "title": title,
        "text": _("Members see it from its first day on. Later prices need a second person."),
        "form": form,
        "submit_label": _("Put it into the catalogue"),
        "cancel_url": back,
        "crumbs": [{"label": _("Rewards"), "url": back}, {"label": title}],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def stock(request: StaffRequest, reward: int) -> HttpResponseBase:
    """Say how many pieces are left."""
    found = _reward(reward)
    row = getattr(found, "stock", None)
    form = StockForm(posted(request), initial={"left": row.left if row else None})
    if form.is_valid():
        set_stock(reward=found, left=form.cleaned_data["left"])
        messages.success(request, _("The stock of %(reward)s is up to date.") % {"reward": found})
        return redirect("staff:reward", found.pk)
    text = _("Members see how many are left once they become few. At nothing the reward shows as sold out.")
    return _form(request, found, form, title=_("Set the stock"), submit=_("Save the stock"), text=text)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.PREPARE_RULES)
def draft(request: StaffRequest, reward: int) -> HttpResponseBase:
    """Write the next price and conditions; another person approves them."""
    found = _reward(reward)
    form = VersionForm(found.programme, posted(request), initial=_initial(found))
    if form.is_valid():
        try:
            draft_reward_version(reward=found, terms=form.terms(), valid_from=form.cleaned_data["valid_from"], author=request.user)
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("The draft waits for another person's approval. Nothing has changed yet."))
            return redirect("staff:reward", found.pk)
    text = _("What was redeemed before keeps its own price and conditions.") + notice_text(
        found.programme, clock.business_date(clock.now(), found.programme.time_zone)
    )
    return _form(request, found, form, title=_("New price and conditions"), submit=_("Hand in the draft"), text=text)


@require_http_methods(["POST"])
@staff_page(Act.APPROVE_RULES)
def approve(request: StaffRequest, reward: int, version: int) -> HttpResponseBase:
    """Approve a draft that somebody else wrote."""
    row = RewardVersion.objects.select_related("reward__programme").filter(pk=version, reward=reward).first()
    if row is None:
        raise RewardNotFound(_("There is no such draft."))
    try:
        approve_reward_version(version=row, approver=request.user, at=clock.now())
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, _("Approved. The price counts from %(day)s on.") % {"day": date_format(row.valid_from, "j F Y")})
    return redirect("staff:reward", reward)


@require_http_methods(["POST"])
@staff_page(Act.PREPARE_RULES)
def offer(request: StaffRequest, reward: int) -> HttpResponseBase:
    """Take a reward out of the catalogue, or put it back."""
    found = _reward(reward)
    if request.POST.get("offer") == "yes":
        offer_reward_again(reward=found)
        messages.success(request, _("%(reward)s is in the catalogue again.") % {"reward": found})
    else:
        withdraw_reward(reward=found)
        messages.success(request, _("%(reward)s is out of the catalogue. What was taken before can still be used.") % {"reward": found})
    return redirect("staff:reward", found.pk)


def _reward(key: int) -> Reward:
    found = Reward.objects.select_related("programme__legal_entity", "stock").filter(pk=key).first()
    if found is None:
        raise RewardNotFound(_("There is no such reward."))
    return found


def _columns() -> list[dict[str, Any]]:
    words = (_("Reward"), _("Kind"), _("State"), _("From tier"))
    figures = (_("Price in points"), _("Worth"), _("Left"), _("Taken"))
    return [*({"label": label} for label in words), *({"label": label, "number": True} for label in figures)]


def _row(reward: Reward, price: RewardVersion | None, drafts: int, programme: Programme, is_offered: bool) -> list[Any]:
    stock = getattr(reward, "stock", None)
    state = {"value": _("offered"), "state": "active"} if is_offered else {"value": _("not offered"), "state": ""}
    if stock is not None and stock.left == 0 and is_offered:
        state = {"value": _("sold out"), "kind": "warning"}
    waiting = ngettext("%(n)s draft waits", "%(n)s drafts wait", drafts) % {"n": drafts} if drafts else ""
    return [
        {"value": reward.local_name, "url": reverse("staff:reward", args=[reward.pk]), "hint": waiting},
        reward.get_kind_display(),
        state if state.get("state") != "" else state["value"],
        str(price.min_tier or "–") if price else "–",
        price.price_points if price else None,
        Money(price.value_minor, programme.currency) if price else None,
        stock.left if stock else "∞",
        getattr(reward, "taken", None) or 0,
    ]


def _facts(reward: Reward) -> list[dict[str, Any]]:
    facts = [
        {"label": _("Kind"), "value": reward.get_kind_display()},
        {"label": _("Description"), "value": reward.local_description},
        {"label": _("Offered from"), "value": date_format(reward.active_from, "j F Y") if reward.active_from else ""},
        {"label": _("Last day"), "value": date_format(reward.active_to, "j F Y") if reward.active_to else ""},
    ]
    return [fact for fact in facts if fact["value"]]


def _version(row: RewardVersion, taken: int, is_current: bool, currency: PointCurrency, user: User) -> dict[str, Any]:
    if not row.is_approved:
        state, label = "awaiting", _("waits for approval")
    elif is_current:
        state, label = "active", _("in force")
    else:
        state, label = "", _("approved")
    may_approve = not row.is_approved and may(user, Act.APPROVE_RULES) and row.author_id != user.pk
    return {
        "title": currency.say(row.price_points),
        "days": _("version %(version)s, from %(day)s") % {"version": row.version, "day": date_format(row.valid_from, "j F Y")},
        "text": _conditions(row, row.reward.programme),
        "taken": " · ".join(_use(row, taken)),
        "people": people_of(row.author, row.approver),
        "state": state,
        "state_label": label,
        "approve_url": reverse("staff:reward-approve", args=[row.reward_id, row.pk]) if may_approve else "",
    }


def _use(row: RewardVersion, taken: int) -> Iterator[str]:
    """Say how often an approved version was taken, and how many members have heard that the reward gives less by it."""
    if not row.is_approved:
        return
    yield ngettext("taken %(n)s time", "taken %(n)s times", taken) % {"n": points_text(taken)}
    if heard := told_of(price_key(row)):
        yield ngettext("%(n)s member has heard of it", "%(n)s members have heard of it", heard) % {"n": points_text(heard)}


def _conditions(row: RewardVersion, programme: Programme) -> str:
    """Say what a version is worth and asks."""
    parts = [_("Worth %(money)s.") % {"money": money_text(Money(row.value_minor, programme.currency))}]
    if row.limit_per_member and row.limit_window_days:
        parts.append(
            _("At most %(limit)s for one member within %(days)s days.") % {"limit": row.limit_per_member, "days": row.limit_window_days}
        )
    elif row.limit_per_member:
        parts.append(_("At most %(limit)s for one member.") % {"limit": row.limit_per_member})
    if row.min_tier:
        parts.append(_("For members from %(tier)s on.") % {"tier": row.min_tier})
    if row.voucher_days:
        parts.append(
            ngettext("To be used within %(days)s day.", "To be used within %(days)s days.", row.voucher_days) % {"days": row.voucher_days}
        )
    if row.given_back_on_return != RewardVersion.GivenBack.IN_PROPORTION:
        parts.append(_("With a return its points come back: %(when)s.") % {"when": row.get_given_back_on_return_display()})
    return " ".join(parts)


def _initial(reward: Reward) -> dict[str, Any]:
    newest = reward.versions.order_by("-version").first()
    if newest is None:
        return {}
    kept = ("price_points", "limit_per_member", "limit_window_days", "voucher_days", "given_back_on_return")
    value = str(Money(newest.value_minor, reward.programme.currency))
    return {"value": value, "min_tier": newest.min_tier_id, **{name: getattr(newest, name) for name in kept}}


def _form(request: StaffRequest, reward: Reward, form: forms.Form, *, title: str, submit: str, text: str) -> HttpResponse:
    back = reverse("staff:reward", args=[reward.pk])
    crumbs = [{"label": _("Rewards"), "url": reverse("staff:rewards")}, {"label": str(reward), "url": back}, {"label": title}]
    context = {"title": title, "text": text, "form": form, "submit_label": submit, "cancel_url": back, "crumbs": crumbs}
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)
