"""Steps of examples about causes and undone events: how they are written, what they do, and what is looked at afterwards."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.members.models import Member
from loyalty.kit.money import Money
from loyalty.kit.problems import NotFound
from rewards.causes.queries import cause_by_code, counted_of_member, owed_on, standing_on
from rewards.causes.services import take_all
from rewards.events.models import Event
from rewards.events.services import undo_event
from rewards.programme_files.domain.fields import Fields
from rewards.programme_files.domain.outline import CAUSE, Outline
from rewards.programme_files.examples.memberships import SOURCE, Trial
from rewards.programme_files.examples.steps import Step


class NoSuchEvent(NotFound):
    code = "event_not_found"


def _read_undo(fields: Fields, _outline: Outline) -> dict[str, Any]:
    return {"event": fields.text("undo", most=40)}


def _undo(trial: Trial, step: Step, _member: Member) -> None:
    event = Event.objects.filter(programme=trial.programme, source=SOURCE, external_id=step.given["event"]).first()
    if event is None:
        raise NoSuchEvent(_("No step before this one sent an event with this name."))
    undo_event(event=event, reason="mistake", at=trial.moment(step.on))


def _read_causes(fields: Fields, name: str, outline: Outline) -> dict[str, dict[str, Any]]:
    """Read how many counted, what that makes, what is left, how many were the member's own, and what is owed."""

    def one(given: Fields, code: str) -> dict[str, Any]:
        inner = given.inner(code)
        said: dict[str, Any] = {key: inner.whole(key, None) for key in ("counted", "given", "rest", "mine")}
        said["owed"] = inner.amount("owed", outline.currency, None)
        inner.done()
        return {key: value for key, value in said.items() if value is not None}

    inner = fields.inner(name)
    for code in inner.given.keys() - outline.names[CAUSE]:
        fields.faults.unknown((*inner.path, code), outline.names[CAUSE])
    return fields.mapping(name, one)


def _causes(trial: Trial, _step: Step, member: Member, wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Answer what is asked of each, after the task has taken the counts in."""
    take_all(programme=trial.programme)
    found = {}
    for code, asked in wanted.items():
        cause = cause_by_code(trial.programme, code)
        stands, owed = standing_on(cause, trial.today), owed_on(cause, trial.today)
        whole = {
            "counted": stands.counted,
            "given": stands.given,
            "rest": stands.rest,
            "mine": counted_of_member(member, cause),
            "owed": str(Money(owed.open_minor, trial.programme.currency)),
        }
        found[code] = {key: whole[key] for key in asked}
    return found


READ: dict[str, Callable[[Fields, Outline], dict[str, Any]]] = {"undo": _read_undo}
ACTS: dict[str, Callable[[Any, Step, Member], None]] = {"undo": _undo}
EXPECT: dict[str, Callable[[Fields, str, Outline], Any]] = {"causes": _read_causes}
LOOKS: dict[str, Callable[[Any, Step, Member, Any], Any]] = {"causes": _causes}
