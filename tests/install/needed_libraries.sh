#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# needed_libraries.sh PROGRAM...: each needs no shared library at its start but libc's.
set -euo pipefail
status=0
for program in "$@"; do
  needed=$(readelf --dynamic "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
  [[ $needed == *libc.so.6* ]] || { echo "$program: needs no libc; is it a program?"; status=1; }
  while IFS= read -r library; do
    case $library in
      libc.so.6 | ld-linux*.so.*) ;;
      *)
        echo "$program: needs $library, which costs each of its starts"
        status=1
        ;;
    esac
  done <<<"$needed"
done
exit "$status"
