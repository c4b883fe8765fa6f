"""The project file: labels and their history in one SQLite database."""

from lidar_label.store.project_store import ProjectStore
from lidar_label.store.values import Counts, HistoryEntry, SceneRef, TrackSpan

__all__ = ["Counts", "HistoryEntry", "ProjectStore", "SceneRef", "TrackSpan"]
