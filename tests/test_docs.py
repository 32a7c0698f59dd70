"""The pages tell what the code knows: commands, options, settings, statuses, exit codes, links."""

import argparse
import ast
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from xlsx_addin import errors
from xlsx_addin.cli.main import build_parser
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.outcomes import ResultField, Status
from xlsx_addin.core.payment_rows import WORDS
from xlsx_addin.jobs import report
from xlsx_addin.jobs.payment_report import PaymentsReport
from xlsx_addin.jobs.report import RefreshReport, WorkbookReport
from xlsx_addin.settings_table import SETTINGS

PROJECT = Path(__file__).parents[1]
PACKAGE = PROJECT / "xlsx_addin"
PAGES = {
    path.relative_to(PROJECT).as_posix(): path.read_text(encoding="utf-8")
    for path in (
        PROJECT / "README.md",
        PROJECT / "CONTRIBUTING.md",
        *sorted((PROJECT / "docs").glob("*.md")),
    )
}
API = PAGES["docs/api.md"]
COMMAND_LINE = PAGES["docs/command-line.md"]
SETTINGS_PAGE = PAGES["docs/settings.md"]

SHARED = "Options of every command"
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
VARIABLE = re.compile(r"\b(?:AMAZON_BUSINESS|XLSX_ADDIN)_[A-Z_]+\b")


def section(page: str, heading: str) -> str:
    """Give what stands below a heading of the second level; fails if there is none."""
    found = re.search(
        rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL
    )
    assert found, f"no section {heading!r}"
    return found[1]


def commands() -> dict[str, argparse.ArgumentParser]:
    (choices,) = [
        action.choices
        for action in build_parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    ]
    return dict(choices)


def words_of(parser: argparse.ArgumentParser) -> Iterator[tuple[str, bool]]:
    """List what may be typed after a command, and whether every command has it."""
    (shared,) = [one for one in parser._action_groups if one.title == SHARED.lower()]
    for action in parser._actions:
        if not isinstance(action, argparse._HelpAction):
            for word in action.option_strings or [str(action.metavar or action.dest)]:
                yield word, action in shared._group_actions


OPTIONS = [
    (command, word, is_shared)
    for command, parser in commands().items()
    for word, is_shared in words_of(parser)
]


@pytest.mark.parametrize(("command", "word", "is_shared"), OPTIONS)
def test_every_command_and_option_is_told(command, word, is_shared):
    own = section(COMMAND_LINE, command)
    assert re.search(rf"`{re.escape(word)}\b", section(COMMAND_LINE, SHARED) if is_shared else own)


def sections(page: str) -> dict[str, str]:
    """Give what stands below each heading of the second level."""
    return {
        found[1]: found[2]
        for found in re.finditer(r"^## (.+)\n((?:(?!^## ).*\n?)*)", page, re.MULTILINE)
    }


def test_every_section_of_a_command_is_one_of_a_command_that_exists():
    told = {heading for heading in sections(COMMAND_LINE) if heading == heading.lower()}
    assert told == commands().keys()


@pytest.mark.parametrize("command", commands())
def test_a_command_is_told_only_options_that_it_has(command):
    rows = re.findall(r"^\| (`-.+?) \|", section(COMMAND_LINE, command), re.MULTILINE)
    told = {option for row in rows for option in OPTION.findall(row)}
    assert told <= {word for name, word, _is_shared in OPTIONS if name == command}


@pytest.mark.parametrize("command", commands())
def test_a_command_has_an_example_in_its_help_and_its_section(command):
    parser = commands()[command]
    assert re.search(rf"xlsx-addin {command}\b", parser.epilog or "")
    assert re.search(rf"^    xlsx-addin {command}\b", section(COMMAND_LINE, command), re.MULTILINE)


def test_no_option_is_told_that_does_not_exist():
    known = {word for _command, word, _is_shared in OPTIONS} | {"--help", "--version"}
    assert set(OPTION.findall(COMMAND_LINE)) <= known


def examples() -> Iterator[str]:
    """Find the command lines in code blocks, without what a shell makes of their ends."""
    for page in PAGES.values():
        for line in page.splitlines():
            if re.match(r"(    )?xlsx-addin [a-z]", line):
                yield re.split(" [<>] ", line.strip())[0]


@pytest.mark.parametrize("line", list(examples()))
def test_every_example_is_understood(line):
    assert build_parser().parse_args(shlex.split(line)[1:])


JSON_FIELDS = {
    *RefreshReport().as_json(),
    *replace(WorkbookReport(Path()), would_ask=1).as_json(),
    *(report.error_as_json(errors.XlsxAddinError("")) or {}),
}


