"""Instruments of a programme's own, and rounds: what was begun, slips that were given out, sheets being answered.

Slips and sheets have nothing in common that the database holds: a slip is the digest of a secret, a sheet bears a keyed
code made of it, and neither says when it was made. Rows of both are numbered at random, so that their order tells
nothing either.
"""

from __future__ import annotations

import secrets
from datetime import date

from django.db import models
from django.utils import timezone

from takeroot.vocabulary.instrument import Instrument
from takeroot.web.models.programmes import Programme


def at_random() -> int:
    """A number of a row that tells nothing of when it was made."""
    return secrets.randbits(62) + 1


class InstrumentFile(models.Model):
    """A file of a programme's own instruments: an instrument, other words for one, or a translation, as it was sent."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="instrument_files")
    name = models.CharField(max_length=150)
    text = models.TextField()
    by = models.TextField()
    on = models.DateField(default=timezone.localdate)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=["programme", "name"], name="one_file_of_a_name"),)

    def __str__(self) -> str:
        return self.name


#: Under what an instrument is kept as it was written; its translations, under their languages. Databases keep no order.
AS_WRITTEN = ""


class Asking(models.Model):
    """A round as it was begun, with the instrument as it stood; what it promised is never changed."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="askings")
    round = models.TextField(help_text="its name in the table of rounds")
    kind = models.CharField(max_length=20, help_text="anonymous, or open")
    way = models.CharField(max_length=20, help_text="link: one for everybody; slips: one for each; team: signed in")
    instrument = models.CharField(max_length=64)
    edition = models.TextField()
    texts = models.JSONField(help_text="the instrument as it stood, by language")
    site = models.TextField(blank=True, help_text="the site that it is about; empty for the programme")
    roles = models.JSONField(default=list, help_text="the roles that a respondent chooses from")
    floor = models.PositiveSmallIntegerField(default=5, help_text="the smallest group that is shown")
    opens = models.DateField()
    closes = models.DateField(help_text="the last day on which it is answered")
    invited = models.PositiveIntegerField(null=True, blank=True)
    keep_until = models.DateField(null=True, blank=True, help_text="the first day without its answers")
    digest = models.CharField(max_length=64, null=True, unique=True)  # only a link has one
    nonce = models.CharField(max_length=64, blank=True)
    mark = models.CharField(max_length=16, help_text="tells whether the key of the answers is the same")
    by = models.TextField()
    on = models.DateField(default=timezone.localdate)
    told = models.JSONField(default=list, help_text="the days of which the trail has a line")
    closed = models.DateTimeField(null=True, blank=True)
    answered = models.PositiveIntegerField(null=True, blank=True, help_text="how many answered, once it closed")

    class Meta:
        ordering = ("-opens", "-id")
        constraints = (models.UniqueConstraint(fields=["programme", "round"], name="one_asking_of_a_round"),)

    def __str__(self) -> str:
        return self.round

    @property
    def anonymous(self) -> bool:
        """Whether nobody may know who answered."""
        return self.kind == "anonymous"

    @property
    def series(self) -> str:
        """The rounds in which a respondent has the same code."""
        return f"{self.instrument}|{self.site}"

    @property
    def languages(self) -> tuple[str, ...]:
        """Those in which it can be read, the first as it was written."""
        return (self.texts[AS_WRITTEN]["language"], *sorted(self.texts.keys() - {AS_WRITTEN}))

    def asks(self, language: str = "") -> Instrument:
        """The instrument as it stood when the round began."""
        return Instrument.model_validate(self.texts.get(language) or self.texts[AS_WRITTEN])

    def stands(self, today: date | None = None) -> str:
        """Whether it is still to come, open or closed."""
        today = today or timezone.localdate()
        return "closed" if self.closed or today > self.closes else "to come" if today < self.opens else "open"


class Slip(models.Model):
    """A link for one respondent, in every round of a series; nothing says whose it is, or whether it was used."""

    id = models.BigAutoField(primary_key=True, default=at_random)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="slips")
    series = models.TextField()
    digest = models.CharField(max_length=64, unique=True)


class Reply(models.Model):
    """A sheet that is being answered: sealed, and in an anonymous round gone once it closes."""

    id = models.BigAutoField(primary_key=True, default=at_random)
    asking = models.ForeignKey(Asking, models.CASCADE, related_name="replies")
    code = models.CharField(max_length=64)
    sealed = models.TextField()
    sent = models.BooleanField(default=False)
    on = models.DateField(help_text="the day on which it was last kept or sent; no hour is kept")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["asking", "code"], name="one_sheet_of_a_respondent"),)
