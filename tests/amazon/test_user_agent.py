import re

from xlsx_addin.amazon.user_agent import user_agent


def test_the_user_agent_names_program_language_and_platform() -> None:
    shape = r"xlsx-addin/[0-9.a-z+]+ \(Language=Python/3\.[0-9]+; Platform=\w+/[^)]+\)"
    assert re.fullmatch(shape, user_agent())
