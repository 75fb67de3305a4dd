"""What-ifs: what was asked, expected, found and decided, and the figures of what came of it."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("web", "0006_embedding_and_coding"),
    ]

    operations = [
        migrations.CreateModel(
            name="WhatIfFigures",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what_if", models.TextField(help_text="the id of its row")),
                ("figures", models.TextField(help_text="see takeroot.simulation.comparing.kept")),
                ("made", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="what_if_figures", to="web.programme"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("programme", "what_if"), name="one_of_a_what_if")],
            },
        ),
        migrations.CreateModel(
            name="WhatIfRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("on", models.DateField()),
                ("question", models.TextField()),
                ("expects", models.TextField(blank=True, null=True)),
                ("choices", models.TextField()),
                ("by", models.TextField(blank=True, null=True)),
                ("result", models.TextField(blank=True, null=True)),
                ("decision", models.TextField(blank=True, null=True)),
                ("why", models.TextField(blank=True, null=True)),
                ("decided_on", models.DateField(blank=True, null=True)),
                ("decided_by", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="what_ifs", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "what_ifs",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="what_ifs_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="what_ifs_id"),
                ],
            },
        ),
    ]
