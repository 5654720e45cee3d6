"""The command line: parse, call, print. Only here errors become exit codes.

Exit codes: 0 done; 1 it could not be done, one line (or one a problem) on stderr says why and what
to do; 2 wrong usage; 130 Ctrl-C.
"""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import rich_click as click

from soundscape import __version__
from soundscape.cli.lazy_group import LazyCommand, LazyGroup
from soundscape.cli.options import lang_option, library_option
from soundscape.command_specs import COMMANDS as VERBS
from soundscape.errors import SoundscapeError
from soundscape.library.languages import use_language

COMMANDS = (
    LazyCommand("start", "Start a session: sound, light, and the therapist's console."),
    LazyCommand("rehearse", "Rehearse a scene: all its phases in two minutes."),
    LazyCommand("status", "Show the state of the running session.", "session"),
    LazyCommand("attach", "Open the console of the running session again.", "session"),
    *(LazyCommand(spec.name, spec.help, "verbs") for spec in VERBS.values()),
    LazyCommand("recover", "Continue a session that was cut off, for example by a power cut."),
    LazyCommand("sessions", "List the recorded sessions, the last one at the end."),
    LazyCommand("report", "Show how a session went; without a number the last one."),
    LazyCommand("forget", "Delete everything that was recorded of a session."),
    LazyCommand("remote", "Open the page for a tablet or phone, and pair a device."),
    LazyCommand("rooms", "Show all rooms of the clinic's broker, on a screen or as a page."),
    LazyCommand(
        "init", "Write a new library to edit: scenes, playlists, room, an editor's settings."
    ),
    LazyCommand("scenes", "List the scenes of the library, with their phases and planned time."),
    LazyCommand(
        "check", "Check before the patient arrives: scenes, files, music, room, devices, computer."
    ),
    LazyCommand("plan", "Show what a scene will play, and when, if no command changes it."),
    LazyCommand("scan", "Measure the loudness of the library's sound files ahead of time."),
    LazyCommand("render", "Render a session to a sound file: the same sound and messages as live."),
    LazyCommand("import", "Make a playlist of another program's, or of a folder.", "playlists"),
    LazyCommand(
        "export", "Write a playlist for another program, such as VLC or foobar2000.", "playlists"
    ),
    LazyCommand("audition", "Play or render one generator, playlist entry or sound file alone."),
    LazyCommand("schema", "Print the JSON Schema of a kind of file, for completion in an editor."),
    LazyCommand("audio", "List and test the audio devices."),
    LazyCommand("midi", "List MIDI ports, show incoming messages, and set up pedals."),
    LazyCommand(
        "lights",
        "Try the lights of the room: each one, one value, or a whole scene.",
    ),
)
"""Each stands in the module of its name, which is loaded when the command is used."""

DISCLAIMER = (
    "It is not a medical device: it plays audio and sends lighting cues chosen by the operator; it "
    "does not diagnose, treat, monitor or dose; a qualified clinician is present and responsible."
)


@click.group(cls=LazyGroup, entries=COMMANDS, package=__name__, epilog=DISCLAIMER)
@library_option
@lang_option
@click.version_option(__version__, prog_name="soundscape", message="%(prog)s %(version)s")
def soundscape(library: str | None) -> None:
    """The sound and the light of a ketamine-assisted psychotherapy session.

    A scene says, phase by phase, which playlists sound, how loud, and how the lights move.

    Example: soundscape rehearse kap-im
    """


def main() -> NoReturn:
    """The `soundscape` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            set_encoding(stream)
    use_language(os.environ)
    code = run(sys.argv[1:])
    gc.freeze()  # or Python would search all remaining objects once more at exit
    sys.exit(code)


def set_encoding(stream: io.TextIOWrapper) -> None:
    """Write UTF-8 to a file or a pipe; the code page of Windows lacks some characters.

    A terminal that cannot show “ shows ? instead.
    """
    stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def run(arguments: Sequence[str]) -> int:
    """Run a command line; its exit code.

    Without arguments a terminal shows what can be done; elsewhere that is the help.
    """
    try:
        result = _dispatch(arguments)
    except SoundscapeError as err:
        click.echo(str(err), err=True)
        return 1
    except click.ClickException as err:
        err.show()
        return err.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except OSError as err:
        full = err.errno in (errno.ENOSPC, errno.EDQUOT) and err.filename is None
        said = f"the output cannot be written ({err.strerror})" if full else _internal(err)
        click.echo(said, err=True)
        return 1
    except Exception as err:  # noqa: BLE001 - the last line of defence
        click.echo(_internal(err), err=True)
        return 1
    return result if isinstance(result, int) else 0


def _dispatch(arguments: Sequence[str]) -> object:
    if not arguments and sys.stdin.isatty() and sys.stdout.isatty():
        from soundscape.cli.first_screen import first_screen  # noqa: PLC0415 - no other needs it

        return first_screen(run)
    return soundscape.main(
        args=list(arguments) or ["--help"], prog_name="soundscape", standalone_mode=False
    )


def _internal(err: Exception) -> str:
    if os.environ.get("SOUNDSCAPE_DEBUG") == "1":
        return "".join(traceback.format_exception(err)).rstrip()
    said = " ".join(str(err).split())
    return (
        f"internal fault ({type(err).__name__}: {said}); please report it, with what "
        "SOUNDSCAPE_DEBUG=1 prints"
    )
