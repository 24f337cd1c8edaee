"""Steps of examples about companies: who buys for them, and what was agreed with them."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Protocol

from accounts.buyers.services import add_buyer, close_buyer
from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.users.models import User
from rewards.programme_files.domain.fields import Fields, short_form
from rewards.programme_files.domain.outline import LADDER, Outline, tier_of
from rewards.programme_files.examples.steps import Step
from rewards.tiers.models import Tier, TierAward
from rewards.tiers.services.awards import grant_award, request_award


class Trial(Protocol):
    """What these steps need of the example that they are in."""

    programme: Programme

    def moment(self, day: dt.date, time: dt.time = ...) -> dt.datetime: ...

    def colleague(self, name: str) -> User: ...


def _read_buyer(fields: Fields, _outline: Outline) -> dict[str, Any]:
    inner = short_form(fields, "buyer", "code")
    code = inner.text("code", most=40)
    said = {"code": code, "name": inner.text("name", code, most=100)}
    inner.done()
    return said


def _read_close_buyer(fields: Fields, _outline: Outline) -> dict[str, Any]:
    return {"code": fields.text("close_buyer", most=40)}


def _read_award(fields: Fields, outline: Outline) -> dict[str, Any]:
    inner = fields.inner("award")
    ladder = inner.choice("ladder", sorted(outline.names[LADDER]) or ["none"], outline.ladder)
    tier = inner.choice("tier", sorted(outline.names.get(tier_of(str(ladder)), ())) or ["none"])
    last_on = inner.day("last_on")
    inner.done()
    return {"ladder": ladder, "tier": tier, "last_on": dt.date.fromisoformat(last_on) if last_on else None}


def _buyer(trial: Trial, step: Step, member: Member) -> None:
    add_buyer(member=member, code=step.given["code"], name=step.given["name"], at=trial.moment(step.on, step.time))


def _close_buyer(trial: Trial, step: Step, member: Member) -> None:
    close_buyer(member=member, code=step.given["code"], at=trial.moment(step.on, step.time))


def _award(trial: Trial, step: Step, member: Member) -> None:
    """Two people give a tier by hand, as a contract says."""
    tier = Tier.objects.select_related("ladder").get(
        ladder__programme=trial.programme, ladder__code=step.given["ladder"], code=step.given["tier"]
    )
    award = request_award(
        member=member,
        tier=tier,
        kind=TierAward.Kind.CONTRACT,
        to_on=step.given["last_on"],
        note="an example",
        proof="an example",
        staff=trial.colleague("one"),
        at=trial.moment(step.on),
    )
    grant_award(award=award, approver=trial.colleague("other"), at=trial.moment(step.on))


READ: dict[str, Callable[[Fields, Outline], dict[str, Any]]] = {
    "buyer": _read_buyer,
    "close_buyer": _read_close_buyer,
    "award": _read_award,
}
ACTS: dict[str, Callable[[Any, Step, Member], None]] = {"buyer": _buyer, "close_buyer": _close_buyer, "award": _award}
