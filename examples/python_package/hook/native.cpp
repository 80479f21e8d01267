// SPDX-License-Identifier: BSD-3-Clause
// Compiles native/count.c, and puts the library into the wheel beside the module that loads it.
#include <hooks/build_target.hpp>

#include <sys/utsname.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>

namespace {

// As a shell reads it back: paths may hold anything.
std::string quoted(const std::filesystem::path& path) {
  std::string word = "'";
  for (const char c : path.string()) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

// The compiler's words are the best message that there is.
void compile(const std::filesystem::path& source, const std::filesystem::path& library) {
  // CC may have arguments, as in "ccache gcc": the shell splits it.
  const std::string command =
      "${CC:-cc} -shared -fPIC -O2 -Wall -o " + quoted(library) + " " + quoted(source) + " 2>&1";
  std::FILE* compiler = ::popen(command.c_str(), "r");
  if (compiler == nullptr) throw hooks::InfraException("cannot start a shell for the compiler");
  std::string words;
  std::array<char, 4096> block{};
  while (const std::size_t count = std::fread(block.data(), 1, block.size(), compiler)) {
    words.append(block.data(), count);
  }
  const int status = ::pclose(compiler);
  if (status == 0) return;

  // The shell's own codes: 126 and 127 where it cannot start the compiler, more where a signal has killed it.
  constexpr int kNotStarted = 126;
  if (!WIFEXITED(status) || WEXITSTATUS(status) >= kNotStarted) {
    throw hooks::InfraException("no C compiler that runs; name one in CC, or install gcc and libc6-dev\n" + words);
  }
  throw hooks::BuildException("cannot compile " + source.string() + "\n" + words);
}

std::string machine() {
  utsname system{};
  if (::uname(&system) != 0) throw hooks::InfraException("the system does not say what machine it runs on");
  return static_cast<const char*>(system.machine);
}

class Native : public hooks::BuildHook {
 public:
  void initialize(const std::string& /*version*/, hooks::BuildData& build_data) override {
    if (target_name() != "wheel") return;  // an sdist ships the source
    const std::filesystem::path library = work_directory() / "libcount.so";
    compile(root() / "native/count.c", library);
    build_data.add_force_include(library, "src/tally_demo/libcount.so");
    build_data.set_pure_python(false);
    // Any Python 3 can load it, by ctypes.
    build_data.set_tag("py3-none-linux_" + machine());
  }
};

}  // namespace

int main(int argc, char** argv) { return hooks::run_build_hook<Native>(argc, argv); }
