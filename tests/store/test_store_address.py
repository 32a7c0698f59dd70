from pathlib import Path

import pytest

from tests.store.contract import ACCOUNT, INVOICE, LINE
from xlsx_addin.errors import SettingError
from xlsx_addin.store.address import default_store_path, open_store, store_path


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/data/store.sqlite", "/data/store.sqlite"),
        (" /data/my store.db ", "/data/my store.db"),
        ("store.sqlite", "store.sqlite"),
        ("sqlite:///store.sqlite", "store.sqlite"),
        ("sqlite:////data/store.sqlite", "/data/store.sqlite"),
        ("sqlite:///C:/Users/me/store.sqlite", "C:/Users/me/store.sqlite"),
        ("C:/Users/me/store.sqlite", "C:/Users/me/store.sqlite"),
    ],
)
def test_paths_and_sqlite_addresses_are_understood(address: str, path: str) -> None:
    assert store_path(address) == Path(path)


def test_a_tilde_is_the_users_home() -> None:
    assert store_path("~/store.sqlite") == Path.home() / "store.sqlite"
    assert store_path("sqlite:///~/store.sqlite") == Path.home() / "store.sqlite"


@pytest.mark.parametrize(
    "address",
    [
        " ",
        "sqlite:///",
        "sqlite://store.sqlite",
        "sqlite:store.sqlite",
        ":memory:",
        "sqlite:///:memory:",
        "postgresql://server/db",
        "redis://server",
        "file:store.sqlite",
        "march.XLSX",
        "lines.csv",
    ],
)
def test_anything_else_is_refused_with_what_is_supported(address: str) -> None:
    with pytest.raises(SettingError, match="XLSX_ADDIN_STORE") as caught:
        store_path(address)
    assert repr(address) in caught.value.message
    assert "sqlite:///" in caught.value.next_step


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError):
        store_path(str(tmp_path))


@pytest.mark.parametrize("address", [None, ""])
def test_without_an_address_the_store_is_at_home(tmp_path: Path, address: str | None) -> None:
    home = tmp_path / "not there yet"
    with open_store(address, home) as store:
        store.save(ACCOUNT, {LINE: INVOICE}, at=1.0)
        assert store.path == default_store_path(home)
    assert default_store_path(home).is_file()


def test_an_address_wins_over_home(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'my.db'}", tmp_path / "home") as store:
        assert store.path == tmp_path / "my.db"
    assert not (tmp_path / "home").exists()
