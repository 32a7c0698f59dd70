"""Areas of cells: sizes, common parts, halves."""

from xlsx_addin.core.cells import Area, Block


def size(area: Area) -> int:
    """Count the cells of an area."""
    return (area.last_row - area.first_row + 1) * (area.last_column - area.first_column + 1)


def common(one: Area, other: Area) -> Area | None:
    """Give the area that two areas share, None if they share none."""
    if not one.meets(other):
        return None
    return Area(
        max(one.first_row, other.first_row),
        max(one.first_column, other.first_column),
        min(one.last_row, other.last_row),
        min(one.last_column, other.last_column),
    )


def covers(outer: Area, inner: Area) -> bool:
    """Say whether an area lies within another."""
    return common(outer, inner) == inner


def cut_out(block: Block, outer: Area, inner: Area) -> Block:
    """Give a part of a block, rows x columns.

    Args:
        block: the cells of the outer area.
        outer: where they are.
        inner: which of them, all within it.
    """
    left, right = inner.first_column - outer.first_column, inner.last_column - outer.first_column
    rows = block[inner.first_row - outer.first_row : inner.last_row - outer.first_row + 1]
    return [row[left : right + 1] for row in rows]


def halves(area: Area) -> tuple[Area, ...]:
    """Cut an area in two along its longer side; a single cell has no halves."""
    rows, columns = area.last_row - area.first_row, area.last_column - area.first_column
    if rows >= columns and rows:
        middle = area.first_row + rows // 2
        return (
            Area(area.first_row, area.first_column, middle, area.last_column),
            Area(middle + 1, area.first_column, area.last_row, area.last_column),
        )
    if columns:
        middle = area.first_column + columns // 2
        return (
            Area(area.first_row, area.first_column, area.last_row, middle),
            Area(area.first_row, middle + 1, area.last_row, area.last_column),
        )
    return ()


def union(one: Area, other: Area) -> Area:
    """Give the smallest area that holds two areas."""
    return Area(
        min(one.first_row, other.first_row),
        min(one.first_column, other.first_column),
        max(one.last_row, other.last_row),
        max(one.last_column, other.last_column),
    )
