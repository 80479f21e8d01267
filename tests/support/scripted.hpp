// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What a scripted hook (tests/programs/scripted_hook.cpp) sees of the file system, in words: the hook makes its assets
/// from them, and the oracle of the random graphs compares them.
#pragma once

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace tests::scripted {

/// One line of a script: "OPERATION ARGUMENT".
///
///     file PATH     declares a file           dir PATH      a directory with its direct children
///     tree PATH     a directory tree          probe PATH    a file, or its absence
///     tool PATH     a tool                    env NAME      a variable
///     give N        an asset for dependents   bundle N      one for the application
///     meta N        metadata for dependents
/// What is given is the digest of all that the hook saw, modulo N: the smaller, the more often it stays the same.
struct Line {
  std::string operation;
  std::string argument;
};

inline std::vector<Line> lines_of(const std::string& script) {
  std::vector<Line> lines;
  std::istringstream in(script);
  for (Line line; in >> line.operation >> line.argument;) lines.push_back(line);
  return lines;
}

inline std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// A file by its bytes and whether it can be executed, a directory by the names and types of its direct children.
inline std::string described(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return "missing";
  if (S_ISDIR(status.st_mode)) {
    std::vector<std::string> children;
    for (const auto& entry : fs::directory_iterator(path)) {
      const char* type = entry.is_symlink() ? "link" : entry.is_directory() ? "directory" : "file";
      children.push_back(entry.path().filename().string() + " " + type);
    }
    std::sort(children.begin(), children.end());
    std::string text = "directory:";
    for (const std::string& child : children) text += " " + child + ";";
    return text;
  }
  return ((status.st_mode & 0111U) != 0 ? "executable " : "file ") + bytes_of(path);
}

/// The same for everything below a directory; links are not followed.
inline std::string described_tree(const std::filesystem::path& root) {
  namespace fs = std::filesystem;
  std::vector<std::string> parts{described(root)};
  if (fs::is_directory(root)) {
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      parts.push_back(entry.path().lexically_relative(root).string() + ": " + described(entry.path()));
    }
  }
  std::sort(parts.begin(), parts.end());
  std::string text;
  for (const std::string& part : parts) text += part + "\n";
  return text;
}

/// FNV-1a.
inline std::uint64_t digest(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

}  // namespace tests::scripted
