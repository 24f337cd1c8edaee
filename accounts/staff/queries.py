"""What colleagues keep for the lists that they read."""

from django.db.models import Q

from accounts.staff.models import ListPreference, SavedFilter
from accounts.users.models import User

_MOST_SHOWN = 60


def filters_of(user: User, list_name: str) -> list[SavedFilter]:
    """Return what the user saved for a list and what others share there, by name."""
    seen = Q(owner=user) | Q(is_shared=True)
    return list(SavedFilter.objects.filter(seen, list_name=list_name).order_by("name", "pk")[:_MOST_SHOWN])


def hidden_columns(user: User, list_name: str) -> list[str]:
    """Return the columns of a list that the user does not want to see."""
    return ListPreference.objects.filter(user=user, list_name=list_name).values_list("hidden", flat=True).first() or []
