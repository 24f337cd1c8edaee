"""The books in the admin: to look at. Services write."""

from django.contrib import admin

from ledger.books.models import Book, BookAccount, Journal, JournalLine, JournalSource, Period
from loyalty.kit.admin import ReadOnlyAdmin, ReadOnlyInline


def amount(minor: int, digits: int) -> str:
    """Write minor units with the decimals of a book's currency."""
    sign, text = "-" if minor < 0 else "", f"{abs(minor):0{digits + 1}d}"
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"


class LineInline(ReadOnlyInline):
    model = JournalLine
    fields = ("position", "book_account", "debit", "credit", "movement_type", "pool_id")
    readonly_fields = fields
    ordering = ("position",)

    @admin.display(description="debit")
    def debit(self, line: JournalLine) -> str:
        return amount(line.debit_minor, line.journal.book.minor_digits) if line.debit_minor else ""

    @admin.display(description="credit")
    def credit(self, line: JournalLine) -> str:
        return amount(line.credit_minor, line.journal.book.minor_digits) if line.credit_minor else ""


class SourceInline(ReadOnlyInline):
    model = JournalSource
    fields = ("kind", "source_id")


@admin.register(Book)
class BookAdmin(ReadOnlyAdmin):
    list_display = ("name", "currency", "profile", "allocation_basis", "min_pool_size", "time_zone")
    list_filter = ("profile", "allocation_basis", "currency")
    search_fields = ("name",)
    ordering = ("name",)


@admin.register(BookAccount)
class BookAccountAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "type", "erp_code", "book")
    list_filter = ("book", "type")
    list_select_related = ("book",)
    search_fields = ("code", "name", "erp_code")
    ordering = ("book", "code")


@admin.register(Period)
class PeriodAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "book", "state", "closed_at", "known_at")
    list_filter = ("book", "state")
    list_select_related = ("book",)
    ordering = ("-starts_on", "pk")


@admin.register(Journal)
class JournalAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "book", "entry_on", "business_on", "event_type", "basis", "total", "narration")
    list_filter = ("book", "basis", "event_type", "period__state")
    list_select_related = ("book",)
    search_fields = ("narration", "number")
    date_hierarchy = "entry_on"
    ordering = ("-year", "-number", "pk")
    inlines = (LineInline, SourceInline)

    @admin.display(description="total")
    def total(self, journal: Journal) -> str:
        return amount(journal.total_minor, journal.book.minor_digits)
