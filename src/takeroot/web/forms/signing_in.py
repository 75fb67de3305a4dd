"""What the sign-in page asks for."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import AuthenticationForm

WRONG = "That name and password do not go together. Check both; capitals count in the password."


class SignInForm(AuthenticationForm):
    """A name and a password; a password manager may fill both in."""

    error_messages = dict.fromkeys(("invalid_login", "inactive"), WRONG)

    username = forms.CharField(
        label="Sign-in name",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label="Password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
