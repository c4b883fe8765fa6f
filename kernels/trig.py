"""Sine and cosine that the compiler can work out for several numbers at once, unlike those of the C library."""

from __future__ import annotations

from lidar_label.kernels.compiled import compiled

MOST_RADIANS = 1e5  # beyond it the reduction to a quarter turn loses digits

# pi / 2 in three parts; whole multiples of the first two are exact.
_PART_1, _PART_2, _PART_3 = 1.57079632673412561417e00, 6.07710050630396597660e-11, 2.02226624879595063154e-21
_QUARTERS = 0.6366197723675814  # in a radian
_WHOLE = 6755399441055744.0  # 1.5 * 2**52: adding it leaves no room for a fraction


@compiled()
def sincos(angle: float) -> tuple[float, float]:
    """Return the sine and the cosine of an angle in radians, not beyond `MOST_RADIANS`.

    Notes
    -----
    Within one unit of the last digit. Without a branch or a call, so that a loop of it is vectorised.

    References
    ----------
    W. J. Cody and W. Waite, "Software manual for the elementary functions", 1980, for the reduction; the
    minimax polynomials are those of FreeBSD's msun.
    """
    turns = (angle * _QUARTERS + _WHOLE) - _WHOLE
    x = ((angle - turns * _PART_1) - turns * _PART_2) - turns * _PART_3
    z = x * x
    odd = 2.75573137070700676789e-06 + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)
    odd = 8.33333333332248946124e-03 + z * (-1.98412698298579493134e-04 + z * odd)
    odd = -1.66666666666666324348e-01 + z * odd
    even = -2.75573143513906633035e-07 + z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11)
    even = 4.16666666666666019037e-02 + z * (-1.38888888888741095749e-03 + z * (2.48015872894767294178e-05 + z * even))
    sine = x + x * z * odd
    half = 0.5 * z
    flat = 1.0 - half
    cosine = flat + ((1.0 - flat) - half + z * z * even)
    quarter = int(turns) & 3
    first = cosine if (quarter & 1) == 1 else sine
    second = sine if (quarter & 1) == 1 else cosine
    return (-first if quarter >= 2 else first), (-second if (quarter + 1) & 2 else second)
