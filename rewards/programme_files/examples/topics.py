"""The steps and looks that topics bring to examples, together."""

from collections.abc import Callable
from typing import Any

from accounts.members.models import Member
from rewards.programme_files.domain.fields import Fields
from rewards.programme_files.domain.outline import Outline
from rewards.programme_files.examples import causes, memberships, partners, recognition, trade
from rewards.programme_files.examples.steps import Step

READ: dict[str, Callable[[Fields, Outline], dict[str, Any]]] = {
    **memberships.READ,
    **causes.READ,
    **recognition.READ,
    **trade.READ,
    **partners.READ,
}
ACTS: dict[str, Callable[[Any, Step, Member], None]] = {
    **memberships.ACTS,
    **causes.ACTS,
    **recognition.ACTS,
    **trade.ACTS,
    **partners.ACTS,
}
EXPECT: dict[str, Callable[[Fields, str, Outline], Any]] = {**memberships.EXPECT, **causes.EXPECT, **recognition.EXPECT, **partners.EXPECT}
LOOKS: dict[str, Callable[[Any, Step, Member, Any], Any]] = {**memberships.LOOKS, **causes.LOOKS, **recognition.LOOKS, **partners.LOOKS}
