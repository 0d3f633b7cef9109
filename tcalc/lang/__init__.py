"""The language: text to syntax tree to code, and the session that runs it."""
