"""Points that pay purchases."""

from collections.abc import Sequence

from loyalty.kit.problems import Problem
from rewards.purchases.services import rows
from rewards.purchases.services.draft import Batch, Draft
from rewards.redemptions import services as redemptions


def take(batch: Batch, wave: Sequence[Draft]) -> list[Draft]:
    """Capture the holds and redeem the rest; a purchase whose tender is refused is left out with the refusal."""
    paying = [draft for draft in wave if draft.facts.tender is not None and draft.tender is None]
    answers = redemptions.take_tenders(requests=[rows.tender_request_of(draft) for draft in paying], at=batch.at) if paying else []
    for draft, answer in zip(paying, answers, strict=True):
        if isinstance(answer, Problem):
            batch.problems[draft.position] = answer
        else:
            draft.tender = answer
    return [draft for draft in wave if draft.position not in batch.problems]


def take_one(batch: Batch, draft: Draft) -> None:
    """Take the points that pay one purchase, if any do. Raises: what `take_tenders` may answer."""
    take(batch, [draft])
    if problem := batch.problems.get(draft.position):
        raise problem
