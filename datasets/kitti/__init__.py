"""KITTI: raw drives, the object benchmark, the tracking benchmark."""
