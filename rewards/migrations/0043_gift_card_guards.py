"""What happened to a gift card is only added; a card's value stands."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "gift_cards" / "sql" / "guards.sql").read_text()
UNDO = """
DROP TRIGGER gift_cards_stand ON rewards_giftcard; DROP TRIGGER gift_cards_stay ON rewards_giftcard;
DROP TRIGGER refuse_change ON rewards_giftcardevent; DROP TRIGGER refuse_truncate ON rewards_giftcardevent;
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0042_gift_cards")]

    operations = [migrations.RunSQL(SQL, UNDO)]
