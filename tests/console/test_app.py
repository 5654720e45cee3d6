from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from played import Played
from properties import examples
from textual.pilot import Pilot
from textual.widgets import Input

from soundscape.console import app as app_module
from soundscape.console.app import REDRAW, ConsoleApp, Outcome, SessionView
from soundscape.console.keys import default_keys
from soundscape.console.link import NO_ANSWER, NO_SOUND, NOT_KNOWN, STANDS_STILL
from soundscape.timeline.commands import Command
from soundscape.translation import language
from soundscape.views.snapshot import MeterView, Remote, Snapshot

pytestmark = pytest.mark.waits

ROUNDS = 500
"""How often a test looks before it gives up."""


@pytest.fixture(autouse=True)
def _a_room_that_speaks_when_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "SILENT_FOR", float("inf"))


class Therapist:
    """Presses keys, and looks at the screen."""

    def __init__(
        self, room: Played, app: ConsoleApp, pilot: Pilot[Outcome], time: list[float]
    ) -> None:
        self.room, self.app, self._pilot, self._time = room, app, pilot, time

    def wait(self, seconds: float) -> None:
        """Let the console's clock run."""
        self._time[0] += seconds

    async def press(self, *keys: str) -> None:
        """Press keys, half a second apart."""
        for key in keys:
            self.wait(0.5)
            await self._pilot.press(key)

    async def sees(self, *words: str) -> str:
        """Look until all the words are on the screen."""
        return await self.until(lambda text: all(word in text for word in words), words)

    async def no_more_sees(self, *words: str) -> str:
        return await self.until(lambda text: not any(word in text for word in words), words)

    async def until(self, holds: Callable[[str], bool], what: object) -> str:
        text = ""
        for number in range(ROUNDS):
            if number % 50 == 0:
                self.wait(REDRAW)
            text = self.screen()
            if holds(text):
                return text
            await self._pilot.pause(0.005)
        raise AssertionError(f"{what} not as expected in:\n{text}")

    def screen(self) -> str:
        faces = self.app.screen.query(SessionView)
        return "\n".join(f.render_line(y).text for f in faces for y in range(f.size.height))


def at_the_console(
    work: Callable[[Therapist], Awaitable[None]],
    room: Played | None = None,
    *,
    keys: dict[str, str] | None = None,
    size: tuple[int, int] = (80, 24),
) -> Outcome | None:
    """Let a therapist work at the console; how it came to an end."""
    played = room or Played()

    time = [0.0]

    async def whole() -> Outcome | None:
        app = ConsoleApp(played, keys or {}, now=lambda: time[0])
        async with app.run_test(size=size) as pilot:
            therapist = Therapist(played, app, pilot, time)
            await therapist.sees("in arrival")
            await work(therapist)
        return app.return_value

    return asyncio.run(whole())


# Keys ---------------------------------------------------------------------------------------------

ANSWERS = {
    "space": ("ducked for your voice", "DUCKED"),
    "n": ("now onset", "in onset"),
    "h": ("held in arrival", "HELD"),
    "e": ("arrival now ends at", "20:00"),
    "d": ("dose marked, T+0:00", "since the dose"),
    "p": ("pausing in arrival", "PAUSED"),
    "down": ("level 1 under plan", "1 under plan"),
    "k": ("crossfading to Slow water", "Slow water"),
    "x": ("crossfading to Slow water", "Slow water"),
    "s": ("level 1 under plan", "1 under plan"),
    "g": ("now return", "in return"),
    "l": ("landing: grounding music", "LANDING"),
    "c": ("care light on", "CARE LIGHT"),
    "m": ("marked in arrival", "marks"),
    "escape": ("muted in arrival; care light on", "MUTED"),
}


@pytest.mark.parametrize("key", ANSWERS)
def test_a_key_acts_at_once_and_the_answer_is_shown(key: str) -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press(key)
        await therapist.sees(ANSWERS[key][0])
        if key not in ("e",):
            await therapist.sees(ANSWERS[key][1])

    at_the_console(work)


def test_a_stray_step_is_taken_back_and_a_phase_gone_back_to() -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("n")
        await therapist.sees("now ")
        await therapist.press("u")
        await therapist.sees("next undone; arrival again")
        await therapist.press("n", "b")
        await therapist.sees("back in arrival")

    at_the_console(work)


