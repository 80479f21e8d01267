// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Reads typed members of a JSON document and collects all faults with their paths.
#pragma once

#include "hooks_api/protocol/fault.hpp"
#include <hooks/json.hpp>

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooks::protocol {

/// One object of a document. Members of a wrong type, and required ones that are missing, are faults; reading goes on
/// with an empty value, so that one pass finds them all. Unknown members are ignored. Borrows the document and
/// the list of faults; not thread safe.
///
/// There are two ways to read. Tolerant: null stands for an absent optional member, and what the reader's side has no
/// use for is not looked at. Exact: as a JSON Schema judges a document (validate_document.hpp), with warnings.
///
/// Wording: "missing; expected a string", "found an integer; expected a string", "found 'x'; expected 'a' or 'b'".
class ObjectReader {
 public:
  /// Reads tolerantly.
  ObjectReader(const Json::Object& object, std::string path, Faults& faults)
      : object_(&object), path_(std::move(path)), faults_(&faults) {}
  /// Reads exactly.
  ObjectReader(const Json::Object& object, std::string path, Validation& found)
      : object_(&object), path_(std::move(path)), faults_(&found.errors), warnings_(&found.warnings) {}

  [[nodiscard]] bool exact() const noexcept { return warnings_ != nullptr; }
  [[nodiscard]] const Json::Object& json() const noexcept { return *object_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string path_of(std::string_view key) const;

  [[nodiscard]] std::string required_string(std::string_view key);
  [[nodiscard]] std::optional<std::string> optional_string(std::string_view key);
  /// One of a closed set.
  [[nodiscard]] std::string required_one_of(std::string_view key, std::initializer_list<std::string_view> values);
  /// For members that are our own, which Dart does not know: one of another type is a warning.
  [[nodiscard]] std::optional<std::string> own_string(std::string_view key);
  /// 64 bits; a number without a fraction, such as 13.0, is one.
  [[nodiscard]] std::int64_t required_integer(std::string_view key);
  [[nodiscard]] bool required_bool(std::string_view key);
  /// An absolute path, of any host: `/…` or a drive letter and a colon.
  [[nodiscard]] std::filesystem::path required_absolute_path(std::string_view key);
  [[nodiscard]] std::optional<std::filesystem::path> optional_absolute_path(std::string_view key);
  /// A list of them; empty where the member is missing.
  [[nodiscard]] std::vector<std::filesystem::path> optional_absolute_paths(std::string_view key);
  [[nodiscard]] std::vector<std::string> required_strings(std::string_view key);
  /// Empty where the member is missing.
  [[nodiscard]] std::vector<std::string> optional_strings(std::string_view key);
  [[nodiscard]] std::optional<ObjectReader> required_object(std::string_view key);
  [[nodiscard]] std::optional<ObjectReader> optional_object(std::string_view key);
  /// The elements of a list, or nullptr; a wrong type is a fault.
  [[nodiscard]] const Json::Array* optional_list(std::string_view key);

  /// The element `index` of the list in member `key`: an object, or a fault.
  [[nodiscard]] std::optional<ObjectReader> element(std::string_view key, std::size_t index, const Json& value);

  /// Notes a fault at `key`, or at this object where it is empty.
  void fault(std::string_view key, std::string message);
  /// The same for a warning; nothing where documents are read tolerantly.
  void warn(std::string_view key, std::string message);

 private:
  const Json* required(std::string_view key, Json::Kind kind);
  const Json* optional(std::string_view key, Json::Kind kind);
  /// The member, or nullptr where there is none.
  const Json* find_optional(std::string_view key) const;
  std::optional<std::filesystem::path> absolute_path(std::string_view key, const Json& value);
  ObjectReader inner(const Json::Object& object, std::string path) const;

  const Json::Object* object_;
  std::string path_;
  Faults* faults_;
  Faults* warnings_ = nullptr;  // only where documents are read exactly
};

/// "found a list; expected a string".
[[nodiscard]] std::string wrong_kind(const Json& found, std::string_view expected);

}  // namespace hooks::protocol
