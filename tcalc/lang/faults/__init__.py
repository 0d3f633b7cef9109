"""Programs that fail when run: from an exception to a diagnostic. Loaded by a failure only."""
