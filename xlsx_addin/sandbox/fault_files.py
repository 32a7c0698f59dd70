"""Fault plans from TOML files and mappings, checked key by key."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from xlsx_addin.errors import SettingError
from xlsx_addin.sandbox.faults import FaultKind, FaultPlan, FaultRule

_DOCUMENTATION: Final = "docs/sandbox.md tells the format."


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0


def _is_positive_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_share(value: object) -> bool:
    return _is_number(value) and isinstance(value, (int, float)) and value <= 1


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_texts(value: object) -> bool:
    return isinstance(value, (list, tuple)) and bool(value) and all(map(_is_text, value))


def _is_status(value: object) -> bool:
    return isinstance(value, int) and 200 <= value <= 599


_Check = tuple[Callable[[object], bool], str]
_SECONDS: Final[_Check] = (_is_number, "a number of seconds from 0")
_COUNT: Final[_Check] = (_is_positive_whole, "a whole number from 1")

_CHECKS: Final[Mapping[str, _Check]] = {
    "kind": (_is_text, "a text"),
    "operation": (_is_text, "the name of an operation"),
    "probability": (_is_share, "a number from 0 to 1"),
    "every": _COUNT,
    "from_request": _COUNT,
    "to_request": _COUNT,
    "from_s": _SECONDS,
    "to_s": _SECONDS,
    "status": (_is_status, "an HTTP status from 200 to 599"),
    "delay_s": _SECONDS,
    "retry_after_s": _SECONDS,
    "entries": _COUNT,
    "line_ids": (_is_texts, "a list of order line item IDs as texts"),
}

_OWN_KEYS: Final = {
    "status": {FaultKind.ERROR, FaultKind.HTML},
    "retry_after_s": {FaultKind.THROTTLE, FaultKind.ERROR},
    "line_ids": {FaultKind.POISON},
    "delay_s": set(FaultKind) - {FaultKind.POISON},
    "entries": {
        FaultKind.MISSING,
        FaultKind.NULL,
        FaultKind.NULL_ENTRY,
        FaultKind.EXTRA,
        FaultKind.REPEATED,
        FaultKind.WRONG_TYPE,
    },
}
"""Keys that only some kinds know."""

_DOWN_KEYS: Final = {"kind", "from_s", "to_s"}
"""While the sandbox is down there are no requests to count."""

_NEEDED_KEYS: Final = {
    FaultKind.SLOW: "delay_s",
    FaultKind.POISON: "line_ids",
    FaultKind.DOWN: "to_s",
}


def load_fault_plan(path: Path) -> FaultPlan:
    """Read a fault plan from a TOML file.

    Args:
        path: of the file.

    Returns:
        The plan.

    Raises:
        SettingError: the file cannot be read, is no TOML, or holds a wrong rule; the message
            names the rule and its key.
    """
    try:
        with path.open("rb") as file:
            plan = tomllib.load(file)
    except OSError as error:
        raise SettingError(
            f"The fault plan {path} cannot be read: {error.strerror}.",
            next_step="Check the name of the file.",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(
            f"The fault plan {path} is not a TOML file: {error}.", next_step=_DOCUMENTATION
        ) from error
    return read_fault_plan(plan, name=str(path))


def read_fault_plan(plan: Mapping[str, Any], *, name: str = "given") -> FaultPlan:
    """Make a fault plan from what a TOML file holds.

    Args:
        plan: `seed` and a list of `rule` tables.
        name: of the plan, for messages.

    Returns:
        The plan.

    Raises:
        SettingError: a rule is wrong; the message names it and its key.
    """
    for key in plan:
        if key not in ("seed", "rule"):
            raise _wrong(name, f'has the key "{key}", but knows only "seed" and "rule"')
    seed, rules = plan.get("seed", 1), plan.get("rule", [])
    if not isinstance(seed, int):
        raise _wrong(name, 'has a "seed" that is no whole number')
    if not isinstance(rules, list) or not all(isinstance(rule, Mapping) for rule in rules):
        raise _wrong(name, 'must list its rules as tables headed "[[rule]]"')
    return FaultPlan(tuple(_rule(name, n, rule) for n, rule in enumerate(rules, start=1)), seed)


def _rule(name: str, number: int, keys: Mapping[str, Any]) -> FaultRule:
    flaw = _flaw(keys)
    if flaw:
        raise _wrong(name, f"has a wrong rule {number}: {flaw}")
    return FaultRule(**{**keys, "kind": FaultKind(keys["kind"])})


def _flaw(keys: Mapping[str, Any]) -> str:
    """Say what is wrong with the keys of a rule, nothing if they are right."""
    if keys.get("kind") not in list(FaultKind):
        return f'its "kind" must be one of {", ".join(FaultKind)}'
    kind = FaultKind(keys["kind"])
    for key, value in keys.items():
        if key not in _CHECKS:
            return f'it has the key "{key}", but knows only {", ".join(_CHECKS)}'
        fits, wanted = _CHECKS[key]
        if not fits(value):
            return f'its "{key}" must be {wanted}'
        if not _is_known(kind, key):
            return f'its "{key}" means nothing to the kind {kind}'
    needed = _NEEDED_KEYS.get(kind)
    if needed and needed not in keys:
        return f'its "{needed}" is missing, which the kind {kind} needs'
    return ""


def _is_known(kind: FaultKind, key: str) -> bool:
    if kind is FaultKind.DOWN:
        return key in _DOWN_KEYS
    return key not in _OWN_KEYS or kind in _OWN_KEYS[key]


def _wrong(name: str, flaw: str) -> SettingError:
    return SettingError(f"The fault plan {name} {flaw}.", next_step=_DOCUMENTATION)
