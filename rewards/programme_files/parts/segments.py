"""Groups of members: rules that describe them, and lists without those who are on them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.programmes.models import Programme
from rewards.programme_files.domain.definitions import Form, definition_in, written
from rewards.programme_files.domain.differences import Change
from rewards.programme_files.domain.fields import Fields, Spec, without
from rewards.programme_files.domain.outline import SEGMENT, Outline
from rewards.programme_files.parts.base import DefinedPart, Hand
from rewards.segments.domain import CODE, MalformedSegment, SegmentKind, compile_segment
from rewards.segments.models import Segment, SegmentVersion
from rewards.segments.services import approve_segment, draft_segment, open_segment, write_first_segment

_OWN = {"name", "kind"}
_KEYS = frozenset({*_OWN, "when"})
_USUAL = {"kind": SegmentKind.RULE.value}
_FORM = Form()


class SegmentsPart(DefinedPart):
    """Whom a list names is no part of a programme; a segment that is there stays, because purchases remember it."""

    key = "segments"
    fixed = frozenset({"kind"})
    may_end = False

    def label(self) -> str | Promise:
        return gettext_lazy("Segment")

    def read(self, section: Fields, outline: Outline) -> dict[str, Spec]:
        codes = [code for code in section.given if section.code_of(code, CODE)]
        outline.names[SEGMENT] |= set(codes)
        return {code: self._one(section.inner(code), code, outline) for code in codes}

    def _one(self, fields: Fields, code: str, outline: Outline) -> Spec:
        own = {"name": fields.text("name"), "kind": fields.choice("kind", list(SegmentKind), SegmentKind.RULE.value)}
        if own["kind"] != SegmentKind.RULE:
            outline.lists.add(code)
            if "when" in fields.given:
                fields.wrong("when", "A list has no condition: its members are written down. Leave it out, or leave kind out.")
            fields.done("when")
            return without(own, _USUAL)
        before = len(fields.faults.found)
        definition = self.definition_in(fields, outline)
        if "when" not in definition:
            fields.faults.add(
                fields.path, "when is missing: say whom the segment describes, or write kind: static for a list.", of_key=True
            )
        if len(fields.faults.found) > before:
            return {}
        try:
            compile_segment(definition)
        except MalformedSegment as malformed:
            fields.faults.add_errors(fields.path, malformed.errors, _KEYS)
            return {}
        outline.refer_all(definition, fields.path)
        return without(own, _USUAL) | written(definition, outline.currency, _FORM)

    def live(self, programme: Programme, on: dt.date) -> dict[str, Spec]:
        rows = SegmentVersion.objects.filter(segment__programme=programme).in_force_on(on)
        said = {row.segment_id: written(row.definition, programme.currency, _FORM) for row in rows}
        segments = Segment.objects.filter(programme=programme).order_by("code")
        there = [of for of in segments if of.is_static or of.pk in said]
        return {of.code: without({"name": of.name, "kind": of.kind}, _USUAL) | said.get(of.pk, {}) for of in there}

    def install(self, specs: Mapping[str, Spec], hand: Hand) -> None:
        for code, spec in specs.items():
            write_first_segment(
                programme=hand.programme,
                code=code,
                name=spec["name"],
                kind=_kind(spec),
                definition=self.definition_of(spec, hand),
                valid_from=hand.on,
                at=hand.at,
                author=hand.author,
            )

    def change(self, change: Change, hand: Hand) -> None:
        author, approver = hand.two_people()
        segment = Segment.objects.filter(programme=hand.programme, code=change.code).first()
        if segment is None:
            segment = open_segment(programme=hand.programme, code=change.code, name=change.now["name"], kind=_kind(change.now))
        if "when" in change.keys:
            version = draft_segment(segment=segment, definition=self.definition_of(change.now, hand), valid_from=hand.on, author=author)
            approve_segment(version=version, approver=approver, at=hand.at)
        Segment.objects.filter(pk=segment.pk).update(name=change.now["name"])

    def definition_in(self, fields: Fields, outline: Outline) -> dict[str, Any]:
        return definition_in(fields, _OWN, outline.currency, _FORM, outline.events)


def _kind(spec: Spec) -> SegmentKind:
    return SegmentKind(spec.get("kind", SegmentKind.RULE.value))
