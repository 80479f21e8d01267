// SPDX-License-Identifier: BSD-3-Clause
// The C compiler.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

struct Extension {
  std::filesystem::path source;          // relative to the working directory
  std::filesystem::path python_include;  // where Python.h is
  std::vector<std::string> flags;
};

// Compiles an extension module into `library` with `cc`. Throws hooks::BuildException where the compiler refuses the
// source, with its words; hooks::InfraException where there is no compiler, it is killed, or the disk is full.
void compile(const Extension& extension, const std::filesystem::path& library);

// The newest Python whose headers are installed. Throws hooks::InfraException where there is none.
std::filesystem::path find_python_include();
