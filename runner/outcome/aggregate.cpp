// SPDX-License-Identifier: BSD-3-Clause
#include "runner/outcome/classify.hpp"
#include "runner/outcome/table.hpp"

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

namespace grapnel::outcome {
namespace {

/// The higher, the more it decides. A time limit ranks as what it counts as, which its exit code says.
int rank(const Outcome& outcome, Aggregate order) {
  constexpr int kFirst = 3;
  constexpr int kSecond = 2;
  if (outcome.outcome_class == OutcomeClass::canceled) return 6;
  if (outcome.exit_code < 0) return 5;  // the deadline, which ends the whole run
  if (outcome.dart_kind == DartKind::internal) return 4;
  if (outcome.exit_code == 2) return order == Aggregate::infra_first ? kFirst : kSecond;
  if (outcome.exit_code == 1) return order == Aggregate::infra_first ? kSecond : kFirst;
  if (outcome.exit_code == 255) return 1;
  return 0;
}

/// Any order will do among equals, as long as it is the same one for every order of the list.
auto tie_break(const Outcome& outcome) {
  return std::tie(outcome.row, outcome.reason, outcome.notes, outcome.retry, outcome.outcome_class, outcome.violation,
                  outcome.confirmed, outcome.crash, outcome.timeout, outcome.resource_exhaustion, outcome.flaky,
                  outcome.luci, outcome.exit_code, outcome.dart_kind);
}

}  // namespace

Outcome aggregate(const std::vector<Outcome>& outcomes, Aggregate order) {
  const auto decides_less = [order](const Outcome& left, const Outcome& right) {
    const int left_rank = rank(left, order);
    const int right_rank = rank(right, order);
    return left_rank != right_rank ? left_rank < right_rank : tie_break(right) < tie_break(left);
  };
  const auto winner = std::max_element(outcomes.begin(), outcomes.end(), decides_less);
  if (winner == outcomes.end() || rank(*winner, order) == 0) {
    Outcome success = row(1, "every hook succeeded");
    success.flaky = std::any_of(outcomes.begin(), outcomes.end(), [](const Outcome& one) { return one.flaky; });
    return success;
  }
  Outcome outcome = *winner;
  for (const Outcome& other : outcomes) {
    // One that fails the same way each time spoils every retry; among those that count alike the most careful one
    // decides.
    if (other.outcome_class == OutcomeClass::build_failure) outcome.retry = Retry::never;
    if (rank(other, order) == rank(outcome, order)) outcome.retry = std::min(outcome.retry, other.retry);
  }
  return outcome;
}

}  // namespace grapnel::outcome
