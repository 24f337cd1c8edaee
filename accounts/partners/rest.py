"""What every resource of the partner API shares: who calls, in which programme, whether they may, and what was answered before."""

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter
from rest_framework.authentication import BaseAuthentication
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.partners import queries, services
from accounts.partners.domain import Credential, FirstAnswer, Scope, request_fingerprint
from ledger.seals.receipts import issue_receipt
from loyalty.kit import clock
from loyalty.kit.clock import business_date
from loyalty.kit.problems import Forbidden, Problem, StartAgain
from loyalty.kit.rest import MOST_BYTES, Answer, Shape, StrictJSONParser, json_bytes, json_response, read_query
from loyalty.kit.rest.limits import KeyThrottle
from loyalty.kit.rest.parsing import read_body
from loyalty.kit.rest.problems import NotSignedIn
from loyalty.kit.rest.shapes import QueryFlag

_KEY = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
_BEARER = re.compile(r"bearer +([0-9a-z]+\.[0-9a-z]+) *", re.ASCII | re.IGNORECASE)

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": r"^[\x21-\x7e]{1,255}$"},
    OpenApiParameter.HEADER,
    description="A repeat with the same key and body gets the first answer, and nothing happens twice.",
)
IDEMPOTENCY_KEY_REQUIRED = OpenApiParameter(
    "Idempotency-Key", IDEMPOTENCY_KEY.type, OpenApiParameter.HEADER, required=True, description=IDEMPOTENCY_KEY.description
)


class IdempotencyKeyRequired(Problem):
    code = "idempotency_key_required"


class IdempotencyKeyMalformed(Problem):
    code = "idempotency_key_malformed"


class ScopeMissing(Forbidden):
    """Carries `scope`."""

    code = "scope_missing"


class NoQuery(Shape):
    """An address without a query."""


class WriteQuery(Shape):
    """The query of an act."""

    dry_run: QueryFlag = False
    """Answer as if, and write nothing."""


class PartnerKeyAuthentication(BaseAuthentication):
    """Knows the caller by `Authorization: Bearer <key>`."""

    def authenticate(self, request: Request) -> tuple[None, Credential]:
        """Raises: NotSignedIn, KeyNotValid."""
        match = _BEARER.fullmatch(request.META.get("HTTP_AUTHORIZATION", ""))
        if match is None:
            raise NotSignedIn(_("Send your key in the header Authorization: Bearer."))
        return None, services.authenticate_key(match[1], clock.now())


class PartnerKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it registers itself
    """Tells the OpenApi document how callers are known."""

    target_class = PartnerKeyAuthentication
    name = "partnerKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:  # noqa: ARG002  # the framework's signature
        return {"type": "http", "scheme": "bearer", "description": "A partner's key."}


class HasScope(BasePermission):
    """Lets a key do what its scopes say."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises: ScopeMissing."""
        scope = getattr(view, "scopes", {}).get("GET" if request.method == "HEAD" else request.method)
        if scope is not None and not _credential(request).may(scope):
            raise ScopeMissing(_("This key may not do that. It needs the scope %(scope)s.") % {"scope": scope}, extra={"scope": scope})
        return True


