// SPDX-License-Identifier: BSD-3-Clause
#include "runner/outcome/table.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace grapnel::outcome {
namespace {

struct Columns {
  int row;
  OutcomeClass outcome_class;
  bool violation;
  LuciStatus luci;
  int exit_code;
  Retry retry;
  DartKind dart_kind;
};

constexpr auto kSuccess = OutcomeClass::success;
constexpr auto kBuild = OutcomeClass::build_failure;
constexpr auto kInfra = OutcomeClass::infra_failure;
constexpr auto kUncategorized = OutcomeClass::uncategorized;
constexpr auto kTimedOut = OutcomeClass::timed_out;
constexpr auto kCanceled = OutcomeClass::canceled;
constexpr auto kSkipped = OutcomeClass::skipped;

constexpr auto kGreen = LuciStatus::success;
constexpr auto kRed = LuciStatus::failure;
constexpr auto kPurple = LuciStatus::infra_failure;
constexpr auto kGrey = LuciStatus::canceled;
constexpr auto kNoStep = LuciStatus::none;

constexpr auto kNever = Retry::never;
constexpr auto kOnce = Retry::once;
constexpr auto kYes = Retry::yes;

constexpr auto kNone = DartKind::none;
constexpr auto kHookRun = DartKind::hook_run;
constexpr auto kDartInfra = DartKind::infra;
constexpr auto kProject = DartKind::project_config;
constexpr auto kInternal = DartKind::internal;

constexpr bool kViolation = true;
constexpr bool kFine = false;

constexpr int kBySignal = -1;  // the command dies by the signal that ended the run

// The last column is what Dart's runner says of the same facts. It has no time limit and no cancelling, so rows 21 to
// 23 and 32 are to it a hook that a signal ended; in row 8 it crashes and in row 24 an exception leaves it.
// clang-format off
constexpr std::array kTable{
    //       row     class           violation   LUCI     exit       retry   Dart
    Columns{kNoRow, kUncategorized, kFine,      kRed,    255,       kNever, kHookRun},    // a signal that no row names
    Columns{1,      kSuccess,       kFine,      kGreen,  0,         kNever, kNone},       // exit 0, output valid
    Columns{2,      kBuild,         kViolation, kRed,    1,         kNever, kHookRun},    // exit 0, output invalid
    Columns{3,      kBuild,         kViolation, kRed,    1,         kNever, kHookRun},    // exit 0, output absent
    Columns{4,      kBuild,         kViolation, kRed,    1,         kNever, kHookRun},    // exit 0, output malformed
    Columns{5,      kBuild,         kViolation, kRed,    1,         kNever, kHookRun},    // exit 0, failure build
    Columns{6,      kInfra,         kViolation, kPurple, 2,         kOnce,  kDartInfra},  // exit 0, failure infra
    Columns{7,      kUncategorized, kViolation, kRed,    255,       kNever, kHookRun},    // exit 0, other failure
    Columns{8,      kUncategorized, kViolation, kRed,    255,       kNever, kHookRun},    // exit 0, unknown status
    Columns{9,      kBuild,         kFine,      kRed,    1,         kNever, kHookRun},    // exit 1
    Columns{10,     kBuild,         kViolation, kRed,    1,         kNever, kHookRun},    // exit 1, contradicted
    Columns{11,     kInfra,         kFine,      kPurple, 2,         kYes,   kDartInfra},  // exit 2, failure infra
    Columns{12,     kInfra,         kFine,      kPurple, 2,         kOnce,  kDartInfra},  // exit 2, unconfirmed
    Columns{13,     kInfra,         kViolation, kPurple, 2,         kNever, kDartInfra},  // exit 2, contradicted
    Columns{14,     kUncategorized, kFine,      kRed,    255,       kNever, kHookRun},    // exit 255
    Columns{15,     kUncategorized, kViolation, kRed,    255,       kNever, kHookRun},    // exit 3..251
    Columns{16,     kUncategorized, kFine,      kRed,    255,       kNever, kHookRun},    // exit 252..254
    Columns{17,     kUncategorized, kFine,      kRed,    255,       kNever, kHookRun},    // crash
    Columns{18,     kInfra,         kFine,      kPurple, 2,         kOnce,  kHookRun},    // out of memory
    Columns{19,     kUncategorized, kFine,      kRed,    255,       kNever, kHookRun},    // killed by somebody
    Columns{20,     kUncategorized, kFine,      kRed,    255,       kNever, kHookRun},    // resource limit
    Columns{21,     kTimedOut,      kFine,      kPurple, 2,         kOnce,  kHookRun},    // the hook's time limit
    Columns{22,     kTimedOut,      kFine,      kPurple, kBySignal, kNever, kHookRun},    // the run's deadline
    Columns{23,     kCanceled,      kFine,      kGrey,   kBySignal, kNever, kHookRun},    // canceled
    Columns{24,     kInfra,         kFine,      kPurple, 2,         kYes,   kDartInfra},  // the system refused
    Columns{25,     kBuild,         kFine,      kRed,    1,         kNever, kProject},    // the project is wrong
    Columns{26,     kBuild,         kFine,      kRed,    1,         kNever, kHookRun},    // does not compile
    Columns{27,     kUncategorized, kFine,      kPurple, 255,       kNever, kInternal},   // a bug of the runner
    Columns{29,     kSkipped,       kFine,      kNoStep, 0,         kNever, kNone},       // dependency failed
    Columns{30,     kSuccess,       kFine,      kGreen,  0,         kNever, kNone},       // cache hit
    Columns{31,     kSuccess,       kFine,      kGreen,  0,         kNever, kNone},       // passed on retry
};
// clang-format on

}  // namespace

Outcome row(int number, std::string reason) {
  const auto* const found =
      std::find_if(kTable.begin(), kTable.end(), [&](const Columns& columns) { return columns.row == number; });
  if (found == kTable.end()) throw std::logic_error("no outcome has row " + std::to_string(number));
  Outcome outcome;
  outcome.row = number;
  outcome.outcome_class = found->outcome_class;
  outcome.violation = found->violation;
  outcome.luci = found->luci;
  outcome.exit_code = found->exit_code;
  outcome.retry = found->retry;
  outcome.dart_kind = found->dart_kind;
  outcome.reason = std::move(reason);
  return outcome;
}

void count_as(Outcome& outcome, OutcomeClass outcome_class) {
  const bool infra = outcome_class == OutcomeClass::infra_failure;
  outcome.luci = infra ? LuciStatus::infra_failure : LuciStatus::failure;
  outcome.retry = infra ? Retry::once : Retry::never;
  outcome.exit_code = infra ? 2 : outcome_class == OutcomeClass::build_failure ? 1 : 255;
}

}  // namespace grapnel::outcome
