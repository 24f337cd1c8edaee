"""What was decided on a card that was asked for stands."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER gift_card_requests_stand BEFORE UPDATE OR DELETE ON rewards_giftcardrequest
    FOR EACH ROW WHEN (OLD.state <> 'waiting') EXECUTE FUNCTION accounts_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0054_gift_card_requests")]

    operations = [migrations.RunSQL(GUARDS, "DROP TRIGGER gift_card_requests_stand ON rewards_giftcardrequest")]
