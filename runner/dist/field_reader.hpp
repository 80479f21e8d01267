// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Values of `[project]` and of what belongs to it, each with the place that a fault of it names. For read_metadata.
#pragma once

#include "hooks_api/protocol/fault.hpp"
#include "runner/workspace/build_project.hpp"
#include <hooks/json.hpp>

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grapnel::dist {

/// Where a value stands: a file and a path in it, "project.urls.home".
struct Place {
  std::filesystem::path file{};
  std::string path{};

  [[nodiscard]] Place at(std::string_view key) const;
  [[nodiscard]] Place at(std::size_t index) const;
};

[[nodiscard]] Place place_of(const workspace::Table& table, std::string_view key);

/// Reads values, and collects the faults of all of them: a function that gives nothing has added one. One thread.
class FieldReader {
 public:
  /// `project` outlives it.
  explicit FieldReader(const workspace::BuildProject& project) : project_(project) {}

  [[nodiscard]] const workspace::BuildProject& project() const noexcept { return project_; }

  /// From here on find(), table() and at() are of `[project]`. False where there is none; throws ProjectError where it
  /// is no table.
  bool enter_project();

  /// The value of a key of `[project]`, or nullptr.
  [[nodiscard]] const hooks::Json* find(std::string_view key) const { return table_->find(key); }
  /// The same with the order of its keys, where it is a table.
  [[nodiscard]] const workspace::Table* table(std::string_view key) const { return table_->table(key); }
  [[nodiscard]] const workspace::Table& fields() const noexcept { return *table_; }
  [[nodiscard]] Place at(std::string_view key) const { return place_.at(key); }

  void add_fault(const Place& place, std::string message);
  /// "found a number; expected a list", in TOML's words.
  void add_wrong_kind(const Place& place, const hooks::Json& value, std::string_view expected);
  /// Throws all faults as one ProjectError.
  void refuse() const;

  /// A string that is one line of text.
  std::optional<std::string> one_line(const hooks::Json& value, const Place& place);
  /// The same, and not empty.
  std::optional<std::string> some_text(const hooks::Json& value, const Place& place);
  /// The same as one_line for a key that has to be there.
  std::optional<std::string> text_in(const workspace::Table& table, std::string_view key);
  const hooks::Json::Array* list(const hooks::Json& value, const Place& place);

  /// The text of a file below the project's root, with Python's newlines. Throws SystemError where it cannot be read
  /// though it is there.
  std::optional<std::string> file_text(const std::string& path, std::size_t max_bytes, const Place& place);
  /// Says that a file was read, or is named in the metadata.
  void add_file(const std::filesystem::path& file) { files_.push_back(file); }
  [[nodiscard]] std::vector<std::filesystem::path> take_files() { return std::move(files_); }

 private:
  const workspace::BuildProject& project_;
  const workspace::Table* table_ = nullptr;
  Place place_{};
  std::map<std::filesystem::path, hooks::protocol::Faults> faults_{};
  std::vector<std::filesystem::path> files_{};
};

/// Whether a path is relative and stays below where it begins.
[[nodiscard]] bool is_below(const std::filesystem::path& path);

}  // namespace grapnel::dist
