"""What formats are told to be like, where a person chooses one; a test finds each in the formats."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

CONTEXT = "Formats"
_T = QT_TRANSLATE_NOOP

NOTES: tuple[str, ...] = (
    _T("Formats", "one folder a scene"),
    _T("Formats", "times are whole microseconds"),
    _T("Formats", "of a point x, y, z, intensity and ring are kept"),
    _T("Formats", "a box with a score counts as a model's"),
    _T("Formats", "the map is empty"),
    _T("Formats", "no scores"),
    _T("Formats", "one JSON file a scene"),
    _T("Formats", "clouds (PCD) and pictures lie in a folder beside it, which its streams name"),
    _T("Formats", "of a file whose data is not there, frames, times, poses and calibrations remain"),
    _T("Formats", "a box has only a yaw, about the Velodyne's z"),
    _T("Formats", "a track is cut where it has a gap or changes its size"),
    _T("Formats", "world starts at the first pose"),
    _T("Formats", "of a point x, y, z and intensity are kept"),
    _T("Formats", "ten frames a second, without times"),
    _T("Formats", "a box has only a yaw, about the camera's vertical axis"),
    _T("Formats", "no boxes"),
    _T("Formats", "one LiDAR and its own four cameras, without distortion"),
    _T("Formats", "times count from the first frame"),
    _T("Formats", "of a point x, y, z and intensity are kept, with a class and an instance from 0 to 65535"),
    _T("Formats", "every cloud gets a label file of its full length"),
    _T("Formats", "single frames without time or tracks"),
    _T("Formats", "one LiDAR"),
    _T("Formats", "pictures without calibrations"),
    _T("Formats", "attributes of a track are written on each of its boxes"),
    _T("Formats", "one LiDAR, cameras without distortion"),
    _T("Formats", "drives become episodes, unrelated frames point clouds"),
    _T("Formats", "attributes are tags"),
    _T("Formats", "of times those of pictures are kept"),
    _T("Formats", "a drive's folder is called Scene_NAME, as the tool wants it"),
    _T("Formats", "what is true of a whole track is written to each of its boxes"),
    _T(
        "Formats",
        "one LiDAR, its points as JSON in world with intensity and time alone, those without a return left out",
    ),
    _T("Formats", "of a response alone, labels and frames are read"),
    _T("Formats", "one LiDAR, its points in world as float32 with intensity and colours"),
    _T("Formats", "times to the microsecond"),
    _T("Formats", "links to S3 are looked for among the files beside the manifest"),
    _T("Formats", "what is written says BUCKET where the bucket's name belongs"),
    _T("Formats", "classes painted on points are read and not written"),
    _T("Formats", "a box has a class and no more"),
    _T("Formats", "centroid_abs is written, and centroid_rel, vertices and both KITTI forms are read as well"),
    _T("Formats", "labels alone, with frames, times and ego poses: no clouds, pictures or sensors"),
    _T(
        "Formats",
        "a table of yours may have columns of its own, and needs no more than category, x, y, z, l, w, h and a frame "
        "or time",
    ),
    _T("Formats", "one LiDAR, one calibration a camera, without distortion"),
    _T("Formats", "a time is that of a cloud's first point"),
    _T("Formats", "of attributes one text remains"),
    _T("Formats", "clouds of any kind are read, PCD is written"),
    _T("Formats", "labels have no place in it"),
    _T("Formats", "one calibration a camera"),
)


def note_of(note: str) -> str:
    """Return what is said of a format, part by part, in the language in use."""
    parts = [QCoreApplication.translate(CONTEXT, part) for part in note.split("; ")]
    return QCoreApplication.translate("Formats", "; ").join(parts)
