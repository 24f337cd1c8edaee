"""Judges the day of each programme, where it is. May run late, twice, or twice at once."""

from celery import shared_task

from loyalty.kit import clock
from rewards.tiers.services.days import judge_day, programmes_with_ladders


@shared_task
def judge_tiers() -> int:
    """Judge what is due today; return how many members were judged."""
    at, judged = clock.now(), 0
    for programme in programmes_with_ladders():
        judged += judge_day(programme=programme, day=clock.business_date(at, programme.time_zone), at=at).judged
    return judged
