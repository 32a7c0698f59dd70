"""The fixtures look after the office between tests."""

import subprocess
import sys
from pathlib import Path

from tests.hosts.libreoffice.bridge import skip_without

ROOT = Path(__file__).parents[3]

TESTS = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.hosts.libreoffice.fixtures import libreoffice_host, libreoffice_office

def test_kills(libreoffice_host, libreoffice_office):
    libreoffice_office.kill()

def test_works_again(libreoffice_host):
    libreoffice_host.app.books.add()

def test_finds_no_book(libreoffice_host):
    assert len(libreoffice_host.app.books) == 0

def test_leaves_a_lock(libreoffice_host):
    libreoffice_host.app.books.add().document.lockControllers()
"""


def test_each_test_finds_a_running_office_without_workbooks(tmp_path):
    skip_without()
    (tmp_path / "test_them.py").write_text(TESTS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-rE", "-p", "no:cacheprovider", tmp_path]
    done = subprocess.run(  # noqa: S603  # ours
        command, check=False, capture_output=True, text=True, cwd=tmp_path, timeout=100
    )
    assert "4 passed, 2 errors" in done.stdout
    assert "test_kills - Failed: The test left: LibreOffice has ended" in done.stdout
    assert "test_leaves_a_lock - Failed: The test left: Untitled 1 is" in done.stdout
