"""The staff home: how the programme does, for a stretch of time against another, by store, channel and members."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.programmes.models import Programme
from accounts.staff.access import may
from accounts.staff.pages import month_choices, programme_choices, programme_page, read_month, render_part
from accounts.staff.roles import Act
from loyalty.kit import clock
from reporting.insights import pages, queries
from reporting.insights.domain import stretch_of
from reporting.insights.queries import Whom

_YEAR = "year"


@dataclasses.dataclass(frozen=True, slots=True)
class _Choice:
    """One filter: the rows to choose from, and which of them the address names."""

    rows: list[tuple[int, str]]
    chosen: int | None

    @classmethod
    def read(cls, rows: Iterable[tuple[int, str]], text: str) -> "_Choice":
        """What the address names and the programme does not have narrows nothing."""
        known = list(rows)
        return cls(known, next((pk for pk, _name in known if str(pk) == text), None))

    @property
    def choices(self) -> list[dict[str, object]]:
        return [{"value": str(pk), "label": name, "selected": pk == self.chosen} for pk, name in self.rows]

    @property
    def name(self) -> str:
        return dict(self.rows).get(self.chosen or 0, "")


@require_safe
@programme_page(Act.SEE_REPORTS)
def home(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Show the figures; ?time=2026-03 (or 2026-Q1, 2026), ?against=year, ?store=, ?channel=, ?tier=, ?list= and ?cohort=2025-11 choose them."""
    today, asked = clock.business_date(clock.now(), programme.time_zone), request.GET
    store = _Choice.read(queries.store_choices(programme), asked.get("store", ""))
    channel = _Choice.read(queries.channel_choices(programme), asked.get("channel", ""))
    tier = _Choice.read(queries.tier_choices(programme), asked.get("tier", ""))
    segment = _Choice.read(queries.list_choices(programme), asked.get("list", ""))
    cohort = read_month(asked.get("cohort", ""))
    whom = Whom(store.chosen, channel.chosen, tier.chosen, segment.chosen, cohort)
    stretch = stretch_of(asked.get("time", ""), today)
    against = stretch.year_before() if asked.get("against") == _YEAR else stretch.before()
    shown = queries.overview(programme, today, stretch=stretch, against=against, whom=whom)
    sees_books = may(request.user, Act.SEE_BOOKS)
    links = pages.links_of(request.user, shown, whom)
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "stores": store.choices,
        "channels": channel.choices,
        "tiers": tier.choices,
        "lists": segment.choices,
        "cohorts": month_choices(today, cohort),
        "times": pages.time_choices(today, stretch.code),
        "against": pages.against_choices(asked.get("against", "")),
        "about": _about(store, channel, tier, segment, cohort),
        "shown": shown,
        "points_word": shown.currency.plural_word,
        "stretch": pages.stretch_name(stretch),
        "then": pages.stretch_name(against),
        "sees_books": sees_books,
        "days_told": pages.days_told(shown.shares),
        "rows": pages.Figures(shown, programme, links, whom, sees_books=sees_books).rows(),
        **pages.charts_of(shown),
    }
    return render_part(request, "reporting/insights/home.html", "reporting/insights/figures.html", context)


def _about(*filters: _Choice | dt.date | None) -> str:
    """Name what the figures are narrowed to."""
    names = [one.name if isinstance(one, _Choice) else pages.joined_in(one) for one in filters if one is not None]
    return " · ".join(name for name in names if name)
