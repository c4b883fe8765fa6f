"""Commands on reviews: saying how far frames and tracks have come."""

from __future__ import annotations

from dataclasses import dataclass

from lidar_label.edit.commands import frames_of, insert, need_tracks
from lidar_label.errors import CannotEdit
from lidar_label.model import Change, Review
from lidar_label.store import ProjectStore
from lidar_label.store.reviews import review_row


@dataclass(frozen=True, slots=True)
class SetReviews:
    """Give frames or tracks a state, with who says so and when; what had one gets the new one."""

    reviews: tuple[Review, ...]
    title: str = "Set a state of review"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows; raise `CannotEdit` for a frame or a track that is not there."""
        for review in self.reviews:
            if review.frame is not None and review.frame >= frames_of(store, review.scene):
                raise CannotEdit("the scene has no such frame", where=f"frame {review.frame}")
            if review.track is not None and need_tracks(store, (review.track,))[0]["scene"] != review.scene:
                raise CannotEdit("the track is in another scene", where=f"track {review.track}")
        before = {row["token"]: row for row in store.find_rows("review", "token", [r.token for r in self.reviews])}
        return tuple(
            Change("review", (review.token,), before[review.token], review_row(review))
            if review.token in before
            else insert("review", review_row(review))
            for review in self.reviews
        )
