import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from soundscape.errors import EngineError, SessionLost
from soundscape.ipc.shared_audio import SharedAudio
from soundscape.ipc.shared_audio_layout import create_shared_audio, hold_player_lock, player_pid
from soundscape.library.files import atomic_write
from soundscape.remote import session_file
from soundscape.remote.session_file import (
    SessionFile,
    adopt,
    claim,
    device_must_be_free,
    find,
    running,
    shared_audio_of,
)


class Host(BaseHTTPRequestHandler):
    """Knows its token, as a session's host does."""

    def do_GET(self):
        known = self.headers["Authorization"] == "Bearer secret"
        self.send_response(200 if known else 401)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def served():
    """The URL of something that answers on the loopback address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def played(own, moment=None):
    """A player writes to the session's shared audio."""
    shared = SharedAudio(create_shared_audio(shared_audio_of(own.path)))
    shared.write(
        0, np.zeros((1024, 2), np.float32), time.perf_counter() if moment is None else moment, 0
    )
    shared.publish_position()
    return shared


def published(folder, served, label="one", device="device:a"):
    own = claim(folder, label, device)
    own.publish(SessionFile(served, "secret", os.getpid(), own.content.label, device))
    return own


def died(own):
    """Its process is gone: the kernel releases what it had locked."""
    own._lock.release()


def test_a_session_is_found_by_what_it_published(tmp_path, served):
    own = published(tmp_path, served)
    assert own.path == tmp_path / "session.json"
    assert json.loads(own.path.read_text())["token"] == "secret"
    assert find(tmp_path, None).content == own.content
    assert find(tmp_path, "one").content == own.content
    assert find(tmp_path, None).answers()


def test_it_is_readable_by_its_user_alone(tmp_path, served):
    folder = tmp_path / "runtime"
    own = published(folder, served)
    assert own.path.stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


def test_with_no_session_the_way_to_one_is_told(tmp_path):
    with pytest.raises(SessionLost, match="soundscape start"):
        find(tmp_path / "nothing", None)


def test_a_second_session_on_the_same_device_is_refused_with_the_way_out(tmp_path, served):
    published(tmp_path, served)
    with pytest.raises(EngineError, match="soundscape stop --session one"):
        claim(tmp_path, "two", "device:a")
    assert len(running(tmp_path)) == 1


def test_two_sessions_on_two_devices_are_told_apart_by_label(tmp_path, served):
    published(tmp_path, served)
    other = published(tmp_path, served, "two", "device:b")
    assert other.path.name == "session-2.json"
    assert find(tmp_path, "two").content == other.content
    with pytest.raises(EngineError, match="--session, of 'one', 'two'"):
        find(tmp_path, None)
    with pytest.raises(EngineError, match="'three'; running: 'one', 'two'"):
        find(tmp_path, "three")


def test_any_number_of_sessions_may_play_into_nothing(tmp_path, served):
    labels = [published(tmp_path, served, "one", "").content.label for _ in range(3)]
    assert labels == ["one", "one 2", "one 3"]


def test_what_a_dead_session_left_behind_is_removed(tmp_path, served):
    own = published(tmp_path, "http://127.0.0.1:1/")
    played(own)
    died(own)
    assert running(tmp_path) == []
    assert not own.path.exists()
    assert not shared_audio_of(own.path).exists()


def test_a_start_that_was_given_up_does_not_block_for_ever(tmp_path):
    own = claim(tmp_path, "one", "device:a")
    with pytest.raises(EngineError):
        claim(tmp_path, "two", "device:a")
    died(own)
    assert claim(tmp_path, "two", "device:a").content.label == "two"


def test_a_session_that_does_not_answer_keeps_its_file_and_its_device(tmp_path):
    """A closed lid, a busy machine: whether the process lives is not a question of time."""
    own = published(tmp_path, "http://127.0.0.1:1/")
    played(own, time.perf_counter() - 3600)
    (known,) = running(tmp_path)
    assert known.content == own.content
    assert not known.answers()
    with pytest.raises(EngineError, match="soundscape attach --session one"):
        claim(tmp_path, "two", "device:a")


def test_a_player_without_its_host_keeps_its_device_until_it_has_ended(tmp_path):
    own = published(tmp_path, "http://127.0.0.1:1/")
    played(own)
    player = hold_player_lock(shared_audio_of(own.path))
    died(own)
    assert not find(tmp_path, "one").hosted
    assert player_pid(shared_audio_of(own.path)) == os.getpid()
    with pytest.raises(EngineError, match="already plays on this audio device"):
        claim(tmp_path, "two", "device:a")
    player.release()
    assert claim(tmp_path, "two", "device:a").path == own.path
    assert not shared_audio_of(own.path).exists()


