// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Events of commands that never ran: what the tests of all reports share. No clock is read: the same call gives the
/// same events, byte for byte. All text is UTF-8, as it is when it comes to a report.
#pragma once

#include <grapnel/events.hpp>

#include <cstddef>
#include <vector>

namespace tests {

/// One hook for each row of the classification table (spec: ci-reporting, section 4) but 28, which has no hook, and for
/// a signal that no row names; names of packages, and output, that mean harm; a hook that was announced and neither ran
/// nor was skipped. A build run that succeeds, then a link run that does not: it is canceled, as row 23 is among its
/// hooks.
[[nodiscard]] std::vector<grapnel::Event> sample_events();

/// A build on three jobs that SIGTERM canceled: hooks that ended, that were cut, and that were never started.
[[nodiscard]] std::vector<grapnel::Event> canceled_events();

/// A stream that ends in the middle of a run, as when grapnel was killed.
[[nodiscard]] std::vector<grapnel::Event> cut_off_events();

/// A link that failed before it had a plan.
[[nodiscard]] std::vector<grapnel::Event> planless_events();

/// A daemon that SIGTERM canceled in the middle of a hook: hooks of a Python package, the same ones several times, that
/// succeed, raise, are not there, and take the process that they run in along.
[[nodiscard]] std::vector<grapnel::Event> daemon_events();

/// A build of targets: stages of hooks, one replayed, one that fails, and those that clean up after it.
[[nodiscard]] std::vector<grapnel::Event> target_events();

/// A daemon that a front end asked `count` times for the same two hooks, of which each tenth fails.
[[nodiscard]] std::vector<grapnel::Event> requests_of(std::size_t count);

/// A build of a realistic graph of `count` hooks on `jobs` jobs: most succeed, some are up to date, a few fail or pass
/// on a second try.
[[nodiscard]] std::vector<grapnel::Event> events_of(std::size_t count, unsigned jobs = 8);

}  // namespace tests
