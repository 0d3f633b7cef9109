"""What a program would give, found without running it: previews, and repairs that are tried."""
