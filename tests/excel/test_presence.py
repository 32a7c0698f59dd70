import subprocess
import sys
import textwrap

from xlsx_addin.excel.presence import Presence


def test_the_first_is_alone_and_a_second_one_calls_it_to_the_front(tmp_path):
    first, second = Presence(tmp_path, "book"), Presence(tmp_path, "book")
    with first.alone() as is_first:
        assert is_first
        assert not first.wants_front()
        with second.alone() as is_second:
            assert not is_second
        assert first.wants_front()
        assert not first.wants_front()
    with second.alone() as is_alone:
        assert is_alone


def test_workbooks_do_not_disturb_each_other(tmp_path):
    with Presence(tmp_path, "one").alone() as one, Presence(tmp_path, "two").alone() as two:
        assert one
        assert two


def test_a_workbook_is_free_as_soon_as_the_work_is_done(tmp_path):
    first = Presence(tmp_path, "book")
    with first.alone():
        first.done()
        with Presence(tmp_path, "book").alone() as is_alone:
            assert is_alone


def test_who_is_done_takes_no_wish_from_who_works_now(tmp_path):
    first, second = Presence(tmp_path, "book"), Presence(tmp_path, "book")
    with first.alone():
        first.done()
        with second.alone():
            with Presence(tmp_path, "book").alone() as is_third:
                assert not is_third
            assert not first.wants_front()
            assert second.wants_front()


def test_an_old_wish_counts_for_nothing(tmp_path):
    first = Presence(tmp_path, "book")
    with first.alone(), Presence(tmp_path, "book").alone():
        pass
    with first.alone():
        assert not first.wants_front()


def test_the_work_of_a_killed_process_is_over(tmp_path):
    code = f"""
        import os, signal
        from pathlib import Path
        from xlsx_addin.excel.presence import Presence
        with Presence(Path({str(tmp_path)!r}), "book").alone() as first:
            print(first, flush=True)
            os.kill(os.getpid(), signal.SIGTERM)
    """
    words = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.stdout.strip() == "True"
    with Presence(tmp_path, "book").alone() as is_alone:
        assert is_alone
