// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Options of a build target: the target's own key where it is there, else the one for all targets (spec:
/// hatch-build-hooks, section 2, build_config).
#pragma once

#include "runner/workspace/table.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grapnel::workspace {

/// One value with the path of its key, for messages: "tool.hatch.build.targets.wheel.include".
struct Option {
  const hooks::Json* value;
  std::string path;
  const Table* table;  ///< that holds it
  std::string key;

  /// The document that has it.
  [[nodiscard]] const std::filesystem::path& file() const noexcept;
};

/// Reads the options of one target. Borrows the build table; reading is lazy, so an option that nobody reads is never
/// judged. Every fault is a ProjectError that names the key's path, the file, what was found and what was expected.
/// Entries of lists are counted from 1: "tool.hatch.build.include: entry #2: found an integer; expected a string".
class BuildOptions {
 public:
  /// `target`: its name; its table need not be there. Throws for `targets` or the target's entry that are no tables.
  BuildOptions(const Table& build, std::string target);

  [[nodiscard]] const std::string& target() const noexcept { return target_; }
  [[nodiscard]] const Table& global() const noexcept { return *build_; }
  /// The target's table, or nullptr.
  [[nodiscard]] const Table* own() const noexcept { return own_; }

  /// The value in force, or nothing.
  [[nodiscard]] std::optional<Option> find(std::string_view key) const;
  /// The same from the target's table alone.
  [[nodiscard]] std::optional<Option> find_own(std::string_view key) const;

  [[nodiscard]] bool boolean(std::string_view key, bool otherwise) const;
  [[nodiscard]] std::optional<std::string> string(std::string_view key) const;
  /// Entries that are strings and not empty; absent where the key is.
  [[nodiscard]] std::optional<std::vector<std::string>> strings(std::string_view key) const;
  /// A mapping of strings to strings, in the order of the file; neither side is empty.
  [[nodiscard]] std::optional<std::vector<std::pair<std::string, std::string>>> mapping(std::string_view key) const;

 private:
  const Table* build_;
  std::string target_;
  const Table* own_ = nullptr;
};

/// The judges that the above are made of, for options that live elsewhere.
[[nodiscard]] bool boolean_of(const Option& option);
[[nodiscard]] std::string string_of(const Option& option);
[[nodiscard]] std::vector<std::string> strings_of(const Option& option);
[[nodiscard]] std::vector<std::pair<std::string, std::string>> mapping_of(const Option& option);

/// Throws the ProjectError: "'/p/pyproject.toml': tool.hatch.build.hooks: found a string; expected a table".
[[noreturn]] void refuse(const Option& option, const std::string& message);

}  // namespace grapnel::workspace
