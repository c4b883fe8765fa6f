"""Supervisely: point cloud projects and episodes, reader and writer."""
