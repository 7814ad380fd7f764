"""What the page on where to go next shows: words only."""
