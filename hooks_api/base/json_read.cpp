// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/decimal.hpp"
#include "hooks_api/base/json.hpp"
#include "hooks_api/base/rapidjson.hpp"
#include "hooks_api/base/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <stdexcept>
#include <utility>
#include <vector>

namespace hooks::base {

namespace {

namespace rj = RAPIDJSON_NAMESPACE;

// Iterative: the recursive parser overflows its stack. Numbers as text: RapidJSON turns large integers into doubles.
// Without kParseValidateEncodingFlag: it looks at each byte by itself, which is most of the parser's time.
constexpr unsigned kFlags = rj::kParseIterativeFlag | rj::kParseNumbersAsStringsFlag | rj::kParseStopWhenDoneFlag;

constexpr std::string_view kHalfPair = "half of a surrogate pair";

// Builds the value from the reader's calls. Finished values wait on one stack until the list or object that
// holds them ends.
class Builder {
 public:
  explicit Builder(const JsonLimits& limits) : limits_(limits) {}

  // What RapidJSON's reader calls; false ends the parse, with the reason in reason().
  bool Null() { return add(Json()); }
  bool Bool(bool value) { return add(Json(value)); }
  bool Int(int) { return refuse("unexpected number"); }  // numbers come as text
  bool Uint(unsigned) { return refuse("unexpected number"); }
  bool Int64(std::int64_t) { return refuse("unexpected number"); }
  bool Uint64(std::uint64_t) { return refuse("unexpected number"); }
  bool Double(double) { return refuse("unexpected number"); }

  bool RawNumber(const char* text, rj::SizeType size, bool /*copy*/) {
    const std::string_view number(text, size);
    const char* const end = number.data() + number.size();
    if (number.find_first_of(".eE") == std::string_view::npos) {
      std::int64_t value = 0;
      if (std::from_chars(number.data(), end, value).ec == std::errc()) {
        // "-0" is an integer in JSON but only a double can hold its sign.
        return add(value == 0 && number.front() == '-' ? Json(-0.0) : Json(value));
      }
      return refuse("an integer beyond 64 bits");
    }
    const double value = to_double(std::string(number));
    if (std::isinf(value)) return refuse("a number beyond the range of a double");
    return add(Json(value));
  }

  bool String(const char* text, rj::SizeType size, bool /*copy*/) {
    return fits({text, size}) && add(Json(std::string_view(text, size)));
  }
  bool Key(const char* text, rj::SizeType size, bool /*copy*/) {
    if (!fits({text, size})) return false;
    keys_.emplace_back(text, size);
    return true;
  }

  bool StartObject() { return open(); }
  bool EndObject(rj::SizeType count) {
    std::vector<Json::Member> members;
    members.reserve(count);
    const std::size_t first_key = keys_.size() - count;
    const std::size_t first_value = values_.size() - count;
    for (std::size_t i = 0; i < count; ++i) {
      members.push_back({std::move(keys_[first_key + i]), std::move(values_[first_value + i])});
    }
    try {
      Json::Object object(std::move(members));
      keys_.resize(first_key);
      values_.resize(first_value);
      frames_.pop_back();
      return add(Json(std::move(object)));
    } catch (const std::invalid_argument& duplicate) {
      keys_.resize(first_key);
      return refuse(duplicate.what());
    }
  }
  bool StartArray() { return open(); }
  bool EndArray(rj::SizeType count) {
    const auto first = values_.end() - static_cast<std::ptrdiff_t>(count);
    Json::Array array(std::make_move_iterator(first), std::make_move_iterator(values_.end()));
    values_.erase(first, values_.end());
    frames_.pop_back();
    return add(Json(std::move(array)));
  }

  [[nodiscard]] Json take() { return std::move(values_.front()); }
  [[nodiscard]] const std::string& reason() const { return reason_; }

  // The dotted path of the innermost list or object that is still open.
  [[nodiscard]] std::string path() const {
    std::string path;
    for (std::size_t i = 0; i + 1 < frames_.size(); ++i) {
      if (!path.empty()) path += '.';
      const Frame& frame = frames_[i];
      const std::size_t index = frames_[i + 1].values - frame.values;
      const std::size_t keys_here = frames_[i + 1].keys - frame.keys;
      path += keys_here > 0 && frame.keys + index < keys_.size() ? keys_[frame.keys + index] : std::to_string(index);
    }
    return path;
  }

 private:
  // Where the children of an open list or object begin on the stacks.
  struct Frame {
    std::size_t values;
    std::size_t keys;
  };

