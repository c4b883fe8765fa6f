"""Made-up drives with exact labels."""
