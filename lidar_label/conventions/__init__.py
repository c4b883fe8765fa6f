"""The convention lab: what the numbers of a drive can be meant as, told by what fits its points and pictures."""
