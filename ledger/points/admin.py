"""The points bank in the admin: to look at. The functions in sql/ write."""

import functools
import operator
import uuid
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ledger.points import queries
from ledger.points.models import Balance, Conversion, Lot, LotMove, Movement, PointUnit
from loyalty.kit.admin import ReadOnlyAdmin

MOST_COUNTED = 10_000


class ShortPaginator(Paginator):  # type: ignore[type-arg]  # generic in the stubs only
    """Counts no further than anybody pages: these tables hold hundreds of millions of rows."""

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]  # Django's stubs allow lists as well
        return rows[:MOST_COUNTED].count()


class WalletRowAdmin(ReadOnlyAdmin):
    """Rows of wallets, found by a whole id through an index; the wallet's id is shown without fetching the wallet."""

    list_select_related = ("unit",)
    list_per_page = 50
    paginator = ShortPaginator
    search_help_text = _("The whole id of a wallet, movement or lot")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[QuerySet[Any], bool]:  # noqa: ARG002
        if not search_term:
            return queryset, False
        try:
            wanted = uuid.UUID(search_term.strip())
        except ValueError:
            return queryset.none(), False
        return queryset.filter(functools.reduce(operator.or_, (Q(**{field: wanted}) for field in self.search_fields))), False

    @admin.display(description=_("wallet"))
    def wallet(self, row: Any) -> str:
        return str(row.points_account_id)


@admin.register(PointUnit)
class PointUnitAdmin(ReadOnlyAdmin):
    list_display = ("code", "book", "scale", "time_zone", "consumption_order", "arrears_policy", "arrears_limit")
    list_filter = ("book", "consumption_order", "arrears_policy")
    list_select_related = ("book",)
    search_fields = ("code",)
    ordering = ("code", "pk")


@admin.register(Balance)
class BalanceAdmin(WalletRowAdmin):
    list_display = ("wallet", "unit", "available", "pending", "held", "arrears", "seq")
    list_filter = ("unit",)
    search_fields = ("points_account",)
    ordering = ("points_account", "unit")


@admin.register(Movement)
class MovementAdmin(WalletRowAdmin):
    list_display = ("id", "wallet", "unit", "seq", "kind", "debit", "credit", "amount", "reason", "available_after", "business_on")
    list_filter = ("unit", "kind", "reason", "business_on")
    search_fields = ("id", "points_account")
    ordering = ("-id",)
    readonly_fields = ("lot_moves",)

    @admin.display(description=_("lots"))
    def lot_moves(self, movement: Movement) -> SafeString:
        moves = queries.lot_moves_of(movements=[movement.pk], points_account=movement.points_account_id)
        rows = ((move.lot_id, move.get_from_state_display(), move.get_to_state_display(), move.units) for move in moves)
        return format_html_join(" ", "<p>{}: {} → {}, {}</p>", rows)


@admin.register(Lot)
class LotAdmin(WalletRowAdmin):
    list_display = ("id", "wallet", "unit", "granted_on", "expires_on", "granted", "remaining", "held", "reversed", "is_pending")
    list_filter = ("unit", "source_kind", "portfolio", "is_pending", "expires_on")
    search_fields = ("id", "points_account")
    ordering = ("-id",)


@admin.register(Conversion)
class ConversionAdmin(WalletRowAdmin):
    list_display = ("id", "wallet", "unit", "units", "to_unit", "given", "step_units", "gives_units", "rate")
    list_filter = ("unit", "to_unit")
    search_fields = ("id", "points_account")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversion]:
        rows: QuerySet[Conversion] = super().get_queryset(request).select_related("to_unit")
        return rows


@admin.register(LotMove)
class LotMoveAdmin(WalletRowAdmin):
    list_display = ("id", "wallet", "unit", "lot_number", "from_state", "to_state", "units", "business_on", "reason", "grant_month")
    list_filter = ("unit", "from_state", "to_state", "reason", "source_kind")
    search_fields = ("id", "points_account")
    ordering = ("-id",)

    @admin.display(description=_("lot"))
    def lot_number(self, move: LotMove) -> str:
        return str(move.lot_id)
