import pytest

from soundscape.remote.api.pairing import MOST, VALID, Pairing


class Clock:
    time = 0.0

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


def test_a_link_pairs_one_device_once(tmp_path, clock):
    devices = Pairing(tmp_path, clock)
    link = devices.link()
    cookie = devices.pair(link)
    assert cookie is not None
    assert devices.knows(cookie)
    assert devices.pair(link) is None


def test_a_link_grows_too_old(tmp_path, clock):
    devices = Pairing(tmp_path, clock)
    link = devices.link()
    clock.time = VALID
    assert devices.pair(link) is None


@pytest.mark.parametrize("guess", ["", "x", "None", "é"])
def test_nobody_guesses(tmp_path, guess):
    devices = Pairing(tmp_path)
    devices.link()
    assert devices.pair(guess) is None
    assert not devices.knows(guess)


def test_a_device_is_known_in_the_next_session_too_by_nothing_that_opens_the_page(tmp_path):
    first = Pairing(tmp_path)
    cookie = first.pair(first.link())
    assert Pairing(tmp_path).knows(cookie)
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert cookie.encode() not in held
    assert (tmp_path / "devices.json").stat().st_mode & 0o077 == 0


def test_unpairing_forgets_devices_and_links(tmp_path):
    devices = Pairing(tmp_path)
    cookie, link = devices.pair(devices.link()), devices.link()
    devices.forget()
    assert not devices.knows(cookie)
    assert devices.pair(link) is None
    assert len(Pairing(tmp_path)) == 0


def test_the_oldest_device_gives_way(tmp_path):
    devices = Pairing(tmp_path)
    cookies = [devices.pair(devices.link()) for _ in range(MOST + 1)]
    assert [devices.knows(cookie) for cookie in cookies] == [False, *[True] * MOST]


@pytest.mark.parametrize("text", ["", "{}", "[1, null]", '"x"', "\xff"])
def test_a_damaged_file_is_no_device(tmp_path, text):
    (tmp_path / "devices.json").write_text(text, encoding="latin-1")
    devices = Pairing(tmp_path)
    assert devices.knows(devices.pair(devices.link()))


def test_a_folder_that_cannot_be_written_pairs_for_this_session(tmp_path):
    (tmp_path / "file").touch()
    devices = Pairing(tmp_path / "file" / "state")
    assert devices.knows(devices.pair(devices.link()))
