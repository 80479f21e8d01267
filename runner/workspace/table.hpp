// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A TOML document whose tables keep the order of the file: what order decides (hooks, sources) needs it.
#pragma once

#include "hooks_api/protocol/fault.hpp"
#include <hooks/json.hpp>

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::workspace {

/// One table. A value; owns its tables. Dates and times are strings here, infinite numbers too, as no key that is read
/// has such a value.
struct Table {
  std::string path{};               ///< dotted, from the root of its document: "tool.hatch.build"; empty for that
  std::filesystem::path file{};     ///< the document
  hooks::Json::Object values{};     ///< all of it, tables within it too
  std::vector<std::string> keys{};  ///< of `values`, in the order of the file
  std::map<std::string, Table, std::less<>> tables{};  ///< those of `values` that are tables

  /// Where a value that take() brought stands in truth; tables know it themselves.
  struct Origin {
    std::string path;
    std::filesystem::path file;
  };
  std::map<std::string, Origin, std::less<>> origins{};

  [[nodiscard]] const hooks::Json* find(std::string_view key) const noexcept { return values.find(key); }
  /// The table at `key`, or nullptr where there is nothing or something else.
  [[nodiscard]] const Table* table(std::string_view key) const noexcept;
  /// The same for a table some levels down; "tool", "hatch", "build".
  [[nodiscard]] const Table* table(std::initializer_list<std::string_view> path) const noexcept;
  /// "tool.hatch.build.hooks": where the value of `key` stands, or would stand.
  [[nodiscard]] std::string path_of(std::string_view key) const;
  /// The document that has the value of `key`.
  [[nodiscard]] const std::filesystem::path& file_of(std::string_view key) const noexcept;

  /// Takes `other`'s value of `key`, with its order and path, in place of its own. REQUIRES: `other` has it.
  void take(const Table& other, std::string_view key);
  /// Puts a table at `key`, which knows its own place.
  void put(std::string_view key, Table table);
  void erase(std::string_view key);
};

/// Reads a TOML text. Touches no file. A text that is no TOML, larger than kMaxTomlBytes or nested deeper than 64
/// levels is one fault, and the value means nothing.
[[nodiscard]] Table read_table(std::string_view text, const std::filesystem::path& file,
                               hooks::protocol::Faults& faults);

/// The same for a file; throws ProjectError with line and column for what read_table() has faults for, SystemError
/// where it cannot be read.
[[nodiscard]] Table load_table(const std::filesystem::path& file);

}  // namespace grapnel::workspace
