// SPDX-License-Identifier: BSD-3-Clause
// SHA-256 (FIPS 180-4), as RECORD wants it.
#pragma once

#include <string>
#include <string_view>

// The digest in the URL-safe base 64 of RFC 4648, without padding.
std::string sha256_base64(std::string_view bytes);