  bool add(Json value) {
    values_.push_back(std::move(value));
    return true;
  }
  bool open() {
    if (frames_.size() >= limits_.depth) {
      return refuse("more than " + std::to_string(limits_.depth) + " nested lists and objects");
    }
    frames_.push_back({values_.size(), keys_.size()});
    return true;
  }
  bool fits(std::string_view text) {
    if (text.size() > limits_.string_bytes) {
      return refuse("a string of more than " + std::to_string(limits_.string_bytes) + " bytes");
    }
    // RapidJSON takes the second half of a pair without the first. The document is UTF-8, so only an escape can have
    // made one: ED and a byte from A0 on.
    for (std::size_t at = text.find('\xED'); at != std::string_view::npos; at = text.find('\xED', at + 1)) {
      if (static_cast<unsigned char>(text[at + 1]) >= 0xA0) return refuse(std::string(kHalfPair));
    }
    return true;
  }
  bool refuse(std::string reason) {
    reason_ = std::move(reason);
    return false;
  }

  const JsonLimits& limits_;
  std::vector<Json> values_;
  std::vector<std::string> keys_;
  std::vector<Frame> frames_;
  std::string reason_;
};

constexpr std::string_view kNotUtf8 = "bytes that are not UTF-8";

std::string_view message_of(rj::ParseErrorCode code) {
  switch (code) {
    case rj::kParseErrorDocumentEmpty:
      return "the document is empty";
    case rj::kParseErrorValueInvalid:
      return "expected a value";
    case rj::kParseErrorObjectMissName:
      return "expected a key in quotes";
    case rj::kParseErrorObjectMissColon:
      return "expected ':' after the key";
    case rj::kParseErrorObjectMissCommaOrCurlyBracket:
      return "expected ',' or '}'";
    case rj::kParseErrorArrayMissCommaOrSquareBracket:
      return "expected ',' or ']'";
    case rj::kParseErrorStringUnicodeEscapeInvalidHex:
      return "expected four hex digits after \\u";
    case rj::kParseErrorStringUnicodeSurrogateInvalid:
      return kHalfPair;
    case rj::kParseErrorStringEscapeInvalid:
      return "an unknown escape or a control character in a string";
    case rj::kParseErrorStringMissQuotationMark:
      return "the string does not end";
    case rj::kParseErrorNumberTooBig:
      return "a number beyond the range of a double";
    case rj::kParseErrorNumberMissFraction:
      return "expected a digit after '.'";
    case rj::kParseErrorNumberMissExponent:
      return "expected a digit in the exponent";
    default:
      return "not JSON";
  }
}

JsonError error_at(std::string_view text, std::size_t offset, std::string message, std::string path = {}) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {.message = std::move(message),
          .path = std::move(path),
          .line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')),
          .column = 1 + before.size() - line_start};
}

}  // namespace

std::string JsonError::describe() const {
  std::string text = "line " + std::to_string(line) + ", column " + std::to_string(column);
  if (!path.empty()) text += ", in '" + path + "'";
  return text + ": " + message;
}

tl::expected<Json, JsonError> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes) {
    return tl::unexpected(error_at(text, 0,
                                   "the document has " + std::to_string(text.size()) + " bytes; at most " +
                                       std::to_string(limits.bytes) + " are read"));
  }
  if (text.starts_with("\xEF\xBB\xBF"))
    return tl::unexpected(error_at(text, 0, "a byte order mark; expected plain UTF-8"));

  // What is no UTF-8 is not parsed; an error before it comes first.
  const std::string_view utf8 = text.substr(0, utf8_prefix(text));
  const bool is_cut = utf8.size() < text.size();
  Builder builder(limits);
  rj::MemoryStream stream(utf8.data(), utf8.size());
  rj::Reader reader;
  const rj::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (result.IsError()) {
    std::string message;
    if (result.Code() == rj::kParseErrorTermination) {
      message = builder.reason();
    } else if (is_cut && result.Offset() >= utf8.size()) {
      return tl::unexpected(error_at(text, utf8.size(), std::string(kNotUtf8), builder.path()));
    } else {
      message = message_of(result.Code());
      if (result.Offset() >= text.size() && !text.empty()) message += "; the document ends here";
    }
    return tl::unexpected(error_at(text, result.Offset(), std::move(message), builder.path()));
  }
  const std::size_t rest = text.find_first_not_of(" \t\r\n", stream.Tell());
  if (rest != std::string_view::npos) return tl::unexpected(error_at(text, rest, "text after the end of the document"));
  return builder.take();
}

}  // namespace hooks::base

namespace hooks {

Json Json::parse(std::string_view text) {
  auto value = base::parse_json(text);
  if (!value) throw std::invalid_argument(value.error().describe());
  return std::move(*value);
}

}  // namespace hooks
