"""Which programme does a key mean?"""

import time

from django.utils.translation import gettext as _

from accounts.partners.domain import Credential
from accounts.programmes.models import Programme
from accounts.programmes.queries import ProgrammeNotFound, programme_by_slug

_KEEP_SECONDS = 5.0
_MOST_KEPT = 1_000
_kept: dict[str, tuple[float, Programme]] = {}


def programme_for(credential: Credential, slug: str) -> Programme:
    """Return the programme at this address as it was at most a few seconds ago.

    Raises: ProgrammeNotFound, also for a programme that the key is not for.
    """
    programme = _programme(slug)
    if programme.pk not in credential.programme_ids:
        raise ProgrammeNotFound(_("There is no such programme."))
    return programme


def forget_programmes() -> None:
    """Read every programme afresh at its next use."""
    _kept.clear()


def _programme(slug: str) -> Programme:
    kept = _kept.get(slug)
    if kept is not None and time.monotonic() < kept[0]:
        return kept[1]
    programme = programme_by_slug(slug)
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    _kept[slug] = (time.monotonic() + _KEEP_SECONDS, programme)
    return programme
