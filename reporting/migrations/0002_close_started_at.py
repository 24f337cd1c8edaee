from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0001_close'),
    ]

    operations = [
        migrations.AddField(
            model_name='closerun',
            name='started_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
