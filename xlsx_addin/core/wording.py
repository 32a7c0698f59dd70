"""Words that go with counts."""


def counted(count: int, word: str) -> str:
    """Write a count with its word: ``1 row``, ``2 rows``.

    Args:
        count: how many.
        word: what, one of them.
    """
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def one_line(text: str) -> str:
    """Write a name so that it stays on its line: what cannot be shown becomes a blank.

    Args:
        text: such as a file name, which may hold line breaks and worse.
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else " " for one in text)
