"""Rows of the database as model instances, where hundreds are made at once."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Model
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=Model)


def stored_row(model: type[Row], values: Mapping[str, Any], **known: Any) -> Row:
    """Return a row that is in the database as an instance, without the detour over a query set or the model's `__init__`.

    `values` are its columns by attribute name; one that is left out is read when it is asked for. `known` are rows that foreign keys point to.
    """
    instance = model.__new__(model)
    state = ModelState()
    state.adding = False
    state.db = "default"
    state.fields_cache = known
    instance.__dict__.update(values, _state=state)
    return instance
