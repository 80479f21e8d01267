// SPDX-License-Identifier: BSD-3-Clause
#include "runner/workspace/yaml.hpp"

#include "hooks_api/base/decimal.hpp"
#include "hooks_api/base/utf8.hpp"
#include "runner/workspace/shown.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace grapnel::workspace {
namespace {

using hooks::Json;
using hooks::protocol::Fault;
using hooks::protocol::Faults;
using Node = YamlDocument::Node;
using Kind = Node::Kind;

// Values go into input.json, four levels down, which hooks read with a limit of 64.
constexpr std::size_t kMaxValueDepth = 60;
// Far more than a person writes, and little enough to be sent to a hook.
constexpr std::size_t kMaxValues = 100'000;

constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";

// Thrown through yaml-cpp, which knows no other way to be stopped.
struct Stopped {
  Fault fault;
};

// yaml-cpp writes the escapes \N and \_ as single bytes, U+0085 and U+00A0 in Latin-1. Its input is UTF-8, so nothing
// else in a scalar is not.
std::string with_escapes_repaired(std::string_view text) {
  std::string repaired;
  while (!text.empty()) {
    const std::size_t length = hooks::base::utf8_length(text);
    if (length == 0) repaired += '\xC2';
    repaired += text.substr(0, length == 0 ? 1 : length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return repaired;
}

// Makes nodes of yaml-cpp's events.
class Builder final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (seen_document_) stop(mark, "a second document begins here; expected one");
    seen_document_ = true;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(Kind::null, mark, "?", anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto target = anchors_.find(anchor);
    if (target == anchors_.end()) stop(mark, "an alias without an anchor before it");
    for (const YamlNode open : open_) {
      if (open == target->second) stop(mark, "an alias within what it stands for");
    }
    nodes_[add(Kind::alias, mark, "?", YAML::NullAnchor)].target = target->second;
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    nodes_[add(Kind::scalar, mark, tag, anchor)].text =
        hooks::base::is_utf8(value) ? value : with_escapes_repaired(value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { open_.pop_back(); }

  std::vector<Node> take() { return std::move(nodes_); }

 private:
  [[noreturn]] static void stop(const YAML::Mark& mark, std::string message) {
    throw Stopped{
        {"", std::move(message), static_cast<std::size_t>(mark.line + 1), static_cast<std::size_t>(mark.column + 1)}};
  }

  YamlNode add(Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    const YamlNode node = nodes_.size();
    nodes_.push_back({.kind = kind,
                      .tag = tag,
                      .line = static_cast<std::size_t>(mark.line + 1),
                      .column = static_cast<std::size_t>(mark.column + 1)});
    if (!open_.empty()) nodes_[open_.back()].children.push_back(node);
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    return node;
  }

  void open(Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (open_.size() >= kMaxYamlDepth) stop(mark, "nested deeper than " + std::to_string(kMaxYamlDepth) + " levels");
    open_.push_back(add(kind, mark, tag, anchor));
  }

  bool seen_document_ = false;
  std::vector<Node> nodes_;
  std::vector<YamlNode> open_;  // the lists and maps around the next event
  std::unordered_map<YAML::anchor_t, YamlNode> anchors_;
};

// The first byte that no YAML text holds. yaml-cpp takes some of them for ends of the text.
std::optional<Fault> find_bad_character(std::string_view text) {
  std::size_t line = 1;
  std::size_t line_start = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = hooks::base::utf8_length(text.substr(i));
    const auto c = static_cast<unsigned char>(text[i]);
    const bool is_control = (c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
    if (length == 0 || is_control) {
      return Fault{"",
                   length == 0 ? "bytes that are no UTF-8"
                               : "a control character, which no YAML text holds; write it as an escape in quotes",
                   line, i - line_start + 1};
    }
    i += length;
    if (c == '\n') {
      ++line;
      line_start = i;
    }
  }
  return std::nullopt;
}

bool is_digits(std::string_view text, std::string_view digits = "0123456789") {
  return !text.empty() && text.find_first_not_of(digits) == std::string_view::npos;
}

std::string_view without_sign(std::string_view text) {
  return text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text == word) return true;
  }
  return false;
}

// [-+]? [0-9]+ | 0o [0-7]+ | 0x [0-9a-fA-F]+
bool is_integer(std::string_view text) {
  if (text.starts_with("0o")) return is_digits(text.substr(2), "01234567");
  if (text.starts_with("0x")) return is_digits(text.substr(2), "0123456789abcdefABCDEF");
  return is_digits(without_sign(text));
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_float(std::string_view text) {
  text = without_sign(text);
  if (const std::size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    if (!is_digits(without_sign(text.substr(e + 1)))) return false;
    text = text.substr(0, e);
  }
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return is_digits(text);
  const std::string_view before = text.substr(0, dot);
  const std::string_view after = text.substr(dot + 1);
  if (before.empty()) return is_digits(after);
  return is_digits(before) && (after.empty() || is_digits(after));
}

bool is_infinite(std::string_view text) { return is_one_of(without_sign(text), {".inf", ".Inf", ".INF"}); }
bool is_nan(std::string_view text) { return is_one_of(text, {".nan", ".NaN", ".NAN"}); }

YamlScalar integer_of(std::string_view text) {
  std::string_view digits = text;
  int base = 10;
  if (text.starts_with("0o") || text.starts_with("0x")) {
    base = text[1] == 'o' ? 8 : 16;
    digits.remove_prefix(2);
  } else if (text.starts_with('+')) {
    digits.remove_prefix(1);
  }
  std::int64_t value = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), value, base).ec != std::errc()) {
    return {.fault = "found an integer beyond 64 bits; expected one from -9223372036854775808 to 9223372036854775807"};
  }
  return {.value = value};
}

