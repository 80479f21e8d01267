// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Where two documents differ, for people.
#pragma once

#include <hooks/json.hpp>

#include <string>
#include <vector>

namespace grapnel::engine {

/// One place where two documents differ.
struct JsonChange {
  std::string path;    ///< dotted
  std::string before;  ///< compact JSON, cut where it is long; empty where there was nothing
  std::string after;
};

/// The deepest places where `after` differs from `before`, in the order of keys; at most `limit`. Lists of different
/// length differ as a whole.
[[nodiscard]] std::vector<JsonChange> changes_between(const hooks::Json& before, const hooks::Json& after,
                                                      std::size_t limit = 100);

}  // namespace grapnel::engine
