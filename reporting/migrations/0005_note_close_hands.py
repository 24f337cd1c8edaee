"""Closes that were prepared before hands were noted."""

from django.db import migrations

NOTE = """
INSERT INTO reporting_closehand (run_id, person, did, at) SELECT id, preparer, 'prepared', coalesce(prepared_at, heartbeat_at) FROM reporting_closerun
UNION ALL SELECT run_id, acknowledged_by, 'accepted', min(acknowledged_at) FROM reporting_closecheck
 WHERE acknowledged_by IS NOT NULL GROUP BY run_id, acknowledged_by
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0004_close_hands")]

    operations = [migrations.RunSQL(NOTE, migrations.RunSQL.noop)]