def test_escape_in_the_list_of_keys_only_closes_it() -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("?")
        await therapist.sees("duck to speak; again: back")
        await therapist.press("escape")
        await therapist.no_more_sees("duck to speak; again: back")
        assert therapist.room.asked == []
        await therapist.press("escape")
        await therapist.sees("MUTED")

    at_the_console(work)


def test_any_other_key_in_the_question_how_to_leave_only_closes_it() -> None:
    async def work(therapist: Therapist) -> None:
        for key in ("n", "space", "escape", "d"):
            await therapist.press("q")
            await therapist.sees("any other key: stay")
            await therapist.press(key)
            await therapist.no_more_sees("any other key: stay")
        assert therapist.room.asked == []

    at_the_console(work)


def test_louder_and_lift_say_that_they_need_a_second_press() -> None:
    async def work(therapist: Therapist) -> None:
        for key, words in (
            ("up", "press again to make it louder"),
            ("w", "press again to make it"),
        ):
            await therapist.press(key)
            await therapist.sees(words)
        assert therapist.room.asked == []
        await therapist.press("w")
        await therapist.sees("level 1 over plan")
        await therapist.press("up", "up")
        await therapist.sees("level 2 over plan")

    at_the_console(work)


def test_what_a_second_press_would_do_is_said_no_longer_than_it_counts() -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("up")
        await therapist.sees("press again")
        therapist.wait(2.1)
        await therapist.no_more_sees("press again")

    at_the_console(work)


def test_a_refusal_is_a_line_with_a_sign() -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("p", "k")
        await therapist.sees("! cannot skip: paused")

    at_the_console(work)


def test_every_act_has_been_driven() -> None:
    driven = {*ANSWERS, "b", "u", "up", "w", "t", "q", "ctrl+c", "L", "?", "r", "i", "o"}
    assert driven == set(default_keys())


def test_the_rooms_own_keys_count() -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("pagedown", "f5")
        await therapist.sees("HELD", "DUCKED", "“h” lets the phase go on")

    at_the_console(work, keys={"pagedown": "duck", "f5": "hold"})


def test_keys_that_mean_nothing_do_nothing() -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("tab", "shift+tab", "ctrl+p", "ctrl+q", "z", "enter", "f1", "left")
        assert therapist.room.asked == []
        assert therapist.app.is_running

    at_the_console(work)


# Lock, notes, leaving -----------------------------------------------------------------------------


def test_the_lock_holds_all_keys_but_mute_and_care() -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("L")
        await therapist.sees("KEYS LOCKED")
        await therapist.press("n", "t", "q", "space")
        await therapist.sees("keys are locked")
        await therapist.press("c", "escape")
        await therapist.sees("MUTED", "CARE LIGHT")
        assert therapist.room.asked == [Command("care", on=True), Command("mute")]
        await therapist.press("L", "L")
        await therapist.sees("keys unlocked")
        await therapist.no_more_sees("KEYS LOCKED")

    at_the_console(work)


def test_a_note_is_written_in_a_line_of_its_own() -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("t")
        await therapist.sees("Note (no names")
        await therapist.press(*"hot n", "q", "q", "left", "backspace", "enter")
        await therapist.sees("noted in", "hot nq")
        assert therapist.room.asked == [Command("note", text="hot nq")]
        assert not therapist.app.query_one(Input).has_class("open")
        await therapist.press("h")
        await therapist.sees("HELD")

    at_the_console(work)


def test_an_empty_note_is_none() -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("t", "space", "enter", "h")
        await therapist.sees("HELD")
        assert therapist.room.asked == [Command("hold")]

    at_the_console(work)


def test_mute_works_from_a_note_and_what_was_written_is_kept_for_later() -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("t", "a", "b", "escape")
        await therapist.sees("MUTED")
        await therapist.press("p")
        await therapist.sees("the music comes back")
        await therapist.press("t", "c", "enter")
        await therapist.sees("noted in")
        assert therapist.room.asked[-1] == Command("note", text="abc")

    at_the_console(work)


