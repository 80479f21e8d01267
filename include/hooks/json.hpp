// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A JSON value: what user-defines, metadata and config extensions are made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace hooks {

/// A JSON value with value semantics.
///
/// Integers are 64 bit signed, as Dart's; every other number is a double. Text is UTF-8. Objects hold
/// their members sorted by key in the order of UTF-16 code units, so that two equal values always have
/// the same text (spec: dart-hooks, section 1.6).
///
/// Thread safety: as a standard container; concurrent reads are safe.
class Json {
 public:
  /// The seven kinds of value.
  enum class Kind { null, boolean, integer, number, string, array, object };

  using Array = std::vector<Json>;
  struct Member;

  /// The members of an object: unique keys, always in canonical order.
  class Object {
   public:
    Object() noexcept;
    Object(std::initializer_list<Member> members);
    /// Takes members in any order. Throws std::invalid_argument where a key occurs twice.
    explicit Object(std::vector<Member> members);
    Object(const Object&);
    Object(Object&&) noexcept;
    Object& operator=(const Object&);
    Object& operator=(Object&&) noexcept;
    ~Object();

    /// The value of `key`, or nullptr. The pointer is valid until the object changes.
    [[nodiscard]] const Json* find(std::string_view key) const noexcept;
    [[nodiscard]] Json* find(std::string_view key) noexcept;

    /// The value of `key`, which is created as null where it is missing.
    Json& operator[](std::string_view key);

    /// Adds a member; false, and no change, where `key` is there already.
    bool insert(std::string key, Json value);

    /// Removes a member; false where there is none.
    bool erase(std::string_view key);

    [[nodiscard]] bool contains(std::string_view key) const noexcept { return find(key) != nullptr; }
    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] bool empty() const noexcept;
    [[nodiscard]] const Member* begin() const noexcept;
    [[nodiscard]] const Member* end() const noexcept;

    friend bool operator==(const Object& left, const Object& right) noexcept;

   private:
    std::vector<Member> members_;
  };

  // Not inline: each would be some hundred instructions in every hook.
  Json() noexcept;
  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(const Json& other);
  Json& operator=(Json&& other) noexcept;
  ~Json();

  Json(std::nullptr_t) noexcept;
  Json(bool value) noexcept;
  /// Any integer type whose values fit 64 signed bits.
  template <typename Integer>
  requires(std::is_integral_v<Integer> && !std::is_same_v<Integer, bool> &&
           (std::is_signed_v<Integer> || sizeof(Integer) < sizeof(std::int64_t))) Json(Integer value)
  noexcept : Json(static_cast<std::int64_t>(value), IntegerTag{}) {}
  Json(double value) noexcept;
  Json(const char* value);
  Json(std::string_view value);
  Json(std::string value) noexcept;
  Json(Array value) noexcept;
  Json(Object value) noexcept;

  [[nodiscard]] Kind kind() const noexcept { return static_cast<Kind>(value_.index()); }
  [[nodiscard]] bool is_null() const noexcept { return kind() == Kind::null; }

  /// The value if it is of that kind, else nullptr. Borrowed: valid until this value changes.
  [[nodiscard]] const bool* as_bool() const noexcept { return std::get_if<bool>(&value_); }
  [[nodiscard]] const std::int64_t* as_integer() const noexcept { return std::get_if<std::int64_t>(&value_); }
  [[nodiscard]] const double* as_number() const noexcept { return std::get_if<double>(&value_); }
  [[nodiscard]] const std::string* as_string() const noexcept { return std::get_if<std::string>(&value_); }
  [[nodiscard]] const Array* as_array() const noexcept { return std::get_if<Array>(&value_); }
  [[nodiscard]] Array* as_array() noexcept { return std::get_if<Array>(&value_); }
  [[nodiscard]] const Object* as_object() const noexcept { return std::get_if<Object>(&value_); }
  [[nodiscard]] Object* as_object() noexcept { return std::get_if<Object>(&value_); }

  /// The member `key` of an object, or nullptr where this is no object or has no such member.
  [[nodiscard]] const Json* find(std::string_view key) const noexcept;

  /// Reads one JSON document. Throws std::invalid_argument with line, column and reason for anything else, duplicate
  /// keys, integers beyond 64 bits, more than 64 levels or 32 MiB.
  [[nodiscard]] static Json parse(std::string_view text);

  /// Compact text: no white space, keys in canonical order, non-ASCII characters as they are, bytes that are no UTF-8
  /// as U+FFFD. A number that JSON cannot express (infinite, not a number) throws std::domain_error.
  [[nodiscard]] std::string to_string() const;

  /// Equal kinds and equal contents. 1 and 1.0 differ, as their texts do.
  friend bool operator==(const Json& left, const Json& right) noexcept;

 private:
  struct IntegerTag {};
  Json(std::int64_t value, IntegerTag) noexcept;

  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

/// One member of an object.
struct Json::Member {
  std::string key;
  Json value;
};

inline std::size_t Json::Object::size() const noexcept { return members_.size(); }
inline bool Json::Object::empty() const noexcept { return members_.empty(); }

/// The order of keys: by UTF-16 code units, for UTF-8 text.
[[nodiscard]] bool canonical_less(std::string_view left, std::string_view right) noexcept;

/// "null", "boolean", "integer", "number", "string", "list" or "object": the words of our messages.
[[nodiscard]] std::string_view name_of(Json::Kind kind) noexcept;

}  // namespace hooks
