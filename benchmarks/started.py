"""Start a program and say what it took: python started.py DESCRIPTOR COMMAND...

A program's peak memory is never less than what the process held that started it, as Linux counts it. So
benchmarks start programs from this small one. JSON goes to the descriptor: status, CPU seconds, wall, peak (KiB).
"""

import json
import os
import sys
import time

# It is closed with this process, whatever the program leaves behind.
os.set_inheritable(int(sys.argv[1]), False)
started = time.perf_counter()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(child, 0)
took = {
    "code": os.waitstatus_to_exitcode(status),
    "cpu": used.ru_utime + used.ru_stime,
    "wall": time.perf_counter() - started,
    "peak": used.ru_maxrss,
}
os.write(int(sys.argv[1]), json.dumps(took).encode())
