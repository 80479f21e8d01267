# SPDX-License-Identifier: BSD-3-Clause
import os

print("importing", flush=True)
os.write(2, b"about to raise\n")
raise ValueError("first line\nsecond line")
