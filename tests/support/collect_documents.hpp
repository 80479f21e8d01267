// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Keeps the documents that a test wrote, so that the last test of a run (tests/schema/documents_test.py) can hold all
/// of them against the schemas.
#pragma once

#include "tests/paths.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>

namespace tests {

/// Where the documents of this run lie. The test schema.documents_directory makes it; without it nothing is kept.
inline std::filesystem::path documents_directory() { return std::filesystem::path(kBuildDir) / "tests/documents"; }

/// The documents below one directory, as files of documents_directory(): `<hash>/` with an input.json and the
/// output that belongs to it, or with a result.json or a
/// native-assets.json. Named after the contents: what is there already costs nothing
/// more. Made beside and renamed, so that any number of processes may do it at once. Never fails: the test has its
/// verdict already.
class DocumentCollector {
 public:
  /// Keeps what lies below `root`. Links are not followed.
  static void collect(const std::filesystem::path& root) noexcept try {
    std::error_code error;
    if (!std::filesystem::is_directory(documents_directory(), error)) return;
    std::filesystem::recursive_directory_iterator files(
        root, std::filesystem::directory_options::skip_permission_denied, error);
    for (; !error && files != std::filesystem::recursive_directory_iterator(); files.increment(error)) {
      if (files->path().filename() == "input.json") {
        keep_hook_run(root, files->path().parent_path());
      } else if (files->path().extension() == ".json") {
        keep_by_member(files->path());
      }
    }
  } catch (const std::exception&) {
  }

 private:
  static constexpr std::uintmax_t kMaxBytes = std::uintmax_t{4} << 20U;

  // Empty where there is no such file, or a large one, or none that can be read.
  static std::string read(const std::filesystem::path& file) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(file, error))) return {};
    if (std::filesystem::file_size(file, error) > kMaxBytes || error) return {};
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  // Where the input says that the output is; a plain search, as the input may be none. Paths of tests need no escapes.
  static std::filesystem::path out_file(const std::string& input) {
    const std::size_t key = input.find("\"out_file\"");
    const std::size_t begin = key == std::string::npos ? key : input.find('"', key + 10);
    const std::size_t end = begin == std::string::npos ? begin : input.find('"', begin + 1);
    return end == std::string::npos ? std::string() : input.substr(begin + 1, end - begin - 1);
  }

  static void keep_hook_run(const std::filesystem::path& root, const std::filesystem::path& directory) {
    const std::string input = read(directory / "input.json");
    if (input.empty()) return;
    std::filesystem::path outputs = out_file(input).parent_path();
    if (!outputs.native().starts_with(root.native())) outputs = directory;
    keep({{"input.json", input},
          {"output.json", read(outputs / "output.json")},
          {"output.failed.json", read(outputs / "output.failed.json")}});
  }

  static void keep_by_member(const std::filesystem::path& file) {
    const std::string text = read(file);
    if (text.find("\"encodedAssets\"") != std::string::npos) keep({{"result.json", text}});
    if (text.find("\"native-assets\"") != std::string::npos) keep({{"native-assets.json", text}});
  }

  struct File {
    std::string_view name;
    std::string text;
  };

  static void keep(std::initializer_list<File> files) {
    std::string all;
    for (const File& file : files) all += std::string(file.name) + '\n' + file.text + '\n';
    const std::filesystem::path place = documents_directory() / std::to_string(std::hash<std::string>()(all));
    if (std::filesystem::exists(place)) return;
    static std::atomic<unsigned> count{0};
    const std::filesystem::path beside =
        documents_directory() / ("tmp-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
    std::filesystem::create_directory(beside);
    for (const File& file : files) {
      if (!file.text.empty()) std::ofstream(beside / file.name, std::ios::binary) << file.text;
    }
    std::error_code error;
    std::filesystem::rename(beside, place, error);
    if (error) std::filesystem::remove_all(beside, error);  // another process was first
  }
};

}  // namespace tests
