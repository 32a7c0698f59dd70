"""Words that go with counts."""


def counted(count: int, word: str) -> str:
    """Write a count with its word: ``1 row``, ``2 rows``.

    Args:
        count: how many.
        word: what, one of them.
    """
    return f"{count:,} {word}{'' if count == 1 else 's'}"
