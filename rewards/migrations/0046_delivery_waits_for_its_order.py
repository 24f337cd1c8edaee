"""A delivery says what it waits for."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rewards', '0045_chosen_spans_apart'),
    ]

    operations = [
        migrations.AlterField(
            model_name='delivery',
            name='outcome',
            field=models.CharField(choices=[('waiting', 'waiting'), ('done', 'counted'), ('skipped', 'passed over'), ('failed', 'needs a person')], default='waiting', max_length=7, verbose_name='outcome'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='why',
            field=models.CharField(blank=True, choices=[('topic', 'This topic does not count here.'), ('test', 'A test order of the shop.'), ('unpaid', 'Not paid, or not finished, when it was sent.'), ('no_member', 'Nobody in the programme is known by what the sender says of the buyer.'), ('no_sale', 'Its order was passed over, so there is nothing to take back.'), ('no_order', 'Its order is not here. If it is older than this connection, leave it; if not, let the sender send the order again.'), ('no_goods', 'No goods in it that points could be earned on.'), ('nothing_left', 'All of it was taken back before.'), ('repeated', 'This order was counted before.')], max_length=12, verbose_name='why'),
        ),
    ]
