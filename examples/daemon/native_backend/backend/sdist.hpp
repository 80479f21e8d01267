// SPDX-License-Identifier: BSD-3-Clause
// A source archive: .tar.gz in the format ustar (POSIX), the same for the same files.
#pragma once

#include "files.hpp"

#include <string>

// "tally-1.0.tar.gz"
std::string sdist_name();
// Everything goes below "tally-1.0/". Throws hooks::BuildException for a name that ustar cannot hold.
std::string sdist_bytes(const Files& files);
