// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// JSON text: the façade over RapidJSON. Nothing else includes it.
#pragma once

#include <hooks/json.hpp>

#include <tl/expected.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace hooks::base {

/// What a document may cost. Beyond a limit, parsing ends with an error that names it.
struct JsonLimits {
  std::size_t bytes = 32U << 20U;        ///< of the whole text
  std::size_t depth = 64;                ///< of nested lists and objects
  std::size_t string_bytes = 8U << 20U;  ///< of one string or key, as UTF-8
};

/// Where and why a text is no JSON document.
struct JsonError {
  std::string message;     ///< what was found and expected, without the position
  std::string path;        ///< dotted path of the innermost list or object being read, such as "assets.0"; may be empty
  std::size_t line = 1;    ///< from 1
  std::size_t column = 1;  ///< from 1, in bytes
  /// "line 3, column 14, in 'assets.0': message"
  [[nodiscard]] std::string describe() const;
};

/// Reads one JSON document (RFC 8259, UTF-8 without a byte order mark). Errors: anything else, duplicate keys, text
/// after the document, integers beyond 64 bits, numbers beyond a double's range, limits. Does not recurse.
[[nodiscard]] tl::expected<Json, JsonError> parse_json(std::string_view text, const JsonLimits& limits = {});

/// Two spaces a level, keys in canonical order, no newline at the end: the form of input.json and output.json.
/// Throws std::domain_error for a number that JSON cannot express.
[[nodiscard]] std::string to_pretty_json(const Json& value);

/// `text` as a JSON string with its quotes; escapes as Dart's encoder does.
void append_json_string(std::string& out, std::string_view text);

}  // namespace hooks::base
