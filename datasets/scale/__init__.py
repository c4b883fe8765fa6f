"""Scale AI LiDAR annotation: responses of cuboids and frames of points, reader and writer."""
