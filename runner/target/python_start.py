# SPDX-License-Identifier: BSD-3-Clause
# What -c gets; its first lines are for interpreters of any age. The argument is python_host.py.
import sys
if sys.version_info < (3, 8):
    sys.exit("grapnel needs Python 3.8 or later, this is " + sys.version.split()[0])
if sys.path and sys.path[0] == "":
    del sys.path[0]
import builtins
exec(compile(sys.argv[1], "<grapnel>", "exec"), {"__builtins__": dict(vars(builtins)), "__name__": "grapnel"})
