"""The only writer of labels: a session, and the commands it is given."""

from lidar_label.edit.area_commands import DeleteAreas, PutAreas, SetAreaCategory
from lidar_label.edit.commands import (
    AddTrack,
    Command,
    DeleteBoxes,
    DeleteTracks,
    PutBoxes,
    SetBoxAttributes,
    SetCategory,
    SetTrackAttributes,
    SetTrackLock,
    SetTrackName,
    SetVisibility,
)
from lidar_label.edit.comment_commands import AddComment, ChangeComment, DeleteComments, ResolveComments
from lidar_label.edit.point_commands import PaintPoints
from lidar_label.edit.project_commands import AddScene, ImportLabels, RemoveScene, SetTaxonomy
from lidar_label.edit.review_commands import SetReviews
from lidar_label.edit.session import Session
from lidar_label.edit.surgery import Keep, MergePlan, MergeTracks, NameTracks, SplitTrack, SwapTracks
from lidar_label.edit.together import Together
from lidar_label.edit.waiver_commands import AddWaiver, DeleteWaivers

__all__ = [
    "AddComment", "AddScene", "AddTrack", "AddWaiver", "ChangeComment", "Command", "DeleteAreas", "DeleteBoxes",
    "DeleteComments", "DeleteTracks", "DeleteWaivers", "ImportLabels", "Keep", "MergePlan", "MergeTracks",
    "NameTracks", "PaintPoints", "PutAreas", "PutBoxes", "RemoveScene", "ResolveComments", "Session",
    "SetAreaCategory", "SetBoxAttributes", "SetCategory", "SetReviews", "SetTaxonomy", "SetTrackAttributes",
    "SetTrackLock", "SetTrackName", "SetVisibility", "SplitTrack", "SwapTracks", "Together",
]  # fmt: skip
