// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// What the writers of messages have in common, whatever the form.
#pragma once

#include "runner/report/luci_build.hpp"
#include <hooks/json.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace grapnel::report::luci {

/// Base of `Writer`, which has message() and integer(), and members() for a Struct's.
template <typename Writer>
class MessageWriter {
 public:
  /// google.protobuf.Timestamp.
  void time(int number, std::string_view name, const std::optional<Time>& value) {
    if (!value) return;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(*value);
    const std::chrono::nanoseconds rest = *value - seconds;
    writer().message(number, name, [&] {
      writer().integer(1, "seconds", seconds.time_since_epoch().count());
      writer().integer(2, "nanos", rest.count());
    });
  }
  /// google.protobuf.Struct.
  void structure(int number, std::string_view name, const hooks::Json::Object& value) {
    writer().message(number, name, [&] { writer().members(value); });
  }
  /// A repeated message.
  template <typename Items, typename Body>
  void list(int number, std::string_view name, const Items& items, Body body) {
    for (const auto& item : items) writer().message(number, name, [&] { body(item); });
  }

 private:
  Writer& writer() { return static_cast<Writer&>(*this); }
};

}  // namespace grapnel::report::luci
