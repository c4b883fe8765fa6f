"""Painters: points into a picture with depths, behind one interface."""
