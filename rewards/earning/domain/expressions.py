"""Conditions as people write them: `order.price >= 50.00 and any line (category = food or sku in (A1, A2))`. Pure; nothing is executed.

expression   part { and part } { or ... }         `and` binds closer than `or`; `not` and brackets as usual
comparison   field  = != < <= > >=  value  ·  field in (value, ...)  ·  field not in (...)  ·  field under value
             field has value  ·  field lacks value
lines        any line (...)  ·  every line (...)  ·  no line (...)
             count of lines (...) >= 2  ·  sum|least|most of quantity of lines (...) >= 3
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn

from loyalty.kit.problems import FieldError, Malformed
from loyalty.kit.sentences import gettext as _
from rewards.earning.domain.conditions import COUNTS, Tree
from rewards.earning.domain.fields import Kind, field_of, is_event_field, line_field_of

MOST_CHARACTERS = 2_000

_SIGNS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_WORDS = {"in", "not", "under", "has", "lacks"}
_TOKEN = re.compile(r"""\s*(?:(?P<sign><=|>=|!=|[=<>(),])|"(?P<quoted>[^"\\]*(?:\\["\\][^"\\]*)*)"|(?P<word>[^\s"=<>!(),]+))""", re.ASCII)
_PLAIN = re.compile(r"[^\s\"=<>!(),\\]+", re.ASCII)
_KEYWORDS = {"and", "or", "not", "in", "any", "every", "no", "of", "line", "lines", *COUNTS}


class MalformedExpression(Malformed):
    code = "malformed_expression"


class _Token(NamedTuple):
    text: str
    column: int
    is_quoted: bool = False
    is_sign: bool = False


def read(text: str, *, of_lines: bool, decimals: int, event: Mapping[str, Kind] | None = None) -> dict[str, Any]:
    """Return the tree of a written condition; `decimals` are the money's, `event` the fields of the event that it may ask for.

    Raises: MalformedExpression, naming the column.
    """
    if len(text) > MOST_CHARACTERS:
        _refuse(1, _("Write at most %(most)s characters.") % {"most": f"{MOST_CHARACTERS:,}"})
    reader = _Reader(_tokens(text), decimals, len(text) + 1, event or {})
    tree = reader.alternatives(of_lines=of_lines, depth=1)
    if reader.next is not None:
        _refuse(reader.next.column, _("%(text)s is not expected here.") % {"text": reader.next.text})
    return tree


def write(tree: Tree, *, of_lines: bool, decimals: int) -> str:
    """Return a condition as text that `read` reads back to the same tree."""
    if "all" in tree or "any" in tree:
        word = "all" if "all" in tree else "any"
        parts = [write(part, of_lines=of_lines, decimals=decimals) for part in tree[word]]
        inner = [f"({text})" if "all" in part or "any" in part else text for part, text in zip(tree[word], parts, strict=True)]
        return (" and " if word == "all" else " or ").join(inner) if len(inner) > 1 else f"{word} of ({parts[0]})"
    if "none" in tree:
        parts = [f"not ({write(part, of_lines=of_lines, decimals=decimals)})" for part in tree["none"]]
        return parts[0] if len(parts) == 1 else f"none of ({', '.join(part[5:-1] for part in parts)})"
    if "lines" in tree:
        return _write_lines(tree, decimals)
    event_kind = Kind(tree["kind"]) if "kind" in tree else None
    field = line_field_of(tree["field"]) if of_lines else field_of(tree["field"], event_kind)
    assert field is not None, tree
    return f"{tree['field']} {_write_comparison(tree, field.kind, decimals)}"


def _write_lines(tree: Tree, decimals: int) -> str:
    where = f"({write(tree['where'], of_lines=True, decimals=decimals)})" if "where" in tree else "()"
    if tree["lines"] not in COUNTS:
        return f"{tree['lines']} line {where}"
    kind = Kind.NUMBER
    if tree["lines"] != "count":
        field = line_field_of(tree["of"])
        assert field is not None, tree
        kind = field.kind
    of = "" if tree["lines"] == "count" else f" of {tree['of']}"
    return f"{tree['lines']}{of} of lines {where} {_write_comparison(tree, kind, decimals)}"


def _write_comparison(tree: Tree, kind: Kind, decimals: int) -> str:
    op, value = tree["op"], tree["value"]
    if op in ("in", "not_in"):
        return f"{op.replace('_', ' ')} ({', '.join(_quoted(one) for one in value)})"
    if kind is Kind.MONEY:
        digits = f"{value:0{decimals + 1}d}"
        text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    else:
        text = _quoted(str(value))
    sign = next((sign for sign, name in _SIGNS.items() if name == op), op)
    return f"{sign} {text}"


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text) and text not in _KEYWORDS:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    place = 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            _refuse(
                place + 1 + len(text[place:]) - len(text[place:].lstrip()),
                _("This cannot be read. Close the quotation mark, or remove the sign."),
            )
        if match["quoted"] is not None:
            tokens.append(_Token(re.sub(r"\\(.)", r"\1", match["quoted"]), match.start("quoted"), is_quoted=True))
        elif match["sign"]:
            tokens.append(_Token(match["sign"], match.start("sign") + 1, is_sign=True))
        else:
            tokens.append(_Token(match["word"], match.start("word") + 1))
        place = match.end()
    return tokens


def _refuse(column: int, detail: str) -> NoReturn:
    sentence = _("Column %(column)s: %(detail)s") % {"column": column, "detail": detail}
    raise MalformedExpression(sentence, errors=[FieldError("", "malformed", sentence)], extra={"column": column})


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[_Token], decimals: int, end: int, event: Mapping[str, Kind]) -> None:
        self.tokens = tokens
        self.place = 0
        self.decimals = decimals
        self.end = end
        self.event = event

    @property
    def next(self) -> _Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self, expected: str) -> _Token:
        token = self.next
        if token is None:
            _refuse(self.end, _("%(what)s is missing.") % {"what": expected})
        self.place += 1
        return token

    def takes(self, *words: str) -> bool:
        """Go on over these words if they stand here."""
        ahead = self.tokens[self.place : self.place + len(words)]
        if [token.text for token in ahead if not token.is_quoted] != list(words):
            return False
        self.place += len(words)
        return True

    def sign(self, sign: str) -> None:
        token = self.take(sign)
        if token.text != sign or token.is_quoted:
            _refuse(token.column, _("Write %(text)s here.") % {"text": sign})

    def alternatives(self, *, of_lines: bool, depth: int) -> dict[str, Any]:
        if depth > 20:
            _refuse(self.next.column if self.next else self.end, _("Nest fewer brackets."))
        parts = [self.conjunction(of_lines=of_lines, depth=depth)]
        while self.takes("or"):
            parts.append(self.conjunction(of_lines=of_lines, depth=depth))
        return parts[0] if len(parts) == 1 else {"any": parts}

    def conjunction(self, *, of_lines: bool, depth: int) -> dict[str, Any]:
        parts = [self.part(of_lines=of_lines, depth=depth)]
        while self.takes("and"):
            parts.append(self.part(of_lines=of_lines, depth=depth))
        return parts[0] if len(parts) == 1 else {"all": parts}

    def part(self, *, of_lines: bool, depth: int) -> dict[str, Any]:
        for word in ("all", "any", "none"):
            if self.takes(word, "of", "("):
                return {word: self.listed(of_lines=of_lines, depth=depth + 1)}
        if self.takes("not"):
            return {"none": [self.part(of_lines=of_lines, depth=depth + 1)]}
        if self.takes("("):
            inside = self.alternatives(of_lines=of_lines, depth=depth + 1)
            self.sign(")")
            return inside
        return (None if of_lines else self.lines(depth)) or self.comparison(of_lines=of_lines)

    def listed(self, *, of_lines: bool, depth: int) -> list[dict[str, Any]]:
        parts = [self.alternatives(of_lines=of_lines, depth=depth)]
        while self.takes(","):
            parts.append(self.alternatives(of_lines=of_lines, depth=depth))
        self.sign(")")
        return parts

    def lines(self, depth: int) -> dict[str, Any] | None:
        for quantifier in ("any", "every", "no"):
            if self.takes(quantifier, "line"):
                return {"lines": quantifier} | self.where(depth)
        for quantifier in COUNTS:
            if self.next and self.next.text == quantifier and not self.next.is_quoted:
                return self.counted(quantifier, depth)
        return None

    def counted(self, quantifier: str, depth: int) -> dict[str, Any]:
        column = self.take(quantifier).column
        tree: dict[str, Any] = {"lines": quantifier}
        kind = Kind.NUMBER
        if quantifier != "count":
            if not self.takes("of"):
                _refuse(column, _("Write %(text)s here.") % {"text": f"{quantifier} of quantity of lines (...)"})
            name = self.take(_("The field of a line"))
            field = line_field_of(name.text)
            if field is None or field.kind not in (Kind.MONEY, Kind.NUMBER):
                _refuse(name.column, _("Choose price, paid, discount or quantity."))
            tree, kind = tree | {"of": field.name}, field.kind
        if not self.takes("of", "lines"):
            _refuse(self.next.column if self.next else self.end, _("Write %(text)s here.") % {"text": "of lines (...)"})
        return tree | self.where(depth) | self.compared(kind)

    def where(self, depth: int) -> dict[str, Any]:
        self.sign("(")
        if self.takes(")"):
            return {}
        inside = self.alternatives(of_lines=True, depth=depth + 1)
        self.sign(")")
        return {"where": inside}

    def comparison(self, *, of_lines: bool) -> dict[str, Any]:
        name = self.take(_("A condition"))
        kind = self.event.get(name.text.removeprefix("event."))
        field = line_field_of(name.text) if of_lines else field_of(name.text, kind)
        if field is None or name.is_quoted or (is_event_field(field.name) and kind is None):
            _refuse(name.column, _("There is no field %(name)s.") % {"name": name.text[:60]})
        of_event = {"kind": kind.value} if kind not in (None, Kind.TEXT) and is_event_field(field.name) else {}
        return {"field": field.name} | of_event | self.compared(field.kind)

    def compared(self, kind: Kind) -> dict[str, Any]:
        op = self.take(_("A sign such as = or >="))
        negated = op.text == "not" and self.takes("in")
        if op.text == "in" or negated:
            return {"op": "not_in" if negated else "in", "value": self.texts()}
        if op.text not in _SIGNS and op.text not in _WORDS - {"not"}:
            _refuse(op.column, _("Write %(text)s here.") % {"text": "=, !=, <, <=, >, >=, in, under, has, lacks"})
        return {"op": _SIGNS.get(op.text, op.text), "value": self.value(kind)}

    def texts(self) -> list[str]:
        self.sign("(")
        found = [self.text()]
        while self.takes(","):
            found.append(self.text())
        self.sign(")")
        return found

    def text(self) -> str:
        token = self.take(_("A value"))
        if token.is_sign:
            _refuse(token.column, _("Write a value here."))
        return token.text

    def value(self, kind: Kind) -> Any:
        column = self.next.column if self.next else self.end
        text = self.text()
        if kind is Kind.MONEY:
            return self.money(text, column)
        if kind is Kind.NUMBER and re.fullmatch(r"[0-9]{1,15}", text, re.ASCII):
            return int(text)
        return text

    def money(self, text: str, column: int) -> int:
        match = re.fullmatch(r"([0-9]{1,10})(?:\.([0-9]{1,3}))?", text, re.ASCII)
        if match is None or len(match[2] or "") > self.decimals:
            example = "12.50" if self.decimals else "12"
            _refuse(
                column,
                _("Write an amount with at most %(decimals)s decimals, for example %(example)s.")
                % {"decimals": self.decimals, "example": example},
            )
        return int(match[1] + (match[2] or "").ljust(self.decimals, "0"))
