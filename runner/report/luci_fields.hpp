// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// The fields of a Build with their numbers and names (spec: ci-reporting, section 1.1), for the encoders: the one list
/// that all three forms are made from.
#pragma once

#include "runner/report/luci_build.hpp"

#include <optional>

namespace grapnel::report::luci {

/// Tells `writer` a Build, field by field, in the order of their numbers. A Writer has
///
///     void text(number, name, const std::string&)           nothing where it is empty
///     void integer(number, name, std::int64_t)              nothing where it is 0
///     void status(number, name, Status)                     nothing where it is unspecified
///     void time(number, name, const std::optional<Time>&)   nothing where it is absent
///     void structure(number, name, const hooks::Json::Object&)
///     void message(number, name, body)                      body() tells its fields
///     void list(number, name, items, body)                  body(item) tells those of one; nothing where it is empty
template <typename Writer>
class FieldTeller {
 public:
  explicit FieldTeller(Writer& writer) : to_(writer) {}

  void tell(const Build& build) {
    to_.integer(1, "id", build.identity.id);
    if (build.identity.builder) {
      to_.message(2, "builder", [&] {
        to_.text(1, "project", build.identity.builder->project);
        to_.text(2, "bucket", build.identity.builder->bucket);
        to_.text(3, "builder", build.identity.builder->builder);
      });
    }
    to_.time(6, "create_time", build.identity.create_time);
    to_.time(7, "start_time", build.identity.start_time);
    to_.time(8, "end_time", build.end_time);
    to_.time(9, "update_time", build.update_time);
    to_.status(12, "status", build.status);
    to_.message(16, "output", [&] {
      to_.structure(1, "properties", build.properties);
      to_.text(2, "summary_markdown", build.summary_markdown);
      to_.status(6, "status", build.status);
      tell_details(7, build);
    });
    to_.list(17, "steps", build.steps, [&](const Step& step) { tell(step); });
    to_.text(20, "summary_markdown", build.summary_markdown);
    tell_details(22, build);
  }

 private:
  void tell_details(int number, const Build& build) {
    if (!build.timeout && !build.resource_exhaustion) return;
    to_.message(number, "status_details", [&] {
      const auto nothing = [] {};
      if (build.resource_exhaustion) to_.message(3, "resource_exhaustion", nothing);
      if (build.timeout) to_.message(4, "timeout", nothing);
    });
  }

  void tell(const Step& step) {
    to_.text(1, "name", step.name);
    to_.time(2, "start_time", step.start_time);
    to_.time(3, "end_time", step.end_time);
    to_.status(4, "status", step.status);
    to_.list(5, "logs", step.logs, [&](const Log& log) {
      to_.text(1, "name", log.name);
      to_.text(2, "view_url", log.view_url);
      to_.text(3, "url", log.url);
    });
    to_.text(7, "summary_markdown", step.summary_markdown);
    to_.list(8, "tags", step.tags, [&](const StringPair& tag) {
      to_.text(1, "key", tag.key);
      to_.text(2, "value", tag.value);
    });
  }

  Writer& to_;
};

}  // namespace grapnel::report::luci
