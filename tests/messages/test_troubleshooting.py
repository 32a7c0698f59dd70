"""Every message that the program can show has its entry in `docs/troubleshooting.md`.

What counts as a message: what every error says, what rows, notices and doctor say, the sentences
of the windows, and the boxes of the macros. Labels, questions, progress and the reports of what
was done are none. `collecting.py` finds them in the source text, so that a new one is missed here.
"""

from pathlib import Path

import pytest

from tests.messages.collecting import Collected, collect, macros_in
from tests.messages.page import entries_of, entry_of, groups_of
from tests.messages.source import sources_in

PROJECT = Path(__file__).parents[2]
NAME = "docs/troubleshooting.md"

NOT_FOLLOWED = {
    "cli/common.py": "what argparse says of a command line; the page names how it begins",
    "cli/main.py": "a traceback, with -v only",
}
"""Modules with a message whose words are not in this project, and whose they are."""


def page_of_project() -> str:
    return (PROJECT / NAME).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def shown() -> Collected:
    return collect(sources_in(PROJECT / "xlsx_addin"), macros_in(PROJECT / "templates" / "src"))


def missing_entries(shown: Collected, page: str) -> list[str]:
    """List what the page lacks, ready to be pasted under a heading that fits."""
    told = set(entries_of(page))
    lines: list[str] = []
    for template, messages in shown.by_template.items():
        if template not in told:
            codes = frozenset(one.code for one in messages if one.code)
            advice = next((one.advice for one in messages if one.advice), "")
            lines.append(f"{entry_of(template, codes)}\n    ({messages[0].place}) {advice}")
    return lines


def needless_entries(shown: Collected, page: str) -> list[str]:
    """List the entries of the page that no message has any more."""
    return [text for text in entries_of(page) if text not in shown.by_template]


def test_every_message_has_an_entry(shown):
    missing = missing_entries(shown, page_of_project())
    assert not missing, f"{NAME} lacks, each under a heading with advice:\n" + "\n".join(missing)


def test_every_entry_has_a_message(shown):
    needless = needless_entries(shown, page_of_project())
    assert not needless, f"{NAME} has what nothing says any more:\n" + "\n".join(needless)


def test_every_entry_names_the_code_of_its_message(shown):
    wrong = []
    for group in groups_of(page_of_project()):
        for text, told in group.messages.items():
            codes = {one.code for one in shown.by_template.get(text, []) if one.code}
            if not codes <= told:
                wrong.append(entry_of(text, frozenset(codes)))
    assert not wrong, f"{NAME} should have:\n" + "\n".join(wrong)


def test_no_message_stands_twice():
    told = entries_of(page_of_project())
    assert sorted(told) == sorted(set(told))


@pytest.mark.parametrize("group", groups_of(page_of_project()), ids=lambda group: group.title)
def test_every_group_has_messages_and_advice(group):
    assert group.messages
    assert len(group.advice) >= len("Nothing to do.")


def test_only_the_words_of_others_could_not_be_followed(shown):
    assert {place.partition(":")[0] for place in shown.lost} == NOT_FOLLOWED.keys()


SOURCE = """
class XlsxAddinError(Exception):
    default_code = "error"

class InputError(XlsxAddinError):
    default_code = "input"

class Worded(InputError):
    def __init__(self, words):
        super().__init__(f"The words of others: {words}")

class Failure:
    cause: str

def plain(name):
    raise InputError(f"There is no cell {name} here.", next_step="Look again.", code="no-cell")

def through_a_function(path):
    raise _wrong(path, "is made of stone")

def _wrong(path, what):
    return InputError(f"{path.name} {what}.", next_step="Take another.")

def through_a_variable(count):
    message = "All is lost." if count else "Some is lost."
    raise XlsxAddinError(message)

def by_a_table(word):
    code, message = _TABLE[word]
    raise InputError(message, code=code)

_TABLE = {"a": ("first", "It is the first one."), "b": ("second", "It is the second one.")}

def side_by_side(found):
    advice = next((text for word, text in _ADVICE.items() if word == found), "Ask somebody.")
    return Failure(f"{advice} {_MORE}")

_ADVICE = {"x": "Take a rest."}
_MORE = "Then go on with it."

def told():
    print("Two lines were told at the end.")
    print(f"{len('abc'):>9} cells")

def given_later(report):
    report.notice = "Something else should be known."

def handed_on(error):
    return Failure(str(error))

def inner(sentence="The default was said."):
    def stop():
        note(f"\\n{sentence}")
    return stop
"""


def made_up(more: str = "") -> Collected:
    return collect({"module.py": SOURCE + more}, places={})


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("There is no cell … here.", "no-cell"),
        ("… is made of stone.", "input"),
        ("All is lost.", "error"),
        ("Some is lost.", "error"),
        ("It is the first one.", ""),
        ("It is the second one.", ""),
        ("The words of others: …", "input"),
        ("Ask somebody.", ""),
        ("Take a rest.", ""),
        ("Then go on with it.", ""),
        ("Two lines were told at the end.", ""),
        ("Something else should be known.", ""),
        ("The default was said.", ""),
    ],
)
def test_a_message_is_found_however_it_is_made(template, code):
    found = made_up().by_template
    assert [one.code for one in found[template]] == [code]


def test_nothing_else_is_taken_for_a_message():
    found = made_up()
    assert len(found.by_template) == 13
    assert not found.lost


def test_the_boxes_of_macros_count():
    macros = {"Buttons.bas": 'MsgBox "Open a ""workbook"" first.", vbExclamation'}
    assert collect({}, macros, places={}).messages[0].template == 'Open a "workbook" first.'


def test_a_place_that_is_gone_is_told():
    assert collect({}, places={"gone.py": ("notices",)}).lost


def test_a_message_without_an_entry_is_told_with_its_entry_and_advice():
    shown = made_up()
    page = "### Group\n\n- `… is made of stone.` (`input`)\n\nTake it to the quarry.\n"
    missing = missing_entries(shown, page)
    assert "- `There is no cell … here.` (`no-cell`)\n    (module.py:16) Look again." in missing
    assert not any("made of stone" in line for line in missing)


def test_an_entry_without_a_message_is_told():
    page = "### Group\n\n- `The moon is in the way.`\n\nWait until it sets.\n"
    assert needless_entries(made_up(), page) == ["The moon is in the way."]


def test_a_message_that_cannot_be_followed_is_told():
    lost = made_up("raise InputError(input())").lost
    assert [place.partition(" ")[2] for place in lost] == ["input()"]
