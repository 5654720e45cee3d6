"""The names of the standard."""

from __future__ import annotations

import pytest

from soundscape.midi.msc_codes import COMMANDS, FORMATS

CODES = {name: spec.code for name, spec in COMMANDS.items()}


@pytest.mark.parametrize("table", [FORMATS, CODES])
def test_every_name_has_a_code_of_its_own_in_seven_bits(table):
    assert len(set(table.values())) == len(table)
    assert all(0 < code < 128 for code in table.values())
    assert all(name == name.lower() and " " not in name and "_" not in name for name in table)


STANDARD = """
01 lighting            02 moving-lights          03 color-changers
04 strobes             05 lasers                 06 chasers
10 sound               11 music                  12 cd-players
13 eprom-playback      14 audio-tape-machines    15 intercoms
16 amplifiers          17 audio-effects          18 equalizers
20 machinery           21 rigging                22 flys
23 lifts               24 turntables             25 trusses
26 robots              27 animation              28 floats
29 breakaways          2A barges
30 video               31 video-tape-machines    32 video-cassette-machines
33 video-disc-players  34 video-switchers        35 video-effects
36 video-character-generators  37 video-still-stores  38 video-monitors
40 projection          41 film-projectors        42 slide-projectors
43 video-projectors    44 dissolvers             45 shutter-controls
50 process-control     51 hydraulic-oil          52 water
53 carbon-dioxide      54 compressed-air         55 natural-gas
56 fog                 57 smoke                  58 cracked-haze
60 pyro                61 fireworks              62 explosions
63 flame               64 smoke-pots             7F all
"""
"""The command formats of MIDI Show Control 1.1 (MMA RP-002), section 4.2, written out."""


def test_every_format_has_the_code_of_the_standard():
    words = STANDARD.split()
    written = dict(zip(words[1::2], (int(code, 16) for code in words[::2]), strict=True))
    assert written == FORMATS
