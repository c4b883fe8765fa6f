"""lidar-label: label driving data in 3D, from a raw drive to checked box tracks."""

from pathlib import Path

__version__ = "0.1.0"

# A wheel holds gui/, kernels/ and datasets/ inside this package; a checkout holds them beside it.
_here = Path(__file__).resolve().parent
if not (_here / "kernels").is_dir():
    __path__.append(str(_here.parent))
