// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// JSON that is appended to a string as it comes: large reports need no tree of values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::report {

/// Writes one JSON document. Keys must be unique within their object, which nobody checks here. Text that is no UTF-8
/// becomes U+FFFD.
class JsonText {
 public:
  enum class Layout {
    indented,  ///< a member or element a line, two spaces a level
    compact,   ///< no white space
  };
  /// `out` is borrowed and appended to.
  JsonText(std::string& out, Layout layout) : out_(&out), layout_(layout) {}

  /// Elements, and the document itself.
  void open_object() { open('{'); }
  void open_list() { open('['); }
  void string(std::string_view text);
  /// Members.
  void open_object(std::string_view key);
  void open_list(std::string_view key);
  void string(std::string_view key, std::string_view text);
  void boolean(std::string_view key, bool value);
  void integer(std::string_view key, std::int64_t value);
  /// `text` is a JSON number.
  void number(std::string_view key, std::string_view text);
  /// A string member, but for an empty text.
  void some(std::string_view key, std::string_view text) {
    if (!text.empty()) string(key, text);
  }

  /// Ends what was opened last.
  void close();

 private:
  void open(char bracket);
  void begin();  ///< the comma and the line before an element or member
  void key(std::string_view key);

  std::string* out_;
  Layout layout_;
  struct Level {
    char bracket;
    bool empty;
  };
  std::vector<Level> levels_;
};

}  // namespace grapnel::report
