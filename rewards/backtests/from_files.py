"""What a programme file that was handed in changes, as a trial."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from accounts.programmes.domain import Terms, expires_on
from accounts.programmes.models import Programme
from rewards.backtests.trial import Definition, Trial
from rewards.programme_files.domain.differences import Change
from rewards.programme_files.files import ProgrammeFile, read_programme_file
from rewards.programme_files.models import ProgrammeDraft
from rewards.programme_files.parts import PARTS, Hand
from rewards.programme_files.parts.base import DefinedPart
from rewards.programme_files.parts.campaigns import definition_of as campaign_of
from rewards.programme_files.parts.currencies import parsed_currency
from rewards.programme_files.services import difference

_WORDS = frozenset({"name", "other_names", "singular", "plural", "other_words", "main", "last_day", "state"})
"""What a change of these alone changes nothing of what is earned."""
_SPACE = uuid.UUID("0b1c3a5e-2f3d-4e8e-8f0a-6c1f0a8e9d11")
"""Names the rules that stand in files alone."""


def trial_of_draft(draft: ProgrammeDraft) -> Trial:
    """Return what a handed-in file changes from its first day on. Raises: as `difference` does."""
    file = read_programme_file(draft.text, instead={"slug": draft.programme.slug})
    changes = difference(file=file, programme=draft.programme, on=draft.effective_on)
    return _Reading(draft.programme, file, draft).trial([of for of in changes if not of.now or of.keys - _WORDS])


class _Reading:
    def __init__(self, programme: Programme, file: ProgrammeFile, draft: ProgrammeDraft) -> None:
        self.outline = file.outline
        self.programme = programme
        self.hand = Hand(programme=programme, on=draft.effective_on, at=draft.drafted_at, author=None, outline=file.outline)
        self.parts = {part.key: part for part in PARTS}

    def trial(self, changes: Sequence[Change]) -> Trial:
        by_section: dict[str, dict[str, Change]] = {part.key: {} for part in PARTS}
        for change in changes:
            by_section[change.section][change.code] = change
        rules, currencies = by_section.pop("rules"), by_section.pop("currencies")
        ladders, segments, campaigns = (by_section.pop(key) for key in ("ladders", "segments", "campaigns"))
        return Trial(
            drafts=[self._rule(code, of.now) for code, of in rules.items() if of.now],
            dropped=[code for code, of in rules.items() if not of.now],
            ladders={code: self._definition("ladders", of.now) for code, of in ladders.items()},
            segments={code: self._definition("segments", of.now) for code, of in segments.items() if "when" in of.now},
            campaigns={code: campaign_of(code, of.now, self.hand) for code, of in campaigns.items() if of.now},
            currencies={code: self._currency(code, of.now) for code, of in currencies.items()},
            unplayed=sorted(f"{section} {code}".strip() for section, left in by_section.items() for code in left),
        )

    def _rule(self, code: str, spec: dict[str, Any]) -> Definition:
        currency = spec.get("currency", self.outline.main)
        return {
            "rule": code,
            "id": str(uuid.uuid5(_SPACE, f"{self.programme.pk} {code}")),
            "version": 0,
            "currency": currency,
            "scale": self.outline.scales[currency],
            "campaign": spec.get("campaign", ""),
            "definition": self._definition("rules", spec),
        }

    def _definition(self, section: str, spec: dict[str, Any]) -> Definition:
        part = self.parts[section]
        assert isinstance(part, DefinedPart)
        return part.definition_of(spec, self.hand)

    def _currency(self, code: str, spec: dict[str, Any]) -> Definition:
        terms: Terms = parsed_currency(code, spec, self.programme.currency).terms
        first = self.hand.on.replace(day=1)
        return {"point_value_minor": str(terms.point_value_minor), "lives_months": lives_months(first, expires_on(terms, first))}


def lives_months(first: dt.date, ends_on: dt.date | None) -> int | None:
    """Return in how many months after the one in which they are earned points end; None where they do not."""
    return (ends_on.year - first.year) * 12 + ends_on.month - first.month if ends_on else None
