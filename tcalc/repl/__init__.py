"""The interactive line: editing, history, completion, commands."""
