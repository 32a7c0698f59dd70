"""The examples of the pages that are no command lines of ours: schedules, JSON, numbers."""

import json
import plistlib
import re
import shlex
from pathlib import Path

import pytest

from xlsx_addin.cli.main import build_parser
from xlsx_addin.store import runs, undo
from xlsx_addin.workbooks import backups

DOCS = Path(__file__).parents[1] / "docs"
SCHEDULING = (DOCS / "scheduling.md").read_text(encoding="utf-8")
DEVELOPERS = (DOCS / "for-developers.md").read_text(encoding="utf-8")
LONGEST_TASK = 261
"""Characters that schtasks takes for what to run (learn.microsoft.com, schtasks create, /tr)."""


def block(page: str, language: str, word: str) -> str:
    """Find the code block of a language that holds a word."""
    found = re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return next(one for one in found if word in one)


def is_understood(words: list[str]) -> bool:
    """Tell whether a program and its arguments are a command of ours."""
    assert Path(words[0].replace("\\", "/")).stem == "xlsx-addin"
    return build_parser().parse_args(words[1:]).command == "refresh"


def test_the_example_for_launchd_is_a_property_list_with_a_command_of_ours():
    job = plistlib.loads(block(SCHEDULING, "xml", "plist").encode())
    assert is_understood(job["ProgramArguments"])
    assert job["StartCalendarInterval"] == {"Hour": 6, "Minute": 0}
    assert f"/{job['Label']}`" in SCHEDULING
    assert f"LaunchAgents/{job['Label']}.plist" in SCHEDULING


def test_the_example_for_cron_has_five_times_and_a_command_of_ours():
    line = next(
        one for one in block(SCHEDULING, "crontab", "refresh").splitlines() if " * * " in one
    )
    *times, command = line.split(maxsplit=5)
    limits = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)]
    for time, (least, most) in zip(times, limits, strict=True):
        numbers = [int(number) for number in re.findall(r"\d+", time)]
        assert re.fullmatch(r"\*|\d+(-\d+)?", time)
        assert all(least <= number <= most for number in numbers)
    assert "%" not in command  # cron takes it for the end of a line
    assert is_understood(shlex.split(command.split(" >>")[0]))


def test_the_example_for_the_task_scheduler_has_a_command_of_ours():
    line = block(SCHEDULING, "powershell", "/Create")
    options = dict(re.findall(r'/(TN|SC|D|ST|TR) ("[^"]*"|\S+)', line))
    assert options["SC"] == "WEEKLY"
    assert re.fullmatch(r"[0-2]\d:[0-5]\d", options["ST"])
    task = options["TR"].strip('"').replace("$env:LOCALAPPDATA", r"C:\Users\jo\AppData\Local")
    assert len(task) <= LONGEST_TASK
    # schtasks takes single quotes for double ones, and leaves backslashes alone.
    assert is_understood([word.strip("'") for word in re.findall(r"'[^']*'|\S+", task)])
    assert f"/Delete /TN {options['TN']}" in SCHEDULING


def test_the_example_of_a_sign_in_is_json_of_the_names_that_login_takes():
    assert json.loads(block(DEVELOPERS, "json", "region")).keys() <= {
        *("region", "client_id", "client_secret", "refresh_token", "consent", "redirect_uri"),
        "secret_since",
    }


@pytest.mark.parametrize("page", ["limits.md", "security.md"])
def test_how_much_is_kept_is_what_the_code_keeps(page):
    text = " ".join((DOCS / page).read_text(encoding="utf-8").split())
    assert undo.KEPT == backups.BACKUPS_KEPT == 5
    assert "last five refreshes" in text
    assert "newest five" in text
    assert f"{runs.KEPT:,}" in text
