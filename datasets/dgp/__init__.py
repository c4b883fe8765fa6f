"""DGP, the Dataset Governance Policy of Toyota Research Institute: scenes as JSON, clouds as .npz."""
