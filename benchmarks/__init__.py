"""How fast tcalc is, as ratios against a peer that does the same work in the same run.

`python -m benchmarks` measures them all. Absolute times say little on a shared machine, so ours and
the peer's alternate, and the medians are compared; both have one thread, for times of several are
not the same twice. To add a benchmark: a function under `@benchmark` in the file of its subject; a
new file is named in `__main__.SUBJECTS`.
"""

from __future__ import annotations

import os

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
os.environ.update(dict.fromkeys(THREADS, "1"))  # read when NumPy is loaded
