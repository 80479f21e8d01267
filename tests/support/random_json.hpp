// SPDX-License-Identifier: BSD-3-Clause
// Random JSON values: every kind, the limits of numbers, every character.
#pragma once

#include <hooks/json.hpp>

#include <rapidcheck.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace tests {

/// Appends a character as UTF-8.
inline void append_utf8(std::string& text, std::uint32_t c) {
  const auto byte = [&](std::uint32_t value) { text += static_cast<char>(value); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | (c >> 6));
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | (c >> 12));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | (c >> 18));
    byte(0x80 | ((c >> 12) & 0x3F));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

/// Any text of Unicode; often with characters at which UTF-8 and UTF-16 differ in order.
inline rc::Gen<std::string> unicode() {
  const auto character =
      rc::gen::oneOf(rc::gen::inRange<std::uint32_t>(0, 0x80), rc::gen::inRange<std::uint32_t>(0x80, 0xD800),
                     rc::gen::inRange<std::uint32_t>(0xE000, 0x110000),
                     rc::gen::element<std::uint32_t>(0, '"', '\\', '/', 0x7F, 0xD7FF, 0xE000, 0xFEFF, 0xFFFD, 0xFFFF,
                                                     0x10000, 0x10FFFF));
  return rc::gen::map(rc::gen::container<std::vector<std::uint32_t>>(character),
                      [](const std::vector<std::uint32_t>& all) {
                        std::string text;
                        for (const std::uint32_t c : all) append_utf8(text, c);
                        return text;
                      });
}

/// Any finite double, of any exponent.
inline rc::Gen<double> finite_double() {
  return rc::gen::suchThat(
      rc::gen::oneOf(rc::gen::map(rc::gen::arbitrary<std::uint64_t>(),
                                  [](std::uint64_t bits) {
                                    double value = 0;
                                    std::memcpy(&value, &bits, sizeof value);
                                    return value;
                                  }),
                     rc::gen::arbitrary<double>(),
                     rc::gen::element(0.0, -0.0, 0.1, 1e21, 1e-7, 5e-324, 9007199254740993.0, 9.223372036854775807e18,
                                      std::numeric_limits<double>::max(), std::numeric_limits<double>::min())),
      [](double value) { return std::isfinite(value); });
}

inline rc::Gen<std::int64_t> any_integer() {
  return rc::gen::oneOf(rc::gen::arbitrary<std::int64_t>(), rc::gen::element(std::numeric_limits<std::int64_t>::min(),
                                                                             std::numeric_limits<std::int64_t>::max()));
}

inline hooks::Json random_json(int depth);

inline hooks::Json::Object random_object(int depth) {
  hooks::Json::Object object;
  const int size = *rc::gen::inRange(0, 5);
  for (int i = 0; i < size; ++i) object.insert(*unicode(), random_json(depth - 1));
  return object;
}

/// Draws a value with at most `depth` nested lists and objects. REQUIRES: called within a property.
inline hooks::Json random_json(int depth) {
  using hooks::Json;
  switch (*rc::gen::inRange(0, depth > 0 ? 7 : 5)) {
    case 0:
      return nullptr;
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return *any_integer();
    case 3:
      return *finite_double();
    case 4:
      return *unicode();
    case 5: {
      Json::Array list(*rc::gen::inRange<std::size_t>(0, 5));
      for (Json& element : list) element = random_json(depth - 1);
      return list;
    }
    default:
      return random_object(depth);
  }
}

}  // namespace tests
