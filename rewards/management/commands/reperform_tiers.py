"""Work out everybody's tiers again from purchases and returns."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.programmes.models import Programme
from loyalty.kit import clock
from rewards.tiers.models import TierCheck, TierFinding
from rewards.tiers.services.checks import reperform


class Command(BaseCommand):
    help = "Recompute every member's tiers from purchases and returns alone; exit code 1 and one line for each difference when they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--programme", default=None, help="Only this programme, by its short name.")

    def handle(self, *args: Any, **options: Any) -> None:
        programmes = Programme.objects.order_by("slug")
        if options["programme"] is not None:
            programmes = programmes.filter(slug=options["programme"])
            if not programmes.exists():
                raise CommandError(f"There is no programme {options['programme']}.")
        found = sum(self._check(programme) for programme in programmes)
        self.stdout.write(f"{found} differences." if found else "Everything agrees.")
        if found:
            sys.exit(1)

    def _check(self, programme: Programme) -> int:
        at = clock.now()
        check = reperform(programme=programme, day=clock.business_date(at, programme.time_zone), at=at, tell=self._tell)
        for finding in TierFinding.objects.filter(check_run=check).select_related("member", "ladder").order_by("id")[:1_000]:
            where = f"{finding.ladder.code} " if finding.ladder else ""
            self.stdout.write(
                f"member {finding.member.number}: {where}{finding.kind} {finding.subject} should be {finding.expected} and is {finding.stored}"
            )
        return check.findings

    def _tell(self, check: TierCheck) -> None:
        self.stdout.write(f"{check.programme.slug}: {check.looked_at} of {check.members} members, {check.findings} differences")
