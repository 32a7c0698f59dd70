"""Windows on a screen that nobody sees."""

import pytest

from tests.hosts.libreoffice import workbooks
from tests.hosts.libreoffice.bridge import skip_without
from tests.hosts.libreoffice.fixtures import LIFE_S
from tests.hosts.libreoffice.host import LibreOfficeHost
from tests.hosts.libreoffice.office import Office, OfficeFailedError
from tests.hosts.libreoffice.screen import TOOLS, Screen


@pytest.fixture
def screen():
    skip_without(*TOOLS)
    with Screen() as screen:
        yield screen


def test_screens_have_displays_of_their_own(screen):
    with Screen("640x480") as other:
        assert other.display != screen.display
        server, manager = other._processes
    assert None not in (server.returncode, manager.returncode)
    assert [one.poll() for one in screen._processes] == [None, None]


@pytest.mark.parametrize("plugin", ["gen", "gtk3"])
def test_a_workbook_is_seen(screen, tmp_path, plugin):
    path = workbooks.orders(tmp_path / "orders.xlsx")
    empty = screen.screenshot(tmp_path / "empty.png").read_bytes()
    office = Office(display=screen.display, plugin=plugin, files=[path])
    with office, office.life(LIFE_S), LibreOfficeHost.of(office) as host:
        book = host.wait_for("orders.xlsx")
        assert book.app.visible is True
        book.impl.controller.Frame.ContainerWindow.IsMaximized = True
        seen = screen.screenshot(tmp_path / "seen.png").read_bytes()
        assert len(seen) > 2 * len(empty)
        assert host.close_all() == []


def test_a_workbook_that_does_not_open_is_reported(libreoffice_host):
    with pytest.raises(OfficeFailedError, match=r"none\.xlsx"):
        libreoffice_host.wait_for("none.xlsx", deadline_s=0.1)
