"""Estimates as plain values for pages; no queries."""

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ledger.valuation.models import Estimate
from loyalty.kit.figures import money_text, number_text
from loyalty.kit.money import Money
from reporting.estimates.queries import EstimateStory, Versions
from reporting.journals.wording import moment, month_name, period_name, person, pool_name, signature


def versions_of(found: Versions) -> dict[str, Any]:
    """Return the list, and the one for all points that is in force."""
    labels = (_("Estimate"), _("Points"), _("From the close of"), _("State"), _("Prepared"), _("Approved"))
    return {
        "columns": [{"label": label} for label in labels],
        "rows": [
            [
                {"value": percentage_text(one.percentage), "url": reverse("staff:estimate", args=[one.pk]), "hint": method_name(one)},
                scope_name(one),
                month_name(one.valid_from),
                {"value": state_name(one), "state": _chip(one)},
                {"value": person(found.names, one.prepared_by), "hint": moment(one.prepared_at)},
                {"value": person(found.names, one.approved_by), "hint": moment(one.approved_at)},
            ]
            for one in found.estimates
        ],
        "currency": found.currency.plural_word,
    }


def page_of(story: EstimateStory) -> dict[str, Any]:
    """Return the context of one estimate."""
    one, currency = story.estimate, story.book.currency
    before, after = (sum(getattr(row, name) for row in story.effect) for name in ("before_minor", "after_minor"))
    title = _("%(percentage)s of %(points)s") % {"percentage": percentage_text(one.percentage), "points": scope_name(one)}
    return {
        "estimate": one,
        "title": title,
        "state": _chip(one),
        "state_label": state_name(one),
        "is_draft": one.state == Estimate.State.DRAFT,
        "crumbs": [{"label": _("Estimates"), "url": reverse("staff:estimates")}, {"label": title}],
        "facts": [
            {"label": _("Programme"), "value": story.programme.name if story.programme else ""},
            {"label": _("Method"), "value": method_name(one)},
            {"label": _("From the close of"), "value": month_name(one.valid_from)},
            {"label": _("Prepared"), "value": signature(story.names, one.prepared_by, one.prepared_at)},
            {"label": _("Approved"), "value": signature(story.names, one.approved_by, one.approved_at) or "–"},
        ],
        "evidence": one.evidence,
        "month": period_name(story.period) if story.period else "",
        "before": money_text(Money(before, currency)),
        "after": money_text(Money(after, currency)),
        "change": money_text(Money(after - before, currency)),
        "revenue": money_text(Money(before - after, currency)),
        "effect_columns": [
            {"label": _("Granted")},
            *({"label": label, "number": True} for label in (_("Liability now"), _("Liability then"), _("Change"))),
        ],
        "effect_rows": [
            [pool_name(row.pool, story.units), *(Money(minor, currency) for minor in (row.before_minor, row.after_minor, row.change_minor))]
            for row in story.effect
            if row.change_minor
        ],
        "effect_totals": [_("All pools"), *(Money(minor, currency) for minor in (before, after, after - before))],
    }


def percentage_text(percentage: Decimal) -> str:
    """Write at least one decimal and at most four: 80.0%, 91.2345%."""
    decimals = max(1, min(4, -int(percentage.normalize().as_tuple().exponent)))
    return _("%(number)s%%") % {"number": number_text(int((percentage * 10**decimals).to_integral_value()), decimals)}


def scope_name(one: Estimate) -> str:
    parts = [_("points of %(month)s") % {"month": month_name(one.grant_month)} if one.grant_month else _("all points")]
    if one.portfolio:
        parts.append(_("terms %(number)s") % {"number": one.portfolio})
    return ", ".join(parts)


def state_name(one: Estimate) -> str:
    names = {Estimate.State.DRAFT: _("Draft"), Estimate.State.APPROVED: _("In force"), Estimate.State.SUPERSEDED: _("Replaced")}
    return names[Estimate.State(one.state)]


def method_name(one: Estimate) -> str:
    return {Estimate.Method.FIXED_PERCENTAGE: _("fixed percentage")}[Estimate.Method(one.method)]


def _chip(one: Estimate) -> str:
    return {Estimate.State.SUPERSEDED: "closed"}.get(Estimate.State(one.state), one.state)
