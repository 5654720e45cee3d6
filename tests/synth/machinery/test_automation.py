from __future__ import annotations

import numpy as np

from soundscape.scene.fields import EnvelopeSpec
from soundscape.synth.machinery.automation import ParameterAutomation, laid
from soundscape.units import At


def test_an_envelope_is_laid_over_the_tracks_length() -> None:
    envelope = EnvelopeSpec(
        points=((At(), 0.2), (At(60.0), 0.8), (At(fraction=0.5), 0.4), (At(30.0, from_end=True), 0))
    )
    course = laid(envelope, 600.0)
    assert course.points == ((0.0, 0.2), (60.0, 0.8), (300.0, 0.4), (570.0, 0.0))
    assert np.allclose(course.at(np.array([30.0, 60.0, 180.0, 599.0])), [0.5, 0.8, 0.6, 0.0])


def test_a_course_is_level_before_its_first_point_and_after_its_last() -> None:
    course = ParameterAutomation(((10.0, 0.3), (20.0, 0.5)))
    assert list(course.at(np.array([0.0, 99.0]))) == [0.3, 0.5]
