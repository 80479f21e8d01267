// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// Words about tools and their ends, for people and shells.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hooks::base {

/// `text` as one word of a POSIX shell.
[[nodiscard]] std::string shell_quote(std::string_view text);

/// "SIGSEGV", or "signal 42" for one without a name.
[[nodiscard]] std::string signal_name(int signal);

/// Whether compilers and linkers, which end with exit code 1 for everything, say that not what they were given is
/// to blame but the system: a full disk, a compiler process that was killed.
[[nodiscard]] bool blames_the_system(std::string_view output) noexcept;

/// The last `count` lines of `text`, as views into it; a line feed at the end starts no line.
[[nodiscard]] std::string_view last_lines(std::string_view text, std::size_t count);

}  // namespace hooks::base
