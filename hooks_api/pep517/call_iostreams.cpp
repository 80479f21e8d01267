// SPDX-License-Identifier: BSD-3-Clause
// Beside call_streams.cpp, so that grapnel itself needs no iostreams.
#include "hooks_api/pep517/call_streams.hpp"

#include <iostream>

namespace hooks::pep517 {

CallIostreams::CallIostreams() {
  std::cin.clear();
  for (std::ostream* stream : {&std::cout, &std::cerr, &std::clog}) stream->clear();
}

CallIostreams::~CallIostreams() {
  for (std::ostream* stream : {&std::cout, &std::cerr, &std::clog}) {
    try {
      stream->flush();
    } catch (...) {
      // The hook asked for exceptions where its output cannot be written: it has ended.
      stream->exceptions(std::ios_base::goodbit);
    }
  }
}

}  // namespace hooks::pep517
