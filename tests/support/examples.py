"""The three examples of the design, and slips of the finger in them."""

from __future__ import annotations

from hypothesis import strategies as st

SCENE = """\
name: KAP, intramuscular
description: One hour around a dose. Times are typical; edit them to your protocol.
seed: 7                       # fixes shuffles and generated sound; default: from the name
fades: {track: 8s, phase: 25s, skip: 6s, start: 20s, end: 60s, curve: equal-power}   # the defaults
landing: {music: grounding}   # what `land`, and a layer with nothing left to play, goes to
calm: true                    # default (part 5)
phases:
  arrival:
    duration: 15m             # or {min: 5m, typical: 15m, max: 30m}
    advance: dose             # auto (default): go on at the end
    music: arrival            # a playlist: name, path, or an inline list of tracks
    ambience: {playlist: rain, level: -12 dB}
    loudness: -26 LUFS        # of the music; an envelope
    lights: {room: 35%, warmth: 2700K}      # short for [{at: 0, set: {…}, over: 10s}]
    prompts:                  # silent lines on the therapist's screen
      - Mask, headphones, intention.        # at the phase's start
      - {at: 10m, say: Blood pressure.}
  onset:
    duration: 8m
    music: {playlist: onset, order: shuffle}
    ambience: {playlist: rain, level: -12 dB to -20 dB}
    loudness: -26 to -24
    lights:
      - {set: {room: 10%}, over: 3m}
  peak:
    duration: {min: 20m, typical: 30m, max: 40m}
    music: {playlist: peak, order: shuffle, fit: true}
    loudness: {0%: -24, 40%: -21, 100%: -22}
    lights:
      - {set: {room: 5%}, over: 4m}
    cues:
      - {at: 0s, cue: go, number: "2"}      # a cue that the room defines
      - {at: end-30s, cue: chime}
  return:
    duration: 30m
    music: return
    voice: [{file: voice/returning.flac}]
    lights:
      - {set: {room: 15%}, over: 5m}
      - {at: 25m, set: {room: 30%}, over: 3m}
  rest:
    duration: 20m
    advance: manual
    music: grounding
"""

PLAYLIST = """\
name: Arrival
order: sequential             # or shuffle (seeded; never the same track twice running)
loop: true                    # default: start again (reshuffled) when it runs out
tracks:
  - file: music/first-light.flac
    title: First light        # default: the file's own tags
    artist: …
    start: 0:12               # trim
    end: 5:40
    gain: -2 dB               # on top of loudness matching
    calm: false               # leave this track's own dynamics alone (part 5)
  - folder: music/arrival/    # every audio file below it, sorted by name
  - generate: drone           # a built-in generator and its parameters
    duration: 8m
    root: D2
  - stack:                    # several generators at levels, one texture
      - {generate: pad, root: A2}
      - {generate: rain, level: -14 dB}
    duration: 10m
  - silence: 90s              # planned silence: not a fault
"""

ROOM = """\
name: Treatment room 1
audio:
  device: default             # a name or part of it; `soundscape audio devices` lists them
  fallback: USB Headset       # optional: tried when the device stays away; no other device ever is
  ceiling: -1 dBTP
  latency: 0ms                # what the device adds that nobody reports (Bluetooth)
  calibration: {at: -23 LUFS, reads: 58 dBA}    # from `soundscape audio calibrate`
  limit: 70 dBA               # once calibrated: caps target and level together
  outputs:                    # optional: channel pairs of one device, each with its own trim
    headphones: {channels: [1, 2], trim: 0 dB}
    speakers: {channels: [3, 4], trim: -6 dB}
midi:
  desk:  {output: QLC+}       # a port's name or part of it
  pedal: {input: AirTurn}
  feed:  {output: Soundscape, virtual: true}
lights:
  room:   {port: desk, channel: 1, cc: 20}             # 7 bits
  lamp:   {port: desk, channel: 1, cc: [21, 53]}       # 14 bits, MSB and LSB
  warmth: {port: desk, channel: 1, cc: 22, range: 2200K to 4000K}
  wall:   {port: desk, channel: 1, note: 40}           # velocity is the level
  star:   {port: desk, channel: 1, note: 41, kind: switch}   # on or off
  sub:    {port: desk, msc: {device: 1, control: 5}, from: 30%, curve: linear}
limits: {rate: 10%/s, reversals: 1/s, floor: 3%, messages: 250/s}     # the defaults
care: {set: {room: 60%, warmth: 2700K}, over: 3s}      # the care light
cues:
  go:       {port: desk, msc: {device: 1, format: lighting, command: go}}
  chime:    {port: desk, note: 60, velocity: 90, length: 200ms}
  preset:   {port: desk, program: 4, bank: 0}
  raw:      {port: desk, sysex: [0x7D, 0x01]}
  wake:     [{port: desk, program: 1}, {after: 500ms, port: desk, note: 61}]
timecode: {port: desk, rate: 25}                       # MIDI timecode of the session
controls:
  - {port: pedal, note: 60, do: duck}
  - {port: pedal, cc: 7, do: level}                    # soft takeover: no jump at the first touch
  - {port: pads, note: 36, do: hold, feedback: true}
keys: {pagedown: duck, f5: hold}                        # the console's keys
"""

EXAMPLES = {"scene": SCENE, "playlist": PLAYLIST, "room": ROOM}

SLIPS = st.tuples(
    st.floats(0, 1), st.integers(0, 30), st.text("abx0{}[]:,-'\"%\n \t&*!é", max_size=6)
)


def slipped(text: str, slips: list[tuple[float, int, str]]) -> str:
    """The text with pieces replaced: where (0 to 1), how much, by what."""
    for where, length, instead in slips:
        start = int(where * len(text))
        text = text[:start] + instead + text[start + length :]
    return text
