"""A programme in the workbench, what its sites share, and what is on its way into the record."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from takeroot.vocabulary import own_instruments
from takeroot.vocabulary.about import About
from takeroot.vocabulary.instruments_in_files import Library
from takeroot.vocabulary.programme import Programme as Read
from takeroot.web import archive, frames
from takeroot.web.models.people import Person


class Programme(models.Model):
    """A programme in the workbench: its words, and the number of its latest revision.

    ``mark`` is new with every revision and never comes again, not even after a backup was restored: what was worked out
    for one revision is kept under its mark.
    """

    slug = models.SlugField(max_length=80, unique=True, allow_unicode=True)
    name = models.TextField()
    about = models.JSONField(default=dict, help_text="what programme.yaml says")
    mappings = models.TextField(blank=True, help_text="what mappings.yaml says")
    covariates = models.JSONField(default=list, help_text="further columns of the sites, each with its kind, in order")
    revision = models.PositiveBigIntegerField(default=0)
    mark = models.CharField(max_length=32, default="")
    marks = models.JSONField(default=dict, help_text="the mark of the revision that last changed each table")
    made = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name", "slug")

    def __str__(self) -> str:
        return self.name

    @property
    def words(self) -> About:
        """What programme.yaml says."""
        return About.model_validate(self.about)

    @property
    def library(self) -> Library:
        """Every instrument that it can use: those that Takeroot brings, and its own."""
        return own_instruments.library_of(archive.instruments_of(self))

    def read(self, scope: Any) -> Read:
        """The programme as far as a scope reaches: the only way from the database to a frame."""
        return frames.read(self, scope)


class Sharing(models.Model):
    """Who of the other sites may read what a site adapted, tried and learned; agreed by somebody, on a day.

    Where a site has none, what the programme says of sharing holds; figures of a site are never shared by this.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="sharings")
    site = models.TextField()
    shares = models.CharField(max_length=20, help_text="own only, named peers, or all")
    peers = models.JSONField(default=list, help_text="the sites it shares with, where it names them")
    agreed_by = models.TextField()
    on = models.DateField(default=timezone.localdate)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["programme", "site"], name="one_sharing_of_a_site"),)


class SiteLink(models.Model):
    """An address by which a team updates the record of its own site without an account; only its digest is kept."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="site_links")
    site = models.TextField()
    label = models.CharField(max_length=150, help_text="whom it was given to, such as 'Night team'")
    digest = models.CharField(max_length=64, unique=True)
    by = models.TextField()
    made = models.DateTimeField(default=timezone.now)
    expires = models.DateField(null=True, blank=True, help_text="the first day without it")
    revoked = models.DateTimeField(null=True, blank=True)
    used = models.DateTimeField(null=True, blank=True)


class Draft(models.Model):
    """A row that its author has not released yet: no analysis, page or export has it, and nobody else sees it."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="drafts")
    person = models.ForeignKey(Person, models.CASCADE, related_name="drafts")
    table = models.CharField(max_length=40)
    cells = models.JSONField(default=dict)
    made = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(default=timezone.now)


class Batch(models.Model):
    """A file on its way in: what was sent, what it was taken to mean, and what became of it."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="batches")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    by = models.TextField()
    file_name = models.TextField()
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    kept_as = models.TextField(help_text="its name in the folder of uploads")
    kind = models.CharField(max_length=20, help_text="tracker, or ours")
    state = models.CharField(max_length=20, help_text="asking, ready, accepted, undone or dropped")
    answers = models.JSONField(default=dict, help_text="what a person answered of what was asked")
    counts = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    line = models.PositiveBigIntegerField(null=True, help_text="the line of the trail by which it came in")
    undone = models.PositiveBigIntegerField(null=True, help_text="the line by which it went out again")
    made = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)


class Meeting(models.Model):
    """A review while it is held; when it closes, its minutes become a note and its decisions and actions rows."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="meetings")
    on = models.DateField(default=timezone.localdate)
    title = models.TextField()
    by = models.TextField()
    since = models.PositiveBigIntegerField(default=0, help_text="the last line of the trail that was reviewed before")
    upto = models.PositiveBigIntegerField(null=True, help_text="the last line of the trail that was reviewed here")
    words = models.JSONField(default=dict, help_text="who was there, where views differ, how it is read, what is open")
    note = models.TextField(blank=True, help_text="the reference of its minutes, once it is closed")
    made = models.DateTimeField(default=timezone.now)
    closed = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
