"""The progress window on a real screen, with a real mouse and a real keyboard."""

import subprocess
import sys

import pytest

from tests.excel.conftest import Screen, end, eventually, require_screen

GOOD = {"Found": 100}
BAD = {"Found": 90, "Check IDs": 10}

COVER = """
import tkinter
root = tkinter.Tk()
root.overrideredirect(True)
root.geometry(f"{root.winfo_screenwidth()}x{root.winfo_screenheight()}+0+0")
root.update()
root.lift()
root.update()
print("covered", flush=True)
root.mainloop()
"""


def inside(box, screen):
    x, y, width, height = box
    return x >= 0 and y >= 0 and x + width <= screen[0] and y + height <= screen[1]


def middle(seen):
    x, y, width, height = seen["box"]
    return x + width // 2, y + height // 2


def test_the_bar_moves_with_the_job(start_job):
    window = start_job()
    assert window.look()["modes"] == ["indeterminate"]
    window.tell("begin", 4_000)
    window.see(lambda seen: "0 of 4,000 line items" in seen["labels"])
    window.tell("advance", 1_000)
    seen = window.see(lambda seen: seen["bar"] == [0.25])
    assert seen["modes"] == ["determinate"]
    assert {"march.xlsx", "Asking Amazon", "1,000 of 4,000 line items"} <= set(seen["labels"])
    assert any(label.endswith(" left") for label in seen["labels"])
    window.tell("advance", 2_000)
    window.see(lambda seen: seen["bar"] == [0.75])


def test_counts_per_status_are_shown_and_grow(start_job):
    window = start_job()
    window.tell("begin", 4_000)
    window.tell("count", {"Found": 1_200, "Pending": 30})
    window.see(lambda seen: {"Found", "1,200", "Pending", "30"} <= set(seen["labels"]))
    window.tell("count", {"Found": 5, "Several": 2})
    seen = window.see(lambda seen: {"1,205", "Several", "2", "30"} <= set(seen["labels"]))
    assert "Failed" not in seen["labels"]


def test_what_the_job_says_is_shown(start_job):
    window = start_job()
    window.tell("say", "Saving march.xlsx")
    window.see(lambda seen: "Saving march.xlsx" in seen["labels"])


def test_it_closes_by_itself_on_success(start_job):
    window = start_job()
    window.tell("finish", GOOD)
    ended = window.end()
    assert ended["headline"] == "All 100 rows have their invoice."
    assert not ended["cancelled"]


def test_success_is_said_before_it_closes(start_job, screen):
    window = start_job(close_after_s=600)
    window.tell("finish", GOOD)
    seen = window.see(lambda seen: "Close" in seen["buttons"])
    assert "All 100 rows have their invoice." in seen["labels"]
    assert seen["bar"] == [1.0]
    screen.press("Escape")
    window.end()


@pytest.mark.parametrize("key", ["Return", "Escape", "space"])
def test_it_stays_with_a_summary_until_a_key_closes_it(key, start_job, screen):
    window = start_job()
    window.tell("finish", BAD)
    seen = window.see(lambda seen: seen["page"])
    assert "10 of 100 rows need your attention." in seen["labels"]
    assert seen["page"] == [
        (
            "Found\t90\tNothing to do.\n"
            "Check IDs\t10\tCorrect the IDs of the row; its message says what is wrong."
        )
    ]
    window.see(lambda seen: seen["focus"] == "Close")
    screen.press(key)
    assert window.end()["headline"] == "10 of 100 rows need your attention."


def test_the_summary_is_copied_and_closed_by_keyboard_alone(start_job, screen):
    window = start_job()
    window.tell("finish", BAD)
    window.see(lambda seen: seen["focus"] == "Close")
    screen.press("shift+Tab")
    window.see(lambda seen: seen["focus"] == "Copy")
    screen.press("Return")
    seen = window.see(lambda seen: seen["clipboard"])
    screen.press("Tab")
    window.see(lambda seen: seen["focus"] == "Close")
    screen.press("Return")
    assert seen["clipboard"] == f"march.xlsx\n{window.end()['text']}"


def test_cancel_by_mouse(start_job):
    window = start_job()
    window.click("Cancel")
    ended = window.end()
    assert ended["cancelled"]
    assert ended["headline"] == "Stopped: 25 of 100 rows are finished."


def test_cancel_by_escape(start_job, screen):
    window = start_job()
    screen.press("Escape")
    assert window.end()["cancelled"]


def test_closing_the_window_cancels(start_job):
    window = start_job()
    window.tell("close")
    assert window.end()["cancelled"]


@pytest.mark.parametrize("key", ["Return", "space"])
def test_cancel_is_reached_by_tab(key, start_job, screen):
    window = start_job()
    screen.press("Tab")
    window.see(lambda seen: seen["focus"] == "Cancel")
    screen.press(key)
    assert window.end()["cancelled"]


def test_keys_that_were_meant_for_excel_do_not_cancel(start_job, screen):
    window = start_job()
    screen.press("Return", "space", "a")
    window.tell("begin", 10)
    window.tell("advance", 10)
    seen = window.see(lambda seen: seen["bar"] == [1.0])
    assert not seen["cancelled"]


