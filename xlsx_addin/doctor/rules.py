"""Rules of Windows and Office that keep an add-in from working, as they stand in the registry.

Sources: Microsoft's pages on attack surface reduction rules, and Office's administrative templates.
"""

from dataclasses import dataclass
from typing import Final

from xlsx_addin.doctor.check import Finding, ok, problem
from xlsx_addin.doctor.office import Registry

_DEFENDER: Final = "Microsoft\\Windows Defender\\Windows Defender Exploit Guard\\ASR\\Rules"
_EXCEL: Final = "Microsoft\\Office\\16.0\\Excel\\Security"
_POLICIES: Final = "SOFTWARE\\Policies\\"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that is in the way if it is set.

    Args:
        key: below the policies.
        name: of the value.
        values: with which it is in the way.
        message: what it does.
        exception: what to ask for.
    """

    key: str
    name: str
    values: frozenset[str]
    message: str
    exception: str


RULES: Final = (
    Rule(
        _DEFENDER,
        "d4f940ab-401b-4efc-aadc-ad5f3c50688a",
        frozenset({"1", "6"}),
        "A rule of Microsoft Defender keeps Excel from starting programs, and so from Python.",
        "an exception from the rule Block all Office applications from creating child processes"
        " for Excel and this Python",
    ),
    Rule(
        _EXCEL,
        "DisableAllAddins",
        frozenset({"1"}),
        "A rule of your company turns all add-ins of Excel off.",
        "an exception for this add-in",
    ),
    Rule(
        f"{_EXCEL}\\Trusted Locations",
        "AllLocationsDisabled",
        frozenset({"1"}),
        "A rule of your company lets Excel trust no folder, so that it blocks the add-in's macros.",
        "the add-in to be signed, or its folder to be trusted",
    ),
)


def check_rules(read: Registry) -> Finding:
    """Check that no rule keeps the add-in from working.

    Args:
        read: reads the registry.
    """
    set_ = [rule for rule in RULES if _is_set(rule, read)]
    if not set_:
        return ok("No rule keeps the add-in's macros from running or from starting Python.")
    wishes = "; and ".join(rule.exception for rule in set_)
    return problem(
        " ".join(rule.message for rule in set_),
        f"Ask your IT department for {wishes}. Until then save, close and run xlsx-addin refresh.",
    )


def _is_set(rule: Rule, read: Registry) -> bool:
    roots = ("HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER")
    return any(read(f"{root}\\{_POLICIES}{rule.key}", rule.name) in rule.values for root in roots)
