"""A batch of what earns: every item is read by itself, all are recorded in sets, and each is answered in its place."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, ClassVar, Protocol, TypeVar

from django.http import HttpResponse
from pydantic import BaseModel, Field
from rest_framework.request import Request

from accounts.partners.rest import PartnerView
from ledger.seals.representations import ReceiptAnswer
from loyalty.kit.problems import Problem
from loyalty.kit.rest import MOST_BATCH_BYTES, Answer, Shape, read
from loyalty.kit.rest.limits import spend_more
from rewards.earning.queries import Setting, setting_of

MOST_ITEMS = 500


class BatchShape(Shape):
    """Up to 500 things, each judged by itself."""

    items: Annotated[list[Any], Field(min_length=1, max_length=MOST_ITEMS)]


class ItemAnswer(BaseModel):
    """What became of one item of a batch."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


class BatchAnswer(BaseModel):
    """One result for each item, in their order."""

    results: list[ItemAnswer]
    receipts: list[ReceiptAnswer] = []


class Recorded(Protocol):
    """What was recorded, now or before."""

    @property
    def replayed(self) -> bool: ...


Item = TypeVar("Item", bound=Shape)
Facts = TypeVar("Facts")
Record = TypeVar("Record", bound=Recorded)


class BatchView(PartnerView):
    """Where partners send up to 500 things of one kind at once."""

    posts: ClassVar[bool] = True
    most_bytes = MOST_BATCH_BYTES

    def each(
        self,
        request: Request,
        shape: type[Item],
        facts: Callable[[Item, str], Facts],
        record: Callable[[list[Facts]], Sequence[Record | Problem]],
        shown: Callable[[Record, Setting], dict[str, Any]],
    ) -> HttpResponse:
        """Read every item as a shape and that as facts, record those that can be read, and answer each as shown, or with its refusal."""
        items = read(BatchShape, request.data).items
        spend_more(request, len(items) - 1)
        source = self.source

        def facts_or_problem(item: Any) -> Facts | Problem:
            try:
                return facts(read(shape, item), source)
            except Problem as problem:
                return problem

        said = [facts_or_problem(item) for item in items]

        def act() -> Answer:
            answers = iter(record([one for one in said if not isinstance(one, Problem)]))
            setting, is_real = setting_of(self.programme), not self.query.dry_run
            told = (one if isinstance(one, Problem) else next(answers) for one in said)
            return Answer({"results": [_result(one, setting, shown, is_real=is_real) for one in told]})

        return self.once(act, key_required=False)


def _result(
    answer: Record | Problem, setting: Setting, shown: Callable[[Record, Setting], dict[str, Any]], *, is_real: bool
) -> dict[str, Any]:
    if isinstance(answer, Problem):
        return {"status": answer.status, "body": answer.as_dict(), "replayed": False}
    body = shown(answer, setting)
    if is_real or answer.replayed:
        return {"status": 201, "body": body, "replayed": answer.replayed}
    return {"status": 200, "body": body | {"id": None}, "replayed": False}
