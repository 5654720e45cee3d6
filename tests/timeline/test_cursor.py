from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from shows import playlist, track

from soundscape.timeline.cursor import GONE, Cursor

TRACKS = [track(name, 60) for name in "abcdef"]


def taken(cursor: Cursor, count: int) -> str:
    tracks = [cursor.take() for _ in range(count)]
    return "".join(t.key if t else "-" for t in tracks)


def test_in_order_it_begins_again_when_it_runs_out():
    assert taken(Cursor(playlist("p", *TRACKS[:3]), 1, set()), 7) == "abcabca"


def test_without_loop_it_ends():
    assert taken(Cursor(playlist("p", *TRACKS[:2], loop=False), 1, set()), 4) == "ab--"


def test_what_is_left_out_is_passed_over_even_when_it_was_next():
    left_out: set[str] = set()
    cursor = Cursor(playlist("p", *TRACKS[:3]), 1, left_out)
    assert cursor.peek().key == "a"
    left_out.add("a")
    assert taken(cursor, 4) == "bcbc"


def test_all_left_out_there_is_nothing():
    assert Cursor(playlist("p", *TRACKS[:2]), 1, {"a", "b"}).peek() is None


def test_an_empty_playlist_has_nothing():
    assert Cursor(playlist("p"), 1, set()).take() is None


def test_a_seed_fixes_the_shuffle_and_another_gives_another():
    shuffled = playlist("p", *TRACKS, shuffle=True)
    one, same, other = (taken(Cursor(shuffled, seed, set()), 60) for seed in (1, 1, 2))
    assert one == same != other


@given(st.integers(0, 10_000), st.integers(2, 6), st.sets(st.sampled_from("abc"), max_size=1))
def test_shuffled_every_round_has_all_and_none_comes_twice_running(seed, count, left_out):
    cursor = Cursor(playlist("p", *TRACKS[:count], shuffle=True), seed, set(left_out))
    order = taken(cursor, 40)
    playable = count - len(left_out & {t.key for t in TRACKS[:count]})
    if playable > 1:
        assert all(a != b for a, b in pairwise(order))
    assert len(set(order[:playable])) == playable


def test_a_track_that_is_listed_twice_is_not_played_twice_running():
    twice = playlist("p", TRACKS[0], TRACKS[0], TRACKS[1], TRACKS[2], shuffle=True)
    for seed in range(50):
        order = taken(Cursor(twice, seed, set()), 4)
        assert "aa" not in order


def test_in_another_order_it_goes_on_at_once_and_with_other_gains_at_the_same_place():
    cursor = Cursor(playlist("p", *TRACKS[:4]), 1, set())
    assert taken(cursor, 2) == "ab"
    louder = tuple(type(t)(t.key, t.title, t.source, t.frames, 3.0) for t in TRACKS[:4])
    assert cursor.adopt(playlist("p", *louder))
    assert (cursor.peek().key, cursor.peek().gain_db) == ("c", 3.0)
    assert cursor.adopt(playlist("p", *TRACKS[:4], shuffle=True))
    assert sorted(taken(cursor, 4)) == list("abcd")
    assert not cursor.adopt(playlist("p", *TRACKS[:4], shuffle=True))


def test_another_order_does_not_begin_a_playlist_again_that_has_run_out():
    cursor = Cursor(playlist("p", *TRACKS[:2], loop=False), 1, set())
    taken(cursor, 2)
    cursor.adopt(playlist("p", *TRACKS[:2], loop=False, shuffle=True))
    assert cursor.peek() is None


MANY = [track(f"t{number}", 60) for number in range(3 * GONE)]


def fail(cursor: Cursor, left_out: set[str], count: int) -> None:
    """The next tracks fail, one after another."""
    for _ in range(count):
        key = cursor.peek().key
        cursor.count_failure(key)
        left_out.add(key)


def test_a_playlist_whose_tracks_fail_one_after_another_is_gone():
    left_out: set[str] = set()
    cursor = Cursor(playlist("p", *MANY), 1, left_out)
    assert cursor.take() == MANY[0]
    fail(cursor, left_out, GONE - 1)
    assert cursor.peek() == MANY[GONE]
    fail(cursor, left_out, 1)
    assert cursor.peek() is cursor.take() is None


def test_one_that_plays_in_between_begins_the_count_anew():
    left_out: set[str] = set()
    cursor = Cursor(playlist("p", *MANY), 1, left_out)
    for _ in range(2):
        fail(cursor, left_out, GONE - 1)
        assert cursor.take() is not None
        assert cursor.take() is not None


def test_a_track_that_fails_elsewhere_or_is_left_out_at_will_does_not_count():
    left_out: set[str] = set()
    cursor = Cursor(playlist("p", *MANY), 1, left_out)
    for _ in range(GONE + 1):
        cursor.count_failure("elsewhere")
        left_out.add(cursor.take().key)
    assert cursor.peek() is not None
