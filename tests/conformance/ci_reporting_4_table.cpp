// SPDX-License-Identifier: BSD-3-Clause
#include "tests/conformance/ci_reporting_4_table.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <stdexcept>
#include <string>

namespace tests {

TableCell cell(std::string_view text) {
  TableCell cell;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cell.row);
  const std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (error != std::errc() || (!rest.empty() && rest != "+v"))
    throw std::invalid_argument("not a cell: " + std::string(text));
  cell.violation = !rest.empty() || table_row(cell.row).violation;
  return cell;
}

const TableRow& table_row(int row) {
  for (const TableRow& each : kTable) {
    if (each.row == row) return each;
  }
  throw std::invalid_argument("the table has no row " + std::to_string(row));
}

void expect_row(const grapnel::Outcome& outcome, TableCell expected) {
  const TableRow& row = table_row(expected.row);
  EXPECT_EQ(outcome.row, row.row) << outcome.reason;
  EXPECT_EQ(name_of(outcome.outcome_class), row.outcome_class) << outcome.reason;
  EXPECT_EQ(outcome.violation, expected.violation) << outcome.reason;
  EXPECT_EQ(name_of(outcome.luci), row.luci) << outcome.reason;
  EXPECT_EQ(outcome.exit_code, row.exit_code) << outcome.reason;
  EXPECT_EQ(name_of(outcome.retry), row.retry) << outcome.reason;
  EXPECT_EQ(name_of(outcome.dart_kind), row.dart_kind) << outcome.reason;
  EXPECT_EQ(outcome.confirmed, row.row == 11);
  EXPECT_EQ(outcome.crash, row.row == 17);
  EXPECT_EQ(outcome.timeout, row.row == 21 || row.row == 22);
  EXPECT_EQ(outcome.resource_exhaustion, row.row == 18);
  EXPECT_EQ(outcome.flaky, row.row == 31);
  EXPECT_FALSE(outcome.reason.empty());
}

}  // namespace tests
