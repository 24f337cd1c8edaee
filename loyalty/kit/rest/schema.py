"""What drf-spectacular must be told: queries as parameters, shapes as bodies, problems as answers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from pydantic import BaseModel

from loyalty.kit.rest.shapes import Shape

View = TypeVar("View", bound=Callable[..., Any])


class FieldFault(BaseModel):
    """One wrong field."""

    pointer: str
    code: str
    detail: str


class ProblemDetails(BaseModel):
    """A refusal (RFC 9457). `code` is stable; some refusals carry figures beside these, for example `shortfall`."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldFault] = []


def parameters_of(shape: type[Shape]) -> list[OpenApiParameter]:
    """Return the fields of a query shape as query parameters."""
    schema = shape.model_json_schema()
    required = schema.get("required", [])
    return [
        OpenApiParameter(name, _plain(of), OpenApiParameter.QUERY, required=name in required, description=of.get("description", ""))
        for name, of in schema["properties"].items()
    ]


def described(
    *,
    summary: str,
    answers: Mapping[int, type[BaseModel]],
    body: type[Shape] | None = None,
    query: type[Shape] | None = None,
    headers: Sequence[OpenApiParameter] = (),
    operation: str = "",
) -> Callable[[View], View]:
    """Describe one method of a view: its sentence, body, query and answers; refusals are added."""
    responses: dict[int, Any] = {status: OpenApiResponse(answer) for status, answer in answers.items()}
    if 201 in answers:
        responses[200] = OpenApiResponse(answers[201], "What would happen (with dry_run).")
    refusals = {401: "No key, or not a valid one.", 403: "The key may not do this.", 404: "There is no such thing here.", 429: "Too many."}
    if body is not None:
        refusals |= {400: "Not JSON.", 409: "Refused as things stand.", 413: "Too large.", 415: "Not JSON.", 422: "Malformed."}
    responses |= {status: OpenApiResponse(ProblemDetails, sentence) for status, sentence in refusals.items()}
    responses[503] = OpenApiResponse(ProblemDetails, "Busy: send the same request again after Retry-After.")
    responses = {(status, _media_type(status)): answer for status, answer in responses.items()}  # type: ignore[misc]
    parameters = [*headers, *(parameters_of(query) if query else [])]
    return extend_schema(operation_id=operation or None, summary=summary, request=body, parameters=parameters, responses=responses)


def _media_type(status: int) -> str:
    return "application/json" if status < 400 else "application/problem+json"


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out is not one that may be null."""
    kept = {name: value for name, value in schema.items() if name not in {"title", "description"}}
    choices = [one for one in kept.pop("anyOf", []) if one.get("type") != "null"]
    if choices:
        kept.pop("default", None)
        kept |= choices[0]
    return kept
