"""Runs a command and prints what its process took, children that it waited for included. Usage: measure.py COMMAND ARGUMENT..."""

import json
import os
import subprocess
import sys
import time

begin = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
print(
    json.dumps(
        {
            "code": os.waitstatus_to_exitcode(status),
            "wallSeconds": round(time.perf_counter() - begin, 2),
            "cpuSeconds": round(usage.ru_utime + usage.ru_stime, 2),
            "rssMiB": usage.ru_maxrss // 1024,
        }
    )
)
