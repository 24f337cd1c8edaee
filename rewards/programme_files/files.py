"""A programme file: read whole, with everything that is wrong with it, and written."""

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from loyalty.kit.problems import FieldError, Malformed
from rewards.programme_files.domain.fields import Faults, Fields, Spec
from rewards.programme_files.domain.outline import Outline
from rewards.programme_files.domain.reading import Document, Fault, Unreadable, read_document
from rewards.programme_files.domain.writing import write_document
from rewards.programme_files.examples.shape import read_examples
from rewards.programme_files.examples.steps import Example
from rewards.programme_files.parts import PARTS

VERSION = 1
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class MalformedFile(Malformed):
    """A file that cannot be taken over; `faults` are all that is wrong with it, in the order of its lines."""

    code = "malformed_file"

    def __init__(self, faults: list[Fault], name: str) -> None:
        self.faults = sorted(faults)
        self.lines = [fault.line(name) for fault in self.faults]
        errors = [FieldError("/" + "/".join(map(str, fault.path)), "malformed", fault.detail) for fault in self.faults]
        super().__init__(_("Correct the file; every fault is named with its line."), errors=errors)


@dataclasses.dataclass(frozen=True, slots=True)
class About:
    """What people who choose among files read: what it is, and on whose published rules it is modelled."""

    title: Mapping[str, str]
    summary: Mapping[str, str]
    modelled_on: str = ""
    year: int | None = None
    source: str = ""

    def in_language(self, texts: Mapping[str, str], locale: str) -> str:
        return texts.get(locale) or texts.get("en") or next(iter(texts.values()), "")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeFile:
    """What a file says: specs by code, by section; examples; and where everything stands."""

    name: str
    text: str
    document: Document
    slug: str
    about: About
    outline: Outline
    sections: Mapping[str, Mapping[str, Spec]]
    examples: tuple[Example, ...]

    @property
    def programme(self) -> Spec:
        return self.sections["programme"][""]


def read_programme_file(text: str, *, name: str = "file", instead: Mapping[str, Any] = _NOTHING) -> ProgrammeFile:
    """Return what the file says, with some of the programme's own keys (slug, name, currency, ...) said otherwise.

    Raises: MalformedFile, with every fault at once.
    """
    try:
        document = read_document(text)
    except Unreadable as unreadable:
        raise MalformedFile([unreadable.fault], name) from unreadable
    faults, outline = Faults(document), Outline()
    if instead and isinstance(document.content, dict) and isinstance(document.content.get("programme"), dict):
        document.content["programme"] |= dict(instead)
    whole = Fields(faults, (), document.content)
    if whole.whole("version", least=1, most=VERSION) is None and not faults.found:
        faults.add((), f"Write version: {VERSION}.")
    about = _about(whole)
    sections = {part.key: part.read(whole.inner(part.key) if part.is_needed else whole.inner(part.key, {}), outline) for part in PARTS}
    outline.check(faults)
    examples = read_examples(whole, outline)
    whole.done()
    if faults.found:
        raise MalformedFile(faults.found, name)
    slug = document.content["programme"]["slug"]
    return ProgrammeFile(
        name=name, text=text, document=document, slug=slug, about=about, outline=outline, sections=sections, examples=examples
    )


def write_programme_file(programme: Programme, sections: Mapping[str, Mapping[str, Spec]]) -> str:
    """Return the text of a file that says what the sections say."""
    content: dict[str, Any] = {"version": VERSION}
    for part in PARTS:
        specs = sections.get(part.key, {})
        if part.key == "programme":
            content[part.key] = {"slug": programme.slug, **specs[""]}
        elif specs:
            content[part.key] = dict(specs[""]) if part.is_single else {code: dict(spec) for code, spec in specs.items()}
    return write_document(content)


def _about(whole: Fields) -> About:
    fields = whole.inner("about", {})
    about = About(
        title=fields.texts("title", {}),
        summary=fields.texts("summary", {}, most=1_000),
        modelled_on=fields.text("modelled_on", ""),
        year=fields.whole("year", None, least=1_900, most=2_200),
        source=fields.text("source", "", most=500),
    )
    fields.done()
    return about
