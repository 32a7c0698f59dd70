"""Where secrets are kept: whole or not at all, however short the keychain's entries are."""

import logging
import os
import stat
from datetime import date

import keyring
import pytest
from keyring.backends import fail, null

from tests.fake_keychains import WINDOWS_LIMIT, FakeKeychain
from xlsx_addin.keychain import (
    IN_FILE,
    IN_KEYCHAIN,
    LONGEST_ON_WINDOWS,
    FileSecrets,
    KeychainError,
    KeychainSecrets,
    open_store,
    system_keychain,
)
from xlsx_addin.logs import Redactor, start_log, stop_log
from xlsx_addin.secrets import Credentials, Secret

ONE = Credentials("id-one", Secret("secret-one"), Secret("Atzr|one"))
LONG = Credentials("id-two", Secret("s" * 300), Secret("Atzr|" + "t" * 2_043))
ODD = Credentials("id", Secret('q"\\é\U0001f511'), Secret("Atzr|a b"))


class SecretStoreContract:
    """What every place keeps to; a subclass gives the fixture `store`."""

    @pytest.mark.parametrize("credentials", [ONE, LONG, ODD])
    def test_what_was_written_is_read(self, store, credentials):
        store.write("default", credentials)
        assert store.read("default") == credentials

    def test_nothing_is_read_where_nothing_was_written(self, store):
        assert store.read("default") is None

    @pytest.mark.parametrize("names", [("a", "b"), ("Japan", "japan"), ("a", "é.-_x")])
    def test_profiles_do_not_mix(self, store, names):
        for name, credentials in zip(names, (ONE, LONG), strict=True):
            store.write(name, credentials)
        assert [store.read(name) for name in names] == [ONE, LONG]
        store.remove(names[0])
        assert [store.read(name) for name in names] == [None, LONG]

    @pytest.mark.parametrize("order", [(ONE, LONG, ONE), (LONG, ONE, LONG), (LONG, LONG)])
    def test_a_later_sign_in_takes_the_place_of_an_earlier_one(self, store, order):
        for credentials in order:
            store.write("default", credentials)
            assert store.read("default") == credentials

    def test_removing_leaves_nothing_and_may_be_repeated(self, store):
        store.write("default", LONG)
        store.remove("default")
        store.remove("default")
        assert store.read("default") is None

    def test_what_is_read_is_masked_in_the_log_from_then_on(self, store, tmp_path):
        store.write("default", ONE)
        log = start_log(tmp_path / "home", date(2026, 11, 26), Redactor())
        try:
            logging.getLogger("xlsx_addin.test").error("before: secret-one")
            store.read("default")
            logging.getLogger("xlsx_addin.test").error("after: secret-one")
        finally:
            stop_log(log)
        (path,) = (tmp_path / "home" / "logs").iterdir()
        before, after = path.read_text().splitlines()
        assert "secret-one" in before  # the control: nothing but the reading masks it
        assert "secret-one" not in after


