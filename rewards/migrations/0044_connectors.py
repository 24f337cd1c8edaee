"""Connections to shops and payment services, and what they deliver, which stands."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import loyalty.kit.ids
from django.db import migrations, models


SQL = (Path(__file__).parent.parent / "connectors" / "sql" / "guard.sql").read_text()
UNDO = "DROP TRIGGER deliveries_stand ON rewards_delivery; DROP TRIGGER deliveries_stay ON rewards_delivery;"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0018_list_preferences'),
        ('rewards', '0043_gift_card_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Connection',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('sender', models.CharField(choices=[('shopify', 'Shopify'), ('woocommerce', 'WooCommerce'), ('stripe', 'Stripe'), ('square', 'Square'), ('standard', 'Standard Webhooks')], max_length=12, verbose_name='sender')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('topics', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None, verbose_name='what counts')),
                ('finds_by', models.CharField(choices=[('email', 'e-mail'), ('external_id', 'customer number of the sender'), ('phone', 'phone')], default='email', max_length=11, verbose_name='members are found by')),
                ('secret', models.BinaryField(null=True, verbose_name='signing secret')),
                ('previous_secret', models.BinaryField(null=True, verbose_name='previous secret')),
                ('previous_until', models.DateTimeField(null=True, verbose_name='the previous secret works until')),
                ('is_active', models.BooleanField(default=True, verbose_name='works')),
                ('created_at', models.DateTimeField(verbose_name='made')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.channel', verbose_name='channel')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='connections', to='accounts.programme', verbose_name='programme')),
                ('store', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'connection',
                'verbose_name_plural': 'connections',
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=200, verbose_name='number')),
                ('topic', models.CharField(blank=True, max_length=60, verbose_name='topic')),
                ('body_hash', models.BinaryField(max_length=32, verbose_name='hash of the body')),
                ('body', models.BinaryField(null=True, verbose_name='body')),
                ('received_at', models.DateTimeField(verbose_name='received')),
                ('outcome', models.CharField(choices=[('waiting', 'waiting'), ('done', 'counted'), ('skipped', 'passed over'), ('failed', 'failed')], default='waiting', max_length=7, verbose_name='outcome')),
                ('why', models.CharField(blank=True, choices=[('topic', 'This topic does not count here.'), ('test', 'A test order of the shop.'), ('unpaid', 'Not paid, or not finished, when it was sent.'), ('no_member', 'Nobody in the programme is known by what the sender says of the buyer.'), ('no_sale', 'Its order was passed over, so there is nothing to take back.'), ('no_goods', 'No goods in it that points could be earned on.'), ('nothing_left', 'All of it was taken back before.'), ('repeated', 'This order was counted before.')], max_length=12, verbose_name='why')),
                ('error', models.CharField(blank=True, max_length=500, verbose_name='error')),
                ('order', models.CharField(blank=True, max_length=100, verbose_name='order')),
                ('purchase', models.UUIDField(null=True, verbose_name='purchase')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('settled_at', models.DateTimeField(null=True, verbose_name='settled')),
                ('connection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='rewards.connection', verbose_name='connection')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
            },
        ),
        migrations.AddConstraint(
            model_name='connection',
            constraint=models.UniqueConstraint(fields=('programme', 'name'), name='connection_name_once_per_programme', violation_error_message='Another connection of this programme has this name.'),
        ),
        migrations.AddConstraint(
            model_name='connection',
            constraint=models.CheckConstraint(condition=models.Q(('topics__len__gt', 0)), name='connection_counts_something', violation_error_message='Choose at least one thing that counts.'),
        ),
        migrations.AddConstraint(
            model_name='connection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('previous_secret__isnull', True), ('previous_until__isnull', True)), models.Q(('previous_secret__isnull', False), ('previous_until__isnull', False), ('secret__isnull', False)), _connector='OR'), name='connection_old_secret_has_an_end', violation_error_message='An old secret works beside a new one, and until a moment.'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('outcome', 'waiting')), fields=['due_at', 'id'], name='delivery_waiting'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(models.F('connection'), models.F('outcome'), models.F('id'), name='delivery_by_outcome'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('order', ''), _negated=True), fields=['connection', 'order'], name='delivery_by_order'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('body__isnull', False)), fields=['settled_at'], name='delivery_with_body'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('connection', 'number'), name='delivery_is_taken_in_once', violation_error_message='This delivery has come before.'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('attempts__lte', 12), ('body__isnull', False), ('outcome', 'waiting'), ('settled_at__isnull', True)), models.Q(models.Q(('outcome', 'waiting'), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='delivery_outcome_fits_its_facts', violation_error_message='What waits has its body; what is settled says when.'),
        ),
        migrations.RunSQL(SQL, UNDO),
    ]
