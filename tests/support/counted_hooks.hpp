// SPDX-License-Identifier: BSD-3-Clause
/// \file
/// A workspace whose hooks count their runs, for tests of what makes a hook run again.
#pragma once

#include "tests/support/rest.hpp"
#include "tests/support/workspace.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace tests {

class CountedHooks : public Workspace {
 public:
  /// A hook in sh that counts its run, runs `body`, and writes a success with `more` members, in which the shell
  /// replaces $PWD (the package's root), $shared (out_dir_shared, with a separator) and variables of `body`.
  void counted_hook(const std::string& package, const std::string& more = "", const std::string& body = "",
                    const std::string& kind = "build") const {
    hook(package, kind, counted_script(package, more, body));
  }
  [[nodiscard]] std::string counted_script(const std::string& package, const std::string& more = "",
                                           const std::string& body = "") const {
    return shell_hook("echo x >> '" + (path() / ("runs." + package)).string() + "'\n" + body +
                      "\ncat > \"$out\" <<END\n" + success_output(more) + "\nEND");
  }

  /// How often the hooks of a package ran since the last question.
  [[nodiscard]] int runs(const std::string& package) const {
    const std::filesystem::path file = path() / ("runs." + package);
    const std::string text = read_text(file);
    std::filesystem::remove(file);
    return static_cast<int>(std::count(text.begin(), text.end(), 'x'));
  }

  /// `grapnel build`, when what was edited has come to rest: no hook has to run twice because of it.
  [[nodiscard]] Ended build(const std::vector<std::string>& arguments = {},
                            const std::vector<std::string>& environment = {}) const {
    rest();
    std::vector<std::string> command{"build"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return grapnel(command, environment);
  }
};

}  // namespace tests
