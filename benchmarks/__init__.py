"""How fast tcalc is, as ratios against a peer that does the same work in the same run.

`python -m benchmarks` measures them all. Absolute times say little on a shared machine, so ours and
the peer's alternate, and the medians are compared. To add a benchmark: a function under
`@benchmark` in the file of its subject; a new file is named in `__main__.SUBJECTS`.
"""
