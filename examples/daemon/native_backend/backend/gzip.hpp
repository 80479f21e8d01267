// SPDX-License-Identifier: BSD-3-Clause
// gzip without compression (RFC 1952, RFC 1951 section 3.2.4), the same for the same bytes.
#pragma once

#include <string>
#include <string_view>

std::string gzip(std::string_view bytes);
