"""Every setting of a profile: what it is called, what it may be, what it does.

The check of the file, `xlsx-addin settings`, the first settings file and the table in
`docs/settings.md` follow from this one table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, Literal

from xlsx_addin.errors import SettingError

Kind = Literal["text", "number", "whole", "day"]
Value = str | float | date


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Args:
        key: its name in the file.
        kind: a text, a number, a whole number or a day.
        meaning: what it does, one sentence without its full stop.
        default: what counts unless it is set, in words.
        bounds: the least and the greatest number that makes sense.
        unit: of a number, empty for a bare one.
        choices: the texts that it may be, if they are few.
        by_login: whether `login` and `logout` write it, and people leave it alone.
    """

    key: str
    kind: Kind
    meaning: str
    default: str = ""
    bounds: tuple[float, float] = (0, 0)
    unit: str = ""
    choices: tuple[str, ...] = ()
    by_login: bool = False

    @property
    def is_number(self) -> bool:
        """Whether its value is a number."""
        return self.kind in {"number", "whole"}

    @property
    def values(self) -> str:
        """What it may be, in words."""
        if self.choices:
            return ", ".join(self.choices[:-1]) + f" or {self.choices[-1]}"
        if not self.is_number:
            return {"day": "day, such as 2026-03-31"}.get(self.kind, self.kind)
        least, greatest = self.bounds
        unit = f"{self.unit}, " if self.unit else ""
        return f"{unit}{'whole, ' if self.kind == 'whole' else ''}{least:,} to {greatest:,}"

    def check(self, value: object, where: str) -> None:
        """Refuse a value that makes no sense. It is not shown: it may be a secret.

        Args:
            value: as it was read.
            where: names the place.

        Raises:
            SettingError: it is of another kind or out of bounds.
        """
        if self.is_number:
            self._check_number(value, where)
        elif self.kind == "day":
            if isinstance(value, datetime) or not isinstance(value, date):
                raise _wrong_kind(f"{self.key} in {where} is no day.", f"{self.key} = 2026-03-31")
        elif not isinstance(value, str):
            raise _wrong_kind(f"{self.key} in {where} is not a text.", f'{self.key} = "…"')
        elif self.choices and value.lower() not in self.choices:
            raise SettingError(
                f"{self.key} in {where} is none of its values.",
                next_step=f"Use {self.values}.",
                code=f"no-such-{self.key.replace('_', '-')}",
            )

    def _check_number(self, value: object, where: str) -> None:
        least, greatest = self.bounds
        is_whole = self.kind == "whole"
        if (
            isinstance(value, (int, float))
            and not isinstance(value, bool)
            and least <= value <= greatest  # false for nan
            and not (is_whole and value != int(value))
        ):
            return
        raise SettingError(
            f"{self.key} in {where} makes no sense.",
            next_step=f"Use a {'whole ' if is_whole else ''}number from {least:,} to {greatest:,}.",
            code="bad-number",
        )

    def parse(self, text: str) -> Value:
        """Read a value that was typed.

        Args:
            text: as typed.

        Raises:
            SettingError: it makes no sense.
        """
        value: Value = text.strip()
        if self.is_number:
            value = _number(text)
        elif self.kind == "day":
            value = _day(text)
        elif self.choices:
            value = text.strip().lower()
        self.check(value, "the command line")
        return value


_DAY_S: Final = 86_400

_ALL: Final = (
    Setting("region", "text", "where the account is", "na", choices=("na", "eu", "jp")),
    Setting("endpoint", "text", "base address of the API", "of the region"),
    Setting("token_url", "text", "whole address of the token endpoint", "Login with Amazon"),
    Setting("client_id", "text", "the app's id"),
    Setting(
        "time_zone",
        "text",
        "where the day of an invoice is counted, such as Europe/Berlin",
        "UTC; region jp: Asia/Tokyo",
    ),
    Setting(
        "marketplace",
        "text",
        "where documents are asked for: a country such as FR, or a marketplace id of the region",
        "US, DE or JP, by region",
    ),
    Setting(
        "rate_per_s",
        "number",
        "requests a second, until Amazon announces another rate",
        "2",
        bounds=(0.001, 1_000_000),
    ),
    Setting("burst", "number", "requests at once from a full bucket", "10", bounds=(1, 1_000_000)),
    Setting("attempts", "whole", "how often one request is sent at most", "5", bounds=(1, 100)),
    Setting(
        "longest_wait_s",
        "number",
        "longest wait before a repetition, unless Amazon asks for more",
        "20",
        bounds=(0.001, _DAY_S),
        unit="seconds",
    ),
    Setting(
        "give_up_after_s",
        "number",
        "how long nothing but failed connections is borne before the run ends",
        "30",
        bounds=(0.001, _DAY_S),
        unit="seconds",
    ),
    Setting(
        "formula_wait_s",
        "number",
        "how long formulas may hold up Excel for answers, all together; the rest comes by itself",
        "2",
        bounds=(0, 60),
        unit="seconds",
    ),
    Setting(
        "formula_ask_again_h",
        "number",
        "how old an answer that may still change, or a failure, must be before a recalculated"
        " formula asks again",
        "4",
        bounds=(0.1, 8_760),
        unit="hours",
    ),
    Setting(
        "report_poll_s",
        "number",
        "how often it is looked whether a PDF is made",
        "15",
        bounds=(0.001, 3_600),
        unit="seconds",
    ),
    Setting(
        "page_token",
        "text",
        "what the token of a further page of transactions is sent with: the two dates of the"
        " question again, or nothing else",
        "with-dates",
        choices=("with-dates", "alone"),
    ),
    Setting(
        "add_ids_days",
        "number",
        "how many days after the last one in a sheet add-ids still looks for its transactions",
        "60",
        bounds=(1, 3_650),
        unit="days",
    ),
    Setting(
        "secret_in",
        "text",
        "where login keeps the secrets; logout removes it",
        choices=("keychain", "file"),
        by_login=True,
    ),
    Setting(
        "secret_since",
        "day",
        "the day when login saved the client secret, or an earlier one if you know that it was"
        " made before; a secret ends after 180 days",
    ),
)

SETTINGS: Final[Mapping[str, Setting]] = MappingProxyType({one.key: one for one in _ALL})
"""The settings of a profile by their key, in the order in which they are told."""


def _number(text: str) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return float("nan")
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _day(text: str) -> Value:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return text  # which is no day, and refused


def _wrong_kind(message: str, form: str) -> SettingError:
    return SettingError(message, next_step=f"Write it so: {form}.", code="unknown-setting")
