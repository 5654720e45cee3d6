"""What `render` says that a session will be: its sound and its messages, by the real command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import mido
import numpy as np
import soundfile

Planned = list[tuple[float, mido.Message]]
"""Each message of the session, with its time in seconds."""


def render(library: Path, scene: str, folder: Path) -> tuple[Planned, np.ndarray]:
    """A scene's messages and its sound, float32 of shape (frames, 2); files go to `folder`."""
    sound, midi = folder / "out.wav", folder / "out.mid"
    command = [sys.executable, "-m", "soundscape", "--library", str(library), "render", scene]
    subprocess.run(
        [*command, "-o", str(sound), "--midi", str(midi)],
        env={**os.environ, "SOUNDSCAPE_HOME": str(folder / "home")},
        check=True,
    )
    planned, at = [], 0.0
    for message in mido.MidiFile(midi):
        at += message.time
        if not message.is_meta:
            planned.append((at, message))
    return planned, soundfile.read(sound, dtype="float32")[0]