def test_a_pedal_works_while_a_note_is_written() -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("t", "a", "pagedown")
        await therapist.sees("DUCKED")

    at_the_console(work, keys={"pagedown": "duck"})


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
def test_leaving_asks_and_leaves_the_session_playing(key: str) -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press(key)
        await therapist.sees("Leave the console?", "leave; the session plays on")
        await therapist.press(key)

    room = Played()
    assert at_the_console(work, room) == "left"
    assert room.asked == []


def test_leaving_may_end_the_session_by_two_presses() -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("q", "f")
        await therapist.sees("press again to end the session", "Leave the console?")
        await therapist.press("f")
        await therapist.sees("ENDING", "fading out; silence in 1:00")
        assert therapist.room.asked == [Command("stop")]

    at_the_console(work)


@pytest.mark.parametrize("key", ["h", "n", "up", "escape", "pagedown"])
def test_any_other_key_stays_and_does_nothing_else(key: str) -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("q", key)
        await therapist.no_more_sees("Leave the console?")
        assert therapist.room.asked == []
        await therapist.press("h")
        await therapist.sees("HELD")

    at_the_console(work, keys={"pagedown": "duck"})


@pytest.mark.parametrize("panel", ["?", "i"])
def test_escape_closes_what_lies_over_the_screen_and_mutes_only_then(panel: str) -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press(panel)
        words = {"?": "duck to speak; again: back", "i": "underruns: 0"}[panel]
        await therapist.sees(words)
        await therapist.press("escape")
        await therapist.no_more_sees(words)
        assert therapist.room.asked == []
        await therapist.press("escape")
        await therapist.sees("MUTED")

    at_the_console(work)


def test_the_details_show_the_warnings_and_the_figures() -> None:
    room = Played(meter=MeterView(momentary=-26.1, short_term=-26.3))
    room.warn("playlists/arrival.yaml: a track is missing")

    async def work(therapist: Therapist) -> None:
        await therapist.sees("a track is missing", "1 warning: i")
        await therapist.press("i")
        await therapist.sees("a track is missing", "now -26.1", "LUFS", "underruns: 0")
        await therapist.press("h")
        await therapist.sees("HELD")
        await therapist.no_more_sees("underruns: 0")

    at_the_console(work, room)


def test_an_answer_names_the_key_of_what_takes_it_back() -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("f9")
        await therapist.sees("ducked for your voice; “F9” again brings it back")
        await therapist.press("p")
        await therapist.sees("“p” brings it back")
        await therapist.press("k")
        await therapist.sees("paused; “p” brings the music back first")

    at_the_console(work, keys={"f9": "duck", "space": "mark"})


def test_the_question_does_not_stand_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "TICK", 0.02)

    async def work(therapist: Therapist) -> None:
        await therapist.press("q")
        await therapist.sees("Leave the console?")
        therapist.wait(app_module.ASKS_FOR + 1)
        therapist.room.advance(1)
        await therapist.no_more_sees("Leave the console?")

    at_the_console(work)


def test_the_keys_are_shown_and_put_away() -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("?")
        await therapist.sees("duck to speak; again: back", "mute; again: silence")
        await therapist.press("?")
        await therapist.no_more_sees("duck to speak; again: back")
        await therapist.press("?", "h")
        await therapist.sees("HELD")

    at_the_console(work)


# The tablet ---------------------------------------------------------------------------------------


def test_without_the_page_there_is_no_code_but_words_how_to_turn_it_on() -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("r")
        await therapist.sees("the tablet's page is off", "soundscape remote")

    at_the_console(work)


def test_the_code_is_shown_until_a_device_is_paired(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Played(remote=Remote(on=True, url="http://10.0.0.2:8000"))

    async def work(therapist: Therapist) -> None:
        await therapist.press("r")
        await therapist.sees("Read this code", "Valid for 9:5")
        room.remote_page = Remote(on=True, url="http://10.0.0.2:8000", devices=1)
        room.advance(1)
        await therapist.sees("a device is paired")
        await therapist.no_more_sees("Read this code")

    at_the_console(work, room)


def test_the_code_goes_when_it_has_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "TICK", 0.02)
    room = Played(remote=Remote(on=True, url="http://10.0.0.2:8000"))

    async def work(therapist: Therapist) -> None:
        await therapist.press("r")
        await therapist.sees("Read this code")
        therapist.wait(601)
        room.advance(1)
        await therapist.sees("the code has expired")

    at_the_console(work, room)