class JSONOnly(BaseContentNegotiation):
    """Reads JSON and nothing else; answers JSON whatever the caller would like better."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(
        self, _request: Request, renderers: Iterable[BaseRenderer], _format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return next(iter(renderers)), "application/json"


class PartnerView(APIView):
    """A resource of one programme. Says its scopes and queries by method; `self.programme`, `.query`, `.at`, `.source` are ready."""

    authentication_classes = (PartnerKeyAuthentication,)
    permission_classes = (HasScope,)
    throttle_classes = (KeyThrottle,)
    parser_classes = (StrictJSONParser,)
    content_negotiation_class = JSONOnly
    http_method_names = ["get", "head", "post", "patch"]
    most_bytes = MOST_BYTES
    posts: ClassVar[bool] = False
    """Its acts move points: their answers carry `receipts`."""
    scopes: ClassVar[Mapping[str, Scope]] = {}
    queries: ClassVar[Mapping[str, type[Shape]]] = {}
    query: Any
    """The query as its shape: that of `queries`, else NoQuery for GET and WriteQuery for acts."""

    def dispatch(self, request: Any, programme: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.slug = programme
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.at = clock.now()
        self.credential = _credential(request)
        self.programme = queries.programme_for(self.credential, self.slug)
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method in self.scopes:
            self.query = read_query(self.queries.get(method, NoQuery if method == "GET" else WriteQuery), request.query_params)
        if method not in {"GET", "HEAD"}:
            read_body(request._request, self.most_bytes)  # noqa: SLF001  # REST framework's request would read it in pieces

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        allowance = getattr(getattr(request, "_request", request), "allowance", None)
        if allowance is not None:
            for name, value in allowance.as_headers().items():
                final[name] = value
        return final

    @property
    def today(self) -> dt.date:
        """The programme's business day now."""
        return business_date(self.at, self.programme.time_zone)

    @property
    def source(self) -> str:
        """Who speaks, in front of external ids."""
        return f"partner:{self.credential.partner_id}"

    def show(self, body: Any) -> HttpResponse:
        """Answer a question."""
        return json_response(json_bytes(body))

    def once(self, act: Callable[[], Answer], *, key_required: bool = True) -> HttpResponse:
        """Do an act in one transaction, at most once for each Idempotency-Key; with dry_run, only imagine it.

        A refusal rolls everything back and leaves the key unused. Raises: IdempotencyKeyRequired, IdempotencyKeyMalformed,
        IdempotencyKeyReused.
        """
        if getattr(self.query, "dry_run", False):
            return self._imagined(act)
        key = self._idempotency_key(required=key_required)
        while True:
            with contextlib.suppress(StartAgain), transaction.atomic():
                return self._done(act, key)

    def _done(self, act: Callable[[], Answer], key: str | None) -> HttpResponse:
        if key is None:
            services.act_without_key()
        elif first := self._claim(key):
            return json_response(first.body, first.status, headers=_REPLAYED)
        answer = act()
        body = json_bytes(self._receipted(answer.body))
        if key:
            credential, programme_id = self.credential.id, self.programme.pk
            services.store_answer(credential=credential, programme_id=programme_id, key=key, status=answer.status, body=body)
        return json_response(body, answer.status, headers=_REPLAYED if answer.replayed else None)

    def _receipted(self, body: Any) -> Any:
        """Add the signed promise that everything this transaction posted will be sealed."""
        if not self.posts:
            return body
        receipt = issue_receipt(programme=self.programme.pk, at=self.at)
        return body | {"receipts": [receipt.as_dict()] if receipt else []}

    def _imagined(self, act: Callable[[], Answer]) -> HttpResponse:
        while True:
            with contextlib.suppress(StartAgain), transaction.atomic():
                answer = act()
                transaction.set_rollback(True)
                break
        body = answer.body | {"receipts": []} if self.posts else answer.body
        if isinstance(body, dict) and "id" in body and not answer.replayed and answer.status == 201:
            body = body | {"id": None}
        return json_response(json_bytes(body))

    def _claim(self, key: str) -> FirstAnswer | None:
        request = self.request._request  # noqa: SLF001  # DRF's request hides the bytes
        fingerprint = request_fingerprint(str(request.method), request.get_full_path(), request.body)
        return services.claim_key(
            credential=self.credential.id, programme_id=self.programme.pk, key=key, fingerprint=fingerprint, at=self.at
        )

    def _idempotency_key(self, *, required: bool) -> str | None:
        key: str | None = self.request.META.get("HTTP_IDEMPOTENCY_KEY")
        if key is None:
            if required:
                raise IdempotencyKeyRequired(
                    _("This moves points. Send a header Idempotency-Key, so that a repeat does not move them twice.")
                )
            return None
        if not _KEY.fullmatch(key):
            raise IdempotencyKeyMalformed(_("An Idempotency-Key is 1 to 255 visible ASCII characters."))
        return key


_REPLAYED = {"Idempotent-Replayed": "true"}


def _credential(request: Request) -> Credential:
    credential: Credential = request.auth  # type: ignore[assignment]  # what PartnerKeyAuthentication puts there
    return credential
