"""Programs that cannot be read: what is wrong, where, what to type. Loaded by a failure only."""
