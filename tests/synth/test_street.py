"""The street's coordinates and the motions along it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lidar_label.synth.motion import Motion
from lidar_label.synth.street import Street

STREET = Street(-100.0, 300.0, 600.0)


@given(s=st.floats(-100, 300), d=st.floats(-20, 20))
def test_a_place_is_found_again(s: float, d: float) -> None:
    found = STREET.locate(STREET.place(s, d)[None])
    np.testing.assert_allclose([found[0][0], found[1][0]], [s, d], atol=1e-6)


@given(
    speed=st.floats(-12, 12), sway=st.floats(0, 1), shift=st.floats(-4, 4), to=st.floats(0, 12), time=st.floats(0, 8)
)
def test_the_heading_is_the_way_it_goes(speed: float, sway: float, shift: float, to: float, time: float) -> None:
    motion = Motion(s=0, d=-2, speed=speed, speed_to=to, at=2.0, sway=sway, shift=shift, shift_at=1.0)
    before, now, after = motion.poses(STREET, [time - 1e-3, time, time + 1e-3])
    moved = after[:2] - before[:2]
    if np.hypot(*moved) < 1e-3:  # hardly moves: it may face anywhere
        return
    ahead = np.array([np.cos(now[2]), np.sin(now[2])])
    assert ahead @ moved / np.hypot(*moved) > 0.999
    np.testing.assert_allclose(motion.speed_at(time), np.hypot(*moved) / 2e-3, rtol=0.03, atol=0.02)


def test_who_stands_faces_where_told() -> None:
    pose = Motion(s=10, d=5, facing=1.0).poses(STREET, 3.0)[0]
    np.testing.assert_allclose(pose[2], STREET.heading(10) + 1.0)
