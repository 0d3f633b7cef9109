"""Showing values: text equal to PyTorch, rich views, output formats."""
