"""Tensors and automatic differentiation; knows no source text and no terminal."""
