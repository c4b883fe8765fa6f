"""Made-up drives with exact labels."""

from lidar_label.synth.drive import SynthDrive, make_drive

__all__ = ["SynthDrive", "make_drive"]
