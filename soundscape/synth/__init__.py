"""Generators: sound without any file, seeded and seekable."""

from soundscape.synth.machinery.automation import lift
from soundscape.synth.machinery.generator import NOMINAL_LUFS, Block, Generator
from soundscape.synth.machinery.harmony import OPENING
from soundscape.synth.mixed_modes import mixed_modes
from soundscape.synth.parameters import Parameter, ParameterProblems
from soundscape.synth.registry import (
    NAMES,
    PARAMETERS,
    Stack,
    check,
    create,
    create_stack,
    load,
    phrase_levels,
)

__all__ = [
    "NAMES",
    "NOMINAL_LUFS",
    "OPENING",
    "PARAMETERS",
    "Block",
    "Generator",
    "Parameter",
    "ParameterProblems",
    "Stack",
    "check",
    "create",
    "create_stack",
    "lift",
    "load",
    "mixed_modes",
    "phrase_levels",
]
