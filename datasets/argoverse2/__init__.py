"""Argoverse 2: logs of Feather tables, with pictures beside them."""
