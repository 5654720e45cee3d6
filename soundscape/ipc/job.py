"""The job of a player: what a command that starts a session sends, before it loads all the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from soundscape.scene import (
    control_specs,
    dmx_spec,
    lamp_spec,
    light_spec,
    network_spec,
    room,
    values,
    wiring,
)
from soundscape.scene.fields import EnvelopeSpec
from soundscape.scene.harmony_fields import HarmonySpec
from soundscape.timeline import show
from soundscape.timeline.show_update import PlaylistReturn, TrackUpdate
from soundscape.units import At

if TYPE_CHECKING:
    from soundscape.timeline.conductor import Conductor


@dataclass(frozen=True, slots=True)
class Job:
    """A session to play: the show from planned frame `begin_at` of phase `index` on.

    `output` is as for `devices.audio.open_output.choose`. `waits`: phases wait at their ends as the
    scene says, rather than go on. `warnings` are those of its loading; `begun_as` is the command
    that begins it. `root` is the folder that the files in the room are relative to.
    """

    show: show.Show
    room: room.Room
    output: str | None = None
    index: int = 0
    begin_at: int = 0
    waits: bool = True
    lights: bool = True
    warnings: tuple[str, ...] = ()
    begun_as: str = ""
    root: str = ""

    def conductor(self) -> Conductor:
        """The session's timeline, from its beginning."""
        from soundscape.timeline.conductor import (  # noqa: PLC0415 - a command needs none
            Conductor,
            never_waits,
            waits_as_written,
        )

        waits = waits_as_written if self.waits else never_waits
        return Conductor(self.show, waits, self.index, self.begin_at)


SHOW = (
    *(show.Show, show.FadeFrames, show.Phase, show.Envelope, show.Layer, show.Playlist),
    *(show.Track, show.FileSource, show.GeneratedSource, show.Voice, show.SilentSource),
    *(show.Move, show.Cue, show.Prompt, At, EnvelopeSpec, HarmonySpec, TrackUpdate),
    PlaylistReturn,
)
"""Every class of a show, and of what becomes known of it."""
ROOM = (
    *(room.Room, room.AudioRoom, room.Calibration, room.OutputPair, room.Limits, room.CareSpec),
    room.AfterSpec,
    *(wiring.PortSpec, light_spec.LightSpec, wiring.MscTarget, wiring.CueMessage),
    *(dmx_spec.SacnSpec, dmx_spec.ArtnetSpec, lamp_spec.LampSpec),
    wiring.TimecodeSpec,
    *(control_specs.Control, values.Kelvin),
    *(network_spec.NetworkSpec, network_spec.MqttSpec),
)
"""Every class of a room."""
JOB = (*SHOW, *ROOM, Job)
"""Every class of a job."""
