"""Part of scripts/bench: the groups of rows in their order, as the page of documentation calls them."""

TITLES = {
    "start": "Starting",
    "edits": "Editing",
    "convert": "Converting",
    "clouds": "Reading clouds",
    "kernels": "Kernels",
    "tiles": "Tiles of big clouds",
    "painters": "Painters",
    "desk": "The desk",
    "scrub": "Scrubbing",
    "crowd": "A crowd of boxes",
    "checks": "Checks of labels",
}
