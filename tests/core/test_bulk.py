import gc
from contextlib import suppress

import pytest

from xlsx_addin.core.bulk import collector_paused


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was_found(*, enabled: bool) -> None:
    was_enabled = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        with suppress(ArithmeticError), collector_paused():
            seen = gc.isenabled()
            raise ArithmeticError
        assert not seen
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()
