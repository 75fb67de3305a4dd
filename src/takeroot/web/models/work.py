"""Work that takes longer than a page may, and the figures of what came of a what-if."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from takeroot.web.models.people import Person
from takeroot.web.models.programmes import Programme


class Task(models.Model):
    """A piece of long work: what was asked, how far it is, and what came of it."""

    kind = models.CharField(max_length=40, help_text="a name in tasks.KINDS")
    programme = models.ForeignKey(Programme, models.CASCADE, null=True, related_name="tasks")
    by = models.ForeignKey(Person, models.CASCADE, null=True, related_name="tasks")
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=20, default="waiting", help_text="waiting, running, done, failed or cancelled")
    done = models.PositiveBigIntegerField(default=0)
    of = models.PositiveBigIntegerField(default=0)
    says = models.TextField(blank=True, help_text="what it is at, or why it failed, in a sentence")
    result = models.TextField(blank=True, help_text="a file in the folder of results, or an address")
    cancel = models.BooleanField(default=False, help_text="somebody asked it to stop")
    made = models.DateTimeField(default=timezone.now)
    started = models.DateTimeField(null=True, blank=True)
    ended = models.DateTimeField(null=True, blank=True)
    worker = models.TextField(blank=True, help_text="the process that holds it")
    beat = models.DateTimeField(null=True, blank=True, help_text="when that process was last heard")

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["state", "id"], name="tasks_by_state"),)


class WhatIfFigures(models.Model):
    """The words and the figures of a what-if, beside its row: what a page draws without running it again."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="what_if_figures")
    what_if = models.TextField(help_text="the id of its row")
    figures = models.TextField(help_text="see takeroot.simulation.comparing.kept")
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["programme", "what_if"], name="one_of_a_what_if"),)
