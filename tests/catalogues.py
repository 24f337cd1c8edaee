"""The messages that code and templates use, and the catalogues that translate them; read without gettext's tools."""

import ast
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "ledger", "loyalty", "reporting", "rewards")
CATALOGUES = [ROOT / app / "locale/tr/LC_MESSAGES/django.po" for app in APPS]

# Which argument says what: the message, its plural or its context.
_SHAPES = {"gettext": "m", "ngettext": "mp", "pgettext": "cm", "npgettext": "cmp"}
_PREFIXES = re.compile(r"_(lazy|noop)$")
_CALL = re.compile(r"\bn?p?gettext\(")


@dataclasses.dataclass(frozen=True)
class Message:
    """What a caller asks gettext for, under the key that catalogues use."""

    context: str
    text: str
    plural: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.text


@dataclasses.dataclass(frozen=True)
class Entry:
    """One entry of a .po file."""

    message: Message
    translations: list[str]
    is_fuzzy: bool


def messages_in_use() -> dict[Message, str]:
    """Return every message and a file that uses it."""
    found: dict[Message, str] = {}
    for path, source in (*_python_calls(), *_template_calls()):
        found.setdefault(source, str(path.relative_to(ROOT)))
    return found


def computed_messages() -> list[str]:
    """Return the places where the message is put together at run time, so that no catalogue can hold it."""
    calls = ((path, call) for path in _python_files() for call, shape in _calls(path.read_text()) if _message(call, shape) is None)
    return [f"{path.relative_to(ROOT)}:{call.lineno}" for path, call in calls]


def entries(catalogue: Path) -> list[Entry]:
    """Return what a .po file holds, without its head."""
    blocks = catalogue.read_text().split("\n\n")[1:]
    return [_entry(block) for block in blocks if "msgid " in block and not block.lstrip().startswith("#~")]


def compiled_form(found: list[Entry]) -> dict[object, str]:
    """Return the entries as Python's gettext keeps a compiled catalogue: by context and message, and plurals by number."""
    compiled: dict[object, str] = {}
    for entry in found:
        context, text, plural = entry.message.context, entry.message.text, entry.message.plural
        key = f"{context}\x04{text}" if context else text
        compiled |= {(key, number): words for number, words in enumerate(entry.translations)} if plural else {key: entry.translations[0]}
    return compiled


def _python_files() -> Iterator[Path]:
    for app in APPS:
        yield from (path for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts)


def _python_calls() -> Iterator[tuple[Path, Message]]:
    for path in _python_files():
        for call, shape in _calls(path.read_text()):
            if message := _message(call, shape):
                yield path, message


def _template_calls() -> Iterator[tuple[Path, Message]]:
    """Django turns a template into text with Python calls between; each is read by itself."""
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            for call in _calls_between(templatize(path.read_text(), origin=str(path))):
                for node, shape in _calls(call):
                    if message := _message(node, shape):
                        yield path, message


def _calls_between(source: str) -> Iterator[str]:
    for start in _CALL.finditer(source):
        ends = (end for end in range(start.end(), len(source)) if source[end] == ")" and _is_python(source[start.start() : end + 1]))
        yield source[start.start() : next(ends) + 1]


def _is_python(source: str) -> bool:
    try:
        ast.parse(source.strip())
    except SyntaxError:
        return False
    return True


def _calls(source: str) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(ast.parse(source.strip())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
            shape = "m" if name == "_" else _SHAPES.get(_PREFIXES.sub("", name))
            if shape and node.args:
                yield node, shape


def _message(call: ast.Call, shape: str) -> Message | None:
    given = dict(zip(shape, (getattr(argument, "value", None) for argument in call.args), strict=False))
    if not all(isinstance(text, str) for text in given.values()):
        return None
    return Message(given.get("c", ""), given["m"], given.get("p", ""))


def _entry(block: str) -> Entry:
    fields: dict[str, str] = {}
    name = ""
    for line in block.strip().splitlines():
        if line.startswith("msg"):
            name, _, text = line.partition(" ")
            fields[name] = ast.literal_eval(text)
        elif line.startswith('"'):
            fields[name] += ast.literal_eval(line)
    message = Message(fields.get("msgctxt", ""), fields["msgid"], fields.get("msgid_plural", ""))
    translations = [fields[name] for name in sorted(fields) if name.startswith("msgstr")]
    return Entry(message, translations, any(line.startswith("#,") and "fuzzy" in line for line in block.splitlines()))
