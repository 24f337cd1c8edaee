"""A back-test in words, charts and tables."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.entities.models import Store
from accounts.members.models import Member
from accounts.programmes.models import PointCurrency, Programme
from loyalty.kit.figures import change_text, money_text, number_text, points_text, said_points_text, signed_points_text
from loyalty.kit.money import Money
from reporting.backtests.domain import GroupFigures, MonthFigures, Report
from reporting.backtests.predictions import Prediction
from rewards.backtests.measuring import NO_STORE, NO_TIER
from rewards.backtests.models import BackTest
from rewards.earning.models import EarningRule
from rewards.segments.models import Segment
from rewards.tiers.models import Tier

CHIPS = {"waiting": "pending", "running": "pending", "done": "posted", "failed": "refused", "stopped": "closed"}
_MOST_ROWS = 12


def days_text(row: BackTest) -> str:
    return f"{date_format(row.first_on, 'j M Y')} – {date_format(row.last_on, 'j M Y')}"


def listed(row: BackTest) -> list[Any]:
    cost = "" if row.cost_minor is None else _signed_money(row.cost_minor, row.programme.currency)
    return [
        {
            "value": row.name,
            "url": reverse("staff:back-test", args=[row.programme.slug, row.pk]),
            "hint": _("repeated") if row.repeats_id else "",
        },
        days_text(row),
        str(row.author or ""),
        {"value": row.get_state_display(), "state": CHIPS[row.state]},
        {"value": cost, "hint": _("above its budget") if row.is_over_budget else ""},
    ]


def list_columns() -> list[dict[str, Any]]:
    return [
        {"label": _("What")},
        {"label": _("Purchases of")},
        {"label": _("Asked by")},
        {"label": _("State")},
        {"label": _("Expected cost"), "number": True},
    ]


def job_of(row: BackTest) -> dict[str, Any]:
    done = {"done": number_text(row.members_done, 0), "all": number_text(row.members, 0)}
    text = _("%(done)s of %(all)s members") % done if row.members else _("waits for a worker")
    return {"label": _("Working out"), "done": row.members_done, "total": max(1, row.members), "text": text}


class Writer:
    """Writes the figures of one back-test: points of its main currency, money of its programme, names for codes."""

    def __init__(self, row: BackTest, report: Report) -> None:
        self.row, self.report = row, report
        self.programme: Programme = row.programme
        self.currency = PointCurrency.objects.select_related("unit").get(programme=row.programme, code=row.figures["terms"]["currency"])
        self.scale = self.currency.unit.scale

    def sentences(self) -> list[str]:
        """Say what matters, in three sentences."""
        report = self.report
        return [self._points_sentence(), self._cost_sentence(), self._members_sentence(report.winners, report.losers)]

    def _points_sentence(self) -> str:
        facts = {
            "days": days_text(self.row),
            "live": self.said(self.report.live),
            "draft": self.said(self.report.draft),
            "change": signed_points_text(self.report.draft - self.report.live, self.scale),
            "percent": _change(self.report.live, self.report.draft),
        }
        return _("%(days)s: members would have earned %(draft)s instead of %(live)s (%(change)s%(percent)s).") % facts

    def _cost_sentence(self) -> str:
        report, currency = self.report, self.programme.currency
        facts = {"cost": money_text(Money(abs(report.cost_minor), currency))}
        is_dearer = report.cost_minor >= 0
        if report.cost_low is None or report.cost_high is None:
            said = _("That is expected to cost %(cost)s more.") if is_dearer else _("That is expected to cost %(cost)s less.")
            unknown = _("How members redeem is not known well enough for an interval.")
            return f"{said % facts} {unknown}"
        bounds = sorted((abs(report.cost_low), abs(report.cost_high)))
        facts |= {name: money_text(Money(minor, currency)) for name, minor in zip(("low", "high"), bounds, strict=True)}
        if is_dearer:
            return _("That is expected to cost %(cost)s more, between %(low)s and %(high)s by how members redeem.") % facts
        return _("That is expected to cost %(cost)s less, between %(low)s and %(high)s by how members redeem.") % facts

    def _members_sentence(self, winners: int, losers: int) -> str:
        facts = {
            "winners": number_text(winners, 0),
            "losers": number_text(losers, 0),
            "same": number_text(self.report.same, 0),
            "moved": number_text(self.report.moved, 0),
        }
        said = ngettext(
            "%(winners)s member would have got more, %(losers)s less, %(same)s the same; %(moved)s would stand on another tier.",
            "%(winners)s members would have got more, %(losers)s less, %(same)s the same; %(moved)s would stand on another tier.",
            winners,
        )
        return said % facts

    def said(self, units: int) -> str:
        return f"{said_points_text(units, self.scale)} {self.currency.word(units)}"

    def stats(self) -> list[dict[str, str]]:
        report, money = self.report, self.programme.currency
        budget = ""
        if self.row.budget_minor is not None:
            budget = _("budget %(budget)s") % {"budget": money_text(Money(self.row.budget_minor, money))}
        last = report.months[-1] if report.months else None
        percent = number_format(round(report.rate.value * 100, 1), decimal_pos=1)
        return [
            {"label": _("Points more"), "value": signed_points_text(report.draft - report.live, self.scale)},
            {
                "label": _("Expected cost"),
                "value": _signed_money(report.cost_minor, money),
                "hint": budget,
                "kind": "danger" if self.row.is_over_budget else "positive",
            },
            {
                "label": _("Liability at the end"),
                "value": _signed_money(last.liability_minor if last else 0, money),
                "hint": _("expected breakage %(money)s") % {"money": _signed_money(last.breakage_minor if last else 0, money)},
            },
            {
                "label": _("Redeemed so far"),
                "value": _("%(number)s%%") % {"number": percent},
                "hint": _("of what was earned in these days"),
            },
        ]

    def charts(self) -> dict[str, Any]:
        months = self.report.months
        return {
            "labels": [date_format(_day(month), "M") for month in months],
            "points": [(_("Live rules"), [month.live for month in months]), (_("Draft"), [month.draft for month in months])],
            "liability": [
                (_("Liability more"), [month.liability_minor for month in months]),
                (_("Expected breakage more"), [month.breakage_minor for month in months]),
            ],
        }

    def months(self) -> dict[str, Any]:
        columns = [
            _("Month"),
            _("Purchases"),
            _("Sales"),
            _("Live rules"),
            _("Draft"),
            _("Change"),
            _("Redeemed more"),
            _("Liability more"),
        ]
        rows = [self._month(month) for month in self.report.months]
        return {"columns": _numbers(columns), "rows": rows}

    def _month(self, of: MonthFigures) -> list[Any]:
        money = self.programme.currency
        return [
            date_format(_day(of), "F Y"),
            of.purchases,
            Money(of.spend_minor, money),
            points_text(of.live, self.scale),
            points_text(of.draft, self.scale),
            signed_points_text(of.more, self.scale),
            signed_points_text(of.redeemed_draft - of.redeemed_live, self.scale),
            _signed_money(of.liability_minor, money),
        ]

    def groups(self) -> list[dict[str, Any]]:
        """Winners and losers by store, tier and segment."""
        stores = dict(Store.objects.selling_for(self.programme.legal_entity_id).values_list("code", "name"))
        tiers = dict(Tier.objects.filter(ladder__programme=self.programme, ladder__is_main=True).values_list("code", "name"))
        segments = dict(Segment.objects.filter(programme=self.programme).values_list("code", "name"))
        named: list[tuple[str, str, Sequence[GroupFigures], Callable[[str], str]]] = [
            (
                _("By store"),
                _("Store"),
                self.report.stores,
                lambda code: _("without a store") if code == NO_STORE else stores.get(code, code),
            ),
            (_("By tier"), _("Tier"), self.report.tiers, lambda code: self._tier(code, tiers)),
            (_("By segment"), _("Segment"), self.report.segments, lambda code: segments.get(code, code)),
        ]
        return [
            {
                "title": title,
                "columns": self._group_columns(of),
                "rows": [self._group(group, name(group.code)) for group in groups[:_MOST_ROWS]],
            }
            for title, of, groups, name in named
            if groups and not (len(groups) == 1 and groups[0].code in (NO_TIER, NO_STORE))
        ]

    def _tier(self, code: str, tiers: dict[str, str]) -> str:
        return _("without a tier") if code == NO_TIER else tiers.get(code, code)

    def _group_columns(self, of: str) -> list[dict[str, Any]]:
        return _numbers([of, _("Live rules"), _("Draft"), _("Change"), _("Members with more"), _("Members with less")])

    def _group(self, of: GroupFigures, name: str) -> list[Any]:
        change = {"value": signed_points_text(of.more, self.scale), "hint": _change(of.live, of.draft).strip(", ")}
        return [name, points_text(of.live, self.scale), points_text(of.draft, self.scale), change, of.winners, of.losers]

    def moves(self) -> dict[str, Any]:
        tiers = dict(Tier.objects.filter(ladder__programme=self.programme, ladder__is_main=True).values_list("code", "name"))
        rows = [[self._tier(was, tiers), self._tier(now, tiers), count] for was, now, count in self.report.moves[:_MOST_ROWS]]
        columns = [{"label": _("By the live rules")}, {"label": _("By the draft")}, {"label": _("Members"), "number": True}]
        return {"columns": columns, "rows": rows}

    def rules(self) -> dict[str, Any]:
        names = dict(EarningRule.objects.filter(programme=self.programme).values_list("code", "name"))
        currencies = PointCurrency.objects.filter(programme=self.programme).select_related("unit")
        words = {of.code: of.plural_word for of in currencies}
        scales = {of["currency"]: of["scale"] for of in self.row.inputs["drafts"]} | {of.code: of.unit.scale for of in currencies}
        rows = [
            [
                {"value": names.get(of.code, of.code), "hint": words.get(of.currency, of.currency) if len(scales) > 1 else ""},
                points_text(of.live, scales[of.currency]),
                points_text(of.draft, scales[of.currency]),
                of.live_purchases,
                of.draft_purchases,
            ]
            for of in self.report.rules
        ]
        return {"columns": _numbers([_("Rule"), _("Live rules"), _("Draft"), _("Purchases, live"), _("Purchases, draft")]), "rows": rows}

    def members(self, *, sees: bool) -> list[dict[str, Any]]:
        """The members who would have got most more and most less; a file does not say who its members are."""
        sees = sees and self.row.trade is None
        known = Member.objects.in_bulk([row[1] for row in (*self.report.best, *self.report.worst)]) if sees else {}
        by_text = {str(pk): member for pk, member in known.items()}
        found = []
        for title, rows in ((_("Members who would have got most more"), self.report.best), (_("… most less"), self.report.worst)):
            if rows and sees:
                cells = [
                    [
                        {"value": str(by_text[pk]), "url": reverse("staff:member", args=[pk])},
                        points_text(live, self.scale),
                        points_text(draft, self.scale),
                        signed_points_text(more, self.scale),
                    ]
                    for more, pk, live, draft in rows[:10]
                    if pk in by_text
                ]
                found.append({"title": title, "columns": _numbers([_("Member"), _("Live rules"), _("Draft"), _("Change")]), "rows": cells})
        return found

    def predictions(self, rows: Sequence[Prediction]) -> dict[str, Any]:
        money = self.programme.currency
        cells = [
            [
                date_format(of.month, "F Y"),
                of.purchases,
                Money(of.spend_minor, money),
                points_text(of.predicted, self.scale),
                points_text(of.actual, self.scale),
                {"value": signed_points_text(of.off, self.scale), "hint": _change(of.predicted, of.actual).strip(", ")},
            ]
            for of in rows
        ]
        return {
            "columns": _numbers([_("Month"), _("Purchases"), _("Sales"), _("Predicted"), _("Actual"), _("Off")]),
            "rows": cells,
            "labels": [date_format(of.month, "M") for of in rows],
            "series": [(_("Predicted"), [of.predicted for of in rows]), (_("Actual"), [of.actual for of in rows])],
        }

    def estimate_text(self) -> str:
        """Say where the expected redemption comes from."""
        terms = self.row.figures["terms"]
        if not terms["is_estimated"]:
            return _("There is no approved estimate of how many points are redeemed, so all of them are expected to be.")
        percent = number_format(Decimal(terms["redemption"]) * 100, decimal_pos=1)
        return _("The approved estimate expects %(percent)s%% of the points to be redeemed.") % {"percent": percent}

    def unplayed_text(self) -> str:
        """Name what a file changes besides; none of it changes what purchases earn in these figures."""
        names = self.row.inputs["unplayed"]
        return _("The file also changes %(names)s; that is not part of the figures.") % {"names": ", ".join(names)} if names else ""

    def proof_text(self) -> str:
        """Say whether the live rules, worked out again, gave what they gave then."""
        report = self.report
        if self.row.trade is not None:
            day = date_format(localtime(self.row.known_at), "j M Y")
            return _("These are purchases of a file: both sides are worked out, the live one under what was in force on %(day)s.") % {
                "day": day
            }
        facts = {"count": number_text(report.purchases, 0), "differing": number_text(report.differing, 0)}
        if not report.differing:
            return _("The live rules, worked out again for %(count)s purchases, gave exactly what was given then.") % facts
        facts["units"] = signed_points_text(report.differing_units, self.scale)
        return (
            _(
                "The live rules, worked out again, differ from what was given then in %(differing)s of %(count)s purchases (%(units)s points):"
                " budgets, segments or choices were others on the day."
            )
            % facts
        )


def facts_of(row: BackTest) -> list[dict[str, Any]]:
    """What was asked, and by which hashes it can be repeated."""
    tried = [of["rule"] for of in row.inputs["drafts"]]
    tried += [name for section in ("ladders", "segments", "campaigns", "currencies") for name in row.inputs[section]]
    first = row.repeats
    facts = [
        {"label": _("Purchases of"), "value": days_text(row)},
        {"label": _("As it was known"), "value": _moment(row.known_at)},
        {"label": _("Whose purchases"), "value": _("of the file %(name)s") % {"name": row.trade} if row.trade else ""},
        {"label": _("File tried"), "value": str(row.file or "")},
        {"label": _("Drafts tried"), "value": ", ".join(dict.fromkeys(tried)) or _("none: the live rules as they are")},
        {"label": _("Rules left out"), "value": ", ".join(row.inputs["dropped"])},
        {"label": _("Asked by"), "value": str(row.author or ""), "hint": _moment(row.requested_at)},
        {"label": _("Done"), "value": _moment(row.done_at)},
        {"label": _("Hash of the inputs"), "value": row.inputs_hash[:16]},
        {"label": _("Hash of the figures"), "value": row.figures_hash[:16]},
    ]
    if first is not None and row.figures_hash:
        same = row.figures_hash == first.figures_hash
        facts.append({"label": _("Repeats"), "value": str(first), "hint": _("with the same figures") if same else _("with other figures")})
    return [fact for fact in facts if fact["value"]]


def looked_at_text(row: BackTest) -> str:
    said = ngettext("%(count)s member looked at", "%(count)s members looked at", row.members)
    return said % {"count": number_text(row.members, 0)}


def _numbers(labels: Sequence[str]) -> list[dict[str, Any]]:
    """The first column is words, the others are figures."""
    return [{"label": label} if place == 0 else {"label": label, "number": True} for place, label in enumerate(labels)]


def _day(of: MonthFigures) -> dt.date:
    return dt.date.fromisoformat(f"{of.month}-01")


def _moment(at: dt.datetime | None) -> str:
    return date_format(localtime(at), "j F Y, H:i") if at else ""


def _signed_money(minor: int, currency: str) -> str:
    text = money_text(Money(minor, currency))
    return f"+{text}" if minor > 0 else text


def _change(before: int, after: int) -> str:
    """Return a change, to follow a figure; nothing where there was nothing before."""
    said = change_text(after, before)
    return f", {said}" if said else ""
