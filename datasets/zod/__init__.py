"""Zenseact Open Dataset: frames, sequences and drives of one fisheye camera and one LiDAR."""
