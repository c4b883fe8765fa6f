"""Files of points: one reader and writer a format."""
