"""Where the subject is shown: figures, demos, cells, and the session that answers the page. Standard library only."""
