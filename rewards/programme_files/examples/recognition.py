"""Steps of examples about recognition: how they are written, what they do, and what is looked at afterwards."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from accounts.members.models import Member
from loyalty.kit.problems import NotFound
from rewards.programme_files.domain.fields import Fields, units_of
from rewards.programme_files.domain.outline import Outline
from rewards.programme_files.examples.memberships import SOURCE, Trial
from rewards.programme_files.examples.steps import Step
from rewards.recognition.queries import left_to_give, offered_on
from rewards.recognition.services import Giving, recognise


class NoSuchMember(NotFound):
    code = "member_not_found"


def _read_give(fields: Fields, outline: Outline) -> dict[str, Any]:
    inner = fields.inner("give")
    points = inner.points("points", outline.scale())
    said = {
        "to": inner.text("to", most=40),
        "units": units_of(points, outline.scale()) if points is not None else 1,
        "value": inner.text("value", "", most=40),
        "message": inner.text("message", "Thank you.", most=500),
    }
    inner.done()
    return said


def _give(trial: Trial, step: Step, member: Member) -> None:
    receiver = Member.objects.filter(programme=trial.programme, external_id=step.given["to"]).first()
    if receiver is None:
        raise NoSuchMember(_("No step before this one was taken by a member of this name."))
    for one in (member, receiver):
        one.programme = trial.programme
    giving = Giving(
        receiver=receiver,
        units=step.given["units"],
        message=step.given["message"],
        value=step.given["value"],
        source=SOURCE,
        external_id=f"give-{step.name}",
    )
    recognise(giver=member, giving=giving, at=trial.moment(step.on))


def _read_left(fields: Fields, name: str, outline: Outline) -> dict[str, int]:
    """Read how many points the member has left to give this month."""
    points = fields.points(name, outline.scale(), least=0)
    return {outline.main: units_of(points, outline.scale()) if points is not None else 0}


def _left(trial: Trial, _step: Step, member: Member, wanted: dict[str, int]) -> dict[str, int]:
    member.programme = trial.programme
    left = left_to_give(member, offered_on(trial.programme, trial.today), trial.today)
    return dict.fromkeys(wanted, left)


READ: dict[str, Callable[[Fields, Outline], dict[str, Any]]] = {"give": _read_give}
ACTS: dict[str, Callable[[Any, Step, Member], None]] = {"give": _give}
EXPECT: dict[str, Callable[[Fields, str, Outline], Any]] = {"left": _read_left}
LOOKS: dict[str, Callable[[Any, Step, Member, Any], Any]] = {"left": _left}
