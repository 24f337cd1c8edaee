"""Days of stores for colleagues: what was sold, what of it members bought, and which days to ask about."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.entities.models import Store
from accounts.entities.queries import place_choices
from accounts.programmes.models import Programme
from accounts.staff.access import may
from accounts.staff.lists import list_page
from accounts.staff.pages import StaffRequest, month_choices, programme_choices, read_month
from accounts.staff.roles import Act
from accounts.staff.saved import render_list, staff_list
from accounts.store_days.models import StoreDay
from loyalty.kit import clock
from loyalty.kit.clock import month_end
from loyalty.kit.figures import money_text, points_text
from loyalty.kit.money import Money
from reporting.store_days import queries
from reporting.store_days.queries import Finding, MemberDay
from reporting.store_days.uploads import MAY_UPLOAD

_COLUMNS = ("store", "sales", "tickets", "returns", "members", "share", "report")
_LOOK_BACK = dt.timedelta(days=30)


@require_safe
@staff_list("store-days", Act.SEE_REPORTS, filters=("store", "month"), columns=_COLUMNS)
def store_days(request: StaffRequest, programme: Programme) -> HttpResponse:
    """List what stores reported, newest first, with what to ask about; ?store= and ?month= narrow the list."""
    today = clock.business_date(clock.now(), programme.time_zone)
    store, month = _store(request.GET.get("store", "")), read_month(request.GET.get("month", ""))
    page = list_page(request, queries.store_days_like(programme, store=store, month=month), queries.NEWEST_FIRST)
    bought = queries.members_of(programme, page.rows)
    first, last = (month, month_end(month)) if month else (today - _LOOK_BACK, today)
    stores = place_choices(Store.objects.selling_for(programme.legal_entity_id))
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "stores": [{"value": str(pk), "label": name, "selected": pk == store} for pk, name in stores],
        "months": month_choices(today, month),
        "columns": _columns(),
        "upload_url": reverse("staff:store-days-upload") if any(may(request.user, act) for act in MAY_UPLOAD) else "",
        "rows": [_row(row, bought.get((row.store_id, row.business_on), MemberDay()), programme.currency) for row in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        **_findings(queries.findings(programme, first, last), programme.currency, finds=may(request.user, Act.FIND_MEMBERS)),
        "stretch": _("%(first)s to %(last)s")
        % {"first": date_format(first, "j M Y"), "last": date_format(min(last, today) if month else last, "j M Y")},
    }
    return render_list(request, "reporting/store_days/store_days.html", "reporting/store_days/rows.html", context)


def _store(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 15 else None


def _columns() -> list[dict[str, Any]]:
    labels = (_("Store"), _("Sales"), _("Tickets"), _("Returns"), _("Members bought"), _("Their share"), _("Report"))
    figures = {"sales", "tickets", "returns", "members", "share"}
    return [{"key": key, "label": label, "number": key in figures} for key, label in zip(_COLUMNS, labels, strict=True)]


def _row(row: StoreDay, members: MemberDay, currency: str) -> list[Any]:
    return [
        {"value": row.store.name, "hint": date_format(row.business_on, "D j M Y")},
        Money(row.sales_minor, currency),
        row.tickets,
        Money(row.returns_minor, currency) if row.returns_minor else None,
        {"value": money_text(Money(members.net_minor, currency)), "hint": _receipts(members.tickets)},
        _share(members, row),
        {"value": _("corrected"), "kind": "info", "hint": _("report %(number)s of the day") % {"number": row.number}}
        if row.number > 1
        else "",
    ]


def _receipts(tickets: int) -> str:
    return ngettext("%(number)s ticket", "%(number)s tickets", tickets) % {"number": points_text(tickets)}


def _share(members: MemberDay, row: StoreDay) -> Any:
    """Write the members' part of the day's sales in whole percent; more than all of it is marked."""
    if row.net_minor <= 0:
        return "–"
    percent = (members.net_minor * 200 + row.net_minor) // (2 * row.net_minor)
    text = _("%(number)s%%") % {"number": points_text(percent)}
    return {"value": text, "kind": "warning"} if members.net_minor > row.net_minor else text


def _findings(found: queries.Findings, currency: str, *, finds: bool) -> dict[str, Any]:
    return {
        "finding_count": found.count,
        "findings": [
            {
                "day": finding.day,
                "store": finding.name,
                "told": _told(finding, currency),
                "url": f"{reverse('staff:purchases')}?store={finding.store}&month={finding.day:%Y-%m}" if finds else "",
            }
            for finding in found.shown
        ],
    }


def _told(finding: Finding, currency: str) -> str:
    """Say what does not fit, and what to ask the shop."""
    facts = {
        "members": money_text(Money(finding.member_sales_minor, currency)),
        "tickets": _receipts(finding.member_tickets),
        "store": money_text(Money(finding.sales_minor or 0, currency)),
        "store_tickets": _receipts(finding.tickets or 0),
    }
    if finding.is_missing:
        return _("Members bought for %(members)s (%(tickets)s), and the store reported nothing. Send the day.") % facts
    return (
        _("Members bought for %(members)s (%(tickets)s), the store reported %(store)s (%(store_tickets)s). Send the day again, corrected.")
        % facts
    )
