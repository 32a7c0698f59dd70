"""Columns that are told by their headers alone, for jobs that need others than the three IDs.

The refresh has a detection of its own (`columns`), which looks at values too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from xlsx_addin.core.head import Head, Header
from xlsx_addin.core.headers import KeyField, KeyName, compact, header_name, is_lookalike
from xlsx_addin.core.layout import HEADER_ROWS, Column


@dataclass(frozen=True, slots=True)
class Field:
    """A column that a job reads or fills in.

    Args:
        header: its header when we make it; it names the field too.
        names: other headers that mean it, in any case and with any separators, most wanted
            first.
        width: characters that a new column shows.
        key: the ID that it holds, None for none; its headers are known in all spellings that
            the refresh knows, if nothing but the name is needed to be certain.
    """

    header: str
    names: tuple[str, ...] = field(default=(), compare=False)
    width: int = field(default=16, compare=False)
    key: KeyField | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return self.header


@dataclass(frozen=True, slots=True)
class FieldsFound:
    """The header of a sheet or table, and the columns of fields in it.

    Args:
        header: the header.
        columns: column number by field.
        region: first and last column side by side around them.
    """

    header: Header
    columns: Mapping[Field, int]
    region: tuple[int, int]


@dataclass(frozen=True, slots=True)
class FieldsMissing:
    """A header that lacks fields, or names one twice.

    Args:
        missing: the needed fields that have no column.
        rivals: for a needed field, the columns that all have its header.
        header_row: the row that looks most like a header, None if none does.
        headers: what stands in that row.
    """

    missing: tuple[Field, ...] = ()
    rivals: Mapping[Field, tuple[Column, ...]] = field(default_factory=dict)
    header_row: int | None = None
    headers: tuple[str, ...] = ()


def find_fields(
    head: Head,
    fields: Sequence[Field],
    needed: Collection[Field],
    *,
    header_row: int | None = None,
    given: Mapping[Field, int] | None = None,
) -> FieldsFound | FieldsMissing:
    """Find the header row and the columns of fields.

    Args:
        head: the top rows of a sheet or table.
        fields: the fields that may have a column.
        needed: those among them that must have one.
        header_row: the row with the headers, None to look for it among the first rows.
        given: columns that the user named.

    Returns:
        The row that names most of the needed fields, and of those the row that names most of
        all fields; or what it lacks.
    """
    given = given or {}
    last = min(head.last_row, head.first_row + HEADER_ROWS - 1)
    rows = [header_row] if header_row else range(head.first_row, last + 1)
    best: tuple[tuple[int, int], Header, dict[Field, tuple[int, ...]]] | None = None
    for header in head.headers(rows) if header_row is None else [head.header(header_row)]:
        found = {one: (given[one],) for one in given} | _named(header, fields, set(given))
        score = (len(found.keys() & set(needed)), len(found))
        if best is None or score > best[0]:
            best = score, header, found
    if best is None or not best[2]:
        return FieldsMissing(tuple(needed))
    _, header, found = best
    missing = tuple(one for one in needed if one not in found)
    rivals = {
        one: tuple(Column(at, header.labels.get(at, ("",))[0]) for at in found[one])
        for one in needed
        if len(found.get(one, ())) > 1
    }
    if missing or rivals:
        texts = tuple(labels[0] for _, labels in sorted(header.labels.items()))
        return FieldsMissing(missing, rivals, header.row, texts)
    columns = {one: at[0] for one, at in found.items()}
    return FieldsFound(header, columns, head.region(columns.values(), header))


def _named(
    header: Header, fields: Iterable[Field], given: Collection[Field]
) -> dict[Field, tuple[int, ...]]:
    """Find the columns of fields: our own header beats other names, an earlier name a later one."""
    by_name: dict[str, list[int]] = {}
    for column, labels in header.labels.items():
        for label in dict.fromkeys(map(compact, labels)):
            by_name.setdefault(label, []).append(column)
    found: dict[Field, tuple[int, ...]] = {}
    for one in fields:
        if one in given:
            continue
        for name in (one.header, *one.names):
            if columns := by_name.get(compact(name)):
                found[one] = tuple(columns)
                break
        else:
            if one.key is not None and (columns := _holding(one.key, header)):
                found[one] = tuple(columns)
    return found


def _holding(key: KeyField, header: Header) -> list[int]:
    """Find the columns whose header names an ID beyond doubt."""
    certain = KeyName(key, certain=True)
    return [
        column
        for column, labels in header.labels.items()
        if any(header_name(label) == certain for label in labels) and not is_lookalike(key, labels)
    ]
