// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/fault.hpp"

#include "hooks_api/base/shown.hpp"

#include <utility>

namespace hooks::protocol {

void add(Faults& faults, Fault fault) {
  if (faults.size() < kMaxFaults) {
    faults.push_back(std::move(fault));
  } else if (faults.size() == kMaxFaults) {
    faults.push_back({"", "has more faults than these " + std::to_string(kMaxFaults)});
  }
}

std::string describe(const Fault& fault) {
  std::string place;
  if (fault.line > 0) place = "line " + std::to_string(fault.line) + ", column " + std::to_string(fault.column);
  if (!place.empty() && !fault.path.empty()) place += ", ";
  place += base::shown_place(fault.path);
  return place.empty() ? fault.message : place + ": " + fault.message;
}

std::string describe(const Faults& faults) {
  std::string text;
  for (const Fault& fault : faults) text += "- " + describe(fault) + "\n";
  return text;
}

}  // namespace hooks::protocol
