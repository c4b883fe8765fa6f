"""Datumaro's own JSON for point clouds, which CVAT exports too: reader and writer."""
