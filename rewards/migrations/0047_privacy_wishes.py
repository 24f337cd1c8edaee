"""What shops ask about people's data, which stands."""

from pathlib import Path

import django.db.models.deletion
import loyalty.kit.ids
from django.conf import settings
from django.db import migrations, models


SQL = (Path(__file__).parent.parent / "connectors" / "sql" / "guard_wishes.sql").read_text()
UNDO = "DROP TRIGGER privacy_wishes_stand ON rewards_privacywish; DROP TRIGGER privacy_wishes_stay ON rewards_privacywish;"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_devaluation_notice'),
        ('rewards', '0046_delivery_waits_for_its_order'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='delivery',
            name='why',
            field=models.CharField(blank=True, choices=[('topic', 'This topic does not count here.'), ('test', 'A test order of the shop.'), ('unpaid', 'Not paid, or not finished, when it was sent.'), ('no_member', 'Nobody in the programme is known by what the sender says of the buyer.'), ('no_sale', 'Its order was passed over, so there is nothing to take back.'), ('no_order', 'Its order is not here. If it is older than this connection, leave it; if not, let the sender send the order again.'), ('forgotten', 'The shop asked to forget it before it was worked on.'), ('no_goods', 'No goods in it that points could be earned on.'), ('nothing_left', 'All of it was taken back before.'), ('repeated', 'This order was counted before.')], max_length=12, verbose_name='why'),
        ),
        migrations.CreateModel(
            name='PrivacyWish',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('wish', models.CharField(choices=[('tell', 'tell a customer what is kept'), ('forget', 'forget a customer'), ('forget_shop', 'forget the shop')], max_length=11, verbose_name='what is asked')),
                ('customer', models.CharField(blank=True, max_length=100, verbose_name='customer number of the sender')),
                ('forgotten', models.PositiveIntegerField(default=0, verbose_name='bodies that were forgotten at once')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('due_on', models.DateField(verbose_name='due')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='answered')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='what was done')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='privacy_wishes', to='rewards.connection', verbose_name='connection')),
                ('delivery', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.delivery', verbose_name='delivery')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='member')),
            ],
            options={
                'verbose_name': 'wish about personal data',
                'verbose_name_plural': 'wishes about personal data',
                'indexes': [models.Index(condition=models.Q(('answered_at__isnull', True)), fields=['due_on', 'id'], name='privacy_wish_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answered_by__isnull', True), ('note', '')), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('note', ''), _negated=True)), _connector='OR'), name='privacy_wish_answer_says_what_was_done', violation_error_message='Whoever answers says what was done.')],
            },
        ),
        migrations.RunSQL(SQL, UNDO),
    ]
