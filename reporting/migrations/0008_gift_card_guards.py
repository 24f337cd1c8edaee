"""Postings and statements of gift cards are append-only, and an estimate in force stands."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "gift_cards" / "sql"


class Migration(migrations.Migration):
    dependencies = [("reporting", "0007_gift_cards")]

    operations = [migrations.RunSQL((SQL / "guards.sql").read_text(), (SQL / "guards_down.sql").read_text())]
