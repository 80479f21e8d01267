// SPDX-License-Identifier: BSD-3-Clause
#include "runner/engine/json_changes.hpp"

#include "hooks_api/base/shown.hpp"
#include "hooks_api/base/utf8.hpp"

#include <utility>

namespace grapnel::engine {

namespace {

using hooks::Json;

std::string short_text(const Json* value) {
  if (value == nullptr) return {};
  constexpr std::size_t kLongest = 200;
  std::string text = value->to_string();
  if (text.size() > kLongest) {
    text.resize(hooks::base::utf8_prefix(std::string_view(text).substr(0, kLongest)));
    text.append("…");
  }
  return text;
}

class Comparison {
 public:
  Comparison(std::vector<JsonChange>& changes, std::size_t limit) : changes_(changes), limit_(limit) {}

  // Recurses as deep as documents may be, which their reader bounds.
  void compare(const std::string& path, const Json* before, const Json* after) {
    if (changes_.size() >= limit_ || (before != nullptr && after != nullptr && *before == *after)) return;
    const Json::Object* old_object = before != nullptr ? before->as_object() : nullptr;
    const Json::Object* new_object = after != nullptr ? after->as_object() : nullptr;
    if (old_object != nullptr && new_object != nullptr) {
      compare_objects(path, *old_object, *new_object);
      return;
    }
    const Json::Array* old_list = before != nullptr ? before->as_array() : nullptr;
    const Json::Array* new_list = after != nullptr ? after->as_array() : nullptr;
    if (old_list != nullptr && new_list != nullptr && old_list->size() == new_list->size()) {
      for (std::size_t i = 0; i < old_list->size(); ++i) {
        compare(joined(path, std::to_string(i)), &(*old_list)[i], &(*new_list)[i]);
      }
      return;
    }
    changes_.push_back({path, short_text(before), short_text(after)});
  }

 private:
  void compare_objects(const std::string& path, const Json::Object& before, const Json::Object& after) {
    for (const Json::Member& member : before) {
      compare(joined(path, member.key), &member.value, after.find(member.key));
    }
    for (const Json::Member& member : after) {
      if (!before.contains(member.key)) compare(joined(path, member.key), nullptr, &member.value);
    }
  }

  static std::string joined(const std::string& path, const std::string& key) {
    const std::string shown = hooks::base::key_in_path(key);
    return path.empty() ? shown : path + "." + shown;
  }

  std::vector<JsonChange>& changes_;
  std::size_t limit_;
};

}  // namespace

std::vector<JsonChange> changes_between(const Json& before, const Json& after, std::size_t limit) {
  std::vector<JsonChange> changes;
  Comparison(changes, limit).compare("", &before, &after);
  return changes;
}

}  // namespace grapnel::engine
