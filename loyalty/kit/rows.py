"""Rows that are about to be written: the model's own rules, answered as refusals with a sentence for people."""

from collections.abc import Collection
from typing import TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models

from loyalty.kit.problems import FieldError, Malformed, Refused

Row = TypeVar("Row", bound=models.Model)


class InvalidFields(Malformed):
    """Fields that cannot be stored as they are."""

    code = "invalid_fields"


class RuleBroken(Refused):
    """A row that would break a named constraint, for example a code that is taken."""

    code = "rule_broken"


def checked(row: Row, *, exclude: Collection[str] = ()) -> Row:
    """Return the row if its fields and constraints hold; `exclude` names fields that need no look.

    Raises: InvalidFields, RuleBroken.
    """
    try:
        row.full_clean(exclude=exclude)
    except ValidationError as error:
        raise _as_problem(error) from error
    return row


def checked_fields(row: Row, *, exclude: Collection[str] = (), at: str = "") -> Row:
    """Return the row if its fields hold by themselves, without asking the database; `at` goes before a field's pointer.

    Raises: InvalidFields.
    """
    try:
        row.clean_fields(exclude=exclude)
    except ValidationError as error:
        raise _as_problem(error, at) from error
    return row


def violated_constraint(error: IntegrityError) -> str:
    """Return the name of the constraint that a statement broke, or nothing if the database named none."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""


def _as_problem(error: ValidationError, at: str = "") -> InvalidFields | RuleBroken:
    found = [
        FieldError("" if field == NON_FIELD_ERRORS else f"{at}/{field}", fault.code or "rule", " ".join(fault.messages))
        for field, faults in error.error_dict.items()
        for fault in faults
    ]
    is_rule = all(fault.pointer == "" or fault.code == "unique" for fault in found)
    detail = " ".join(fault.detail for fault in found)
    return RuleBroken(detail, errors=found) if is_rule else InvalidFields(detail, errors=found)
