"""Files of trade in the admin: to find and read. They are handed in on the staff pages."""

from django.contrib import admin

from loyalty.kit.admin import ReadOnlyAdmin
from rewards.trade_files.models import TradeFile, TradeLine, TradePiece


@admin.register(TradeFile)
class TradeFileAdmin(ReadOnlyAdmin):
    list_display = ("handed_in_at", "programme", "name", "state", "lines_count", "faulty_count", "receipts", "members", "author")
    list_filter = ("programme", "state")
    list_select_related = ("programme", "author")
    search_fields = ("name", "=sha256")
    ordering = ("-id",)


@admin.register(TradePiece)
class TradePieceAdmin(ReadOnlyAdmin):
    list_display = ("number", "file")
    list_select_related = ("file",)
    search_fields = ("=file__id",)
    ordering = ("-id",)


@admin.register(TradeLine)
class TradeLineAdmin(ReadOnlyAdmin):
    list_display = ("line", "occurred_at", "store", "category", "sku", "quantity", "price_minor", "file")
    list_select_related = ("file",)
    search_fields = ("=file__id", "=member", "=purchase")
    ordering = ("-id",)
