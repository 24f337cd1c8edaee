"""A permission of its own to cancel redemptions."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0012_tender_steps'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='staffprofile',
            options={'default_permissions': ['view'], 'permissions': [('use_till', 'Sell, take back and redeem at the till'), ('find_members', 'Find members and see their story'), ('enrol_members', 'Enrol members'), ('edit_members', 'Correct what is known of members'), ('cancel_redemptions', 'Cancel rewards that were not used'), ('request_adjustments', 'Ask for a correction of points'), ('approve_adjustments', 'Approve a correction of points'), ('prepare_rules', 'Write earning rules, rewards and terms'), ('approve_rules', 'Approve earning rules, rewards and terms'), ('see_reports', 'See reports'), ('see_books', 'See the books'), ('prepare_close', 'Prepare the close of a month'), ('approve_close', 'Approve the close of a month'), ('manage_programmes', 'Open, pause and close programmes, stores and channels'), ('manage_partners', 'Give and revoke partner keys'), ('manage_staff', 'Appoint staff')], 'verbose_name': 'staff member', 'verbose_name_plural': 'staff'},
        ),
    ]
