// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/protocol/fault.hpp"

namespace hooks::protocol {

std::string describe(const Fault& fault) {
  return fault.path.empty() ? fault.message : fault.path + ": " + fault.message;
}

std::string describe(const Faults& faults) {
  std::string text;
  for (const Fault& fault : faults) text += "- " + describe(fault) + "\n";
  return text;
}

}  // namespace hooks::protocol
