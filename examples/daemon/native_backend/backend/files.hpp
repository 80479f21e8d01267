// SPDX-License-Identifier: BSD-3-Clause
// Files as text in memory. What fails here is the machine's fault: an InfraException.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// The contents of an archive: name in it -> bytes, sorted by name.
using Files = std::map<std::string, std::string>;

std::string read_file(const std::filesystem::path& file);
// Written beside its place and then renamed: nobody sees half of it.
void write_file(const std::filesystem::path& file, std::string_view bytes);
// The regular files below `directory` whose names end with one of `suffixes`, relative to it, sorted.
std::vector<std::filesystem::path> find_files(const std::filesystem::path& directory,
                                              const std::vector<std::string>& suffixes);

// A directory for what is made on the way; removed with all that is in it.
class WorkDirectory {
 public:
  WorkDirectory();
  WorkDirectory(const WorkDirectory&) = delete;
  WorkDirectory& operator=(const WorkDirectory&) = delete;
  ~WorkDirectory();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};
