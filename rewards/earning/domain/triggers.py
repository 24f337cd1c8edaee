"""What makes rules run beside purchases, and which facts each such moment brings. Pure."""

import re
from collections.abc import Mapping
from typing import Final

from rewards.earning.domain.fields import Kind

PURCHASE: Final = "purchase"
SYSTEM: Final[Mapping[str, Mapping[str, Kind]]] = {
    "enrolment": {},
    "birthday": {},
    "anniversary": {"years": Kind.NUMBER},
    "profile_completed": {},
    "referral.advocate": {"count": Kind.NUMBER},
    "referral.friend": {},
    "social_share": {"network": Kind.TEXT},
    "review": {"stars": Kind.NUMBER, "length": Kind.NUMBER, "product": Kind.TEXT},
}
"""The moments that the programme knows by itself, with the fields that conditions may ask of each as `event.NAME`."""

_OF_TYPE = re.compile(r"event:[a-z][a-z0-9_-]{0,39}", re.ASCII)


def is_trigger(text: str) -> bool:
    """Tell whether rules may run on this: a purchase, a moment of the programme's own, or an event of a type (`event:gym-visit`)."""
    return text == PURCHASE or text in SYSTEM or _OF_TYPE.fullmatch(text) is not None


def trigger_of_type(code: str) -> str:
    return f"event:{code}"


def type_of_trigger(trigger: str) -> str | None:
    """Return the code of the event type, None for all other triggers."""
    return trigger.removeprefix("event:") if trigger.startswith("event:") else None
