// SPDX-License-Identifier: BSD-3-Clause
#include <hooks/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace hooks {

namespace {

bool member_less(const Json::Member& left, const Json::Member& right) noexcept {
  return canonical_less(left.key, right.key);
}

template <typename Members>
auto lower_bound(Members& members, std::string_view key) noexcept {
  return std::lower_bound(members.begin(), members.end(), key, [](const Json::Member& member, std::string_view wanted) {
    return canonical_less(member.key, wanted);
  });
}

}  // namespace

bool canonical_less(std::string_view left, std::string_view right) noexcept {
  const auto [a, b] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
  if (a == left.end() || b == right.end()) return a == left.end() && b != right.end();
  const auto x = static_cast<unsigned char>(*a);
  const auto y = static_cast<unsigned char>(*b);
  // UTF-8 sorts by code point. UTF-16 differs in one thing: characters beyond U+FFFF (lead byte F0 and up) are
  // surrogate pairs there, which sort before U+E000 to U+FFFF (lead bytes EE and EF).
  const bool x_is_pair = x >= 0xF0;
  const bool y_is_pair = y >= 0xF0;
  if (x_is_pair != y_is_pair) {
    if (x_is_pair && y >= 0xEE) return true;
    if (y_is_pair && x >= 0xEE) return false;
  }
  return x < y;
}

Json::Json() noexcept = default;
Json::Json(const Json&) = default;
Json::Json(Json&&) noexcept = default;
Json& Json::operator=(const Json&) = default;
Json& Json::operator=(Json&&) noexcept = default;
Json::~Json() = default;
Json::Json(std::nullptr_t) noexcept {}
Json::Json(bool value) noexcept : value_(value) {}
Json::Json(std::int64_t value, IntegerTag) noexcept : value_(value) {}
Json::Json(double value) noexcept : value_(value) {}
Json::Json(const char* value) : value_(std::string(value)) {}
Json::Json(std::string_view value) : value_(std::string(value)) {}
Json::Json(std::string value) noexcept : value_(std::move(value)) {}
Json::Json(Array value) noexcept : value_(std::move(value)) {}
Json::Json(Object value) noexcept : value_(std::move(value)) {}

Json::Object::Object() noexcept = default;
Json::Object::Object(const Object&) = default;
Json::Object::Object(Object&&) noexcept = default;
Json::Object& Json::Object::operator=(const Object&) = default;
Json::Object& Json::Object::operator=(Object&&) noexcept = default;
Json::Object::~Object() = default;

Json::Object::Object(std::initializer_list<Member> members) : Object(std::vector<Member>(members)) {}

Json::Object::Object(std::vector<Member> members) : members_(std::move(members)) {
  if (!std::is_sorted(members_.begin(), members_.end(), member_less)) {
    std::sort(members_.begin(), members_.end(), member_less);
  }
  const auto twice = std::adjacent_find(members_.begin(), members_.end(),
                                        [](const Member& a, const Member& b) { return a.key == b.key; });
  if (twice != members_.end()) throw std::invalid_argument("duplicate key '" + twice->key + "'");
}

const Json* Json::Object::find(std::string_view key) const noexcept {
  const auto found = lower_bound(members_, key);
  return found != members_.end() && found->key == key ? &found->value : nullptr;
}

Json* Json::Object::find(std::string_view key) noexcept {
  const auto found = lower_bound(members_, key);
  return found != members_.end() && found->key == key ? &found->value : nullptr;
}

Json& Json::Object::operator[](std::string_view key) {
  auto found = lower_bound(members_, key);
  if (found == members_.end() || found->key != key) found = members_.insert(found, {std::string(key), Json()});
  return found->value;
}

bool Json::Object::insert(std::string key, Json value) {
  const auto found = lower_bound(members_, key);
  if (found != members_.end() && found->key == key) return false;
  members_.insert(found, {std::move(key), std::move(value)});
  return true;
}

bool Json::Object::erase(std::string_view key) {
  const auto found = lower_bound(members_, key);
  if (found == members_.end() || found->key != key) return false;
  members_.erase(found);
  return true;
}

const Json::Member* Json::Object::begin() const noexcept { return members_.data(); }
const Json::Member* Json::Object::end() const noexcept { return members_.data() + members_.size(); }

bool operator==(const Json::Object& left, const Json::Object& right) noexcept {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const Json::Member& a, const Json::Member& b) { return a.key == b.key && a.value == b.value; });
}

const Json* Json::find(std::string_view key) const noexcept {
  const Object* object = as_object();
  return object != nullptr ? object->find(key) : nullptr;
}

bool operator==(const Json& left, const Json& right) noexcept { return left.value_ == right.value_; }

std::string_view name_of(Json::Kind kind) noexcept {
  switch (kind) {
    case Json::Kind::null:
      return "null";
    case Json::Kind::boolean:
      return "boolean";
    case Json::Kind::integer:
      return "integer";
    case Json::Kind::number:
      return "number";
    case Json::Kind::string:
      return "string";
    case Json::Kind::array:
      return "list";
    case Json::Kind::object:
      return "object";
  }
  return "value";
}

}  // namespace hooks
