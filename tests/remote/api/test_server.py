import pytest

from soundscape.errors import EngineError
from soundscape.remote.api.server import _bound


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0", "::", "224.0.0.1", "ff02::1", "here", "127.0.0.1:80"],  # noqa: S104 - it is refused
)
def test_the_page_is_opened_only_at_an_address_of_a_machine(address):
    with pytest.raises(EngineError, match="address"):
        _bound(address, 0)
