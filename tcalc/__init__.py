"""tcalc: a tensor calculator for the command line, and a small autograd library for Python."""

__version__ = "0.1.0"
