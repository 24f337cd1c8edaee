"""What is set up for tests, approved at once."""

import datetime as dt
from typing import Any

from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from rewards.earning.models import EarningRuleVersion
from rewards.earning.queries import forget_rules
from rewards.earning.services import draft_rule
from rewards.setups.domain import SetupKind
from rewards.setups.models import SetupVersion
from rewards.setups.queries import forget_setups
from rewards.setups.services import draft_setup
from tests.accounts.factories import AT

FIRST_DAY = dt.date(2025, 1, 1)
VISIT = {
    "schema": {
        "type": "object",
        "properties": {
            "minutes": {"type": "integer", "minimum": 1, "maximum": 600},
            "club": {"type": "string", "enum": ["north", "south"]},
            "distance": {"type": "string", "format": "decimal"},
            "spent": {"type": "string", "format": "money"},
            "on": {"type": "string", "format": "date"},
            "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 3},
            "guest": {"type": "boolean"},
        },
        "required": ["minutes"],
        "additionalProperties": False,
    },
    "late_days": 30,
}


def set_up(
    programme: Programme, kind: SetupKind, code: str, definition: dict[str, Any], *, valid_from: dt.date = FIRST_DAY
) -> SetupVersion:
    version = draft_setup(
        programme=programme, kind=kind, code=code, name=code.title(), definition=definition, valid_from=valid_from, author=None
    )
    version.approved_at = AT
    version.save(update_fields=["approved_at"])
    forget_setups(programme.pk)
    return version


def rule_for(programme: Programme, code: str, *, valid_from: dt.date = FIRST_DAY, **definition: Any) -> EarningRuleVersion:
    """A rule in force; `trigger` and the rest are the definition's."""
    version = draft_rule(
        programme=programme,
        code=code,
        name=code.title(),
        currency=currency_of(programme),
        definition=definition,
        valid_from=valid_from,
        author=None,
    )
    version.approved_at = AT
    version.save(update_fields=["approved_at"])
    forget_rules(programme.pk)
    return version
