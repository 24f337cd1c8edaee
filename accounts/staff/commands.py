"""Who acts when a command is run: commands name people by e-mail, and their roles decide as on the pages."""

from django.core.management.base import CommandError

from accounts.staff.access import may
from accounts.staff.roles import Act
from accounts.users.models import User


def person_who_may(email: str, act: Act) -> User:
    """Return the person with this e-mail if their roles let them do this. Raises: CommandError."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        raise CommandError(f"Nobody signs in as {email}.")
    if not may(user, act):
        raise CommandError(f"{email} may not do this: the role lacks {act.value}. Nothing was changed.")
    return user
