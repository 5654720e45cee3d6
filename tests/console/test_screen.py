from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import half_as_long_again
from played import Played
from properties import examples
from shows import phase, playlist, show, track

from soundscape.command_specs import COMMANDS
from soundscape.console.keys import KeyMap, act_name
from soundscape.console.layout import Row
from soundscape.console.link import NO_ANSWER
from soundscape.console.overlays import keys_panel, leaving_panel
from soundscape.console.screen import Shown, session_rows, waiting_rows
from soundscape.console.styles import length
from soundscape.library.languages import NAMES, translations
from soundscape.timeline.show import Prompt
from soundscape.translation import gettext, use
from soundscape.units import At
from soundscape.views.snapshot import Health, MeterView, Remote
from soundscape.views.wording import worded

KEYS = KeyMap({})
SMALL, LARGE = (80, 24), (120, 40)


def text(rows: list[Row]) -> str:
    return "\n".join("".join(piece for piece, _ in row.line).rstrip() for row in rows)


def shown(**more: object) -> Shown:
    return Shown(key=KEYS.named, **more)  # type: ignore[arg-type]


def busy() -> Played:
    """All at once that a screen may have to show."""
    room = Played(
        label="amber",
        meter=MeterView(momentary=-24, short_term=-24),
        health=Health(lights="lights offline: desk", underruns=2),
    )
    room.advance(600)
    for asked in ({"do": "mark"}, {"do": "dose"}, {"do": "duck"}, {"do": "care"}, {"do": "hold"}):
        room.do(asked)
    return room


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_all_essentials_are_on_the_screen_at_once(size: tuple[int, int]) -> None:
    rows = session_rows(busy().view(), shown(said="held in onset", locked=True), *size)
    assert len(rows) == size[1]
    said = text(rows)
    for word in (
        "KAP, intramuscular · amber", "session 10:00", "sound ok", "files ok",
        " HELD ", " DUCKED ", " CARE LIGHT ", " KEYS LOCKED ",
        "in onset", "left, then peak", "T+ since the dose",
        "! lights offline: desk", "2 gaps in the sound so far",
        "First light", "next", "crossfade 8 s", "Rain on leaves",
        "as planned", "room 60%",
        "arriv", "▲ now", "silence in", "◆", "held in onset", "? help",
    ):  # fmt: skip
        assert word in said, word


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_the_phase_and_what_stands_are_in_large_letters(size: tuple[int, int]) -> None:
    rows = session_rows(busy().view(), shown(), *size)
    large = [row for row in rows if row.big]
    assert len(large) == (8 if size == SMALL else 14)
    assert {tone for row in large[:4] for piece, tone in row.line if piece.strip()} == {
        "strong",
        "state",
    }


def test_a_larger_terminal_has_larger_letters() -> None:
    view = Played().view()
    rows = session_rows(view, shown(), *LARGE)
    assert len([row for row in rows if row.big]) == 7 + 7


def test_a_phase_without_large_letters_or_room_for_them_is_written_out() -> None:
    view = Played().view()
    for name in ("тишина", "preparation and intention, slowly"):
        named = view.model_copy(update={"phase": name})
        assert " ".join(name.upper())[:60] in text(session_rows(named, shown(), *SMALL))


def test_the_prompt_is_shown() -> None:
    room = Played()
    room.advance(1)
    assert "› Mask, headphones, intention." in text(session_rows(room.view(), shown(), *SMALL))


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_prompts_of_one_time_are_all_shown_in_order(size: tuple[int, int]) -> None:
    prompts = ("Mask, headphones.", "Intention.", "Blood pressure.")
    room = Played(
        show(
            phase(
                "one",
                60,
                playlist("m", track("a", 60)),
                prompts=tuple(Prompt(At(), p) for p in prompts),
            )
        )
    )
    room.advance(1)
    said = text(session_rows(room.view(), shown(), *size))
    places = [said.index(f"› {prompt}") for prompt in prompts]
    assert places == sorted(places)


def test_the_newest_warning_has_a_line_and_says_which_key_shows_all() -> None:
    room = Played()
    room.warn("no port desk")
    room.warn("first.flac is missing")
    said = text(session_rows(room.view(), shown(), *SMALL))
    assert "0:00 first.flac is missing" in said
    assert "2 warnings: i" in said


