"""Labels in pictures alone: rectangles, polygons and masks, as COCO, KITTI and nuImages keep them."""

from lidar_label.datasets.flat.marks import KINDS, FlatMark, Rle, read_flat

__all__ = ["KINDS", "FlatMark", "Rle", "read_flat"]
