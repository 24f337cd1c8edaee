"""An index by the end of a tick: the feed asks which tick a place lies in."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_seals")]

    operations = [migrations.RunSQL("CREATE UNIQUE INDEX ledger_tick_ends ON ledger_tick (hi_xid)", "DROP INDEX ledger_tick_ends")]
