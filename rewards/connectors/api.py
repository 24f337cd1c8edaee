"""Where shops and payment services deliver. The signature is the authentication; the body is theirs, so the document of our API leaves it out."""

import uuid

from django.conf import settings
from django.http import HttpResponse
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.partners.rest import JSONOnly
from loyalty.kit import clock
from loyalty.kit.rest import json_bytes, json_response, limits
from loyalty.kit.rest.parsing import read_body
from rewards.connectors import queries, services
from rewards.connectors.domain import Message

MOST_BYTES = 1024 * 1024


class Receive(APIView):
    """Takes one delivery in."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    parser_classes = ()
    content_negotiation_class = JSONOnly
    http_method_names = ["post"]
    schema = None

    def post(self, request: Request, programme: str, connection: uuid.UUID) -> HttpResponse:
        found = queries.connection_at(programme=programme, connection=connection)
        allowance = limits.windows.spend(f"connector:{found.pk}", 1, settings.API_REQUESTS_PER_MINUTE)
        if allowance.exceeded:
            raise Throttled(allowance.reset)
        raw = read_body(request._request, MOST_BYTES)  # noqa: SLF001  # REST framework's request hides the bytes
        headers = {name.lower(): value for name, value in request.headers.items()}
        message = Message(headers, raw, queries.address_of(found))
        receipt = services.receive(connection=found, message=message, at=clock.now())
        if receipt.delivery is None:
            return json_response(json_bytes({"delivery": None}))
        return json_response(json_bytes({"delivery": str(receipt.delivery.pk)}), 200 if receipt.repeated else 202)
