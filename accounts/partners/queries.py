"""Which programme does a key mean?"""

from django.utils.translation import gettext as _

from accounts.partners.domain import Credential
from accounts.programmes.models import Programme
from accounts.programmes.queries import ProgrammeNotFound, programme_by_slug
from loyalty.kit.kept import Kept

_programmes: Kept[str, Programme] = Kept()


def programme_for(credential: Credential, slug: str) -> Programme:
    """Return the programme at this address as it was at most a few seconds ago.

    Raises: ProgrammeNotFound, also for a programme that the key is not for.
    """
    programme = _programmes.get(slug, lambda: programme_by_slug(slug))
    if programme.pk not in credential.programme_ids:
        raise ProgrammeNotFound(_("There is no such programme."))
    return programme