YamlScalar number_of(std::string_view text) {
  if (is_infinite(text) || is_nan(text)) {
    return {.fault = "found " + std::string(text) +
                     ", which JSON cannot express and so no hook be told; expected a finite number"};
  }
  const double value = hooks::base::to_double(std::string(text));
  if (std::isinf(value)) return {.fault = "found a number beyond the range of a double"};
  return {.value = value};
}

YamlScalar plain_scalar(std::string_view text) {
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return {};
  if (is_one_of(text, {"true", "True", "TRUE"})) return {.value = true};
  if (is_one_of(text, {"false", "False", "FALSE"})) return {.value = false};
  if (is_integer(text)) return integer_of(text);
  if (is_float(text) || is_infinite(text) || is_nan(text)) return number_of(text);
  return {.value = Json(text)};
}

YamlScalar tagged_scalar(std::string_view tag, std::string_view text) {
  if (tag == "str") return {.value = Json(text)};
  if (tag == "int" && is_integer(text)) return integer_of(text);
  if (tag == "float" && (is_float(text) || is_infinite(text) || is_nan(text))) return number_of(text);
  const YamlScalar plain = plain_scalar(text);
  if (tag == "bool" && plain.value.as_bool() != nullptr) return plain;
  if (tag == "null" && plain.fault.empty() && plain.value.is_null()) return plain;
  const std::string found = "found the tag !!" + std::string(tag) + " before " + shown(text) + "; expected ";
  if (tag == "int") return {.fault = found + "an integer behind it"};
  if (tag == "float") return {.fault = found + "a number behind it"};
  if (tag == "bool") return {.fault = found + "true or false behind it"};
  return {.fault = found + "null behind it"};
}

std::string unknown_tag(std::string_view tag) {
  return "found the tag " + shown(tag) + ", which is not known here; expected !!str, !!int, !!float, !!bool or !!null";
}

// A tag of a list or map that changes nothing.
bool is_neutral_tag(const Node& node) {
  return is_one_of(node.tag, {"?", "!", node.kind == Kind::list ? "tag:yaml.org,2002:seq" : "tag:yaml.org,2002:map"});
}

std::string article_and_kind(const Json& value) {
  if (value.is_null()) return "null";
  const std::string name(hooks::name_of(value.kind()));
  return (name.front() == 'i' ? "an " : "a ") + name;
}

}  // namespace

const Node& YamlDocument::at(YamlNode node) const {
  const Node& found = nodes_[node];
  return found.kind == Kind::alias ? nodes_[found.target] : found;
}

std::optional<YamlDocument> parse_yaml(std::string_view text, Faults& faults) {
  if (text.size() > kMaxYamlBytes) {
    faults.push_back({"", "larger than " + std::to_string(kMaxYamlBytes) + " bytes, the limit"});
    return std::nullopt;
  }
  if (auto bad = find_bad_character(text)) {
    faults.push_back(std::move(*bad));
    return std::nullopt;
  }
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder;
    while (parser.HandleNextDocument(builder)) {
    }
    return YamlDocument(builder.take());
  } catch (const Stopped& stopped) {
    faults.push_back(stopped.fault);
  } catch (const YAML::Exception& error) {
    const bool has_place = !error.mark.is_null();
    std::string message = shown(error.msg);
    message = message.substr(1, message.size() - 2);
    faults.push_back({"", "not YAML: " + message, has_place ? static_cast<std::size_t>(error.mark.line + 1) : 0,
                      has_place ? static_cast<std::size_t>(error.mark.column + 1) : 0});
  }
  return std::nullopt;
}

