"""Which version of this program it is."""


def program_version() -> str:
    """Give the version as it was installed, `0` for a source tree that never was."""
    from importlib import metadata  # noqa: PLC0415  # costs more than most imports

    try:
        return metadata.version("xlsx-addin")
    except metadata.PackageNotFoundError:
        return "0"
