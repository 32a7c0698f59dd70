import pytest

from xlsx_addin.amazon.fallback import FallbackPermits
from xlsx_addin.errors import StoreError


class Recording:
    def __init__(self, error=None):
        self.error = error
        self.calls = []

    def _call(self, name):
        self.calls.append(name)
        if self.error:
            raise self.error

    def reserve(self, key, *, rate_per_s, burst):
        self._call("reserve")
        return 1.5

    def give_back(self, key):
        self._call("give_back")

    def drain(self, key):
        self._call("drain")


def test_shared_permits_are_used_as_long_as_they_work():
    shared, own = Recording(), Recording()
    permits = FallbackPermits(shared, own)
    assert permits.reserve("a", rate_per_s=2, burst=10) == 1.5
    permits.give_back("a")
    permits.drain("a")
    assert shared.calls == ["reserve", "give_back", "drain"]
    assert own.calls == []


@pytest.mark.parametrize("first", ["reserve", "give_back", "drain"])
def test_a_failure_turns_to_our_own_for_good(first):
    shared, own = Recording(StoreError("The disk is full.")), Recording()
    permits = FallbackPermits(shared, own)
    if first == "reserve":
        assert permits.reserve("a", rate_per_s=2, burst=10) == 1.5
    else:
        getattr(permits, first)("a")
    assert permits.reserve("a", rate_per_s=2, burst=10) == 1.5
    assert shared.calls == [first]
