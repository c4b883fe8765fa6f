"""Opening a detector by its description: a network at once, a server only where a person said that it may be asked."""

from __future__ import annotations

from lidar_label.detectors.description import Description, Server
from lidar_label.detectors.detections import Detector
from lidar_label.errors import InvalidValue
from lidar_label.progress import Progress


def open_detector(description: Description, *, send_to: str = "", progress: Progress | None = None) -> Detector:
    """Return the detector of a description, checked as far as it can be before the first frame.

    Parameters
    ----------
    description : Description
    send_to : str
        The address that a person agreed to send points to; needed for a server, and what counts: the address in the
        description alone sends nothing.
    progress : Progress, optional

    Raises
    ------
    InvalidValue
        If it is a server and nobody agreed, or a network and somebody gave an address; or as its kind says.
    LidarLabelError
        As its kind says.
    """
    if isinstance(description.model, Server):
        from lidar_label.detectors.http import HttpDetector

        if not send_to:
            address = description.model.address or "http://HOST:PORT/PATH"
            raise InvalidValue(
                "this model is a server, to which the points of every frame would be sent", where=description.file,
                hint=f"if you want that, say so: --send-to {address}",
            )  # fmt: skip
        return HttpDetector(description, send_to)
    if send_to:
        raise InvalidValue("this model runs here, and nothing is sent anywhere", where=description.file,
                           hint="leave --send-to out")  # fmt: skip
    from lidar_label.detectors.onnx import OnnxDetector

    return OnnxDetector(description, progress)
