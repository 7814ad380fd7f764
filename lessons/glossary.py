"""What the glossary shows: words only."""
