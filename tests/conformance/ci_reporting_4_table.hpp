// SPDX-License-Identifier: BSD-3-Clause
// The classification table of ci-reporting, section 4, in protocol mode, written down from its text. Tests
// compare with it; nothing here is computed by the code under test.
#pragma once

#include <grapnel/outcome.hpp>

#include <array>
#include <ostream>
#include <string_view>

namespace tests {

/// One row of the table, in its own words.
struct TableRow {
  int row;
  std::string_view outcome_class;
  bool violation;
  std::string_view luci;
  int exit_code;  ///< -1: by signal
  std::string_view retry;
  std::string_view dart_kind;  ///< section 0: what Dart's runner makes of it
};

// clang-format off
inline constexpr std::array kTable{
    TableRow{1,  "success",       false, "SUCCESS",       0,   "never", ""},
    TableRow{2,  "build_failure", true,  "FAILURE",       1,   "never", "hookRun"},
    TableRow{3,  "build_failure", true,  "FAILURE",       1,   "never", "hookRun"},
    TableRow{4,  "build_failure", true,  "FAILURE",       1,   "never", "hookRun"},
    TableRow{5,  "build_failure", true,  "FAILURE",       1,   "never", "hookRun"},
    TableRow{6,  "infra_failure", true,  "INFRA_FAILURE", 2,   "once",  "infra"},
    TableRow{7,  "uncategorized", true,  "FAILURE",       255, "never", "hookRun"},
    TableRow{8,  "uncategorized", true,  "FAILURE",       255, "never", "hookRun"},
    TableRow{9,  "build_failure", false, "FAILURE",       1,   "never", "hookRun"},
    TableRow{10, "build_failure", true,  "FAILURE",       1,   "never", "hookRun"},
    TableRow{11, "infra_failure", false, "INFRA_FAILURE", 2,   "yes",   "infra"},
    TableRow{12, "infra_failure", false, "INFRA_FAILURE", 2,   "once",  "infra"},
    TableRow{13, "infra_failure", true,  "INFRA_FAILURE", 2,   "never", "infra"},
    TableRow{14, "uncategorized", false, "FAILURE",       255, "never", "hookRun"},
    TableRow{15, "uncategorized", true,  "FAILURE",       255, "never", "hookRun"},
    TableRow{16, "uncategorized", false, "FAILURE",       255, "never", "hookRun"},
    TableRow{17, "uncategorized", false, "FAILURE",       255, "never", "hookRun"},
    TableRow{18, "infra_failure", false, "INFRA_FAILURE", 2,   "once",  "hookRun"},
    TableRow{19, "uncategorized", false, "FAILURE",       255, "never", "hookRun"},
    TableRow{20, "uncategorized", false, "FAILURE",       255, "never", "hookRun"},
    TableRow{21, "timed_out",     false, "INFRA_FAILURE", 2,   "once",  "hookRun"},
    TableRow{22, "timed_out",     false, "INFRA_FAILURE", -1,  "never", "hookRun"},
    TableRow{23, "canceled",      false, "CANCELED",      -1,  "never", "hookRun"},
    TableRow{24, "infra_failure", false, "INFRA_FAILURE", 2,   "yes",   "infra"},
    TableRow{25, "build_failure", false, "FAILURE",       1,   "never", "projectConfig"},
    TableRow{26, "build_failure", false, "FAILURE",       1,   "never", "hookRun"},
    TableRow{27, "uncategorized", false, "INFRA_FAILURE", 255, "never", "internal"},
    // 28 is a wrong command line, which the command itself answers with 64.
    TableRow{29, "skipped",       false, "",              0,   "never", ""},
    TableRow{30, "success",       false, "SUCCESS",       0,   "never", ""},
    TableRow{31, "success",       false, "SUCCESS",       0,   "never", ""},
    // 32 is as 21 to 23, with the violation flag.
    // 0 stands for a signal that the table does not name: uncategorized, and not a crash.
    TableRow{0,  "uncategorized", false, "FAILURE",       255, "never", "hookRun"},
};

/// What a document says, and the row of each exit code that looks at it; "+v" where the row gets the violation flag on top.
struct TableDocument {
  std::string_view name;
  std::string_view exit_0, exit_1, exit_2, exit_255;
  friend std::ostream& operator<<(std::ostream& out, const TableDocument& document) { return out << document.name; }
};

inline constexpr std::array kDocuments{
    //            document                            exit 0   1       2       255
    TableDocument{"absent",                           "3",     "9",    "12",   "14"},
    TableDocument{"older than the process",           "3",     "9",    "12",   "14"},
    TableDocument{"empty",                            "4",     "9",    "12",   "14"},
    TableDocument{"truncated",                        "4",     "9",    "12",   "14"},
    TableDocument{"not JSON",                         "4",     "9",    "12",   "14"},
    TableDocument{"a list",                           "4",     "9",    "12",   "14"},
    TableDocument{"a string",                         "4",     "9",    "12",   "14"},
    TableDocument{"not UTF-8",                        "4",     "9",    "12",   "14"},
    TableDocument{"nested too deep",                  "4",     "9",    "12",   "14"},
    TableDocument{"a directory",                      "4",     "9",    "12",   "14"},
    TableDocument{"a FIFO",                           "4",     "9",    "12",   "14"},
    TableDocument{"success",                          "1",     "10",   "13",   "14+v"},
    TableDocument{"no status",                        "1",     "10",   "13",   "14+v"},
    TableDocument{"success, invalid",                 "2",     "10",   "13",   "14+v"},
    TableDocument{"success with a failure type",      "1",     "10",   "13",   "14+v"},
    TableDocument{"failure build",                    "5",     "9",    "13",   "14"},
    TableDocument{"failure build, seed's shape",      "5",     "9",    "13",   "14"},
    TableDocument{"failure build, Dart's shape",      "5",     "9",    "13",   "14"},
    TableDocument{"failure infra",                    "6",     "10",   "11",   "14"},
    TableDocument{"failure infra, seed's shape",      "6",     "10",   "11",   "14"},
    TableDocument{"failure infra, Dart's shape",      "6",     "10",   "11",   "14"},
    TableDocument{"failure uncategorized",            "7",     "10",   "12+v", "14"},
    TableDocument{"failure of an unknown type",       "7",     "10",   "12+v", "14"},
    TableDocument{"failure without details",          "7",     "10",   "12+v", "14"},
    TableDocument{"unknown status",                   "8",     "10",   "12+v", "14"},
    TableDocument{"type build, details infra",        "6",     "10",   "11+v", "14+v"},
    TableDocument{"type infra, details build",        "5",     "9+v",  "13",   "14+v"},
};

/// Exit codes that the document changes nothing for.
struct TableCode {
  int exit_code;
  int row;
};
inline constexpr std::array kReservedCodes{
    TableCode{3, 15},   TableCode{4, 15},   TableCode{7, 15},   TableCode{64, 15},  TableCode{101, 15}, TableCode{124, 15},
    TableCode{126, 15}, TableCode{127, 15}, TableCode{128, 15}, TableCode{134, 15}, TableCode{137, 15}, TableCode{139, 15},
    TableCode{143, 15}, TableCode{250, 15}, TableCode{251, 15}, TableCode{252, 16}, TableCode{253, 16}, TableCode{254, 16},
};

/// Signals that the runner did not send, none with evidence of exhausted memory.
struct TableSignal {
  int signal;
  std::string_view name;
  int row;
  bool kills;  ///< by default
};
inline constexpr std::array kSignals{
    TableSignal{1,  "SIGHUP",    19, true},  TableSignal{2,  "SIGINT",    19, true},
    TableSignal{3,  "SIGQUIT",   19, true},  TableSignal{4,  "SIGILL",    17, true},
    TableSignal{5,  "SIGTRAP",   17, true},  TableSignal{6,  "SIGABRT",   17, true},
    TableSignal{7,  "SIGBUS",    17, true},  TableSignal{8,  "SIGFPE",    17, true},
    TableSignal{9,  "SIGKILL",   19, true},  TableSignal{10, "SIGUSR1",   0,  true},
    TableSignal{11, "SIGSEGV",   17, true},  TableSignal{12, "SIGUSR2",   0,  true},
    TableSignal{13, "SIGPIPE",   19, true},  TableSignal{14, "SIGALRM",   0,  true},
    TableSignal{15, "SIGTERM",   19, true},  TableSignal{16, "SIGSTKFLT", 0,  true},
    TableSignal{17, "SIGCHLD",   0,  false}, TableSignal{18, "SIGCONT",   0,  false},
    TableSignal{19, "SIGSTOP",   0,  false}, TableSignal{20, "SIGTSTP",   0,  false},
    TableSignal{21, "SIGTTIN",   0,  false}, TableSignal{22, "SIGTTOU",   0,  false},
    TableSignal{23, "SIGURG",    0,  false}, TableSignal{24, "SIGXCPU",   20, true},
    TableSignal{25, "SIGXFSZ",   20, true},  TableSignal{26, "SIGVTALRM", 0,  true},
    TableSignal{27, "SIGPROF",   0,  true},  TableSignal{28, "SIGWINCH",  0,  false},
    TableSignal{29, "SIGPOLL",   0,  true},  TableSignal{30, "SIGPWR",    0,  true},
    TableSignal{31, "SIGSYS",    17, true},  TableSignal{34, "signal 34", 0,  true},
    TableSignal{42, "signal 42", 0,  true},  TableSignal{64, "signal 64", 0,  true},
};
// clang-format on

/// A cell such as "14+v": a row of the table, perhaps with the violation flag on top.
struct TableCell {
  int row = 0;
  bool violation = false;
};
TableCell cell(std::string_view text);

/// The columns of a row. REQUIRES: the table has it.
const TableRow& table_row(int row);

/// Fails the current test where `outcome` differs from the row's columns.
void expect_row(const grapnel::Outcome& outcome, TableCell expected);

}  // namespace tests
