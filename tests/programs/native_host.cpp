// SPDX-License-Identifier: BSD-3-Clause
// native_host LIBRARY CALLS ANSWERS: the worker of `grapnel daemon` that loads a library, alone.
#include "runner/worker/native_host.hpp"

int main(int argc, char** argv) { return grapnel::worker::run_native_host(argc, argv); }
