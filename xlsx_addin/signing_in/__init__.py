"""Signing in to Amazon Business: what was typed is read, tried, kept, listed and forgotten."""

from xlsx_addin.signing_in.checking import Finding, check
from xlsx_addin.signing_in.consent import read_grant
from xlsx_addin.signing_in.keeping import Form, Kept, sign_in, sign_out, sign_out_of_all
from xlsx_addin.signing_in.listing import Profile, list_profiles
from xlsx_addin.signing_in.tools import Tools

__all__ = [
    "Finding",
    "Form",
    "Kept",
    "Profile",
    "Tools",
    "check",
    "list_profiles",
    "read_grant",
    "sign_in",
    "sign_out",
    "sign_out_of_all",
]
