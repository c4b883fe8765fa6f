"""What conventions and the evidence for them are called in the window; a test finds each in the code."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP

CONTEXT = "Conventions"
_T = QT_TRANSLATE_NOOP

CONVENTIONS: tuple[str, ...] = (
    _T("Conventions", "extrinsics of cameras are the other way round (inverse)"),
    _T("Conventions", "rotations of cameras are column by column, not row by row"),
    _T("Conventions", "quaternions of cameras have their real part last (x, y, z, w)"),
    _T("Conventions", "quaternions of cameras have their real part first (w, x, y, z)"),
    _T("Conventions", "the LiDAR's mounting is the other way round (inverse)"),
    _T("Conventions", "rotations of the LiDAR are column by column, not row by row"),
    _T("Conventions", "quaternions of the LiDAR have their real part last (x, y, z, w)"),
    _T("Conventions", "quaternions of the LiDAR have their real part first (w, x, y, z)"),
    _T("Conventions", "ego poses are the other way round (inverse)"),
    _T("Conventions", "rotations of ego poses are column by column, not row by row"),
    _T("Conventions", "quaternions of ego poses have their real part last (x, y, z, w)"),
    _T("Conventions", "quaternions of ego poses have their real part first (w, x, y, z)"),
    _T("Conventions", "the camera's axes are x forward, y left, z up"),
    _T("Conventions", "the camera's axes are x right, y forward, z up"),
    _T("Conventions", "the camera's axes are optical; they were turned from x forward for nothing"),
    _T("Conventions", "the camera's axes are optical; they were turned from y forward for nothing"),
    _T("Conventions", "the camera's axes are x right, y up, z backward, as in OpenGL"),
    _T("Conventions", "the picture is upside down"),
    _T("Conventions", "the LiDAR's axes are turned by a quarter to the left: what was taken for x is y"),
    _T("Conventions", "the LiDAR's axes are turned by a quarter to the right: what was taken for y is x"),
    _T("Conventions", "the LiDAR's axes are turned about: x is backward"),
    _T("Conventions", "the LiDAR's axes are left-handed: y has the other sign"),
    _T("Conventions", "the LiDAR's axes are x forward, y right, z down"),
    _T("Conventions", "the pictures are free of distortion already: the coefficients are not to be used"),
    _T("Conventions", "the lenses are fisheyes (equidistant)"),
    _T("Conventions", "the lenses are pinholes, no fisheyes"),
    _T("Conventions", "pictures were taken 0.1 s earlier"),
    _T("Conventions", "pictures were taken 0.05 s earlier"),
    _T("Conventions", "pictures were taken 0.05 s later"),
    _T("Conventions", "pictures were taken 0.1 s later"),
    _T("Conventions", "the boxes' axes are turned by a quarter to the left: what was taken for x is y"),
    _T("Conventions", "the boxes' axes are turned by a quarter to the right: what was taken for y is x"),
    _T("Conventions", "the boxes' axes are turned about: x is backward"),
    _T("Conventions", "the boxes' axes are left-handed: y has the other sign"),
    _T("Conventions", "a box's place is the middle of its bottom, not its centre"),
    _T("Conventions", "a box's place is its centre, not the middle of its bottom"),
    _T("Conventions", "sizes are width, length, height"),
    _T("Conventions", "sizes are height, width, length"),
    _T("Conventions", "sizes are length, height, width"),
    _T("Conventions", "sizes are width, height, length"),
    _T("Conventions", "sizes are height, length, width"),
    _T("Conventions", "headings are off by +90 degrees: another axis is zero"),
    _T("Conventions", "headings are off by -90 degrees: another axis is zero"),
    _T("Conventions", "headings are off by +180 degrees: another axis is zero"),
    _T("Conventions", "headings turn the other way (clockwise)"),
    _T("Conventions", "headings are radians that were taken for degrees"),
    _T("Conventions", "quaternions of boxes have their real part last (x, y, z, w)"),
    _T("Conventions", "quaternions of boxes have their real part first (w, x, y, z)"),
)
REASONS: tuple[str, ...] = (
    _T("Conventions", "edges of things lie on those in the pictures, which stand upright"),
    _T("Conventions", "points fill the boxes, which stand on the ground and have usual sizes"),
    _T("Conventions", "the vehicle's up is that of the road"),
    _T("Conventions", "objects go where they point"),
    _T("Conventions", "sweeps fit together, and the vehicle goes where it looks"),
)
