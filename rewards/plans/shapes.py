"""Paid memberships as partners tell of them."""

from typing import Annotated, Literal

from django.utils.translation import gettext as _

from loyalty.kit.money import MalformedAmount, parse_minor
from loyalty.kit.problems import FieldError
from loyalty.kit.rest.paging import PageQuery
from loyalty.kit.rest.shapes import Id, InvalidInput, Moment, MoneyText, Reference, Seen, Shape, line
from rewards.plans.domain import STANDARD, Term, When
from rewards.plans.services import Renewal, Start, Use

Code = Annotated[str, line(40), Seen]


class StartShape(Shape):
    """A plan that a member bought, or begins to try."""

    external_id: Reference
    occurred_at: Moment
    member: Id
    plan: Code
    variant: Code = STANDARD
    term: Literal["month", "year", "life"]
    paid: MoneyText | None = None
    """What was paid; left out, the plan's price. At most that price."""
    trial: bool = False
    """Whether it begins with the unpaid days that the plan gives for a first time."""

    def start(self, currency: str) -> Start:
        """Raises: InvalidInput."""
        return Start(self.plan, self.variant, Term(self.term), minor_or_none(self.paid, currency, "/paid"), self.trial)


class RenewalShape(Shape):
    """The next period, paid for."""

    external_id: Reference
    occurred_at: Moment
    variant: Code | None = None
    """Another variant from this period on."""
    paid: MoneyText | None = None

    def renewal(self, currency: str) -> Renewal:
        """Raises: InvalidInput."""
        return Renewal(self.variant, minor_or_none(self.paid, currency, "/paid"))


class CancellationShape(Shape):
    """A subscription that is given up: now, with what goes back, or when its paid days are over."""

    external_id: Reference
    occurred_at: Moment
    when: Literal["now", "period_end"]

    @property
    def how(self) -> When:
        return When(self.when)


class UseShape(Shape):
    """Something that a plan includes, used on an order."""

    external_id: Reference
    occurred_at: Moment
    order_amount: MoneyText | None = None
    """What the order costs; needed where the entitlement asks for a least amount."""
    receipt: Reference | None = None
    """The external_id of the purchase: when it comes back whole, the use is given back."""

    def use(self, code: str, currency: str) -> Use:
        """Raises: InvalidInput."""
        return Use(code, minor_or_none(self.order_amount, currency, "/order_amount"), self.receipt or "")


class GiveBackUseShape(Shape):
    """A use that is taken back."""

    external_id: Reference
    occurred_at: Moment


class PlansQuery(PageQuery):
    """Which plans."""

    code: Code | None = None
    member: Id | None = None
    """With a member only the variants that are for the member."""


class SubscriptionsQuery(PageQuery):
    """Which subscriptions."""

    plan: Code | None = None
    state: Literal["active", "ending", "ended"] | None = None


class EntitlementsQuery(PageQuery):
    """On which order."""

    order_amount: MoneyText | None = None
    """With it the answer says whether each applies to an order that costs so much."""
    code: Code | None = None


def minor_or_none(text: str | None, currency: str, pointer: str) -> int | None:
    """Return an amount of nothing or more. Raises: InvalidInput."""
    if text is None:
        return None
    try:
        return parse_minor(text, currency)
    except MalformedAmount as malformed:
        errors = [FieldError(pointer, malformed.code, malformed.detail)]
        raise InvalidInput(_("Correct the marked fields."), errors=errors) from None
