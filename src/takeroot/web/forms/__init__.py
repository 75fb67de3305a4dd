"""What pages ask for."""

from __future__ import annotations

from takeroot.web.forms.signing_in import WRONG, SignInForm

__all__ = ["WRONG", "SignInForm"]