def test_without_a_dose_there_is_no_time_since_it() -> None:
    assert "T+ no dose yet" in text(session_rows(Played().view(), shown(), *SMALL))


def test_a_phase_without_music_says_so() -> None:
    view = worded(Played().view().model_copy(update={"layers": {}}))
    assert "none in this phase" in text(session_rows(view, shown(), *SMALL))


def test_the_end_fade_shows_the_time_to_silence() -> None:
    room = Played()
    room.do({"do": "stop"})
    said = text(session_rows(room.view(), shown(), *SMALL))
    assert "to silence" in said
    assert " ENDING   silence in 0:59" in said


def test_a_lost_room_is_said_and_its_old_times_are_dim() -> None:
    rows = session_rows(Played().view(), shown(lost=NO_ANSWER), *SMALL)
    assert f"! {NO_ANSWER}" in text(rows)
    assert " NO ANSWER " in text(rows)
    assert not any(tone == "strong" for row in rows if row.big for _, tone in row.line)


def test_a_refusal_has_a_sign() -> None:
    assert "! cannot skip" in text(
        session_rows(Played().view(), shown(said="cannot skip", wrong=True), *SMALL)
    )


def test_an_open_page_is_said() -> None:
    view = Played(remote=Remote(on=True)).view()
    assert "tablet on" in text(session_rows(view, shown(), *SMALL))


@pytest.mark.parametrize("panel", [keys_panel(KEYS, 76), leaving_panel(KEYS)])
def test_the_state_and_the_answer_stay_in_sight_beside_a_panel(panel: tuple) -> None:
    said = text(session_rows(busy().view(), shown(panel=panel, said="an answer"), *SMALL))
    for line in panel:
        assert "".join(piece for piece, _ in line).rstrip() in said
    assert " HELD " in said
    assert "an answer" in said


def test_a_title_cannot_break_the_screen() -> None:
    view = Played().view()
    music = view.layers["music"].model_copy(update={"title": "a\x1b[2J\nb\x07" * 40})
    rows = session_rows(
        worded(view.model_copy(update={"layers": {"music": music}})), shown(), *SMALL
    )
    assert len(rows) == 24
    assert all(mark.isprintable() for row in rows for piece, _ in row.line for mark in piece)


def test_before_anything_is_known_the_screen_says_that_it_waits() -> None:
    rows = waiting_rows("waiting for the room …", 24)
    assert len(rows) == 24
    assert "waiting for the room …" in text(rows)


SIMPLE = [do for do, spec in COMMANDS.items() if not any(one.required for one in spec.arguments)]


@examples(40)
@given(
    st.integers(1, 200),
    st.integers(1, 60),
    st.lists(st.sampled_from(SIMPLE), max_size=4),
    st.integers(0, 5000),
)
def test_any_size_and_any_moment_give_a_whole_screen(
    width: int, height: int, done: list[str], seconds: int
) -> None:
    room = Played()
    for do in done:
        room.try_to({"do": do})
    room.advance(seconds)
    rows = session_rows(room.view(), shown(panel=leaving_panel(KEYS)), width, height)
    assert len(rows) == height
    assert {length(row.line) for row in rows} == {width}


# Other languages ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [SMALL, LARGE])
@pytest.mark.parametrize("name", [*NAMES, "long"])
def test_the_layout_holds_in_every_language_and_with_longer_texts(
    name: str, size: tuple[int, int]
) -> None:
    use(half_as_long_again() if name == "long" else translations(name))
    room = busy()
    for said in (shown(said="held"), shown(locked=True), shown(lost=NO_ANSWER)):
        rows = session_rows(room.view(), said, *size)
        assert len(rows) == size[1]
        assert {length(row.line) for row in rows} == {size[0]}
    screen = text(session_rows(room.view(), shown(), *size))
    for word in (*room.view().texts.standing[:2], act_name("help"), act_name("leave")):
        assert word in screen
    for label in ("music", "level", "  next"):
        assert gettext(label)[:6] in screen


@pytest.mark.parametrize("name", NAMES)
def test_every_key_of_the_list_can_be_read_on_a_small_terminal(name: str) -> None:
    use(translations(name))
    for line in keys_panel(KEYS, SMALL[0] - 4):
        assert "…" not in "".join(piece for piece, _ in line)