def test_stopping_is_said_while_the_job_writes(start_job):
    window = start_job(busy=True)
    window.tell("begin", 100)
    window.click("Cancel")
    seen = window.see(lambda seen: seen["cancelled"])
    seen = window.see(lambda seen: seen["disabled"] == ["Stopping…"])
    assert any(label.startswith("Stopping: finished rows are written") for label in seen["labels"])
    window.tell("finish", {"Found": 25, "Cancelled": 75})
    window.see(lambda seen: seen["page"])


def test_a_second_press_brings_it_to_the_front(start_job, screen):
    window = start_job()
    place = middle(window.settled(lambda seen: seen["buttons"]))
    mine = eventually(lambda: screen.window_at(*place), "a window")
    cover = subprocess.Popen(  # noqa: S603  # our own words
        [sys.executable, "-c", COVER], env=screen.environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert cover.stdout.readline() == "covered\n"
        eventually(lambda: screen.window_at(*place) != mine, "the cover")
        window.tell("front")
        eventually(lambda: screen.window_at(*place) == mine, "the window in front")
    finally:
        end(cover)
        cover.stdout.close()


def test_an_error_of_ours_is_said_with_its_next_step(start_job, screen):
    window = start_job()
    window.tell("fail")
    seen = window.see(lambda seen: seen["page"])
    assert "The refresh did not work." in seen["labels"]
    assert seen["page"] == ["march.xlsx is busy. Wait."]
    screen.press("Return")
    window.end()


def test_any_other_error_is_said_without_a_traceback(start_job):
    window = start_job()
    window.tell("break")
    (page,) = window.see(lambda seen: seen["page"])["page"]
    assert "ZeroDivisionError: division by zero" in page
    assert "Traceback" not in page


def test_on_a_dense_screen_everything_grows(start_job):
    sizes = []
    for scaling in (4 / 3, 8 / 3):
        window = start_job(scaling=scaling)
        window.tell("finish", BAD)
        seen = window.settled(lambda seen: seen["page"] and seen["focus"] == "Close")
        assert inside(seen["box"], seen["screen"])
        assert all(inside([*at, 0, 0], seen["screen"]) for at in seen["buttons"].values())
        sizes.append(seen["box"][2:])
    (width, height), (dense_width, dense_height) = sizes
    assert dense_width / width == pytest.approx(2, rel=0.1)
    assert dense_height / height == pytest.approx(2, rel=0.2)


@pytest.mark.parametrize("scaling", [4 / 3, 8 / 3])
def test_a_long_summary_scrolls_inside_the_screen(scaling, start_job, screen):
    window = start_job(scaling=scaling)
    window.tell("finish", BAD, 400)
    seen = window.settled(lambda seen: seen["focus"] == "Close" and seen["bars"] == [1])
    assert seen["page"][0].count("\n") == 401
    assert inside(seen["box"], seen["screen"])
    assert inside([*seen["buttons"]["Close"], 0, 0], seen["screen"])
    assert seen["scrolled"][0][0] == 0.0
    screen.press("Next")
    window.see(lambda seen: seen["scrolled"][0][0] > 0)
    screen.press("End")
    window.see(lambda seen: seen["scrolled"][0][1] == 1.0)
    screen.press("Up")
    window.see(lambda seen: seen["scrolled"][0][1] < 1.0)


def test_a_short_summary_has_no_scroll_bar(start_job):
    window = start_job()
    window.tell("finish", BAD)
    assert window.settled(lambda seen: seen["focus"] == "Close")["bars"] == [0]


def test_a_very_long_name_keeps_its_ends_and_the_width_of_the_window(start_job):
    plain = start_job().look()
    name = f"Purchases of {'W' * 400} March.xlsx"
    window = start_job(title=name)
    seen = window.look()
    (shown,) = [label for label in seen["labels"] if "…" in label]
    assert shown.startswith("Purchases of")
    assert shown.endswith("March.xlsx")
    assert len(seen["title"]) <= 80
    assert seen["box"][2] == plain["box"][2]


def test_a_very_long_sentence_does_not_make_the_window_larger(start_job):
    window = start_job()
    before = window.look()["box"]
    window.tell("say", f"Saving {'very ' * 400}long.xlsx")
    seen = window.see(lambda seen: any(label.startswith("Saving") for label in seen["labels"]))
    assert seen["box"][2] == before[2]
    assert seen["box"][3] < before[3] * 1.3


def test_a_broken_wish_to_come_to_the_front_does_not_keep_the_window(start_job):
    window = start_job()
    window.tell("confuse")
    window.tell("finish", GOOD)
    window.end()


def test_a_screen_that_is_gone_leaves_no_window(start):
    require_screen()
    screen = Screen()
    try:
        window = start(on=screen, kind="job", title="march.xlsx")
        window.look()
        screen.stop()
        assert eventually(lambda: window.process.poll() is not None, "its end")
    finally:
        screen.stop()
