"""Measures Soundscape beside the programs that a user would pick instead: `python -m benchmarks`.

Each benchmark is a module with a function `figures`, which makes its own material, runs ours and
each peer in turn, and yields what it found. The scripts in `studies/` look at sound, not at speed.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# As in the processes of a session (ipc/spawn.py), and before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

for _folder in (ROOT / "tests" / "support", ROOT):
    sys.path.insert(0, str(_folder))
