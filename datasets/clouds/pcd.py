"""PCD clouds: the three encodings of version 0.7 (and older), any fields."""

from __future__ import annotations

from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, ReadOptions
from lidar_label.datasets.clouds.base import CloudArrays, CloudFile, CloudFormat, CloudSource, reading
from lidar_label.datasets.clouds.pcd_columns import PackedPcd, PcdValues, TextPcd
from lidar_label.datasets.clouds.pcd_header import HEADER_LIMIT, Encoding, parse_header
from lidar_label.datasets.clouds.rows import RowsFile
from lidar_label.errors import UnreadableFile
from lidar_label.model import Finding, PointCloud


class Pcd(CloudFormat):
    """PCD files of any encoding; written as binary."""

    name = "pcd"
    title = "PCD"
    suffixes = (".pcd",)
    exact = "float64"
    writes = True
    encoding: Encoding = "binary"

    def open(self, path: Path, options: ReadOptions = NO_OPTIONS) -> CloudFile:  # noqa: ARG002
        """Open a file; see `open_pcd`."""
        return open_pcd(path)

    def write(self, path: Path, source: CloudSource) -> list[Finding]:
        """Write x, y, z as float32 where that is exact, else as float64, then every field with its own type."""
        from lidar_label.datasets.clouds.pcd_writer import write_source

        return write_source(path, source, self.encoding)

    def losses(self, source: CloudSource) -> list[Finding]:
        """Name the fields that no type of PCD holds."""
        from lidar_label.datasets.clouds.pcd_writer import losses

        return losses(source)


class PcdAscii(Pcd):
    """PCD with its data as text."""

    name = "pcd-ascii"
    title = "PCD, as text"
    encoding: Encoding = "ascii"

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002
        """Leave reading to `Pcd`."""
        return False


class PcdCompressed(PcdAscii):
    """PCD with its data packed by LZF."""

    name = "pcd-compressed"
    title = "PCD, compressed"
    encoding: Encoding = "binary_compressed"
    note = "below 4 GiB; all points are in memory while it is written"


def open_pcd(path: Path) -> CloudFile:
    """Open a PCD file; its header is read, and checked against the size of the file.

    Every point stays, in its order, also those without a return (NaN). ``x``, ``y`` and ``z`` are
    found whatever their case. The other fields keep their names and types; of one with a COUNT
    above 1 each value gets a number (``histogram_0``), a name that comes again gets one as well
    (``intensity_2``), and padding (``_``) is left out. Beside a packed colour (``rgb``, ``rgba``)
    its bytes are given too (``r``, ``g``, ``b``, ``a``). VIEWPOINT, the pose the scanner had, is
    not applied: points stay as the file has them. Bytes after the last point are ignored.

    Raises
    ------
    MissingFile
        If there is no such file.
    UnreadableFile
        If the header is wrong, positions are missing, or the data is shorter than promised.
    """
    with reading(path):
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(HEADER_LIMIT)
    header = parse_header(start, path)
    available = size - header.data_start
    values = PcdValues.of(header, path)
    opened: CloudFile
    if header.encoding == "binary":
        promised = header.points * header.stride
        if promised > available:
            raise UnreadableFile(
                f"{header.points} points of {header.stride} bytes are {promised} bytes and {available} are there",
                where=path,
                hint="the file is cut off",
            )
        opened = RowsFile(path, Pcd.name, values.layout(header.stride), header.points, header.data_start)
    elif header.encoding == "ascii":
        opened = TextPcd(path, header, values, available)
    else:
        opened = PackedPcd(path, header, values, available)
    if header.viewpoint:
        text = f"the file says where the scanner was ({header.viewpoint}); the points are left as they are"
        opened.findings.append(Finding("info", "viewpoint", text, str(path)))
    if header.height > 1:
        text = f"the points are a picture of {header.points // header.height} x {header.height}, row after row"
        opened.findings.append(Finding("info", "organised", text, str(path)))
    return opened


def read_pcd(path: Path, limit: int | None = None) -> PointCloud:
    """Read a PCD file with positions as float32; see `open_pcd`.

    Positions far from the origin lose digits here: open the file and take an origin off instead.

    Parameters
    ----------
    path : Path
    limit : int, optional
        Read no more than this many points, from the first.
    """
    return open_pcd(path).read(origin=(0.0, 0.0, 0.0), limit=limit)


def write_pcd(path: Path, cloud: PointCloud) -> None:
    """Write a cloud as a binary PCD: x, y, z as float32, then every field with its own type.

    Raises
    ------
    OSError
        If the file cannot be written; `write_dataset` turns it into a clear `CannotWrite`.
    """
    from lidar_label.datasets.clouds.pcd_writer import write_source

    write_source(path, CloudArrays(cloud), "binary")
