// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A YAML text as a tree of nodes with their places. The façade over yaml-cpp: nothing else includes it.
///
/// yaml-cpp only parses. What a scalar means is decided here, by the core schema of YAML 1.2, since yaml-cpp's own
/// conversions make booleans of `yes` and lose the quotes.
#pragma once

#include "hooks_api/protocol/fault.hpp"
#include <hooks/json.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grapnel::workspace {

/// A YAML text may be this large, and its nodes nested this deep.
inline constexpr std::size_t kMaxYamlBytes = std::size_t{1} << 20U;
inline constexpr std::size_t kMaxYamlDepth = 64;

/// The position of a node in its document.
using YamlNode = std::size_t;

/// One document. Aliases stay references, so the tree is no larger than the text.
class YamlDocument {
 public:
  struct Node {
    enum class Kind { null, scalar, list, map, alias };
    Kind kind = Kind::null;
    std::string text{};                ///< of a scalar
    std::string tag{};                 ///< "?" for a plain scalar, "!" for a quoted one, else the full tag
    std::vector<YamlNode> children{};  ///< of a list; of a map key, value, key, value, …
    YamlNode target = 0;               ///< of an alias
    std::size_t line = 0;              ///< from 1
    std::size_t column = 0;
  };

  explicit YamlDocument(std::vector<Node> nodes) : nodes_(std::move(nodes)) {}

  /// The root; nullptr where the text has no content.
  [[nodiscard]] const Node* root() const noexcept { return nodes_.empty() ? nullptr : &nodes_.front(); }
  /// A child of a node, an alias followed.
  [[nodiscard]] const Node& at(YamlNode node) const;
  /// The child itself, for its place.
  [[nodiscard]] const Node& place(YamlNode node) const { return nodes_[node]; }

 private:
  std::vector<Node> nodes_;  ///< the root first
};

/// Parses a text of one document. Faults, with line and column: no YAML, several documents, a text that is too large or
/// too deep, control characters, bytes that are no UTF-8; nothing is returned then. Bounded in time and memory.
[[nodiscard]] std::optional<YamlDocument> parse_yaml(std::string_view text, hooks::protocol::Faults& faults);

/// What a scalar (or null) means by the core schema and its tag; or why it means nothing that JSON can express, as a
/// message without its place.
struct YamlScalar {
  hooks::Json value{};
  std::string fault{};  ///< empty where there is a value
};
[[nodiscard]] YamlScalar resolve_scalar(const YamlDocument::Node& node);

/// Makes JSON of nodes. One converter serves a whole document, and its aliases may make no more of it than a bounded
/// number of values. Faults: what JSON cannot express, keys that are no strings or occur twice, unknown tags.
class YamlToJson {
 public:
  YamlToJson(const YamlDocument& document, hooks::protocol::Faults& faults) : document_(document), faults_(faults) {}

  [[nodiscard]] hooks::Json convert(YamlNode node, const std::string& path);

  /// The keys of a map as strings, with the value's node each. Other keys, and keys that occur twice, are faults;
  /// `what` names the map's purpose.
  struct Member {
    std::string key;
    YamlNode value;
  };
  [[nodiscard]] std::vector<Member> members(const YamlDocument::Node& map, const std::string& path);

 private:
  void fault(const YamlDocument::Node& place, const std::string& path, std::string message);

  const YamlDocument& document_;
  hooks::protocol::Faults& faults_;
  std::size_t made_ = 0;
  std::size_t depth_ = 0;
  bool too_large_ = false;
};

/// "a list", "a map", "an integer": the kind of a node, with its article.
[[nodiscard]] std::string kind_of(const YamlDocument::Node& node);

/// `path` with `key` behind it, control characters escaped.
[[nodiscard]] std::string path_below(const std::string& path, std::string_view key);

}  // namespace grapnel::workspace
