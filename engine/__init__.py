"""The subject of the course: models, data and losses. Knows nothing of drawing, JSON or browsers."""
