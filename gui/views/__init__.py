"""The desk's views painted by Qt: from above and through the cameras."""
