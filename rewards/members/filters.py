"""Which members, movements and lots a partner asks for."""

import datetime as dt
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.entities.queries import store_of
from accounts.members.models import Member, MemberQuerySet, MemberStatus
from accounts.programmes.queries import CurrencyNotFound
from ledger.points.domain import GRANT_REASONS, Kind, Reason
from loyalty.kit.rest.filtering import DayFilters, Narrow, RowFilters, choice, from_on, through_on
from loyalty.kit.rest.shapes import Code, Day, QueryFlag, line


class MemberFilters(DayFilters):
    """`scene` is the programme."""

    bounds: ClassVar = frozenset({"name"})
    costly: ClassVar = frozenset({"status", "home_store"})

    from_on = Narrow(Day, "The first day of joining.", method="joined_from")
    through_on = Narrow(Day, "The last day of joining.", method="joined_through")
    name = Narrow(Annotated[str, line(100, least=2)], "How given or family name begin.", method="named")
    status = Narrow(choice(MemberStatus.values), "How the membership stands.", "status")
    home_store = Narrow(Code, "The home store's code.", method="at_home_in")

    def joined_from(self, rows: QuerySet[Member], _name: str, day: dt.date) -> QuerySet[Member]:
        return rows.filter(joined_at__gte=self._begin_of(day))

    def joined_through(self, rows: QuerySet[Member], _name: str, day: dt.date) -> QuerySet[Member]:
        return rows.filter(joined_at__lt=self._begin_of(day + dt.timedelta(1)))

    def named(self, rows: MemberQuerySet, _name: str, text: str) -> QuerySet[Member]:
        return rows.named(text)

    def at_home_in(self, rows: QuerySet[Member], _name: str, code: str) -> QuerySet[Member]:
        """Raises: UnknownStore."""
        return rows.filter(home_store=store_of(self.scene.legal_entity_id, code))

    def _begin_of(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), ZoneInfo(self.scene.time_zone))


class WalletFilters(RowFilters):
    """`scene` is the programme's Setting; the rows are one wallet's."""

    currency = Narrow(Annotated[str, line(20)], "", method="in_currency")

    def in_currency(self, rows: QuerySet[Any], _name: str, code: str) -> QuerySet[Any]:
        """Raises: CurrencyNotFound."""
        currencies = self.scene.currencies
        if code not in currencies:
            known = ", ".join(sorted(currencies))
            raise CurrencyNotFound(_("The programme has no such point currency. Choose one of %(known)s.") % {"known": known})
        return rows.filter(unit=currencies[code].unit)

    def for_reason(self, rows: QuerySet[Any], field: str, word: str) -> QuerySet[Any]:
        return rows.filter(**{field: Reason[word.upper()]})


class MovementFilters(DayFilters, WalletFilters):
    from_on = from_on("business_on")
    through_on = through_on("business_on")
    reason = Narrow(choice(reason.name.lower() for reason in Reason), "Why points moved.", "reason", method="for_reason")
    kind = Narrow(choice(kind.name.lower() for kind in Kind), "What was done.", method="of_kind")

    def of_kind(self, rows: QuerySet[Any], _name: str, word: str) -> QuerySet[Any]:
        return rows.filter(kind=Kind[word.upper()])


class PendingFilters(WalletFilters):
    available_through = Narrow(Day, "The last day on which the points become available.", "matures_on", "lte")


class LotFilters(WalletFilters):
    reason = Narrow(
        choice(reason.name.lower() for reason in sorted(GRANT_REASONS)), "Why the points were given.", "source_kind", method="for_reason"
    )
    is_pending = Narrow(QueryFlag, "Whether the points still wait for their first day.", "is_pending")
    ends_through = Narrow(Day, "The last day through which the points end.", "expires_on", "lte")
