"""Tensors and automatic differentiation; knows no source text and no terminal."""

from tcalc.interrupts import Unheard

with Unheard():  # for the threads of its linear algebra
    import numpy  # noqa: F401 -- all of the core uses it
