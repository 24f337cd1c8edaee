"""Points that end, for colleagues: month by month ahead, and what the books carry for them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.programmes.models import Programme
from accounts.staff.access import may
from accounts.staff.pages import programme_choices, programme_page, render_part
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.figures import money_text, points_text
from loyalty.kit.money import Money
from reporting.ending_points import queries
from reporting.ending_points.queries import Ahead, Ending


@require_safe
@programme_page(Act.SEE_REPORTS)
def ending_points(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Show what ends in twelve months, each currency by itself; what is carried for it only to those who see the books."""
    shown = queries.outlook(programme, clock.business_date(clock.now(), programme.time_zone))
    sees_books = may(request.user, Act.SEE_BOOKS)
    closed = date_format(shown.closed.ends_on, "j M Y") if shown.closed else ""
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "sees_books": sees_books,
        "closed": closed,
        "currencies": [
            _currency(ahead, programme.currency, sees_books=sees_books)
            for ahead in shown.currencies
            if ahead.everything or ahead.currency.is_default
        ],
    }
    return render_part(request, "reporting/ending_points/ending_points.html", "reporting/ending_points/months.html", context)


def _currency(ahead: Ahead, money: str, *, sees_books: bool) -> dict[str, Any]:
    rows = [(date_format(month, "F Y"), ending) for month, ending in ahead.months]
    if ahead.later.points:
        rows.append((_("Later"), ahead.later))
    if ahead.endless.points:
        rows.append((_("Without an end"), ahead.endless))
    columns = [{"label": _("End in")}, {"label": ahead.currency.plural_word, "number": True}, {"label": _("Share of all"), "number": True}]
    if sees_books:
        columns.append({"label": _("Carried for them"), "number": True})
    return {
        "name": f"ending-{ahead.currency.code}",
        "word": ahead.currency.plural_word,
        "code": ahead.currency.code,
        "everything": points_text(ahead.everything, ahead.currency.unit.scale),
        "labels": [date_format(month, "M") for month, _ending in ahead.months],
        "series": [(ahead.currency.plural_word, [_whole(ending, ahead) for _month, ending in ahead.months])],
        "columns": columns,
        "rows": [_row(label, ending, ahead, money, sees_books=sees_books) for label, ending in rows],
        "is_empty": not ahead.everything,
    }


def _whole(ending: Ending, ahead: Ahead) -> int:
    """Return whole points for the chart; the table beside it has every decimal."""
    return int(ending.points // 10**ahead.currency.unit.scale)


def _row(label: str, ending: Ending, ahead: Ahead, money: str, *, sees_books: bool) -> list[Any]:
    carried = "–" if ending.carried_minor is None else money_text(Money(ending.carried_minor, money))
    share = (ending.points * 200 + ahead.everything) // (2 * ahead.everything) if ahead.everything else 0
    cells = [label, points_text(ending.points, ahead.currency.unit.scale), _("%(number)s%%") % {"number": points_text(share)}]
    return [*cells, carried if ending.points else ""] if sees_books else cells