def test_the_keys_work_beside_the_code() -> None:
    room = Played(remote=Remote(on=True, url="http://10.0.0.2:8000"))

    async def work(therapist: Therapist) -> None:
        await therapist.press("r")
        await therapist.sees("Read this code")
        await therapist.press("h")
        await therapist.sees("HELD")

    at_the_console(work, room)


# The room -----------------------------------------------------------------------------------------


def test_a_lost_connection_is_said_and_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(therapist: Therapist) -> None:
        therapist.room.break_off()
        await therapist.sees(NO_ANSWER, "NO ANSWER")
        await therapist.press("h")
        therapist.room.answer_again()
        await therapist.sees("the room answers again")
        await therapist.no_more_sees("NO ANSWER")

    at_the_console(work)


def test_a_session_that_broke_off_is_not_said_to_play() -> None:
    async def work(therapist: Therapist) -> None:
        therapist.room.silent = True
        therapist.room.break_off()
        await therapist.sees(NO_SOUND, "NO ANSWER")

    at_the_console(work)


def test_a_session_whose_processes_stand_still_is_not_said_to_be_lost() -> None:
    async def work(therapist: Therapist) -> None:
        therapist.room.silent = therapist.room.stands_still = True
        therapist.room.break_off()
        await therapist.sees(STANDS_STILL, "NO ANSWER")

    at_the_console(work)


def test_a_session_that_does_not_answer_is_not_said_to_be_well_or_to_play() -> None:
    async def work(therapist: Therapist) -> None:
        therapist.room.do({"do": "hold"})
        await therapist.sees("sound ok", "files ok", "HELD")
        for silent in (False, True):
            therapist.room.silent = silent
            therapist.room.break_off()
            text = await therapist.sees("NO ANSWER", "last known: held", NO_SOUND if silent else "")
            head = text.splitlines()[0]
            assert "no answer" in head
            assert " ok" not in text
            assert "HELD" not in text
            assert "PLAYING" not in text
            assert "in arrival" in text

    at_the_console(work)


def test_a_session_that_broke_off_says_how_it_is_taken_up_and_keeps_what_is_known() -> None:
    room = Played(begun_as="soundscape start kap-im")

    async def work(therapist: Therapist) -> None:
        await therapist.press("d", "m")
        await therapist.sees("marked in onset")
        room.silent = True
        room.break_off()
        await therapist.sees("soundscape recover")
        await therapist.sees("soundscape start kap-im --at onset+0m00s", "in onset", "T+0:00 mark")
        therapist.wait(65)
        await therapist.press("z")
        said = await therapist.sees("soundscape dose --ago 6")
        assert "The session broke off." in said
        await therapist.press("q")
        await therapist.sees("Leave the console?")
        await therapist.press("q")

    assert at_the_console(work, room) == "lost"


def test_the_time_since_the_dose_runs_on_while_the_room_does_not_answer() -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("d")
        await therapist.sees("T+ since the dose")
        therapist.room.break_off()
        before = await therapist.sees("NO ANSWER")
        therapist.wait(120)
        await therapist.press("z")
        await therapist.until(lambda text: text != before, "a later time")

    at_the_console(work)


def test_what_is_asked_of_a_lost_room_is_answered() -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("m")
        await therapist.sees("marked in")
        therapist.room.break_off()
        await therapist.sees(NO_ANSWER)
        await therapist.press("h")
        await therapist.sees(NOT_KNOWN, "NO ANSWER")

    at_the_console(work)


def test_a_room_that_is_silent_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "TICK", 0.02)
    monkeypatch.setattr(app_module, "SILENT_FOR", 4.0)

    async def work(therapist: Therapist) -> None:
        def told(text: str) -> bool:
            therapist.wait(0.1)  # again and again: a last word may still be on its way
            return "NO ANSWER" in text

        await therapist.until(told, "NO ANSWER")

    at_the_console(work)


def test_who_leaves_a_lost_room_knows_it() -> None:
    async def work(therapist: Therapist) -> None:
        therapist.room.break_off()
        await therapist.sees("NO ANSWER")
        await therapist.press("q", "q")

    assert at_the_console(work) == "lost"


