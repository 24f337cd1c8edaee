"""What a rule segment says: a condition over what is known of a member, and of what they bought before. Pure."""

import enum
import re
from collections.abc import Mapping
from typing import Any

from loyalty.kit.problems import FieldError, Malformed
from rewards.earning.domain.basket import Basket, Value
from rewards.earning.domain.conditions import Condition, compile_condition

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
"""How segments and campaigns are called in conditions and addresses."""
_ASKED = ("member.", "history.")


class MalformedSegment(Malformed):
    code = "malformed_segment"


class SegmentKind(enum.StrEnum):
    STATIC = "static"
    RULE = "rule"


def compile_segment(definition: Mapping[str, Any]) -> Condition:
    """Check a definition {"when": condition} and make it runnable. Raises: MalformedSegment, naming each wrong part."""
    errors = [FieldError(f"/{key}", "unknown", f"A segment has no {key}.") for key in sorted(set(definition) - {"when"})]
    condition, wrong = compile_condition(definition.get("when"), of_lines=False, pointer="/when")
    errors += wrong
    if not errors:
        errors += [
            FieldError("/when", "unknown", f"A segment cannot ask for {name}: only for facts of the member and of the history.")
            for name in sorted(_names(definition["when"]))
            if not name.startswith(_ASKED) or name == "member.segments"
        ]
    if errors:
        raise MalformedSegment("Correct the condition of the segment.", errors=errors)
    return condition


def belongs(condition: Condition, facts: Mapping[str, Value]) -> bool:
    """Tell whether somebody of whom these facts are known belongs to the segment."""
    return condition.miss(Basket((), facts)) is None


def _names(tree: Any) -> set[str]:
    """Return the fields that a checked condition names; a question to the lines of a purchase counts as `lines`."""
    if "lines" in tree:
        return {"lines"}
    if "field" in tree:
        return {tree["field"]}
    [parts] = tree.values()
    return set[str]().union(*(_names(part) for part in parts))
