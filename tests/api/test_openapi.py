"""The OpenAPI document: kept beside the tests, and inside v1 changed by addition only.

`UPDATE_OPENAPI=1 ./dev test tests/api/test_openapi.py` writes the snapshot anew, if nothing of the old one is lost.
"""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import URLPattern, URLResolver

from loyalty.api import urls

SNAPSHOT = Path(__file__).parent / "openapi.yaml"
PREFIX = "/api/v1/programmes/{programme}/"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    answer = Client().get("/api/v1/schema/")
    assert answer.status_code == 200
    return yaml.safe_load(answer.content)


def lost(old: Any, new: Any, at: str = "") -> list[str]:
    """Name what callers could rely on and no longer can."""
    if isinstance(old, dict) and isinstance(new, dict):
        gone = [f"{at}/{key} is gone" for key in old if key not in new]
        return gone + [fault for key in old if key in new for fault in lost(old[key], new[key], f"{at}/{key}")]
    if isinstance(old, list) and isinstance(new, list):
        if at.endswith("/required"):
            return [] if sorted(old) == sorted(new) else [f"{at}: {old} became {new}"]
        if at.endswith("/parameters"):
            return lost(*({f"{one['in']} {one['name']}": one for one in some} for some in (old, new)), at)
        return [f"{at}: {item} is gone" for item in old if item not in new]
    return [] if old == new or at.endswith(("/description", "/summary", "/version")) else [f"{at}: {old!r} became {new!r}"]


def test_nothing_that_callers_rely_on_is_lost(document):
    if SNAPSHOT.exists():
        assert lost(yaml.safe_load(SNAPSHOT.read_text()), document) == []
    if os.environ.get("UPDATE_OPENAPI"):
        SNAPSHOT.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120))


def test_the_snapshot_is_what_is_served(document):
    assert yaml.safe_load(SNAPSHOT.read_text()) == document


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, []),
        ({"a": 1, "b": 2}, {"a": 1}, ["/b is gone"]),
        ({"enum": ["x"]}, {"enum": ["x", "y"]}, []),
        ({"enum": ["x", "y"]}, {"enum": ["x"]}, ["/enum: y is gone"]),
        ({"required": ["x"]}, {"required": ["x", "y"]}, ["/required: ['x'] became ['x', 'y']"]),
        (
            {"parameters": [{"in": "query", "name": "a", "schema": {"enum": ["x"]}}]},
            {"parameters": [{"in": "query", "name": "a", "schema": {"enum": ["x", "y"]}}]},
            [],
        ),
        ({"parameters": [{"in": "query", "name": "a"}]}, {"parameters": []}, ["/parameters/query a is gone"]),
        ({"maxLength": 10}, {"maxLength": 5}, ["/maxLength: 10 became 5"]),
        ({"description": "a"}, {"description": "b"}, []),
    ],
)
def test_a_loss_is_noticed(old, new, faults):
    assert lost(old, new) == faults


def test_every_address_is_in_the_document(document):
    known = {PREFIX + str(pattern.pattern).replace("<uuid:", "{").replace("<slug:", "{").replace(">", "}") for pattern in urls._programme}

    assert set(document["paths"]) == known


def test_every_operation_is_named_guarded_and_can_be_refused(document):
    operations = [operation for path in document["paths"].values() for operation in path.values()]

    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all(operation["security"] == [{"partnerKey": []}] for operation in operations)
    assert all({"401", "403", "404", "429", "503"} <= operation["responses"].keys() for operation in operations)


def test_bodies_refuse_unknown_fields_in_the_document_too(document):
    bodies = {
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for path in document["paths"].values()
        for operation in path.values()
        if "requestBody" in operation
    }

    assert bodies
    assert all(document["components"]["schemas"][name]["additionalProperties"] is False for name in bodies)


def test_the_documentation_asks_no_other_host_and_needs_no_inline_script(client):
    page = client.get("/api/v1/docs/")

    html = page.content.decode()
    assert page.status_code == 200
    assert "://" not in html
    assert "<style" not in html
    assert html.count("<script ") == html.count("</script>") == 2
    assert "script-src" not in page["Content-Security-Policy"] or "unsafe" not in page["Content-Security-Policy"]
    assert "swagger-ui-bundle" in html


def test_nothing_below_the_api_is_outside_the_table():
    served = {str(pattern.pattern) for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)}

    assert served == {"v1/programmes/<slug:programme>/connectors/<uuid:connection>", "v1/schema/", "v1/docs/", "^v1(?:/|$)"}
    assert [str(one.pattern) for one in urls.urlpatterns if isinstance(one, URLResolver)] == ["v1/programmes/<slug:programme>/"]
