"""The side views: the selected box in its own frame, from above, from the side and from the rear."""
