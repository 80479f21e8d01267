// SPDX-License-Identifier: BSD-3-Clause
#include "runner/report/luci_input.hpp"

#include "hooks_api/base/utf8.hpp"
#include "runner/report/wire_reader.hpp"

#include <bit>
#include <cmath>
#include <map>

namespace grapnel::report::luci {

namespace {

constexpr int kMostLevels = 64;

using Type = WireField::Type;

void expect(const WireField& field, Type type, const char* what) {
  if (field.type != type) throw WireError(std::string(what) + " has an unexpected wire type");
}

std::string text_of(const WireField& field, const char* what) {
  expect(field, Type::bytes, what);
  if (!hooks::base::is_utf8(field.bytes)) throw WireError(std::string(what) + " is not UTF-8");
  return std::string(field.bytes);
}

// Calls `on_field` for each field of the message in `field`.
template <typename OnField>
void each_field(const WireField& field, const char* what, OnField on_field) {
  expect(field, Type::bytes, what);
  WireReader reader(field.bytes);
  WireField inner;
  while (reader.next(inner)) on_field(inner);
}

std::optional<Time> time_of(const WireField& field, const char* what) {
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
  each_field(field, what, [&](const WireField& one) {
    if (one.type != Type::varint) return;
    if (one.number == 1) seconds = static_cast<std::int64_t>(one.value);
    if (one.number == 2) nanos = static_cast<std::int64_t>(one.value);
  });
  constexpr std::int64_t kMostSeconds = 9'000'000'000;  // the year 2255: what a clock of nanoseconds can hold
  constexpr std::int64_t kSecond = 1'000'000'000;
  if (seconds < 0 || seconds > kMostSeconds || nanos < 0 || nanos >= kSecond)
    throw WireError(std::string(what) + " is out of range");
  return Time(std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanos));
}

hooks::Json number_of(std::uint64_t bits) {
  const auto number = std::bit_cast<double>(bits);
  constexpr double kExact = 9007199254740992.0;  // up to here a double holds each integer
  if (!std::isfinite(number)) throw WireError("a number of input.properties is not finite");
  if (number >= -kExact && number <= kExact) {
    const auto integer = static_cast<std::int64_t>(number);  // no trunc(): it would make each start load libm
    if (static_cast<double>(integer) == number) return integer;
  }
  return number;
}

hooks::Json value_of(const WireField& field, int level);

// google.protobuf.Struct.
hooks::Json::Object object_of(const WireField& field, int level) {
  constexpr const char* kWhat = "input.properties";
  if (level > kMostLevels) throw WireError("input.properties is nested deeper than 64 levels");
  std::map<std::string, hooks::Json> members;  // an object would move its other members for each one that is added
  each_field(field, kWhat, [&](const WireField& entry) {
    if (entry.number != 1) return;
    std::string key;
    hooks::Json value;
    each_field(entry, kWhat, [&](const WireField& part) {
      if (part.number == 1) key = text_of(part, "a key of input.properties");
      if (part.number == 2) value = value_of(part, level);
    });
    members[std::move(key)] = std::move(value);
  });
  std::vector<hooks::Json::Member> list;
  list.reserve(members.size());
  while (!members.empty()) {
    auto member = members.extract(members.begin());
    list.push_back({std::move(member.key()), std::move(member.mapped())});
  }
  return hooks::Json::Object(std::move(list));
}

hooks::Json value_of(const WireField& field, int level) {
  hooks::Json value;
  each_field(field, "a value of input.properties", [&](const WireField& one) {
    switch (one.number) {
      case 1:
        value = nullptr;
        break;
      case 2:
        expect(one, Type::fixed64, "a number of input.properties");
        value = number_of(one.value);
        break;
      case 3:
        value = text_of(one, "a text of input.properties");
        break;
      case 4:
        expect(one, Type::varint, "a boolean of input.properties");
        value = one.value != 0;
        break;
      case 5:
        value = object_of(one, level + 1);
        break;
      case 6: {
        if (level >= kMostLevels) throw WireError("input.properties is nested deeper than 64 levels");
        hooks::Json::Array items;
        each_field(one, "a list of input.properties", [&](const WireField& item) {
          if (item.number == 1) items.push_back(value_of(item, level + 1));
        });
        value = std::move(items);
        break;
      }
      default:
        break;
    }
  });
  return value;
}

Status status_of(const WireField& field) {
  expect(field, Type::varint, "status");
  for (const Status known : {Status::scheduled, Status::started, Status::success, Status::failure,
                             Status::infra_failure, Status::canceled}) {
    if (field.value == static_cast<std::uint64_t>(known)) return known;
  }
  return Status::unspecified;
}

void take(InputBuild& build, const WireField& field) {
  switch (field.number) {
    case 1:
      expect(field, Type::varint, "id");
      build.identity.id = static_cast<std::int64_t>(field.value);
      break;
    case 2: {
      Builder builder = build.identity.builder.value_or(Builder{});
      each_field(field, "builder", [&](const WireField& part) {
        if (part.number == 1) builder.project = text_of(part, "builder.project");
        if (part.number == 2) builder.bucket = text_of(part, "builder.bucket");
        if (part.number == 3) builder.builder = text_of(part, "builder.builder");
      });
      build.identity.builder = std::move(builder);
      break;
    }
    case 6:
      build.identity.create_time = time_of(field, "create_time");
      break;
    case 7:
      build.identity.start_time = time_of(field, "start_time");
      break;
    case 12:
      build.status = status_of(field);
      break;
    case 15:
      each_field(field, "input", [&](const WireField& part) {
        if (part.number != 1) return;
        build.properties = object_of(part, 1);
      });
      break;
    default:
      break;
  }
}

}  // namespace

tl::expected<InputBuild, std::string> read_input_build(std::string_view bytes) {
  if (bytes.size() > kMostInput) {
    return tl::unexpected("it has " + std::to_string(bytes.size()) + " bytes; at most " + std::to_string(kMostInput) +
                          " are read");
  }
  try {
    InputBuild build;
    WireReader reader(bytes);
    WireField field;
    while (reader.next(field)) take(build, field);
    return build;
  } catch (const WireError& error) {
    return tl::unexpected(std::string(error.what()));
  }
}

}  // namespace grapnel::report::luci