def test_another_host_takes_over_the_file_of_one_that_died_and_no_other(tmp_path):
    own = published(tmp_path, "http://127.0.0.1:1/")
    played(own)
    player = hold_player_lock(shared_audio_of(own.path))
    with pytest.raises(EngineError, match="host lives"):
        adopt(shared_audio_of(own.path))
    own.publish(replace(own.content, pid=1))
    died(own)
    other = adopt(shared_audio_of(own.path))
    assert (other.path, other.content) == (own.path, replace(own.content, pid=os.getpid()))
    (known,) = running(tmp_path)
    assert (known.hosted, known.content) == (True, other.content)
    player.release()
    other.release()
    assert running(tmp_path) == []


def test_another_program_at_a_dead_sessions_port_is_no_session(tmp_path, served):
    own = claim(tmp_path, "one", "device:a")
    own.publish(SessionFile(served, "not its token", 1, "one", "device:a"))
    (known,) = running(tmp_path)
    assert not known.answers()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_stopped_process_keeps_its_session_and_a_killed_one_loses_it(tmp_path):
    program = (
        "import sys, time\nfrom pathlib import Path\n"
        "from soundscape.remote.session_file import claim\n"
        "own = claim(Path(sys.argv[1]), 'one', 'device:a')\n"
        "print(flush=True)\ntime.sleep(600)"
    )
    with subprocess.Popen(
        (sys.executable, "-c", program, tmp_path), stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGSTOP)
        try:
            assert [known.content.label for known in running(tmp_path)] == ["one"]
            with pytest.raises(EngineError, match="already plays"):
                device_must_be_free(tmp_path, "device:a")
        finally:
            process.kill()
        process.wait()
        assert running(tmp_path) == []


def test_a_session_that_ended_does_not_remove_the_next_ones_file(tmp_path):
    first = claim(tmp_path, "one", "device:a")
    first.release()
    second = claim(tmp_path, "two", "device:a")
    assert second.path == first.path
    first.release()
    assert second.path.exists()


def test_a_label_with_a_quote_can_be_pasted_into_a_shell(tmp_path, served):
    published(tmp_path, served, "it's ours")
    with pytest.raises(EngineError, match=re.escape("""--session 'it'"'"'s ours'`""")):
        claim(tmp_path, "two", "device:a")


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", '{"url": 3}', "\xff", "[" * 100_000),
        '{"url": 5, "token": 1, "pid": "x", "label": null, "device": 3}',
        '{"url": "http://[::1", "token": "t", "pid": 1, "label": "x", "device": ""}',
        '{"url": "http://127.0.0.1:99999", "token": "t", "pid": 1, "label": "x", "device": ""}',
        '{"url": "http://127.0.0.1:1", "token": "\\n", "pid": 1, "label": "x", "device": ""}',
        *(
            '{"url": "http://127.0.0.1:1", "token": "", "pid": 1, "label": "", "device": "", '
            f'"lights": {lights}}}'
            for lights in (
                "3",
                "[3]",
                '[["a"]]',
                '[["a", "cc", "x", 1]]',
                '[["a", "b", 1e999, 1]]',
                "null",
            )
        ),
    ],
)
def test_a_damaged_file_is_no_session(tmp_path, text):
    (tmp_path / "session.json").write_text(text, encoding="latin-1")
    assert running(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(EngineError, match="cannot be written"):
        claim(tmp_path / "file", "one", "")


def test_a_file_that_is_read_meanwhile_is_published_a_little_later(
    tmp_path, open_files, monkeypatch
):
    own = claim(tmp_path, "a", "")
    waits = []

    def wait(seconds):
        waits.append(seconds)
        if len(waits) == 3:
            open_files.let_go(own.path)

    monkeypatch.setattr(atomic_write.time, "sleep", wait)
    open_files.hold(own.path)
    own.publish(replace(own.content, url="http://127.0.0.1:1", token="t"))
    assert len(waits) == 3
    assert json.loads(own.path.read_text())["token"] == "t"


@pytest.mark.parametrize(("system", "shown"), [("linux", "'room 1'"), ("win32", '"room 1"')])
def test_a_hint_is_quoted_for_this_systems_shell(monkeypatch, system, shown):
    monkeypatch.setattr(session_file.sys, "platform", system)
    assert session_file.shell_argument("room 1") == shown


def test_of_two_claims_at_the_same_moment_the_one_with_the_lower_number_came_first(tmp_path):
    paths = [tmp_path / f"session{number}.json" for number in ("", "-2", "-10")]
    for path in paths:
        path.write_text("")
        os.utime(path, ns=(1, 1))
    order = [[session_file._before(one, other) for other in paths] for one in paths]
    assert order == [[False, True, True], [False, False, True], [False, False, False]]
    os.utime(paths[0], ns=(2, 2))
    assert session_file._before(paths[2], paths[0])
    assert not session_file._before(paths[0], paths[2])
    paths[1].unlink()
    assert not session_file._before(paths[1], paths[0])
