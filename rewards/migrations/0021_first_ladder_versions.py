"""Each ladder that there was says what it said in its first version."""

import datetime as dt

from django.db import migrations


from loyalty.kit.ids import uuid7


BEFORE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def write_versions(apps, _editor):
    ladders = apps.get_model("rewards", "TierLadder").objects.prefetch_related("tiers").filter(versions=None)
    versions = apps.get_model("rewards", "TierLadderVersion").objects
    for ladder in ladders:
        tiers = sorted(ladder.tiers.all(), key=lambda tier: tier.rank)
        definition = {
            "metrics": {"spend": {"kind": "spend", "basis": "gross"}},
            "window": {"kind": "calendar_year"},
            "keeps": {"kind": ladder.keeps_through},
            "tiers": [_tier(tier) for tier in tiers],
        }
        versions.create(id=uuid7(), ladder=ladder, version=1, valid_from=dt.date(2000, 1, 1), definition=definition, approved_at=BEFORE)


def _tier(tier):
    said = {"code": tier.code, "name": tier.name, "reach": {"all": {"spend": tier.threshold_minor}}}
    said |= {"other_names": tier.other_names} if tier.other_names else {}
    if tier.benefits:
        said["benefits"] = [{"code": "all", "text": tier.benefits, "other_texts": tier.other_benefits}]
    return said


def forget_versions(apps, _editor):
    apps.get_model("rewards", "TierLadderVersion").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("rewards", "0020_ladder_versions")]

    operations = [migrations.RunPython(write_versions, forget_versions)]
