"""Argoverse 1, 3D tracking: logs of PLY sweeps, with a JSON file of boxes and a pose for each."""
