// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/decimal.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/rapidjson.hpp"
#include "hooks_api/base/utf8.hpp"

#include <cmath>
#include <stdexcept>

namespace hooks {

namespace {

namespace rj = RAPIDJSON_NAMESPACE;

// Dart's form of a double, which is JavaScript's with ".0" for whole numbers: 0.1, 1.0, 1e+21, 1.5e-7. It decides
// the checksum of a config, so it must be exact.
std::string number_text(double value) {
  if (!std::isfinite(value)) throw std::domain_error("JSON has no number that is infinite or not a number");
  const auto [negative, digits, exponent] = base::shortest_decimal(value);
  std::string out = negative ? "-" : "";
  const int count = static_cast<int>(digits.size());
  if (exponent >= 21 || exponent < -6) {
    out += digits.front();
    if (count > 1) out += "." + digits.substr(1);
    out += exponent < 0 ? "e" : "e+";
    out += std::to_string(exponent);
  } else if (exponent < 0) {
    out += "0." + std::string(static_cast<std::size_t>(-exponent) - 1, '0') + digits;
  } else if (exponent + 1 >= count) {
    out += digits + std::string(static_cast<std::size_t>(exponent) + 1 - static_cast<std::size_t>(count), '0') + ".0";
  } else {
    const auto point = static_cast<std::size_t>(exponent) + 1;
    out += digits.substr(0, point) + "." + digits.substr(point);
  }
  return out;
}

// Drives a RapidJSON writer. Strings and doubles go through our own text, as theirs differs from Dart's.
template <typename Writer>
void write(Writer& writer, const Json& value, std::string& scratch) {
  const auto raw = [&](rj::Type type) { writer.RawValue(scratch.data(), scratch.size(), type); };
  const auto string = [&](std::string_view text) {
    scratch.clear();
    base::append_json_string(scratch, text);
    raw(rj::kStringType);
  };
  switch (value.kind()) {
    case Json::Kind::null:
      writer.Null();
      break;
    case Json::Kind::boolean:
      writer.Bool(*value.as_bool());
      break;
    case Json::Kind::integer:
      writer.Int64(*value.as_integer());
      break;
    case Json::Kind::number:
      scratch = number_text(*value.as_number());
      raw(rj::kNumberType);
      break;
    case Json::Kind::string:
      string(*value.as_string());
      break;
    case Json::Kind::array:
      writer.StartArray();
      for (const Json& element : *value.as_array()) write(writer, element, scratch);
      writer.EndArray();
      break;
    case Json::Kind::object:
      writer.StartObject();
      for (const Json::Member& member : *value.as_object()) {
        string(member.key);
        write(writer, member.value, scratch);
      }
      writer.EndObject();
      break;
  }
}

template <typename Writer>
std::string text_of(const Json& value, Writer& writer, const rj::StringBuffer& buffer) {
  std::string scratch;
  write(writer, value, scratch);
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace

std::string Json::to_string() const {
  rj::StringBuffer buffer;
  rj::Writer<rj::StringBuffer> writer(buffer);
  return text_of(*this, writer, buffer);
}

}  // namespace hooks

namespace hooks::base {

std::string to_pretty_json(const Json& value) {
  rj::StringBuffer buffer;
  rj::PrettyWriter<rj::StringBuffer> writer(buffer);
  writer.SetIndent(' ', 2);
  return text_of(value, writer, buffer);
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) {  // no UTF-8 here
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    const char c = text.front();
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          static constexpr std::string_view kDigits = "0123456789abcdef";
          out += "\\u00";
          out += kDigits[static_cast<unsigned char>(c) >> 4U];
          out += kDigits[static_cast<unsigned char>(c) & 0xFU];
        } else {
          out += text.substr(0, length);
        }
    }
    text.remove_prefix(length);
  }
  out += '"';
}

}  // namespace hooks::base
