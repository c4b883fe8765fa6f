"""ONCE: sequences of one JSON file, roof LiDAR clouds and seven cameras."""
