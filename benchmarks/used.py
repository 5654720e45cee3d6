"""Run a command and print what it used, as JSON: `python benchmarks/used.py COMMAND…`.

Linux counts the memory of the program that starts another into the other's peak, so the one that
starts it must be small: this one is.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

begin = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
wall = time.perf_counter() - begin
cpu = usage.ru_utime + usage.ru_stime
peak = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
print(json.dumps({"wall": wall, "cpu": cpu, "peak": peak}))
sys.exit(os.waitstatus_to_exitcode(status))