YamlScalar resolve_scalar(const Node& node) {
  if (node.kind == Kind::null) return {};
  if (node.tag == "?" || node.tag.empty()) return plain_scalar(node.text);
  if (node.tag == "!") return {.value = Json(node.text)};
  const std::string_view tag = node.tag;
  if (tag.starts_with(kCoreTag) && is_one_of(tag.substr(kCoreTag.size()), {"str", "int", "float", "bool", "null"})) {
    return tagged_scalar(tag.substr(kCoreTag.size()), node.text);
  }
  return {.fault = unknown_tag(tag)};
}

void YamlToJson::fault(const Node& place, const std::string& path, std::string message) {
  add(faults_, {path, std::move(message), place.line, place.column});
}

std::vector<YamlToJson::Member> YamlToJson::members(const Node& map, const std::string& path) {
  std::vector<Member> members;
  std::unordered_set<std::string> seen;
  for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
    const Node& place = document_.place(map.children[i]);
    const Node& key = document_.at(map.children[i]);
    const bool is_scalar = key.kind == Kind::null || key.kind == Kind::scalar;
    YamlScalar scalar = is_scalar ? resolve_scalar(key) : YamlScalar{};
    if (const std::string* text = scalar.value.as_string()) {
      if (!seen.insert(*text).second) {
        fault(place, path_below(path, *text), "found this key again; expected it once");
      } else {
        members.push_back({*text, map.children[i + 1]});
      }
    } else if (!scalar.fault.empty()) {
      fault(place, path, "a key: " + scalar.fault);
    } else {
      const std::string what = key.kind == Kind::scalar ? shown(key.text) + ", " : "";
      fault(place, path,
            "found the key " + what + kind_of(key) + "; expected a string" + (is_scalar ? ": put it in quotes" : ""));
    }
  }
  return members;
}

Json YamlToJson::convert(YamlNode index, const std::string& path) {
  const Node& place = document_.place(index);
  const Node& node = document_.at(index);
  made_ += 1 + node.text.size() / 16;
  if (too_large_ || faults_.size() > hooks::protocol::kMaxFaults) return {};  // nothing more would be told
  if (made_ > kMaxValues) {
    too_large_ = true;
    fault(
        place, path,
        "more than " + std::to_string(kMaxValues) + " values, the limit, with aliases counted as what they stand for");
    return {};
  }
  if (node.kind == Kind::null || node.kind == Kind::scalar) {
    YamlScalar scalar = resolve_scalar(node);
    if (!scalar.fault.empty()) fault(place, path, std::move(scalar.fault));
    return std::move(scalar.value);
  }
  if (!is_neutral_tag(node)) fault(place, path, unknown_tag(node.tag));
  if (depth_ >= kMaxValueDepth) {
    fault(place, path, "nested deeper than " + std::to_string(kMaxValueDepth) + " levels");
    return {};
  }
  ++depth_;
  Json made;
  if (node.kind == Kind::list) {
    Json::Array list;
    for (const YamlNode child : node.children) list.push_back(convert(child, path + "." + std::to_string(list.size())));
    made = std::move(list);
  } else {
    std::vector<Json::Member> object;
    for (const Member& member : members(node, path)) {
      object.push_back({member.key, convert(member.value, path_below(path, member.key))});
    }
    made = Json::Object(std::move(object));
  }
  --depth_;
  return made;
}

std::string kind_of(const Node& node) {
  switch (node.kind) {
    case Kind::null:
      return "null";
    case Kind::scalar:
      return article_and_kind(resolve_scalar(node).value);
    case Kind::list:
      return "a list";
    case Kind::map:
      return "a map";
    case Kind::alias:
      break;
  }
  return "an alias";
}

std::string path_below(const std::string& path, std::string_view key) {
  const std::string text = shown(hooks::base::key_in_path(key));
  return (path.empty() ? "" : path + ".") + text.substr(1, text.size() - 2);
}

}  // namespace grapnel::workspace
