// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Lists that a hook writes down in braces. They are classes of their own and not standard containers because a hook
/// compiles a third faster when their code lies in the SDK's archive.
#pragma once

#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hooks {

/// A list of paths: `{"src/a.c", input.package_root() / "b.c"}`. A value; thread safety as of a standard container.
class PathList {
 public:
  /// One path in braces: text or a path. Borrowed until the list is made.
  struct Item {
    Item(const char* path) : text(path) {}                            ///< a literal
    Item(const std::string& path) : text(path) {}                     ///< a string
    Item(const std::filesystem::path& path) : text(path.native()) {}  ///< a path
    std::string_view text;                                            ///< what is copied
  };

  PathList();
  /// Copies the items.
  PathList(std::initializer_list<Item> items);
  /// Takes paths that were collected elsewhere.
  PathList(std::vector<std::filesystem::path> paths);
  PathList(const PathList& other);
  PathList& operator=(const PathList& other);
  ~PathList();

  /// Appends a path.
  void add(const Item& path);

  [[nodiscard]] bool empty() const noexcept { return paths_.empty(); }
  /// The paths in order. The iterators are valid until the list changes.
  [[nodiscard]] const std::filesystem::path* begin() const noexcept { return paths_.data(); }
  [[nodiscard]] const std::filesystem::path* end() const noexcept { return paths_.data() + paths_.size(); }

 private:
  std::vector<std::filesystem::path> paths_;
};

/// A list of preprocessor definitions: `{{"LEVEL", "3"}, {"NDEBUG"}}`. A value; thread safety as of a standard
/// container.
class DefineList {
 public:
  /// One definition in braces; without a value it defines the name alone. Borrowed until the list is made.
  struct Item {
    std::string_view name;                    ///< what is defined
    std::optional<std::string_view> value{};  ///< as what
  };
  /// One definition that the list holds.
  using Define = std::pair<std::string, std::optional<std::string>>;

  DefineList();
  /// Copies the items.
  DefineList(std::initializer_list<Item> items);
  DefineList(const DefineList& other);
  DefineList& operator=(const DefineList& other);
  ~DefineList();

  /// Appends a definition.
  void add(const Item& item);

  /// The definitions in order. The iterators are valid until the list changes.
  [[nodiscard]] const Define* begin() const noexcept { return defines_.data(); }
  [[nodiscard]] const Define* end() const noexcept { return defines_.data() + defines_.size(); }

 private:
  std::vector<Define> defines_;
};

}  // namespace hooks
