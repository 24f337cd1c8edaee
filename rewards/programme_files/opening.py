"""Open a programme from a file: everything in its first version."""

import datetime as dt

from django.db import transaction

from accounts.entities.models import LegalEntity
from accounts.programmes.models import Programme
from accounts.programmes.services import open_programme
from accounts.users.models import User
from rewards.programme_files.files import ProgrammeFile
from rewards.programme_files.parts import PARTS, Hand
from rewards.programme_files.parts.currencies import parsed_currency
from rewards.programme_files.parts.programme import NEVER, USUAL


@transaction.atomic
def open_from_file(
    *,
    file: ProgrammeFile,
    slug: str,
    first_day: dt.date,
    at: dt.datetime,
    author: User | None,
    entity: LegalEntity | None = None,
) -> Programme:
    """Open a draft programme that says what the file says from `first_day` on; first versions need no second person.

    Raises: as `open_programme` and the topics' services do.
    """
    said = {**USUAL, **file.programme}
    code, main = next((code, spec) for code, spec in file.sections["currencies"].items() if spec.get("main"))
    points = parsed_currency(code, main, said["currency"])
    programme = open_programme(
        slug=slug,
        name=said["name"],
        legal_entity=entity,
        country=said.get("country", ""),
        time_zone=said["time_zone"],
        currency=said["currency"],
        at=at,
        words=points.words,
        terms=points.terms,
        valid_from=first_day,
        terms_texts=said["terms"],
        unit_policies=points.unit_policies,
        devaluation_notice_days=None if said["devaluation_notice_days"] == NEVER else said["devaluation_notice_days"],
        **{key: said[key] for key in ("locale", "accent", "return_window_days", "expiry_notice_days", "join_policy")},
    )
    hand = Hand(programme=programme, on=first_day, at=at, author=author, outline=file.outline)
    for part in PARTS:
        part.install(file.sections[part.key], hand)
    return programme
