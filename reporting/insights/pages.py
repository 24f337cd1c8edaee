"""What the overview shows of its figures, in words."""

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.programmes.models import Programme
from accounts.staff.access import may
from accounts.staff.roles import Act
from loyalty.kit.addresses import routed
from loyalty.kit.clock import add_months, month_start
from loyalty.kit.figures import change_text, money_text, points_text, share_text
from loyalty.kit.money import Money, half_up
from reporting.insights.domain import Stretch
from reporting.insights.queries import Overview, Shares, Trade, Whom

_QUARTERS, _YEARS, _MONTHS = 8, 3, 24


def time_choices(today: dt.date, chosen: str) -> list[dict[str, Any]]:
    """Return years, quarters and months to choose from, the newest first."""
    months = [add_months(month_start(today), -number) for number in range(_MONTHS)]
    quarters = [add_months(dt.date(today.year, (today.month - 1) // 3 * 3 + 1, 1), -3 * number) for number in range(_QUARTERS)]
    known = [
        *((str(today.year - number), str(today.year - number)) for number in range(_YEARS)),
        *((f"{day.year}-Q{day.month // 3 + 1}", quarter_name(day)) for day in quarters),
        *((f"{day:%Y-%m}", date_format(day, "F Y")) for day in months),
    ]
    return [{"value": value, "label": label, "selected": value == chosen} for value, label in known]


def against_choices(chosen: str) -> list[dict[str, Any]]:
    return [{"value": "year", "label": _("the same time a year before"), "selected": chosen == "year"}]


def quarter_name(day: dt.date) -> str:
    return _("Q%(quarter)s %(year)s") % {"quarter": day.month // 3 + 1, "year": day.year}


def stretch_name(stretch: Stretch) -> str:
    """Write a whole month by its name and everything else by its days."""
    if stretch.months == 1 and stretch.is_over:
        return date_format(stretch.first_on, "F Y")
    days = {"first": date_format(stretch.first_on, "j M Y"), "last": date_format(stretch.last_on, "j M Y")}
    return _("%(first)s to %(last)s") % days


def joined_in(cohort: dt.date) -> str:
    return _("joined in %(month)s") % {"month": date_format(cohort, "F Y")}


class Figures:
    """The cards of the overview. `links` are the pages behind them, as far as the reader may open them."""

    def __init__(self, shown: Overview, programme: Programme, links: dict[str, str], whom: Whom, *, sees_books: bool) -> None:
        self.shown, self.programme, self.links, self.whom, self.sees_books = shown, programme, links, whom, sees_books
        self.word = shown.currency.plural_word

    def rows(self) -> list[list[dict[str, str]]]:
        """Return the cards: sales, members, points."""
        return [self._sales(), self._members(), self._points()]

    def _sales(self) -> list[dict[str, str]]:
        total, before = self.shown.total, self.shown.before
        return [
            _card(
                _("Sales to members"),
                self._money(total.price_minor),
                self._moved(total.price_minor, before.price_minor, self._money),
                self.links["purchases"],
            ),
            self._share(),
            *self._baskets(),
        ]

    def _share(self) -> dict[str, str]:
        shares, before = self.shown.shares, self.shown.shares_before
        label = _("Members' share of all sales")
        if self.whom.channel is not None:
            return _card(label, "–", _("stores do not report by channel"))
        if not shares.days:
            return _card(label, "–", _("no store has reported a day of this time"), self.links["store_days"])
        return self._rate(
            label, (shares.chosen_net_minor, shares.net_minor), (before.chosen_net_minor, before.net_minor), self.links["store_days"]
        )

    def _baskets(self) -> list[dict[str, str]]:
        total, before, shares = self.shown.total, self.shown.before, self.shown.shares
        member, was = _each(total.gross_minor, total.purchases), _each(before.gross_minor, before.purchases)
        cards = [
            _card(_("A member's basket"), self._maybe(member), self._moved(member or 0, was or 0, self._money), self.links["purchases"]),
        ]
        guest = _each(shares.guest_minor, shares.guest_tickets)
        there = _each(shares.chosen_minor, shares.chosen_tickets)
        hint = _("members in these stores: %(amount)s") % {"amount": self._money(there)} if guest is not None and there is not None else ""
        return [*cards, _card(_("Basket without a card"), self._maybe(guest), hint or self._no_guests(shares), self.links["store_days"])]

    def _no_guests(self, shares: Shares) -> str:
        if self.whom.channel is not None:
            return _("stores do not report by channel")
        return _("nobody without a card bought") if shares.days else _("no store has reported a day of this time")

    def _members(self) -> list[dict[str, str]]:
        total, before, active = self.shown.total, self.shown.before, self.shown.active
        year = _("%(number)s in 365 days") % {"number": points_text(active.in_365_days)}
        return [
            _card(
                _("Active members, 90 days"),
                points_text(active.in_90_days),
                f"{self._moved(active.in_90_days, active.before, points_text)}; {year}",
                self.links["members"],
            ),
            self._repeat(),
            self._rate(
                _("Loyal share of sales"),
                (total.returning_minor, total.price_minor),
                (before.returning_minor, before.price_minor),
                self.links["purchases"],
            ),
            self._rate(_("Redemption rate"), (total.redeemed, total.earned), (before.redeemed, before.earned)),
        ]

    def _repeat(self) -> dict[str, str]:
        total, before = self.shown.total, self.shown.before
        of = ngettext("of %(number)s buyer", "of %(number)s buyers", total.buyers) % {"number": points_text(total.buyers)}
        card = self._rate(_("Repeat rate"), (total.returning, total.buyers), (before.returning, before.buyers), self.links["purchases"])
        return card | {"hint": f"{of}; {card['hint']}"}

    def _points(self) -> list[dict[str, str]]:
        total, before, held = self.shown.total, self.shown.before, self.shown.outstanding
        scale = self.shown.currency.unit.scale
        ending = _("%(number)s end within 31 days") % {"number": points_text(held.ending, scale)}
        outstanding = _("%(points)s outstanding") % {"points": self.word}
        return [
            self._rate(
                _("Paid with %(points)s") % {"points": self.word},
                (total.tender_minor, total.price_minor),
                (before.tender_minor, before.price_minor),
                self.links["tender"],
            ),
            _card(outstanding[:1].upper() + outstanding[1:], points_text(held.points, scale), ending, self.links["ending"]),
            *(self._books() if self.sees_books else ()),
        ]

    def _books(self) -> list[dict[str, str]]:
        owed, label = self.shown.liability, _("Contract liability")
        cost = _("Cost of 100 %(points)s") % {"points": self.word}
        if owed is None:
            return [_card(one, "–", _("no month is closed yet")) for one in (label, cost)]
        hundred = 100 * 10**self.shown.currency.unit.scale
        each = _each(owed.minor * hundred, owed.points)
        close = _("at the close of %(day)s") % {"day": date_format(owed.closed_through, "j M Y")}
        held = _("carried for %(number)s outstanding") % {"number": points_text(owed.points, self.shown.currency.unit.scale)}
        return [
            _card(label, self._money(owed.minor), close, self.links["rollforward"]),
            _card(cost, self._maybe(each), held, self.links["rollforward"]),
        ]

    def _rate(self, label: str, now: tuple[int, int], before: tuple[int, int], url: str = "") -> dict[str, str]:
        was = _("was %(figure)s") % {"figure": share_text(*before)} if before[1] > 0 else _("nothing to compare with")
        return _card(label, share_text(*now), was, url)

    def _moved(self, now: int, before: int, write: Callable[[int], str]) -> str:
        """Write how much more or less it is, and what it was."""
        moved = change_text(now, before) if before > 0 else ""
        return _("%(change)s, was %(figure)s") % {"change": moved, "figure": write(before)} if moved else _("nothing to compare with")

    def _money(self, minor: int) -> str:
        return money_text(Money(minor, self.programme.currency))

    def _maybe(self, minor: int | None) -> str:
        return "–" if minor is None else self._money(minor)


def links_of(user: Any, shown: Overview, whom: Whom) -> dict[str, str]:
    """Return the pages behind the figures, with the same filters; nothing where this colleague may not go."""
    finds, sees = may(user, Act.FIND_MEMBERS), may(user, Act.SEE_BOOKS)
    days = {"first": shown.stretch.first_on.isoformat(), "last": shown.stretch.last_on.isoformat()}
    where = {name: str(value) for name, value in (("store", whom.store), ("channel", whom.channel)) if value is not None}
    month = {"month": f"{shown.stretch.first_on:%Y-%m}"} if shown.stretch.months == 1 else {}
    purchases = f"{reverse('staff:purchases')}?"
    store = {"store": str(whom.store)} if whom.store is not None else {}
    return {
        "members": reverse("staff:members") if finds else "",
        "purchases": purchases + urlencode({**days, **where}) if finds else "",
        "tender": purchases + urlencode({**days, **where, "points": "1"}) if finds else "",
        "store_days": f"{reverse('staff:store-days')}?{urlencode({**store, **month})}".rstrip("?"),
        "ending": routed("staff:ending-points"),
        "rollforward": _rollforward(shown) if sees else "",
    }


def charts_of(shown: Overview) -> dict[str, Any]:
    def series(name: str, of: str) -> tuple[str, list[int]]:
        return (name, [int(getattr(month.trade, of)) for month in shown.months])

    def has(of: str) -> bool:
        return any(getattr(month.trade, of) for month in shown.months)

    return {
        "has_trade": shown.total != Trade() or has("price_minor"),
        "labels": [date_format(month.starts_on, "M") for month in shown.months],
        "sales": [series(_("Sales"), "price_minor")],
        "points": [series(_("Earned"), "earned"), series(_("Redeemed"), "redeemed")],
        "members": [series(_("Bought"), "buyers"), series(_("Came back"), "returning")],
        "ranking": [(store.name, store.price_minor) for store in shown.stores],
    }


def days_told(shares: Shares) -> str:
    """Say on how many days of stores the share stands."""
    return ngettext("%(number)s day of a store was reported", "%(number)s days of stores were reported", shares.days) % {
        "number": points_text(shares.days)
    }


def _each(minor: int, pieces: int) -> int | None:
    """Return the amount for one of so many, halves up; None where there is none."""
    return half_up(Fraction(minor, pieces)) if pieces > 0 else None


def _rollforward(shown: Overview) -> str:
    address = routed("staff:rollforward")
    return f"{address}?period={shown.liability.period}" if address and shown.liability else address


def _card(label: str, value: str, hint: str = "", url: str = "") -> dict[str, str]:
    return {"label": label, "value": value, "hint": hint, "url": url}
