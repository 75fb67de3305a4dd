"""The smallest denominator of a measure that is judged."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("web", "0002_guards")]

    operations = [
        migrations.AddField(
            model_name="measurerow", name="least_denominator", field=models.FloatField(blank=True, null=True)
        ),
    ]
