"""What is asked of people about themselves and about each other."""

from __future__ import annotations

from typing import Any

from django import forms

from takeroot.web.actions.access import SHARES
from takeroot.web.models import Person
from takeroot.web.roles import ROLES

_NAME = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
_CODE = {"autocomplete": "one-time-code", "inputmode": "text", "autocapitalize": "characters", "spellcheck": "false"}
_DAYS = ["%Y-%m-%d", "%d/%m/%Y", "%d %b %Y", "%d %B %Y"]


def _password(label: str, which: str, help_text: str = "") -> forms.CharField:
    """A password, which a password manager may fill in."""
    widget = forms.PasswordInput(attrs={"autocomplete": f"{which}-password"})
    return forms.CharField(label=label, strip=False, max_length=1024, widget=widget, help_text=help_text)


def _role() -> forms.ChoiceField:
    """One of the roles, each with its sentence."""
    choices = [(name, f"{name}: {role.says}") for name, role in ROLES.items()]
    needed = {"required": "Say as what."}
    return forms.ChoiceField(label="Role", choices=choices, widget=forms.RadioSelect, error_messages=needed)


def _day(label: str, help_text: str) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    wrong = {"invalid": "This is no day. Write it as 2027-03-31 or 31/03/2027."}
    return forms.DateField(
        label=label, required=False, input_formats=_DAYS, widget=widget, help_text=help_text, error_messages=wrong
    )


class NewPassword(forms.Form):
    """A password of one's own choice, twice."""

    new = _password("New password", "new", "at least 10 characters; a few words that only you put together will do")
    again = _password("The same again", "new")

    def clean(self) -> dict[str, Any]:
        """Both have to be the same."""
        said = super().clean() or {}
        if said.get("new") and said.get("again") and said["new"] != said["again"]:
            self.add_error("again", "The two are not the same. Write the new password twice.")
        return said


class ChangePassword(NewPassword):
    """The old password, and a new one twice."""

    old = _password("Old password", "current")
    field_order = ("old", "new", "again")


class About(forms.ModelForm):
    """What somebody is called, and where e-mail reaches them."""

    class Meta:
        model = Person
        fields = ("name", "email")
        labels = {"name": "Name", "email": "E-mail"}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "name": "as others read it beside what you write",
            "email": "for digests and reminders; none is sent without it",
        }
        widgets = {  # noqa: RUF012
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }


class Code(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label="Code",
        max_length=30,
        widget=forms.TextInput(attrs=_CODE),
        help_text="the six digits that the app shows now, or one of your recovery codes",
    )


class SetUp(forms.Form):
    """The first code of a new app."""

    code = forms.CharField(
        label="The six digits that the app shows now",
        max_length=12,
        widget=forms.TextInput(attrs=_CODE | {"inputmode": "numeric"}),
    )
    offer = forms.CharField(widget=forms.HiddenInput)


class PasswordAndCode(Code):
    """Both, for what weakens or renews the second step."""

    password = _password("Password", "current")
    field_order = ("password", "code")


class NewSignIn(NewPassword):
    """A sign-in of one's own, made when an invitation is taken up."""

    sign_in = forms.CharField(
        label="Sign-in name",
        max_length=150,
        widget=forms.TextInput(attrs=_NAME),
        help_text="letters, digits and @ . + - _; your e-mail address will do",
    )
    name = forms.CharField(
        label="Name",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="as others read it",
    )
    field_order = ("name", "sign_in", "new", "again")


class Covers(forms.Form):
    """For which sites a role is held, and until when."""

    sites = forms.MultipleChoiceField(
        label="Sites",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="for a role that speaks of named sites: coach, site lead, contributor or partner",
    )
    expires = _day("The role ends on", "the first day without it; leave it empty for no end")

    def __init__(self, *args: Any, sites: dict[str, str], every_site: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if every_site:
            del self.fields["sites"]
        else:
            self.fields["sites"].choices = list(sites.items())


class GiveRole(Covers):
    """A further role for somebody who is there already."""

    person = forms.ChoiceField(label="Who")
    role = _role()
    field_order = ("person", "role", "sites", "expires")

    def __init__(self, *args: Any, people: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = list(people.items())


class Invite(Covers):
    """Whom a link lets in, as what, and how long it serves."""

    for_whom = forms.CharField(
        label="For whom",
        max_length=150,
        help_text="as you call them, so that you know later whose link it was; only leads read it",
    )
    role = _role()
    serves = forms.TypedChoiceField(
        label="The link serves for",
        coerce=int,
        choices=[(1, "a day"), (7, "a week"), (14, "two weeks"), (30, "thirty days")],
        initial=7,
    )
    once = forms.CharField(widget=forms.HiddenInput)
    field_order = ("for_whom", "role", "sites", "expires", "serves")


class Sharing(forms.Form):
    """With whom a site shares what it adapted, tried and learned."""

    shares = forms.ChoiceField(
        label="What it adapted, tried and learned is shared",
        choices=list(SHARES.items()),
        widget=forms.RadioSelect,
    )
    seen = forms.CharField(widget=forms.HiddenInput)


class SharingByLead(Sharing):
    """The peers are chosen among the sites."""

    peers = forms.MultipleChoiceField(
        label="The sites it names", required=False, widget=forms.CheckboxSelectMultiple, help_text="where it names them"
    )
    field_order = ("shares", "peers")

    def __init__(self, *args: Any, sites: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["peers"].choices = list(sites.items())


class SharingBySite(Sharing):
    """The peers are written down: somebody with named sites does not see which others there are."""

    peers = forms.CharField(
        label="The sites it names",
        required=False,
        strip=True,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="one in each line, written as that site is called in the record; ask your lead if you are not sure",
    )
    field_order = ("shares", "peers")

    def clean_peers(self) -> list[str]:
        """One in each line."""
        return [line.strip() for line in self.cleaned_data["peers"].splitlines() if line.strip()]


class NewPerson(forms.Form):
    """Somebody who is to sign in."""

    sign_in = forms.CharField(
        label="Sign-in name",
        max_length=150,
        widget=forms.TextInput(attrs=_NAME | {"autocomplete": "off"}),
        help_text="letters, digits and @ . + - _",
    )
    name = forms.CharField(label="Name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    begins = forms.BooleanField(label="may begin programmes", required=False)
    keeps_house = forms.BooleanField(label="looks after sign-ins and the workbench itself", required=False)
    once = forms.CharField(widget=forms.HiddenInput)


class ChangePerson(forms.ModelForm):
    """What somebody may do in the house."""

    why = forms.CharField(label="Why", max_length=300, required=False, help_text="it is kept in the trail")

    class Meta:
        model = Person
        fields = ("is_active", "begins", "keeps_house")
        labels = {  # noqa: RUF012
            "is_active": "may sign in",
            "begins": "may begin programmes",
            "keeps_house": "looks after sign-ins and the workbench itself",
        }
        help_texts = dict.fromkeys(fields, "")
