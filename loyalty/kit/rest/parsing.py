"""Strict JSON: what cannot be read in exactly one way is refused before any rule sees it."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.parsers import BaseParser

from loyalty.kit.problems import FieldError, Problem
from loyalty.kit.rest.shapes import InvalidInput, bad_text, escaped
from loyalty.kit.texts import is_good_text

MOST_BYTES = 64 * 1024
MOST_BATCH_BYTES = 2 * 1024 * 1024


class UnreadableJSON(Problem):
    code = "invalid_json"
    status = 400
    title = gettext_lazy("The body is not JSON")


class BodyTooLarge(Problem):
    code = "body_too_large"
    status = 413
    title = gettext_lazy("The body is too large")


class ContentNotJSON(Problem):
    code = "unsupported_media_type"
    status = 415
    title = gettext_lazy("The body must be JSON")


class StrictJSONParser(BaseParser):
    """Reads a UTF-8 JSON body of at most `view.most_bytes`."""

    media_type = "application/json"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Raises: UnreadableJSON, BodyTooLarge, ContentNotJSON, InvalidInput."""
        context = parser_context or {}
        if "charset=" in (media_type or "").lower() and "utf-8" not in (media_type or "").lower():
            raise ContentNotJSON(_("Send the body in UTF-8."))
        most = getattr(context.get("view"), "most_bytes", MOST_BYTES)
        raw = stream.read(most + 1)
        _refuse_too_large(len(raw), most)
        return parse_json(raw)


def read_body(request: HttpRequest, most: int) -> bytes:
    """Return the whole body, which the request keeps; one that says it is too large is not read at all.

    Raises: BodyTooLarge, UnreadableJSON (it did not arrive whole).
    """
    declared = request.META.get("CONTENT_LENGTH") or ""
    _refuse_too_large(int(declared) if declared.isascii() and declared.isdigit() and len(declared) < 20 else 0, most)
    try:
        return request.body
    except UnreadablePostError as error:
        raise UnreadableJSON(_("The body did not arrive whole. Send it again.")) from error


def _refuse_too_large(length: int, most: int) -> None:
    if length > most:
        raise BodyTooLarge(_("Send at most %(kilobytes)s kB at once.") % {"kilobytes": most // 1024})


def parse_json(raw: bytes) -> Any:
    """Return the value of a UTF-8 JSON text without duplicate keys, NaN and infinities, whose texts are good.

    Raises: UnreadableJSON, InvalidInput.
    """
    try:
        text = raw.decode()
        value = _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise UnreadableJSON(_("Send the body in UTF-8.")) from error
    except _TwiceError as error:
        raise UnreadableJSON(_("The key %(key)s stands twice in one object. Send it once.") % {"key": error.key[:100]}) from error
    except RecursionError as error:
        raise UnreadableJSON(_("The body is nested too deeply. Send it as the documentation shows.")) from error
    except ValueError as error:
        raise UnreadableJSON(_("The body is not JSON. Check its brackets, quotes and numbers.")) from error
    # Every part of a text in NFC is in NFC, so that one look at the whole is enough, unless escapes hide what is written.
    if "\\u" in text or not is_good_text(text):
        faults = [FieldError(pointer, "bad_text", bad_text()) for pointer in _bad_places(value)]
        if faults:
            raise InvalidInput(bad_text(), errors=faults)
    return value


class _TwiceError(ValueError):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key.encode("ascii", "backslashreplace").decode()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    names = [name for name, _value in pairs]
    raise _TwiceError(next(name for name in names if names.count(name) > 1))


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_constant, parse_float=_finite)


def _bad_places(value: Any) -> Iterator[str]:
    """The JSON pointers of texts and keys that may not be; a bad key is named by the object that holds it."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        pointer, one = waiting.pop()
        if isinstance(one, str):
            if not is_good_text(one):
                yield pointer
        elif isinstance(one, list):
            waiting += [(f"{pointer}/{place}", part) for place, part in enumerate(one)]
        elif isinstance(one, dict):
            if not all(is_good_text(key) for key in one):
                yield pointer
            waiting += [(f"{pointer}/{escaped(key)}", part) for key, part in one.items() if is_good_text(key)]
