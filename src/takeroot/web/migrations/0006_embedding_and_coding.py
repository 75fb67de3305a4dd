"""Who is accountable, support needed and given, what is to be stopped; and codings that keep what they were of."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("web", "0005_records_stand"),
    ]

    operations = [
        migrations.CreateModel(
            name="CapacityRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("kind", models.TextField()),
                ("region", models.TextField(blank=True, null=True)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("amount", models.FloatField()),
                ("unit", models.TextField(blank=True, null=True)),
                ("by", models.TextField(blank=True, null=True)),
                ("source", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
            ],
            options={
                "db_table": "capacities",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ConstructRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("construct", models.TextField()),
                ("says", models.TextField(blank=True, null=True)),
                ("example", models.TextField(blank=True, null=True)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
                ("id", models.TextField()),
            ],
            options={
                "db_table": "constructs",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EndingRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("what", models.TextField()),
                ("site", models.TextField(blank=True, null=True)),
                ("on", models.DateField()),
                ("reason", models.TextField()),
                ("evidence", models.TextField(blank=True, null=True)),
                ("decided_by", models.TextField(blank=True, null=True)),
                ("due", models.DateField(blank=True, null=True)),
                ("done", models.DateField(blank=True, null=True)),
                ("remains", models.TextField(blank=True, null=True)),
                ("replaced_by", models.TextField(blank=True, null=True)),
                ("measure", models.TextField(blank=True, null=True)),
                ("watch", models.TextField(blank=True, null=True)),
                ("dissent", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
            ],
            options={
                "db_table": "endings",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="NeedRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("site", models.TextField(blank=True, null=True)),
                ("kind", models.TextField()),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("amount", models.FloatField(blank=True, null=True)),
                ("unit", models.TextField(blank=True, null=True)),
                ("according_to", models.TextField(blank=True, null=True)),
                ("source", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
            ],
            options={
                "db_table": "needs",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ResponsibilityRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("what", models.TextField()),
                ("level", models.TextField()),
                ("site", models.TextField(blank=True, null=True)),
                ("region", models.TextField(blank=True, null=True)),
                ("held_by", models.TextField(blank=True, null=True)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
                ("source", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
            ],
            options={
                "db_table": "responsibilities",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="actionrow",
            name="level",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="actionrow",
            name="milestone_of",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="actionrow",
            name="region",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="anchorrow",
            name="region",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="anchorrow",
            name="site",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="codingrow",
            name="on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="codingrow",
            name="passage",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="codingrow",
            name="version",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="decisionrow",
            name="site",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="otherworkrow",
            name="hours_a_month",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="otherworkrow",
            name="how",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="anchorrow",
            index=models.Index(fields=["programme", "site"], name="anchors_by_site"),
        ),
        migrations.AddIndex(
            model_name="decisionrow",
            index=models.Index(fields=["programme", "site"], name="decisions_by_site"),
        ),
        migrations.AddField(
            model_name="capacityrow",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="capacities", to="web.programme"
            ),
        ),
        migrations.AddField(
            model_name="constructrow",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="constructs", to="web.programme"
            ),
        ),
        migrations.AddField(
            model_name="endingrow",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="endings", to="web.programme"
            ),
        ),
        migrations.AddField(
            model_name="needrow",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="needs", to="web.programme"
            ),
        ),
        migrations.AddField(
            model_name="responsibilityrow",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="responsibilities", to="web.programme"
            ),
        ),
        migrations.AddConstraint(
            model_name="capacityrow",
            constraint=models.UniqueConstraint(models.F("programme"), models.F("key"), name="capacities_key"),
        ),
        migrations.AddConstraint(
            model_name="capacityrow",
            constraint=models.UniqueConstraint(models.F("programme"), models.F("id"), name="capacities_id"),
        ),
        migrations.AddConstraint(
            model_name="constructrow",
            constraint=models.UniqueConstraint(models.F("programme"), models.F("key"), name="constructs_key"),
        ),
        migrations.AddConstraint(
            model_name="constructrow",
            constraint=models.UniqueConstraint(models.F("programme"), models.F("id"), name="constructs_id"),
        ),
        migrations.AddIndex(
            model_name="endingrow",
            index=models.Index(fields=["programme", "site"], name="endings_by_site"),
        ),
        migrations.AddConstraint(
            model_name="endingrow",
            constraint=models.UniqueConstraint(models.F("programme"), models.F("key"), name="endings_key"),
        ),
        migrations.AddConstraint(
            model_name="endingrow",
            constraint=models.UniqueConstraint(models.F("programme"), models.F("id"), name="endings_id"),
        ),
        migrations.AddIndex(
            model_name="needrow",
            index=models.Index(fields=["programme", "site"], name="needs_by_site"),
        ),
        migrations.AddConstraint(
            model_name="needrow",
            constraint=models.UniqueConstraint(models.F("programme"), models.F("key"), name="needs_key"),
        ),
        migrations.AddConstraint(
            model_name="needrow",
            constraint=models.UniqueConstraint(models.F("programme"), models.F("id"), name="needs_id"),
        ),
        migrations.AddIndex(
            model_name="responsibilityrow",
            index=models.Index(fields=["programme", "site"], name="responsibilities_by_site"),
        ),
        migrations.AddConstraint(
            model_name="responsibilityrow",
            constraint=models.UniqueConstraint(models.F("programme"), models.F("key"), name="responsibilities_key"),
        ),
        migrations.AddConstraint(
            model_name="responsibilityrow",
            constraint=models.UniqueConstraint(models.F("programme"), models.F("id"), name="responsibilities_id"),
        ),
    ]
