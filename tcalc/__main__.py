"""`python -m tcalc` is the command."""

from tcalc.cli import entry

if __name__ == "__main__":
    entry()
