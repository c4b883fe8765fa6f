"""Cloud files of several scans: one after the other, in one list of fields."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.base import CHUNK_POINTS, CloudChunk, CloudFile, reading
from lidar_label.model import Finding, Floats

SCAN = "scan"
Fields = Mapping[str, NDArray[Any]]


class Scan(ABC):
    """One scan of a file: its points are moved to the file's coordinates when they are read.

    Attributes
    ----------
    points : int
    fields : mapping of str to dtype
    """

    points: int
    fields: Mapping[str, np.dtype[Any]]

    @abstractmethod
    def pieces(self, size: int) -> Iterator[tuple[Floats, Fields]]:
        """Yield positions (N, 3) float64 and fields of all points, at most `size` at a time."""


class ScansFile(CloudFile):
    """An opened file of scans.

    Of several scans each point gets the number of its own, ``scan``. A field that a scan lacks is NaN
    there, or 0 where it is a whole number; a finding says so.
    """

    def __init__(self, path: Path, format: str, scans: Sequence[Scan]) -> None:  # noqa: A002
        super().__init__(path, format)
        self.scans = tuple(scans)
        self.points = sum(scan.points for scan in scans)
        fields: dict[str, np.dtype[Any]] = {}
        for scan in scans:
            for name, dtype in scan.fields.items():
                fields[name] = np.result_type(fields[name], dtype) if name in fields else dtype
        if len(scans) > 1:
            fields[SCAN] = np.dtype(np.uint16 if len(scans) < 2**16 else np.uint32)
            partly = [name for name in fields if name != SCAN and any(name not in scan.fields for scan in scans)]
            if partly:
                text = f"some of the {len(scans)} scans lack these fields: {', '.join(partly)}"
                self.findings.append(Finding("info", "partial-fields", text, str(path)))
        self.fields = fields

    def chunks(self, size: int = CHUNK_POINTS) -> Iterator[CloudChunk]:
        """Yield all points, scan by scan."""
        start = 0
        with reading(self.path):
            for number, scan in enumerate(self.scans):
                for xyz, given in scan.pieces(size):
                    fields = {}
                    for name, dtype in self.fields.items():
                        if name in given:
                            fields[name] = given[name].astype(dtype, copy=False)
                        else:
                            empty = np.nan if dtype.kind == "f" else 0
                            fields[name] = np.full(len(xyz), number if name == SCAN else empty, dtype=dtype)
                    yield CloudChunk(start=start, xyz=xyz, fields=fields)
                    start += len(xyz)
