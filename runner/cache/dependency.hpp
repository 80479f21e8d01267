// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// One path that a hook run depends on, as it was.
#pragma once

#include "hooks_api/base/files.hpp"
#include "runner/cache/bytes.hpp"
#include "runner/cache/digest.hpp"
#include "runner/cache/file_state.hpp"

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::cache {

/// Why a path counts.
enum class Role : std::uint8_t {
  program,   ///< the hook's program, or a file that it is built from
  declared,  ///< `dependencies` of output.json
  tree,      ///< found below a directory of `grapnel.recursive`
  absent,    ///< `grapnel.absent`
  tool,      ///< `grapnel.tools`
  upstream,  ///< a file of an asset that the hook was given
  output,    ///< a file of an asset that the hook made
  document,  ///< output.json
};
inline constexpr std::uint8_t kRoles = 8;

/// What of a path counts.
enum class Counts : std::uint8_t {
  content,   ///< the bytes of a file
  children,  ///< names and types of a directory's direct children
};

/// A path as it was. Borrows its text.
struct Dependency {
  Role role = Role::declared;
  Counts counts = Counts::content;
  std::string_view path;
  FileState state;
  Digest digest;
  Moment seen_at = 0;  ///< by the file clock, when `state` was asked for
};

void write(ByteWriter& out, const Dependency& dependency);
/// Makes the reader fail where the bytes are no dependency.
[[nodiscard]] Dependency read_dependency(ByteReader& in) noexcept;

/// What is at `path` now. Borrows `path`.
[[nodiscard]] Dependency observe(Role role, Counts counts, const std::string& path, const std::stop_token& stop = {});

/// What became of a path.
struct Observed {
  bool changed = false;
  /// Not changed, but only its content told so, and from now on stat can tell: worth recording.
  bool is_worth_recording = false;
  Content content{};   ///< what is there now; the digest is 0 where stat alone decided
  Moment seen_at = 0;  ///< when it was looked at
};

/// Looks at a path again: stat first, its content only where stat cannot decide.
[[nodiscard]] Observed look_again(const Dependency& dependency, const std::stop_token& stop = {});

/// A directory below which most paths lie: asking for them relative to it saves the way there. May be none.
class Below {
 public:
  Below() = default;
  /// Opens the directory, where it can be opened.
  explicit Below(const std::string& directory);

  /// The state of a path that a zero byte follows.
  [[nodiscard]] FileState state_of(std::string_view path) const noexcept;

 private:
  std::string prefix_;  ///< with a separator at its end
  hooks::base::Fd fd_;
};

/// Whether stat alone says that nothing changed: the cheap question of an up-to-date run. REQUIRES: `dependency` was
/// read by read_dependency(), after whose path a zero byte stands.
[[nodiscard]] bool is_surely_unchanged(const Dependency& dependency, const Below& below);

}  // namespace grapnel::cache
