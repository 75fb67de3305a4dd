"""What the pages of reviews and of the trail ask for."""

from __future__ import annotations

from typing import Any

from django import forms


class SoughtLines(forms.Form):
    """Which lines of the trail somebody asks for; what can be chosen is what there is."""

    by = forms.ChoiceField(label="Who", required=False)
    did = forms.ChoiceField(label="What was done", required=False)
    table = forms.ChoiceField(label="In which table", required=False)
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="Up to", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    row = forms.CharField(label="Row", required=False, max_length=200, help_text="such as stages:4hj2k")

    def __init__(self, data: Any, **choices: list[str]) -> None:
        super().__init__(data)
        for name, among in choices.items():
            self.fields[name].choices = [("", "any"), *((one, one.replace("_", " ")) for one in among)]

    @property
    def asked(self) -> dict[str, Any]:
        """What is asked for; nothing, where that makes no sense."""
        return self.cleaned_data if self.is_bound and self.is_valid() else {}


class NewMeeting(forms.Form):
    """A review that begins."""

    title = forms.CharField(
        label="What is this review called?",
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "Steering group, June"}),
    )
    on = forms.DateField(
        label="On which day is it held?", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    there = forms.CharField(
        label="Who is there, by role?",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One line each. Roles say more later than names do.",
    )
