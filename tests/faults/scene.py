"""What every private server holds at first: a live programme, members with points, and a partner's key. Made once, then copied."""

import dataclasses
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Self

import django

MEMBERS_WITH_POINTS = 40
POINTS = 1_000


@dataclasses.dataclass(frozen=True)
class Scene:
    """The programme's slug, the partner's key, and members who have points to spend."""

    slug: str
    key: str
    members: list[str]

    @classmethod
    def read(cls, file: Path) -> Self:
        return cls(**json.loads(file.read_text()))


def build() -> Scene:
    """Fill an empty database."""
    from accounts.members.models import Member
    from loyalty.kit import clock
    from loyalty.shell.bench import http
    from tests.accounts.factories import give

    http.MEMBERS = 2 * MEMBERS_WITH_POINTS
    scene = http.prepare("faults")
    chosen = list(Member.objects.order_by("pk")[:MEMBERS_WITH_POINTS])
    for member in chosen:
        give(member, POINTS, clock.now().date() + dt.timedelta(days=300))
    return Scene(scene.slug, scene.key, [str(member.pk) for member in chosen])


if __name__ == "__main__":
    django.setup()
    from loyalty.postgres.preparation import prepare

    prepare()
    Path(sys.argv[1]).write_text(json.dumps(dataclasses.asdict(build())))
