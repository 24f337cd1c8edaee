"""Answers load balancers, monitoring and the process manager: alive, able to reach the database, and well in depth."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from loyalty.kit import clock
from loyalty.shell.health.guard import may_know
from loyalty.shell.health.vitals import kept


def alive(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 if the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return JsonResponse({"status": "database unreachable"}, status=503)
    return JsonResponse({"status": "ok"})


def deep(request: HttpRequest) -> JsonResponse:
    """Answer 200 if all vitals are well, else 503; which are not is said to monitoring and to colleagues only."""
    found = kept.examine(clock.now())
    is_well = all(vital.is_well for vital in found)
    answer: dict[str, object] = {"status": "ok" if is_well else "failing"}
    if may_know(request):
        answer["checks"] = {vital.name: "ok" if vital.is_well else "failing" for vital in found}
    return JsonResponse(answer, status=200 if is_well else 503, headers={"Cache-Control": "no-store"})
