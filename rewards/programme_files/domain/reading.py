"""YAML into plain data that remembers its places. Pure.

Built from the parser's events: no object is ever made of a tag, a number keeps the digits that were written, and size, depth and
aliases are bounded before anything grows. Plain scalars are whole numbers, true, false, null or text; a decimal stays text.
"""

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

import yaml
from yaml.error import MarkedYAMLError
from yaml.reader import ReaderError

MOST_CHARACTERS = 200_000
MOST_NODES = 20_000
MOST_DEPTH = 16

Path = tuple[str | int, ...]
"""The way to a value: ("rules", "every-dollar", "points")."""
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})", re.ASCII)
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Place:
    """Line and column, both from 1."""

    line: int
    column: int


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong, and where."""

    place: Place
    path: Path
    detail: str

    def line(self, name: str) -> str:
        """Write it as compilers do: FILE:LINE:COLUMN: path: message."""
        where = dotted(self.path)
        return f"{name}:{self.place.line}:{self.place.column}: {f'{where}: ' if where else ''}{self.detail}"


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """Plain data, and where each value and each key of it stands."""

    content: Any
    values: dict[Path, Place]
    keys: dict[Path, Place]

    def place_of(self, path: Path, *, of_key: bool = False) -> Place:
        """Return where a value stands; what is not there stands where it would have to be: at the nearest that is."""
        exact = self.keys if of_key else self.values
        if path in exact:
            return exact[path]
        while path and path not in self.keys and path not in self.values:
            path = path[:-1]
        return self.keys.get(path) or self.values.get(path) or Place(1, 1)


class Unreadable(Exception):
    """The text is no YAML that we read; it names one place."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.detail)
        self.fault = fault


def read_document(text: str) -> Document:
    """Return what the text says. Raises: Unreadable."""
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(Fault(Place(1, 1), (), f"A programme file has at most {MOST_CHARACTERS:,} characters."))
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            builder.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(Fault(_place(mark), (), f"This is not YAML: {error.problem or error.context}.")) from error
    except ReaderError as error:
        before = text[: error.position]
        place = Place(before.count("\n") + 1, error.position - (before.rfind("\n") + 1) + 1)
        raise Unreadable(Fault(place, (), "This character cannot stand in a file. Remove it.")) from error
    return Document(builder.content, builder.values, builder.keys)


def dotted(path: Sequence[str | int]) -> str:
    """Write a path for people: rules.every-dollar.caps[0].units."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


@dataclasses.dataclass(slots=True)
class _Open:
    """A list or mapping that is being filled."""

    path: Path
    content: Any
    key: str | None = None


class _Builder:
    """Takes the parser's events one after the other."""

    def __init__(self) -> None:
        self.content: Any = None
        self.values: dict[Path, Place] = {}
        self.keys: dict[Path, Place] = {}
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self._refuse(event, "One file is one document.")
            case yaml.AliasEvent():
                self._refuse(event, "Anchors and aliases are not read. Write it out.")
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._begin(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._open.pop()

    def _begin(self, event: Any, content: Any) -> None:
        self._check(event)
        if self._open and isinstance(self._open[-1].content, dict) and self._open[-1].key is None:
            self._refuse(event, "A key is a short text.")
        path = self._add(event, content)
        self._open.append(_Open(path, content))
        if len(self._open) > MOST_DEPTH:
            self._refuse(event, f"Nothing lies more than {MOST_DEPTH} levels deep.")

    def _scalar(self, event: Any) -> None:
        self._check(event)
        inside = self._open[-1] if self._open else None
        if inside is not None and isinstance(inside.content, dict) and inside.key is None:
            self._begin_key(inside, event)
            return
        self._add(event, _plain(event))

    def _begin_key(self, inside: _Open, event: Any) -> None:
        path = (*inside.path, event.value)
        if event.value in inside.content:
            self._refuse(event, f"{event.value} stands here twice; the first is on line {self.keys[path].line}.", path)
        inside.key = event.value
        self.keys[path] = _place(event.start_mark)

    def _add(self, event: Any, content: Any) -> Path:
        if not self._open:
            self.content = content
            path: Path = ()
        else:
            inside = self._open[-1]
            if isinstance(inside.content, list):
                path = (*inside.path, len(inside.content))
                inside.content.append(content)
            else:
                assert inside.key is not None, "a value without a key"
                path = (*inside.path, inside.key)
                inside.content[inside.key], inside.key = content, None
        self.values[path] = _place(event.start_mark)
        if len(self.values) > MOST_NODES:
            self._refuse(event, f"A programme file has at most {MOST_NODES:,} values.")
        return path

    def _check(self, event: Any) -> None:
        if event.anchor:
            self._refuse(event, "Anchors and aliases are not read. Write it out.")
        if event.tag and event.tag != "!":
            self._refuse(event, "Tags are not read. Write plain texts, numbers, lists and mappings.")

    def _refuse(self, event: yaml.Event, detail: str, path: Path | None = None) -> None:
        inside = self._open[-1].path if self._open else ()
        raise Unreadable(Fault(_place(event.start_mark), inside if path is None else path, detail))


def _plain(event: Any) -> Any:
    if event.style is not None:
        return event.value
    if event.value in _WORDS:
        return _WORDS[event.value]
    return int(event.value) if _WHOLE.fullmatch(event.value) else event.value


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