@pytest.mark.parametrize("field", sorted(JSON_FIELDS))
def test_every_field_of_the_refresh_report_is_told(field):
    assert f"`{field}`" in section(COMMAND_LINE, "refresh")


@pytest.mark.parametrize("status", Status)
def test_every_status_is_told(status):
    assert f"| `{status.value}` |" in section(COMMAND_LINE, "refresh")
    assert f"`{status.value}`" in PAGES["README.md"]


@pytest.mark.parametrize("field", PaymentsReport(Path(), would_ask=1).as_json())
def test_every_field_of_the_report_on_payments_is_told(field):
    assert f"`{field}`" in section(COMMAND_LINE, "payments")


@pytest.mark.parametrize("word", sorted(WORDS))
def test_every_word_for_payments_is_told(word):
    table = [line for line in section(COMMAND_LINE, "payments").splitlines() if line[:1] == "|"]
    assert any(f"`{word}`" in line.split("|")[1] for line in table)


@pytest.mark.parametrize("one", ResultField)
def test_every_result_column_is_told(one):
    assert f"`{one.header}`" in section(COMMAND_LINE, "refresh")


@pytest.mark.parametrize("key", KeyField)
def test_every_id_is_told_by_its_name_in_columns(key):
    assert f"{key.value}=" in section(COMMAND_LINE, "refresh")


def exit_codes() -> set[int]:
    kinds = [one for one in vars(errors).values() if isinstance(one, type)]
    ours = [kind for kind in kinds if issubclass(kind, errors.XlsxAddinError)]
    named = {value for name, value in vars(report).items() if name.startswith("EXIT_")}
    return named | {kind.exit_code for kind in ours}


def test_exactly_the_exit_codes_that_occur_are_told():
    told = re.findall(r"^\| (\d+) \|", section(COMMAND_LINE, "Exit codes"), re.MULTILINE)
    assert sorted(map(int, told)) == sorted(exit_codes())


def plain(cell: str) -> str:
    """Give a cell of a table without links and marks."""
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", cell).replace("`", "").strip()


def test_the_table_of_settings_is_that_of_the_code():
    lines = section(SETTINGS_PAGE, "Profiles").splitlines()
    told = [[plain(cell) for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    ours = [[one.key, one.values, one.default, one.meaning] for one in SETTINGS.values()]
    assert told[2:] == ours  # below header and rule


def variables() -> set[str]:
    """Find the environment variables that the code names in a text."""
    return {
        name
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for name in VARIABLE.findall(node.value)
    }


def test_exactly_the_environment_variables_of_the_code_are_told():
    told = re.findall(
        r"^\| `(\w+)` \|", section(SETTINGS_PAGE, "Environment variables"), re.MULTILINE
    )
    assert set(told) == variables()


def anchors(page: str) -> set[str]:
    """Give the anchors of a page's headings as GitHub makes them."""
    headings = HEADING.findall(FENCED.sub("", page))
    plain = [re.sub(r"[^\w\- ]", "", heading.strip().lower()) for heading in headings]
    return {heading.replace(" ", "-") for heading in plain}


LINKS = [
    (name, link)
    for name, page in PAGES.items()
    for link in LINK.findall(FENCED.sub("", page))
    if "://" not in link
]


@pytest.mark.parametrize(("page", "link"), LINKS)
def test_every_link_leads_somewhere(page, link):
    path, _, anchor = link.partition("#")
    target = (PROJECT / page).parent / path if path else PROJECT / page
    assert target.exists()
    if anchor:
        assert anchor in anchors(target.read_text(encoding="utf-8"))


def citations() -> Iterator[tuple[str, str]]:
    """Find the places in the code that name a section of `docs/api.md`."""
    for path in sorted(PACKAGE.rglob("*.py")):
        text = " ".join(path.read_text(encoding="utf-8").split())
        for found in re.finditer(r"`docs/api\.md`, ", text):
            yield path.relative_to(PACKAGE).as_posix(), text[found.end() : found.end() + 40]


@pytest.mark.parametrize(("module", "words"), list(citations()))
def test_every_section_that_the_code_names_exists(module, words):
    headings = [heading.lower() for heading in HEADING.findall(FENCED.sub("", API))]
    assert any(words.lower().startswith(heading) for heading in headings)


def test_the_pages_named_in_code_exist():
    named = {
        name
        for path in PACKAGE.rglob("*.py")
        for name in re.findall(r"docs/[\w-]+\.md", path.read_text(encoding="utf-8"))
    }
    assert named <= PAGES.keys()
