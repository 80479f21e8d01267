// SPDX-License-Identifier: BSD-3-Clause
#include "files.hpp"

#include <hooks/exceptions.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <system_error>

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const char* what, const fs::path& path, int error) {
  throw hooks::InfraException(std::string(what) + " '" + path.string() + "': " + std::strerror(error));
}

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

}  // namespace

std::string read_file(const fs::path& path) {
  const File file(std::fopen(path.c_str(), "rbe"));
  if (!file) fail("cannot read", path, errno);
  std::string bytes;
  std::string block(std::size_t{64} << 10U, '\0');
  while (const std::size_t count = std::fread(block.data(), 1, block.size(), file.get())) bytes.append(block, 0, count);
  if (std::ferror(file.get()) != 0) fail("cannot read", path, errno);
  return bytes;
}

void write_file(const fs::path& path, std::string_view bytes) {
  const fs::path part = path.string() + ".part";
  File file(std::fopen(part.c_str(), "wbe"));
  if (!file) fail("cannot write", path, errno);
  // A full disk may show itself only when the file is closed.
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
  const bool closed = std::fclose(file.release()) == 0;
  if (!written || !closed || std::rename(part.c_str(), path.c_str()) != 0) {
    const int error = errno;
    std::remove(part.c_str());
    fail("cannot write", path, error);
  }
}

std::vector<fs::path> find_files(const fs::path& directory, const std::vector<std::string>& suffixes) {
  std::error_code failure;
  std::vector<fs::path> found;
  for (fs::recursive_directory_iterator entry(directory, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const std::string name = entry->path().string();
    const bool wanted = std::any_of(suffixes.begin(), suffixes.end(), [&](const auto& s) { return name.ends_with(s); });
    if (wanted && entry->is_regular_file(failure)) found.push_back(entry->path().lexically_relative(directory));
  }
  if (failure) fail("cannot read directory", directory, failure.value());
  std::sort(found.begin(), found.end());
  return found;
}

WorkDirectory::WorkDirectory() {
  const char* const place = std::getenv("TMPDIR");
  std::string pattern = std::string(place != nullptr && *place != '\0' ? place : "/tmp") + "/tally-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) fail("cannot make directory", pattern, errno);
  path_ = pattern;
}

WorkDirectory::~WorkDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}
