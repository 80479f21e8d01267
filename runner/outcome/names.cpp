// SPDX-License-Identifier: BSD-3-Clause
// The words of documents for what an outcome is made of.
#include <grapnel/outcome.hpp>

#include <string_view>

namespace grapnel {

std::string_view name_of(OutcomeClass outcome_class) noexcept {
  switch (outcome_class) {
    case OutcomeClass::success:
      return "success";
    case OutcomeClass::build_failure:
      return "build_failure";
    case OutcomeClass::infra_failure:
      return "infra_failure";
    case OutcomeClass::uncategorized:
      return "uncategorized";
    case OutcomeClass::timed_out:
      return "timed_out";
    case OutcomeClass::canceled:
      return "canceled";
    case OutcomeClass::skipped:
      return "skipped";
  }
  return "";
}

std::string_view name_of(LuciStatus status) noexcept {
  switch (status) {
    case LuciStatus::none:
      return "";
    case LuciStatus::success:
      return "SUCCESS";
    case LuciStatus::failure:
      return "FAILURE";
    case LuciStatus::infra_failure:
      return "INFRA_FAILURE";
    case LuciStatus::canceled:
      return "CANCELED";
  }
  return "";
}

std::string_view name_of(Retry retry) noexcept {
  switch (retry) {
    case Retry::never:
      return "never";
    case Retry::once:
      return "once";
    case Retry::yes:
      return "yes";
  }
  return "";
}

std::string_view name_of(DartKind kind) noexcept {
  switch (kind) {
    case DartKind::none:
      return "";
    case DartKind::hook_run:
      return "hookRun";
    case DartKind::infra:
      return "infra";
    case DartKind::project_config:
      return "projectConfig";
    case DartKind::internal:
      return "internal";
  }
  return "";
}

}  // namespace grapnel
