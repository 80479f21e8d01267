// SPDX-License-Identifier: BSD-3-Clause
// Random values: they survive their text, and have one text however their members came (dart-hooks, section 1.6).
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/utf8.hpp"
#include "hooks_api/protocol/input.hpp"
#include "tests/support/random_json.hpp"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace {

using hooks::Json;
using hooks::base::parse_json;

// The oracle of the order: UTF-16 code units.
std::u16string utf16(std::string_view text) {
  std::u16string units;
  while (!text.empty()) {
    const std::size_t length = hooks::base::utf8_length(text);
    auto c = static_cast<std::uint32_t>(static_cast<unsigned char>(text[0]));
    if (length > 1) c &= 0x7FU >> length;
    for (std::size_t i = 1; i < length; ++i) c = (c << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
    if (c >= 0x10000) {
      units += static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10U));
      units += static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FFU));
    } else {
      units += static_cast<char16_t>(c);
    }
    text.remove_prefix(length);
  }
  return units;
}

// Text with the members of every object in a random order, with white space, and characters as escapes at times.
std::string shuffled_text(const Json& value) {
  if (const Json::Object* object = value.as_object()) {
    std::vector<const Json::Member*> members;
    for (const Json::Member& member : *object) members.push_back(&member);
    for (std::size_t i = members.size(); i > 1; --i)
      std::swap(members[i - 1], members[*rc::gen::inRange<std::size_t>(0, i)]);
    std::string text = "{";
    for (const Json::Member* member : members) {
      text += (text.size() > 1 ? " ,\n" : "") + shuffled_text(member->key) + "\t:" + shuffled_text(member->value);
    }
    return text + "}";
  }
  if (const Json::Array* list = value.as_array()) {
    std::string text = "[ ";
    for (const Json& element : *list) text += (text.size() > 2 ? "," : "") + shuffled_text(element);
    return text + "]";
  }
  if (const std::string* string = value.as_string(); string != nullptr && *rc::gen::arbitrary<bool>()) {
    std::string text = "\"";
    for (const char16_t unit : utf16(*string)) {
      static constexpr std::string_view kDigits = "0123456789aBcDeF";
      text += "\\u";
      for (int shift = 12; shift >= 0; shift -= 4) text += kDigits[(unit >> shift) & 0xF];
    }
    return text + "\"";
  }
  return value.to_string();
}

void require_sorted(const Json& value) {
  if (const Json::Array* list = value.as_array()) {
    for (const Json& element : *list) require_sorted(element);
  }
  if (const Json::Object* object = value.as_object()) {
    RC_ASSERT(std::is_sorted(object->begin(), object->end(),
                             [](const Json::Member& a, const Json::Member& b) { return utf16(a.key) < utf16(b.key); }));
    for (const Json::Member& member : *object) require_sorted(member.value);
  }
}

RC_GTEST_PROP(JsonProperty, ReadWhatWasWritten, ()) {
  const Json value = tests::random_json(5);
  for (const std::string& text : {value.to_string(), hooks::base::to_pretty_json(value)}) {
    const auto read = parse_json(text);
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == value);
    RC_ASSERT(read->to_string() == value.to_string());
  }
}

RC_GTEST_PROP(JsonProperty, ADoubleKeepsAllItsBits, ()) {
  const double value = *tests::finite_double();
  const auto read = parse_json(Json(value).to_string());
  RC_ASSERT(read.has_value() && read->as_number() != nullptr);
  RC_ASSERT(std::memcmp(read->as_number(), &value, sizeof value) == 0);
}

RC_GTEST_PROP(JsonProperty, KeysAreSortedByUtf16AtAllLevels, ()) {
  const Json value = tests::random_object(4);
  const auto read = parse_json(shuffled_text(value));
  RC_ASSERT(read.has_value());
  require_sorted(*read);
}

RC_GTEST_PROP(JsonProperty, TheOrderOfMembersDoesNotCount, ()) {
  const Json value = tests::random_object(4);
  const auto read = parse_json(shuffled_text(value));
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == value);
  RC_ASSERT(read->to_string() == value.to_string());
  RC_ASSERT(hooks::protocol::config_checksum(*read->as_object()) ==
            hooks::protocol::config_checksum(*value.as_object()));
}

RC_GTEST_PROP(JsonProperty, CanonicalLessIsTheOrderOfUtf16, ()) {
  const std::string left = *tests::unicode();
  const std::string right = *tests::unicode();
  RC_ASSERT(hooks::canonical_less(left, right) == (utf16(left) < utf16(right)));
}

}  // namespace