class TestKeychain(SecretStoreContract):
    @pytest.fixture
    def keychain(self):
        return FakeKeychain()

    @pytest.fixture
    def store(self, keychain):
        return KeychainSecrets(keychain, longest=LONGEST_ON_WINDOWS)

    def test_no_entry_is_longer_than_windows_takes(self, store, keychain):
        store.write("default", LONG)
        assert max(map(len, keychain.held.values())) <= keychain.longest
        assert len(keychain.held) > 2

    @pytest.mark.parametrize("longest", [120, 200, 1_280, 16_000])
    def test_any_limit_will_do(self, longest):
        keychain = FakeKeychain(longest)
        store = KeychainSecrets(keychain, longest=longest)
        store.write("default", LONG)
        assert store.read("default") == LONG

    def test_nothing_is_left_behind(self, store, keychain):
        for credentials in (LONG, ONE, LONG):
            store.write("default", credentials)
        store.remove("default")
        assert keychain.held == {}

    @pytest.mark.parametrize("longest", [80, LONGEST_ON_WINDOWS])
    @pytest.mark.parametrize(("old", "new"), [(None, LONG), (ONE, LONG), (LONG, ONE)])
    def test_wherever_it_goes_down_the_old_or_the_new_sign_in_is_whole(self, old, new, longest):
        ways = set()
        for changes in range(80):
            keychain = FakeKeychain()
            store = KeychainSecrets(keychain, longest=longest)
            if old:
                store.write("default", old)
            keychain.changes_left = changes
            try:
                store.write("default", new)
            except KeychainError:
                assert store.read("default") == old
                ways.add("old")
            else:
                assert store.read("default") == new
                ways.add("new")
            keychain.changes_left = None
            store.write("default", LONG)
            assert store.read("default") == LONG
            store.remove("default")
            assert keychain.held == {}
        assert ways == {"old", "new"}

    def test_wherever_removing_goes_down_nothing_is_read_and_the_rest_can_be_removed(self):
        for changes in range(1, 4):
            keychain = FakeKeychain()
            store = KeychainSecrets(keychain, longest=LONGEST_ON_WINDOWS)
            store.write("default", LONG)
            keychain.changes_left = changes
            with pytest.raises(KeychainError):
                store.remove("default")
            assert store.read("default") is None
            keychain.changes_left = None
            store.remove("default")
            assert keychain.held == {}

    def test_a_part_that_is_missing_or_changed_is_told_and_not_read(self, store, keychain):
        store.write("default", LONG)
        for key, text in list(keychain.held.items()):
            for damage in (None, text[:-3] + "xxx"):
                held = dict(keychain.held)
                keychain.held.pop(key)
                if damage:
                    keychain.held[key] = damage
                if damage or not key[0].endswith("default"):
                    with pytest.raises(KeychainError) as caught:
                        store.read("default")
                    assert caught.value.code == "sign-in-damaged"
                    assert "xlsx-addin login" in caught.value.next_step
                else:
                    assert store.read("default") is None  # without its head it is none
                keychain.held = held

    def test_what_the_keychain_raises_is_told_without_secrets(self, store, keychain):
        keychain.longest = 10
        with pytest.raises(KeychainError) as caught:
            store.write("default", LONG)
        assert "ValueError" in caught.value.message
        assert "ssss" not in str(caught.value)
        assert caught.value.__context__ is None

    def test_installations_do_not_mix(self, keychain):
        one, other = (KeychainSecrets(keychain, home, longest=1_200) for home in ("", "/other"))
        one.write("default", ONE)
        assert other.read("default") is None


class TestFile(SecretStoreContract):
    @pytest.fixture
    def store(self, tmp_path):
        return FileSecrets(tmp_path / "home")

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
    def test_only_the_user_can_read_it(self, store):
        before = os.umask(0)
        try:
            store.write("default", ONE)
        finally:
            os.umask(before)
        path = store.path("default")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    def test_a_file_that_is_no_sign_in_is_told(self, store):
        store.write("default", ONE)
        for text in ("", "{", "[]", '{"client_id": "x"}'):
            store.path("default").write_text(text)
            with pytest.raises(KeychainError):
                store.read("default")

    def test_all_are_removed(self, store):
        for name in ("default", "japan"):
            store.write(name, ONE)
        store.remove_all()
        assert not list(store.path("default").parent.iterdir())


@pytest.mark.parametrize("stand_in", [fail.Keyring, null.Keyring])
def test_what_only_stands_in_for_a_keychain_is_none(stand_in, monkeypatch, tmp_path):
    monkeypatch.setattr(keyring, "get_keyring", stand_in)
    assert system_keychain() is None
    with pytest.raises(KeychainError) as caught:
        open_store(IN_KEYCHAIN, tmp_path, scope="")
    assert caught.value.code == "no-keychain"
    assert "--keep-in-file" in caught.value.next_step
    assert "AMAZON_BUSINESS_CLIENT_SECRET" in caught.value.next_step


@pytest.mark.parametrize(("platform", "entries"), [("win32", 4), ("darwin", 1), ("linux", 1)])
def test_it_takes_as_few_entries_as_the_system_allows(platform, entries, tmp_path):
    keychain = FakeKeychain(WINDOWS_LIMIT if platform == "win32" else 1_000_000)
    store = open_store(
        IN_KEYCHAIN, tmp_path, scope="", keychain=lambda: keychain, platform=platform
    )
    store.write("default", LONG)
    assert len(keychain.held) == entries
    assert store.read("default") == LONG


def test_a_file_needs_no_keychain(tmp_path):
    def keychain():
        pytest.fail("the keychain was asked")

    assert isinstance(open_store(IN_FILE, tmp_path, scope="", keychain=keychain), FileSecrets)
