// SPDX-License-Identifier: BSD-3-Clause
// exit_code N: ends with N.
#include <cstdlib>

int main(int argc, char** argv) { return argc > 1 ? std::atoi(argv[1]) : 0; }
