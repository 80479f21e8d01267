// SPDX-License-Identifier: BSD-3-Clause
// A zip archive that is the same for the same files: stored, without times.
#pragma once

#include <string>
#include <string_view>

class Zip {
 public:
  // Appends a file. Names are relative, with slashes, in UTF-8. Throws hooks::BuildException beyond 4 GiB.
  void add(const std::string& name, std::string_view bytes);
  // The archive. No file may follow.
  std::string finish();

 private:
  std::string files_;
  std::string directory_;
  unsigned count_ = 0;
};
