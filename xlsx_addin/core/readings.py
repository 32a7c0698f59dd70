"""Finds the header row and the columns that fit the three IDs.

A column scores for an ID by its header (3, or 1 for a word such as ``Shipment``), by the shape
of its values (2) and by a header that only looks alike, such as ``PO Line Item ID`` (-5). It is
the ID's column with 3 or more and a lead of 2 over the next one. The header row is the row, or
the row with the one above it, that has the best sum among the first 20.

Shapes are a second opinion: a column whose header says nothing is no candidate, whatever it
holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

from xlsx_addin.core.cells import column_number
from xlsx_addin.core.head import Head, Header
from xlsx_addin.core.headers import KeyField, KeyName, header_text, is_lookalike
from xlsx_addin.core.layout import HEADER_ROWS
from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.core.shapes import have_shape

_SAMPLE: Final = 20
"""Filled cells of a column that are looked at for their shape."""

_NAME: Final = 3
_UNCERTAIN_NAME: Final = 1
_SHAPE: Final = 2
_LOOKALIKE: Final = -5
_ENOUGH: Final = 3
_LEAD: Final = 2

# What the user named beats what was guessed when the header row is looked for.
_GIVEN: Final = 20
_GIVEN_IN_OTHER_CASE: Final = 19
# `B` is a header in few sheets, but a value in many.
_GIVEN_LIKE_LETTERS: Final = 1


class Choice(NamedTuple):
    """The columns that fit an ID: none, one, or several that compete; and their points."""

    columns: tuple[int, ...] = ()
    points: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether exactly one column fits."""
        return len(self.columns) == 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What a header would mean.

    Args:
        header: the header.
        choices: the columns that fit, by ID.
        results: how many of the results have a column.
    """

    header: Header
    choices: Mapping[KeyField, Choice]
    results: int

    @property
    def points(self) -> int:
        """How much speaks for this header."""
        return sum(choice.points for choice in self.choices.values())

    @property
    def is_settled(self) -> bool:
        """Whether every ID has exactly one column."""
        return all(choice.is_settled for choice in self.choices.values())

    @property
    def columns(self) -> dict[KeyField, int]:
        """The best column of each ID that has any."""
        return {key: choice.columns[0] for key, choice in self.choices.items() if choice.columns}

    @property
    def rank(self) -> tuple[int, int, int, int, int]:
        """How it compares with others; of equal ones the topmost is meant.

        Points count first, then fewer doubts, more results, fewer rows. Where nothing speaks for
        any row the fullest one is shown to the user.
        """
        settled = sum(choice.is_settled for choice in self.choices.values())
        fullness = 0 if self.points else len(self.header.labels)
        return self.points, settled, self.results, -len(self.header.rows), fullness


def best_reading(head: Head, given: Mapping[KeyField, str], header_row: int | None) -> Reading:
    """Find the header row and the columns that fit the three IDs.

    Args:
        head: the top of a sheet or table.
        given: columns that the user named, by header or letters.
        header_row: the header row, 0 if there is none, None to look for it.

    Returns:
        The best of all ways to read it; it may leave IDs without a column or with several.
    """
    read = partial(_read, head, given)
    headerless = read(head.headerless(head.first_row))
    if header_row == 0:
        return headerless
    last = min(head.first_row + HEADER_ROWS - 1, head.last_row)
    rows = range(head.first_row, last + 1) if header_row is None else [header_row]
    readings = map(read, head.headers(rows))
    best = max(readings, key=lambda reading: reading.rank, default=headerless)
    if header_row is None and best.points < _ENOUGH and headerless.is_settled:
        return read(_header_over(head, rows, headerless.columns))
    return best


def _header_over(head: Head, rows: Sequence[int], columns: Mapping[KeyField, int]) -> Header:
    """Find the header over columns that the user named by letters and whose headers say nothing.

    It is the row above the first one with an order and a line item of five digits or more, else
    the first row that is filled in all three columns.
    """
    numbered = (columns[KeyField.ORDER], columns[KeyField.LINE])
    for row in rows:
        if all(_has_digits(head.texts(row).get(column, "")) for column in numbered):
            has_header = not head.texts(row - 1).keys().isdisjoint(columns.values())
            return head.header(row - 1) if has_header else head.headerless(row)
    for row in rows:
        if head.texts(row).keys() >= set(columns.values()):
            return head.header(row)
    return head.headerless(head.first_row)


def _has_digits(text: str) -> bool:
    return sum(character.isdigit() for character in text) >= 5


def _read(head: Head, given: Mapping[KeyField, str], header: Header) -> Reading:
    names = {
        column: name for column, labels in header.labels.items() if (name := head.name(labels))
    }
    scores = _scores(head, header, names)
    choices: dict[KeyField, Choice] = {}
    for key, text in given.items():
        taken = _taken(choices)
        choices[key] = _choose_given(head, header, text, taken, scores[key])
    taken = _taken(choices)
    for key in KeyField:
        if key not in given:
            choices[key] = _choose(scores[key], taken)
    results = {name for name in names.values() if isinstance(name, ResultField)}
    return Reading(header, {key: choices[key] for key in KeyField}, len(results))


def _scores(
    head: Head, header: Header, names: Mapping[int, KeyName | ResultField]
) -> dict[KeyField, dict[int, int]]:
    """Score each column whose header names an ID, by ID and column number."""
    scores: dict[KeyField, dict[int, int]] = {key: {} for key in KeyField}
    for column, name in names.items():
        if not isinstance(name, KeyName):
            continue
        points = _NAME if name.certain else _UNCERTAIN_NAME
        sample = head.sample(column, first_row=header.first_data_row, cells=_SAMPLE)
        if have_shape(name.key, sample):
            points += _SHAPE
        if is_lookalike(name.key, header.labels[column]):
            points += _LOOKALIKE
        scores[name.key][column] = points
    return scores


def _taken(choices: Mapping[KeyField, Choice]) -> set[int]:
    return {choice.columns[0] for choice in choices.values() if choice.is_settled}


def _choose(scores: Mapping[int, int], taken: set[int]) -> Choice:
    free = {column: points for column, points in scores.items() if column not in taken}
    best = max(free.values(), default=0)
    if best < _ENOUGH:
        return Choice()
    return Choice(tuple(sorted(c for c, points in free.items() if points > best - _LEAD)), best)


def _choose_given(
    head: Head, header: Header, text: str, taken: set[int], scores: Mapping[int, int]
) -> Choice:
    """Find the column that the user named by its header or by its letters."""
    wanted = header_text(text)
    number = column_number(text.strip())
    exact = _free(header.columns_called(wanted), taken)
    if exact:
        return Choice(exact, _GIVEN if number is None else _GIVEN_LIKE_LETTERS)
    lettered = _free((number,) if number and head.may_have(number) else (), taken)
    if lettered and lettered[0] <= head.last_column:
        return Choice(lettered, max(0, scores.get(lettered[0], 0)))
    similar = _free(header.columns_called_like(wanted), taken)
    if similar:
        return Choice(similar, _GIVEN_IN_OTHER_CASE)
    return Choice(lettered)


def _free(columns: Iterable[int], taken: set[int]) -> tuple[int, ...]:
    return tuple(column for column in columns if column not in taken)
