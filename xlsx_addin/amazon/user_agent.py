"""What this program calls itself when it talks to Amazon."""

import platform
from importlib import metadata


def user_agent() -> str:
    """Name program, language and platform, as `docs/api.md`, every call, asks for."""
    try:
        version = metadata.version("xlsx-addin")
    except metadata.PackageNotFoundError:
        version = "0"
    language = ".".join(platform.python_version_tuple()[:2])
    system = f"{platform.system()}/{platform.release()}"
    return f"xlsx-addin/{version} (Language=Python/{language}; Platform={system})"
