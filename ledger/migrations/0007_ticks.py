"""Ticks take every committed movement in once; rollups are the sums of what they took."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "ticks" / "sql"
UNDO = """
DROP FUNCTION ledger_verify_rollup();
DROP VIEW ledger_moved;
DROP FUNCTION ledger_forget_rebuild(), ledger_rebuild(integer), ledger_horizon(), ledger_untaken(), ledger_tick(integer),
    ledger_add_range(xid8, xid8, boolean);
DROP TABLE ledger_rollupbuild, ledger_rollupdraft, ledger_rollup, ledger_tick;
"""
STATE = [
    migrations.CreateModel(
        name="Tick",
        fields=[
            ("no", models.BigIntegerField(primary_key=True, serialize=False)),
            ("movements", models.BigIntegerField()),
            ("total", models.BigIntegerField()),
            ("ticked_at", models.DateTimeField()),
        ],
    ),
]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_bought_points")]

    operations = [
        migrations.RunSQL("\n".join((SQL / f"{name}.sql").read_text() for name in ("tables", "tick", "rebuild")), UNDO, STATE),
    ]
