"""Who signs in, what each is in a programme, and how they were let in."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone


class Person(AbstractBaseUser):
    """Somebody who signs in."""

    sign_in = models.CharField("sign-in name", max_length=150, unique=True)
    name = models.CharField(max_length=150, blank=True)
    email = models.EmailField(blank=True, help_text="for digests and invitations; none is sent without it")
    is_active = models.BooleanField(default=True)
    demo = models.BooleanField(default=False, help_text="may sign in only while TAKEROOT_DEMO is 1")
    begins = models.BooleanField("begins programmes", default=False)
    keeps_house = models.BooleanField(
        default=False, help_text="looks after sign-ins and the workbench itself; sees no programme by that"
    )
    made = models.DateTimeField(default=timezone.now)

    objects: BaseUserManager[Person] = BaseUserManager()

    USERNAME_FIELD = "sign_in"

    def __str__(self) -> str:
        return self.name or self.sign_in


class RecoveryCode(models.Model):
    """A code that stands once for a code of the authenticator app; only its digest is kept."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "digest"], name="one_of_each_code"),)


class Session(AbstractBaseSession):
    """A browser that is signed in, so that its owner can see it and end it."""

    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="sessions")
    agent = models.CharField(max_length=200, blank=True, help_text="which browser, as it says of itself")
    since = models.DateTimeField(default=timezone.now)
    seen = models.DateTimeField(default=timezone.now)


class Knock(models.Model):
    """An attempt that failed: to sign in, or to open a link. Names and addresses are kept as digests, for a day."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    what = models.CharField(max_length=20)
    who = models.CharField(max_length=32, db_index=True)


class Membership(models.Model):
    """What a person is in a programme, for which sites, and until when."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    programme = models.ForeignKey("web.Programme", models.CASCADE, related_name="members")
    role = models.CharField(max_length=40, help_text="a name in roles.py")
    sites = models.JSONField(default=list, help_text="the sites it speaks of, where the role is one for named sites")
    expires = models.DateField(null=True, blank=True, help_text="the first day without it")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "programme", "role"], name="one_of_each_role"),)


class Invitation(models.Model):
    """A link by which one person may take a role; only the digest of its secret is kept."""

    programme = models.ForeignKey("web.Programme", models.CASCADE, null=True, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, related_name="+", help_text="whose password it sets anew, if it is for that"
    )
    role = models.CharField(max_length=40, blank=True)
    sites = models.JSONField(default=list)
    member_until = models.DateField(null=True, blank=True)
    for_whom = models.CharField(max_length=150, blank=True, help_text="as the inviter calls them")
    by = models.TextField()
    made = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)
