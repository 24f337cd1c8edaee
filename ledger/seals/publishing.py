"""Carries checkpoints out of the database: what its owner could still change is no witness.

A publisher takes a checkpoint and returns the name of the place where it now is. It may be called again for the same checkpoint and
must refuse to replace another text. More of them are listed in the setting SEAL_PUBLISHERS.
"""

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from ledger.seals.models import SealCheckpoint, SealLog, SealPublication

Publisher = Callable[[SealCheckpoint], str]


class AnotherText(Exception):
    """The place already holds a different checkpoint of this size: somebody signed two histories, or changed the file."""


def publish(*, checkpoint: SealCheckpoint, at: dt.datetime) -> list[str]:
    """Put a checkpoint wherever it is not yet; return the places that are new. Raises what a publisher raises."""
    done = set(checkpoint.publications.values_list("place", flat=True))
    places = [place for path in settings.SEAL_PUBLISHERS if (place := import_string(path)(checkpoint)) not in done]
    for place in places:
        _note(checkpoint, place, at)
    return places


def unpublished() -> list[SealCheckpoint]:
    """Return the newest checkpoint of each log that is not at every place yet."""
    newest = [log.checkpoints.select_related("log").order_by("-size").first() for log in SealLog.objects.order_by("pk")]
    wanted = len(settings.SEAL_PUBLISHERS)
    return [one for one in newest if one is not None and one.publications.exclude(place__startswith="mail ").count() < wanted]


def to_folder(checkpoint: SealCheckpoint) -> str:
    """Write the note into SEAL_FOLDER, one file per size; never over another text. Raises: AnotherText, OSError."""
    folder = Path(settings.SEAL_FOLDER) / str(checkpoint.log.programme)
    folder.mkdir(parents=True, exist_ok=True)
    file, unfinished = folder / f"{checkpoint.size}.checkpoint", folder / f".{checkpoint.size}.{os.getpid()}"
    unfinished.write_text(checkpoint.note)
    try:
        os.link(unfinished, file)
    except FileExistsError:
        if file.read_text() != checkpoint.note:
            raise AnotherText(str(file)) from None
    finally:
        unfinished.unlink()
    return f"folder {settings.SEAL_FOLDER}"


def mail_newest(*, at: dt.datetime) -> int:
    """Send the newest checkpoint of every log, as one e-mail, to those whom SEAL_MAIL names; return how many checkpoints it holds."""
    newest = [log.checkpoints.select_related("log").order_by("-size").first() for log in SealLog.objects.order_by("pk")]
    place = f"mail {', '.join(settings.SEAL_MAIL)}"[:200]
    fresh = [one for one in newest if one is not None and not one.publications.filter(place=place).exists()]
    if fresh and settings.SEAL_MAIL:
        says = _("Keep this e-mail: each text below proves later that no movement of points was changed up to then.")
        notes = "\n\n".join(one.note for one in fresh)
        EmailMessage(_("Checkpoints of the points ledger"), f"{says}\n\n{notes}", to=settings.SEAL_MAIL).send()
        for one in fresh:
            _note(one, place, at)
        return len(fresh)
    return 0


def _note(checkpoint: SealCheckpoint, place: str, at: dt.datetime) -> None:
    SealPublication.objects.get_or_create(checkpoint=checkpoint, place=place, defaults={"published_at": at})
