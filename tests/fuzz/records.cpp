// SPDX-License-Identifier: BSD-3-Clause
// The log of records, whatever bytes stand in its file: what is found is read or refused, and compaction and one more
// entry lose nothing of it. The same bytes as the value of each kind of record.
#include "runner/cache/check.hpp"
#include "runner/cache/log.hpp"
#include "runner/cache/record.hpp"

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace grapnel::cache;
using Contents = std::map<std::pair<EntryType, std::string>, std::string>;

void require(bool ok) {
  if (!ok) std::abort();
}

// What is a record is one again after it was written; the paths in it end where they say.
void read_all_kinds(std::string_view bytes) {
  if (const auto record = decode_hook_record(bytes)) {
    require(encode(*record) == bytes);
    for (const Dependency& dependency : record->decode_dependencies()) {
      require(dependency.path.data()[dependency.path.size()] == '\0');
      require(dependency.path.find('\0') == dependency.path.npos);
      (void)compare(dependency.state, dependency.state, dependency.seen_at);
    }
  }
  if (const auto record = decode_program_record(bytes)) require(encode(*record) == bytes);
  if (const auto record = decode_folder_record(bytes)) require(encode(*record) == bytes);
  if (const auto table = decode_environment(bytes)) require(encode(*table) == bytes);
}

Contents contents_of(const StateLog& log) {
  Contents contents;
  log.for_each([&](EntryType type, std::string_view key, std::string_view value) {
    require(log.find(type, key) == value);
    read_all_kinds(value);
    contents.emplace(std::pair(type, key), value);
  });
  return contents;
}

// One file of this process, removed at its end.
class File {
 public:
  File() : path_(std::filesystem::temp_directory_path() / ("grapnel_records." + std::to_string(::getpid()))) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  void write(const std::uint8_t* data, std::size_t size) const {
    std::FILE* out = std::fopen(path_.c_str(), "wb");
    require(out != nullptr);
    require(std::fwrite(data, 1, size, out) == size);
    require(std::fclose(out) == 0);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const File file;
  read_all_kinds({reinterpret_cast<const char*>(data), size});
  file.write(data, size);
  StateLog log(file.path());
  require(log.fault().empty());
  Contents contents = contents_of(log);
  require(contents_of(StateLog(file.path())) == contents);
  log.append(EntryType::used, "config", "x");
  contents.insert_or_assign({EntryType::used, "config"}, "x");
  require(contents_of(log) == contents);
  require(contents_of(StateLog(file.path())) == contents);
  log.compact_now();
  require(contents_of(StateLog(file.path())) == contents);
  log.refresh();
  require(contents_of(log) == contents);
  return 0;
}
