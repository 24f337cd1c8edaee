"""What a back-test found dearer than its budget: a third person accepts the cost before a second one approves."""

import uuid
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.users.models import User
from loyalty.kit.figures import money_text
from loyalty.kit.money import Money
from loyalty.kit.problems import Forbidden, Refused
from rewards.versions.models import Costed


class CostNotAccepted(Refused):
    """Carries `expected_cost_minor` and `budget_minor`."""

    code = "cost_not_accepted"


class NothingToAccept(Refused):
    code = "nothing_to_accept"


class AnotherPersonMustAcceptCost(Forbidden):
    code = "another_person_must_accept"


@transaction.atomic
def accept_cost(*, draft: Costed, person: User) -> None:
    """Accept that a draft is expected to cost more than its budget; whoever accepts it cannot approve it too.

    Raises: NothingToAccept (it is approved, or not above a budget), AnotherPersonMustAcceptCost (the author asks).
    """
    rows = type(draft)._default_manager  # noqa: SLF001 Django documents it for models that are not known by name
    locked: Any = rows.select_for_update(of=("self",)).get(pk=draft.pk)
    if locked.author_id == person.pk:
        raise AnotherPersonMustAcceptCost(_("You wrote this. Another person must accept its cost."))
    if locked.approved_at is not None or locked.over_budget_id is None:
        raise NothingToAccept(_("No back-test of this draft is above its budget, or it was approved before. There is nothing to accept."))
    locked.cost_accepted_by = person
    locked.save(update_fields=["cost_accepted_by"])


def check_cost(draft: Costed, approver: User) -> None:
    """A draft that is expected to cost more than its budget needs one more person. Raises: CostNotAccepted."""
    test = draft.over_budget
    if test is None or (draft.cost_accepted_by_id is not None and draft.cost_accepted_by_id != approver.pk):
        return
    assert test.cost_minor is not None and test.budget_minor is not None
    currency = test.programme.currency
    told = {"cost": money_text(Money(test.cost_minor, currency)), "budget": money_text(Money(test.budget_minor, currency))}
    figures = {"expected_cost_minor": test.cost_minor, "budget_minor": test.budget_minor}
    if draft.cost_accepted_by_id is None:
        detail = _(
            "Its back-test expects it to cost %(cost)s, above its budget of %(budget)s."
            " Somebody else must accept the cost first, or a back-test of this version must stay within its budget."
        )
        raise CostNotAccepted(detail % told, extra=figures)
    detail = _("You accepted that it costs %(cost)s, above its budget of %(budget)s. Another person must approve it.")
    raise CostNotAccepted(detail % told, extra=figures)


def above_budget(drafts: models.QuerySet[Any]) -> uuid.UUID | None:
    """Return the id of the back-test above whose budget the newest of these is, where that is a draft: written again, it stays above it
    until a back-test of its own says otherwise."""
    newest = drafts.order_by("-pk").values_list("approved_at", "over_budget").first()
    return newest[1] if newest and newest[0] is None else None
