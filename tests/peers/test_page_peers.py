"""The tablet's page in Chromium, on a session in its own processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing import Room, chromium, complaints
from playwright.sync_api import Browser, Locator, Page, expect

from soundscape.views.snapshot import Snapshot

pytestmark = [pytest.mark.peer, pytest.mark.waits, pytest.mark.long]

BOUNCE = 200
"""Milliseconds after which the same press counts again."""
PHONE = {"width": 390, "height": 844}
SIZES = {
    "phone": PHONE,
    "tablet": {"width": 1180, "height": 820},
    "tablet upright": {"width": 820, "height": 1180},
    "zoomed": {"width": 320, "height": 256},
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    made = Room(tmp_path_factory.mktemp("room"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def page(browser: Browser, room: Room) -> Iterator[Page]:
    """A phone that was paired, in a session that plays its peak. Nothing may go wrong unseen."""
    at_peak(room)
    context = browser.new_context(viewport=PHONE)
    faults: list[str] = []
    made = context.new_page()
    made.on("pageerror", lambda error: faults.append(str(error)))
    made.on("console", lambda said: faults.append(said.text) if "Security" in said.text else None)
    made.goto(room.client.pairing().url)
    expect(made.locator("#phase")).to_have_text("peak")
    yield made
    context.close()
    assert faults == []


def at_peak(room: Room) -> None:
    """Back to a session that plays, whatever was done to it."""
    view = room.client.status()
    if view.state in ("paused", "muted"):
        room.client.do({"do": "play"})
    room.client.do({"do": "goto", "phase": "peak"})
    for name in ("duck", "care"):
        room.client.do({"do": name, "on": False})
    if room.client.status().state == "landing":
        room.client.do({"do": "land", "on": False})
    room.client.do({"do": "level", "by": -room.client.status().level_db})


def button(page: Page, act: str) -> Locator:
    return page.locator(f"button[data-act={act}]:visible")


def press(page: Page, room: Room, act: str, times: int = 1) -> Snapshot:
    """Press, wait for the answer, and look at the session itself."""
    with page.expect_response("**/api/commands", timeout=8000) as answer:
        for _ in range(times):
            page.wait_for_timeout(BOUNCE)
            button(page, act).click()
    assert answer.value.ok, answer.value.text()
    return room.client.status()


def state(page: Page, word: str) -> None:
    expect(page.locator(".states")).to_contain_text(word)


# pairing ------------------------------------------------------------------------------------------


def test_a_link_pairs_one_device_once(browser, room):
    url = room.client.pairing().url
    devices = room.client.remote().devices
    first, second = browser.new_context(), browser.new_context()
    try:
        page = first.new_page()
        page.goto(url)
        expect(page.locator("#phase")).not_to_be_empty()
        assert room.client.remote().devices == devices + 1
        (cookie,) = first.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        late = second.new_page()
        assert late.goto(url).status == 403
        expect(late.get_by_role("heading")).to_have_text("This code is used or too old")
        assert complaints(late) == []
        assert late.goto(page.url).status == 401
        expect(late.get_by_role("heading")).to_have_text("This device is not paired")
        assert complaints(late) == []
    finally:
        first.close()
        second.close()


def test_a_link_of_the_command_opens_the_documentation_in_one_browser_once(browser, room):
    url = room.run("remote", "--docs").split()[0]
    first, second = browser.new_context(), browser.new_context()
    try:
        page = first.new_page()
        faults = []
        page.on("response", lambda one: faults.append(one.url) if one.status >= 400 else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(url)
        expect(page.get_by_role("heading", name="Soundscape")).to_be_visible()
        expect(page.get_by_text("/api/commands").first).to_be_visible()
        assert faults == []
        assert page.goto(url.split("/docs")[0]).status == 401  # the session itself is not open
        late = second.new_page()
        assert late.goto(url).status == 403
        expect(late.get_by_role("heading")).to_have_text("This link is used or too old")
        assert late.goto(url.split("/open")[0]).status == 401
        expect(late.locator("p")).to_contain_text("soundscape remote --docs")
    finally:
        first.close()
        second.close()


# what it shows ------------------------------------------------------------------------------------


def test_it_shows_where_the_session_is_and_what_plays(page, room):
    expect(page.locator("#scene")).to_have_text("Short")
    expect(page.locator("#music")).to_have_text("Wide")
    expect(page.locator("#music-next")).to_contain_text("next drone, in ")
    expect(page.locator("#music-next")).to_contain_text("crossfade 1 s")
    expect(page.locator("#others")).to_have_text("ambience: Soft rain")
    expect(page.locator("#then")).to_have_text("then return, 20:00")
    expect(page.locator("#phases li[aria-current=step]")).to_have_text("peak")
    expect(page.locator("#health")).to_contain_text("! no sound: output null")
    expect(page.locator("#health")).to_contain_text("without lights")
    expect(page.locator("#level")).to_contain_text("as planned")
    minutes, seconds = page.locator("#left").inner_text().split(":")
    assert abs(int(minutes) * 60 + int(seconds) - room.client.status().phase_remaining) < 3


def test_what_is_done_elsewhere_is_seen_and_said(page, room):
    room.client.do({"do": "hold"})
    state(page, "HELD")
    expect(page.locator("#said")).to_contain_text("held in peak at")
    room.client.do({"do": "extend", "by": "5m"})
    expect(page.locator("#said")).to_contain_text("peak now ends at")


def test_a_session_that_waits_for_the_dose_says_so_and_shows_the_prompt(page, room):
    room.client.do({"do": "goto", "phase": "arrival"})
    expect(page.locator("#prompts")).to_have_text("Mask and headphones.")
    state(page, "WAITING FOR DOSE")
    expect(page.locator("#hint")).to_contain_text("“Dose given” marks the dose and goes on")
    assert complaints(page) == []
    button(page, "lock").click()
    assert complaints(page) == []
    button(page, "lock").click()
    page.wait_for_timeout(BOUNCE)
    button(page, "lock").click()
    assert press(page, room, "dose").phase == "peak"
    expect(page.locator("#dose")).to_contain_text("0:0")
    expect(page.locator("#dose-label")).to_have_text("T+ since the dose")


# every button -------------------------------------------------------------------------------------


def test_duck_hold_care_and_landing_are_done_and_undone(page, room):
    for act, word in (("duck", "DUCKED"), ("care", "CARE LIGHT"), ("land", "LANDING")):
        press(page, room, act)
        state(page, word)
        press(page, room, act)
        expect(page.locator(".states")).not_to_contain_text(word)
    assert press(page, room, "hold").state == "held"
    expect(button(page, "hold")).to_have_text("Release")
    assert press(page, room, "hold").state == "playing"


def test_pause_and_play(page, room):
    assert press(page, room, "pause").state == "paused"
    expect(button(page, "pause")).to_have_text("Play")
    assert press(page, room, "pause").state == "playing"


def test_mute_takes_one_press_and_a_second_is_silence_at_once(page, room):
    assert press(page, room, "mute").state == "muted"
    state(page, "MUTED")
    expect(button(page, "mute")).to_have_text("Silence at once")
    assert press(page, room, "mute").state == "muted"
    assert press(page, room, "pause").state == "playing"


def test_the_phase_is_extended_and_left(page, room):
    before = room.client.status().phase_duration
    assert press(page, room, "extend").phase_duration == pytest.approx(before + 300, abs=0.01)
    assert press(page, room, "next").phase == "return"
    expect(page.locator("#phase")).to_have_text("return")
    at_peak(room)
    assert press(page, room, "goto").phase == "return"


def test_level_and_lift_go_down_at_once_and_up_at_the_second_press(page, room):
    assert press(page, room, "softer").level_db == -1
    assert press(page, room, "louder", times=2).level_db == 0
    assert press(page, room, "soften").level_db == -1
    assert press(page, room, "lift", times=2).level_db == 0


def test_tracks_are_skipped_and_swapped(page, room):
    before = room.client.status().layers["music"].title
    assert press(page, room, "skip").layers["music"].title != before
    assert press(page, room, "swap").layers["music"].title == before


def test_marks_and_notes_are_kept(page, room):
    marks = len(room.client.status().marks)
    assert len(press(page, room, "mark").marks) == marks + 1
    button(page, "note").click()
    page.keyboard.type("hums softly")  # not one of these letters steers
    with page.expect_response("**/api/commands"):
        page.keyboard.press("Enter")
    assert room.client.status().marks[-1].text == "hums softly"
    assert room.client.status().state == "playing"
    expect(page.locator("#marks")).to_contain_text("hums softly")
    expect(page.locator("#note")).to_be_hidden()


def test_a_refusal_is_told_in_its_own_words(page, room):
    room.client.do({"do": "pause"})
    state(page, "PAUSED")
    button(page, "skip").click()
    expect(page.locator("#said")).to_have_text(
        "! cannot skip: paused; “Play” brings the music back first"
    )


# guards -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["louder", "lift", "stop"])
def test_what_makes_louder_or_ends_asks_for_a_second_press_within_two_seconds(page, room, act):
    button(page, act).evaluate("it => { it.click(); it.click() }")  # the second one is a bounce
    expect(page.locator("#said")).to_contain_text("press again to")
    expect(button(page, act)).to_contain_text("press again")
    expect(button(page, act)).not_to_contain_text("press again", timeout=3000)
    button(page, act).click()
    expect(button(page, act)).to_contain_text("press again")
    assert room.client.status().level_db == 0
    assert room.client.status().state == "playing"


def test_locked_only_mute_and_care_work_until_unlocked_twice(page, room):
    button(page, "lock").click()
    button(page, "duck").click()
    expect(page.locator("#said")).to_contain_text("locked")
    assert press(page, room, "care").care
    assert not room.client.status().ducked
    button(page, "lock").click()
    expect(page.locator("#said")).to_have_text("press again to unlock")
    page.wait_for_timeout(BOUNCE)
    button(page, "lock").click()
    assert press(page, room, "duck").ducked


# the keyboard -------------------------------------------------------------------------------------


def test_the_console_s_keys_steer_too(page, room):
    for key, word in ((" ", "DUCKED"), ("h", "HELD"), ("c", "CARE LIGHT"), ("Escape", "MUTED")):
        page.keyboard.press(key)
        state(page, word)
    page.keyboard.press("p")
    expect(page.locator(".states")).not_to_contain_text("MUTED")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#level")).to_contain_text("1 under plan")


def test_space_presses_what_has_the_focus_by_keyboard_and_ducks_after_a_tap(page, room):
    button(page, "hold").focus()
    page.keyboard.press(" ")
    state(page, "HELD")
    assert not room.client.status().ducked
    page.wait_for_timeout(BOUNCE)
    button(page, "hold").click()
    expect(page.locator(".states")).not_to_contain_text("HELD")
    page.keyboard.press(" ")
    state(page, "DUCKED")


def test_the_letters_can_be_turned_off_and_mute_stays(page, room):
    page.locator("#keys summary").focus()
    page.keyboard.press(" ")
    page.locator("#letters").uncheck()
    page.keyboard.press("h")
    page.keyboard.press("Escape")
    state(page, "MUTED")
    room.client.do({"do": "play"})
    assert room.client.status().state == "playing"
    page.locator("#letters").check()


# for everybody ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_it_fits_every_size_with_large_targets(page, size):
    page.set_viewport_size(SIZES[size])
    button(page, "note").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    boxes = {
        found.get_attribute("data-act"): found.bounding_box()
        for found in page.locator("button[data-act]:visible").all()
    }
    assert min(min(box["width"], box["height"]) for box in boxes.values()) >= 44
    area = {act: box["width"] * box["height"] for act, box in boxes.items()}
    assert max(area, key=area.__getitem__) == "duck"


def test_a_small_phone_shows_the_times_in_one_row_and_what_is_wrong_above_what_plays(page, room):
    """The main buttons stay on the first screen beside them."""
    page.set_viewport_size({"width": 320, "height": 568})
    rows = {page.locator(f"#{name}").bounding_box()["y"] for name in ("left", "passed", "dose")}
    assert len(rows) == 1
    page.evaluate("document.querySelector('#health').innerHTML = '<b>! lights offline: desk</b>'")
    wrong, music = (page.locator(name).bounding_box() for name in ("#health b", "#music"))
    assert wrong["y"] < music["y"]
    for act in ("duck", "hold", "extend", "next", "pause", "care", "mute"):
        expect(button(page, act)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("size", [(320, 568), (360, 640), (375, 667), (768, 1024), (820, 1180)])
def test_upright_the_dose_and_the_main_controls_are_on_the_first_screen(page, room, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    if room.client.status().since_dose is not None:  # given by another test
        room.client.do({"do": "dose", "undo": True})
    room.client.do({"do": "goto", "phase": "arrival"})
    state(page, "WAITING FOR DOSE")
    for act in ("duck", "hold", "extend", "next", "pause", "care", "mute"):
        expect(button(page, act)).to_be_in_viewport(ratio=1)
    expect(page.locator("button[data-act=dose]:visible")).to_be_in_viewport(ratio=1)
    expect(page.locator("#health b")).to_be_in_viewport(ratio=1)


def test_a_lying_tablet_has_every_control_on_the_first_screen(page, room):
    page.set_viewport_size({"width": 1024, "height": 768})
    for found in page.locator("button[data-act]:visible").all():
        expect(found).to_be_in_viewport(ratio=1)
    expect(button(page, "stop")).to_be_in_viewport(ratio=1)


def test_axe_finds_nothing_in_any_state(page, room):
    found = complaints(page)
    for do, word in (("hold", "HELD"), ("land", "LANDING"), ("pause", "PAUSED"), ("mute", "MUTED")):
        room.client.do({"do": do})
        state(page, word)
        found += complaints(page)
    room.client.do({"do": "play"})
    room.client.do({"do": "goto", "phase": "rest"})
    room.client.do({"do": "extend", "by": "-1h"})
    state(page, "WAITING")
    found += complaints(page)
    room.client.do({"do": "next"})
    state(page, "ENDING")
    expect(page.locator("#hint")).to_contain_text("“Hold” or “+5 min” brings the sound back")
    assert found + complaints(page) == []


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_with_everything_open_in_any_size(page, size):
    page.set_viewport_size(SIZES[size])
    page.locator("#keys summary").click()
    button(page, "note").click()
    button(page, "lock").click()
    button(page, "lock").click()
    assert complaints(page) == []


# the way back -------------------------------------------------------------------------------------


def test_a_lost_room_is_told_of_and_found_again(page, room):
    with room.frozen():
        button(page, "duck").click()
        expect(page.locator("#lost")).to_contain_text("Lost the room. The sound plays on")
        expect(page.locator("#health")).not_to_be_visible()
        assert complaints(page) == []
        expect(page.locator("#said")).to_contain_text("no answer from the room", timeout=8000)
    expect(page.locator("#lost")).to_be_empty(timeout=8000)
    expect(page.locator("#health")).to_be_visible()
    expect(page.locator("#said")).to_have_text("the room is back")
    assert press(page, room, "hold").state == "held"
    state(page, "HELD")


def test_a_device_that_is_unpaired_is_told_so_and_can_pair_again(page, room):
    room.client.unpair()
    expect(page.get_by_role("heading")).to_have_text("This device is no longer paired")
    expect(button(page, "duck")).to_be_hidden()
    assert complaints(page) == []
    page.goto(room.client.pairing().url)
    expect(page.locator("#phase")).to_have_text("peak")


def test_a_session_that_is_over_is_told_of_and_the_next_one_found(page, room):
    press(page, room, "stop", times=2)
    state(page, "ENDING")
    expect(page.locator("#hint")).to_contain_text("silence in 0:")
    room.stop()
    expect(page.get_by_role("heading")).to_have_text("The session is over")
    expect(button(page, "duck")).to_be_hidden()
    expect(page.locator("#lost")).to_be_empty()
    assert complaints(page) == []
    page.wait_for_timeout(3500)  # a room that is over is not lost
    expect(page.locator("#lost")).to_be_empty()
    room.start()
    expect(page.locator("#phase")).to_have_text("arrival", timeout=10_000)
