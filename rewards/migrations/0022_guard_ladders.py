"""Approved versions of ladders and decided tiers by hand are never changed."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "tiers" / "sql" / "guard_ladders.sql").read_text()
UNDO = """
DROP TRIGGER ladder_versions_stand_once_approved ON rewards_tierladderversion;
DROP TRIGGER tier_awards_stand_once_decided ON rewards_tieraward;
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0021_first_ladder_versions")]

    operations = [migrations.RunSQL(SQL, UNDO)]
