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
/// Wording: "missing; expected a string", "found an integer; expected a string", "found 'x'; expected 'a' or 'b'".
class ObjectReader {
 public:
  ObjectReader(const Json::Object& object, std::string path, Faults& faults)
      : object_(&object), path_(std::move(path)), faults_(&faults) {}

  [[nodiscard]] const Json::Object& json() const noexcept { return *object_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string path_of(std::string_view key) const;

  [[nodiscard]] std::string required_string(std::string_view key);
  [[nodiscard]] std::optional<std::string> optional_string(std::string_view key);
  /// One of a closed set.
  [[nodiscard]] std::string required_one_of(std::string_view key, std::initializer_list<std::string_view> values);
  [[nodiscard]] std::int64_t required_integer(std::string_view key);
  [[nodiscard]] bool required_bool(std::string_view key);
  /// An absolute path, of any host: `/…` or a drive letter and a colon.
  [[nodiscard]] std::filesystem::path required_absolute_path(std::string_view key);
  [[nodiscard]] std::optional<std::filesystem::path> optional_absolute_path(std::string_view key);
  [[nodiscard]] std::vector<std::string> required_strings(std::string_view key);
  /// Empty where the member is missing.
  [[nodiscard]] std::vector<std::string> optional_strings(std::string_view key);
  [[nodiscard]] std::optional<ObjectReader> required_object(std::string_view key);
  [[nodiscard]] std::optional<ObjectReader> optional_object(std::string_view key);
  /// The elements of a list, or nullptr; a wrong type is a fault.
  [[nodiscard]] const Json::Array* optional_list(std::string_view key);

  /// Notes a fault at `key`, or at this object where it is empty.
  void fault(std::string_view key, std::string message);

 private:
  const Json* required(std::string_view key, Json::Kind kind);
  const Json* optional(std::string_view key, Json::Kind kind);

  const Json::Object* object_;
  std::string path_;
  Faults* faults_;
};

/// "found a list; expected a string".
[[nodiscard]] std::string wrong_kind(const Json& found, std::string_view expected);

}  // namespace hooks::protocol
