// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Many paths, of which most callers look at none.
#pragma once

#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel {

/// A sorted list of paths without duplicates. It is made when somebody looks at it: until then adding a path costs no
/// more than its bytes. The first look is not thread safe, even where the list is const.
class PathList {
 public:
  using value_type = std::filesystem::path;
  using const_iterator = std::vector<std::filesystem::path>::const_iterator;
  using iterator = const_iterator;

  PathList() = default;
  PathList(std::initializer_list<std::filesystem::path> paths);

  void add(std::string_view path);
  void add(const PathList& paths);

  /// Valid until a path is added.
  [[nodiscard]] const std::vector<std::filesystem::path>& paths() const;
  [[nodiscard]] const_iterator begin() const { return paths().begin(); }
  [[nodiscard]] const_iterator end() const { return paths().end(); }
  [[nodiscard]] std::size_t size() const { return paths().size(); }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

  friend bool operator==(const PathList& left, const PathList& right) { return left.paths() == right.paths(); }

 private:
  std::string text_;  ///< each path with a zero byte behind it, as they were added
  mutable std::vector<std::filesystem::path> paths_;
  mutable bool made_ = true;
};

}  // namespace grapnel
