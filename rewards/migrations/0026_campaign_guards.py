"""What stands once approved, and what is only added, of segments and campaigns."""

from pathlib import Path

from django.db import migrations

TOPICS = Path(__file__).parent.parent
SQL = (TOPICS / "segments" / "sql" / "guard_versions.sql").read_text() + (TOPICS / "campaigns" / "sql" / "guards.sql").read_text()
UNDO = """
DROP TRIGGER segment_versions_stand_once_approved ON rewards_segmentversion;
DROP TRIGGER campaign_versions_stand_once_approved ON rewards_campaignversion;
DROP TRIGGER campaign_keys_stand ON rewards_campaign;
DROP TRIGGER refuse_change ON rewards_campaignuse; DROP TRIGGER refuse_truncate ON rewards_campaignuse;
DROP TRIGGER refuse_change ON rewards_campaignaudience; DROP TRIGGER refuse_truncate ON rewards_campaignaudience;
DROP TRIGGER refuse_change ON rewards_campaignturn; DROP TRIGGER refuse_truncate ON rewards_campaignturn;
ALTER TABLE rewards_campaignuse DROP CONSTRAINT rewards_campaignuse_pkey, ADD PRIMARY KEY (id);
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0025_campaigns")]

    operations = [migrations.RunSQL(SQL, UNDO)]