def test_the_end_is_said_and_the_console_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "CLOSES_AFTER", 0.3)

    async def work(therapist: Therapist) -> None:
        therapist.room.do({"do": "stop", "fade": 1.0})
        therapist.room.advance(3)
        await therapist.sees("OVER", "the session is over; the console closes")
        await therapist.until(lambda _: not therapist.app.is_running, "closed")

    assert at_the_console(work) == "over"


def test_a_console_that_no_room_answers_waits_and_can_be_left() -> None:
    room = Played()
    room.broken = True

    async def whole() -> Outcome | None:
        app = ConsoleApp(room, {})
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause(0.05)
            face = app.screen.query_one(SessionView)
            assert any("room" in face.render_line(y).text for y in range(24))
            await pilot.press("n", "q")
        return app.return_value

    assert asyncio.run(whole()) == "lost"


# The screen ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 10), (20, 4)])
def test_it_is_drawn_at_every_size(size: tuple[int, int]) -> None:
    room = Played()

    async def whole() -> None:
        app = ConsoleApp(room, {})
        async with app.run_test(size=size) as pilot:
            await pilot.pause(0.05)
            face = app.screen.query_one(SessionView)
            assert tuple(face.size) == size
            assert any(face.render_line(y).text.strip() for y in range(size[1]))
            await pilot.resize_terminal(80, 24)
            await pilot.pause(0.05)
            assert tuple(face.size) == (80, 24)

    asyncio.run(whole())


def test_without_colour_only_bold_and_reversed_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def work(therapist: Therapist) -> None:
        await therapist.press("h")
        await therapist.sees("HELD")
        styles = [
            segment.style
            for strip in therapist.app.screen._compositor.render_strips()
            for segment in strip
            if segment.style
        ]
        colours = {c.name for s in styles for c in (s.color, s.bgcolor) if c is not None}
        assert colours <= {"default"}
        assert any(style.reverse for style in styles)

    at_the_console(work)


def test_it_never_rings(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(therapist: Therapist) -> None:
        rung: list[int] = []
        monkeypatch.setattr(therapist.app._driver, "write", lambda data: rung.append("\a" in data))
        therapist.app.bell()
        await therapist.app.run_action("bell")
        assert not any(rung)

    at_the_console(work)


def test_only_lines_that_change_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(therapist: Therapist) -> None:
        face = therapist.app.query_one(SessionView)
        drawn: list[int] = []
        monkeypatch.setattr(face, "refresh", lambda *regions: drawn.extend(r.y for r in regions))
        therapist.wait(1)
        therapist.room.advance(1)
        await therapist.until(lambda _: bool(drawn), "drawn")
        assert len(set(drawn)) < 16

    at_the_console(work)


ANY_KEY = st.sampled_from(
    [*default_keys(), "enter", "f", "a", "backspace", "tab", "f5", "pageup", "ctrl+z"]
)


@examples(8, suppress_health_check=list(HealthCheck))
@given(st.lists(ANY_KEY.filter(lambda key: key not in ("q", "ctrl+c")), max_size=25))
def test_any_order_of_keys_leaves_a_working_screen(keys: list[str]) -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press(*keys)
        therapist.room.advance(30)
        assert therapist.app.is_running
        assert therapist.screen().strip()

    at_the_console(work)


# Languages ----------------------------------------------------------------------------------------


class InSpanish(Played):
    """A session that was started with `--lang es`."""

    def view(self) -> Snapshot:
        seen = super().view()
        texts = seen.texts.model_copy(update={"language": "es"})
        return seen.model_copy(update={"texts": texts})


def test_the_console_speaks_the_language_of_its_session() -> None:
    async def work(therapist: Therapist) -> None:
        await therapist.press("q")
        await therapist.sees("¿Salir de la consola?")
        assert language() == "es"

    at_the_console(work, InSpanish())


def test_a_language_that_the_console_does_not_have_leaves_it_as_it_is() -> None:
    class InKlingon(Played):
        def view(self) -> Snapshot:
            seen = super().view()
            texts = seen.texts.model_copy(update={"language": "tlh"})
            return seen.model_copy(update={"texts": texts})

    async def work(therapist: Therapist) -> None:
        await therapist.press("q")
        await therapist.sees("Leave the console?")

    at_the_console(work, InKlingon())
