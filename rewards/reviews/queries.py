"""Questions about reviews."""

import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.problems import NotFound
from loyalty.kit.rest.paging import BY_DAY, Key
from rewards.reviews.models import Review

NEWEST_FIRST = (Key("business_on", BY_DAY, descending=True), Key("id", uuid.UUID, descending=True))


class ReviewNotFound(NotFound):
    code = "review_not_found"


def review_by_id(*, programme: Programme, review_id: uuid.UUID, source: str | None = None) -> Review:
    """Return a programme's review, or only if `source` sent it. Raises: ReviewNotFound."""
    sent = {} if source is None else {"source": source}
    found = Review.objects.filter(pk=review_id, programme=programme, **sent).select_related("member").first()
    if found is None:
        raise ReviewNotFound(_("There is no such review. Look it up in the list of reviews."))
    return found


def reviews_of(programme: Programme) -> QuerySet[Review]:
    """Return a programme's reviews, to be read by NEWEST_FIRST."""
    return Review.objects.filter(programme=programme)


def unrewarded_reviews(member: Member) -> QuerySet[Review]:
    """Return a member's reviews that no event tells: those that wait for a check, and those that were refused."""
    return Review.objects.filter(member=member, state__in=[Review.State.WAITING, Review.State.REFUSED])
