// SPDX-License-Identifier: BSD-3-Clause
// The format of wheels (PEP 427) and of what stands in their .dist-info (PEP 376).
#pragma once

#include "files.hpp"

#include <string>

// "tally-1.0.dist-info"
std::string dist_info_name();
// "tally-1.0-cp38-abi3-linux_x86_64.whl", for this machine.
std::string wheel_name();
// METADATA and WHEEL, which a front end may ask for alone.
Files dist_info_files();
// Also an sdist's PKG-INFO.
std::string metadata_text();
// A wheel of `files`: RECORD is made here, and goes last.
std::string wheel_bytes(const Files& files);
