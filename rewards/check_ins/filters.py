"""Which check-in points a partner asks for."""

from typing import Annotated, Any

from django.db.models import QuerySet

from loyalty.kit.rest.filtering import Narrow, RowFilters
from loyalty.kit.rest.shapes import Code, Day, QueryFlag, line
from rewards.check_ins.models import CheckInPoint


class CheckInPointFilters(RowFilters):
    event_type = Narrow(Code, "The code of the event type that is reported.", "event_type")
    store = Narrow(Annotated[str, line(40)], "The store's code.", "store__code")
    on = Narrow(Day, "A day on which members may check in.", method="on_day")
    open = Narrow(QueryFlag, "Whether a colleague has closed it (false) or not (true).", method="still_open")

    def on_day(self, rows: QuerySet[CheckInPoint], _name: str, day: Any) -> QuerySet[CheckInPoint]:
        return rows.filter(first_on__lte=day, last_on__gte=day)

    def still_open(self, rows: QuerySet[CheckInPoint], _name: str, is_open: bool) -> QuerySet[CheckInPoint]:  # the library's signature
        return rows.filter(closed_at__isnull=is_open)
