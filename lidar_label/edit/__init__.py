"""The only writer of labels: a session, and the commands it is given."""

from lidar_label.edit.commands import (
    AddTrack,
    Command,
    DeleteBoxes,
    DeleteTracks,
    PutBoxes,
    SetBoxAttributes,
    SetCategory,
    SetTrackAttributes,
    SetTrackName,
    SetVisibility,
)
from lidar_label.edit.project_commands import AddScene, ImportLabels, RemoveScene, SetTaxonomy
from lidar_label.edit.session import Session

__all__ = [
    "AddScene", "AddTrack", "Command", "DeleteBoxes", "DeleteTracks", "ImportLabels", "PutBoxes", "RemoveScene",
    "Session", "SetBoxAttributes", "SetCategory", "SetTaxonomy", "SetTrackAttributes", "SetTrackName",
    "SetVisibility",
]  # fmt: skip
