"""The course. Each lesson is a pair: what it says (.md) and what it shows (.py)."""
