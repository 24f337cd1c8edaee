"""Rewards that are taken with purchases: what they cost, and what returns gave back of them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rewards', '0055_gift_card_request_guards'),
    ]

    operations = [
        migrations.AddField(
            model_name='purchase',
            name='reward_units',
            field=models.BigIntegerField(db_default=0, default=0, verbose_name='points for rewards'),
        ),
        migrations.AddField(
            model_name='redemption',
            name='returned_units',
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text='Points that came back with returns of the purchase.', verbose_name='of them with returns'),
        ),
        migrations.AddField(
            model_name='return',
            name='restored',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list, verbose_name='given back'),
        ),
        migrations.AddField(
            model_name='rewardversion',
            name='given_back_on_return',
            field=models.CharField(choices=[('in_proportion', 'in proportion to what is returned'), ('whole', 'all at once, when everything is returned'), ('never', 'never')], db_default='in_proportion', default='in_proportion', help_text='Of a reward that was taken with a purchase, when the purchase is returned.', max_length=13, verbose_name='points given back with a return'),
        ),
        migrations.AddConstraint(
            model_name='purchase',
            constraint=models.CheckConstraint(condition=models.Q(('reward_units__gte', 0)), name='purchase_rewards_cost_points', violation_error_message='Rewards do not cost less than no points.'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.CheckConstraint(condition=models.Q(('returned_units__lte', models.F('restored_units'))), name='redemption_returns_are_part_of_what_came_back', violation_error_message='What came back with returns is a part of all that came back.'),
        ),
        migrations.AddConstraint(
            model_name='rewardversion',
            constraint=models.CheckConstraint(condition=models.Q(('given_back_on_return__in', ['in_proportion', 'whole', 'never'])), name='reward_says_what_returns_give_back', violation_error_message='Say what a return gives back of the reward.'),
        ),
    ]
