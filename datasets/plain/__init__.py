"""Plain cloud files: one by itself, or a folder of them with pictures, calibrations and poses."""
