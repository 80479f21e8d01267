// SPDX-License-Identifier: BSD-3-Clause
// A build backend that prints what it is asked and then does what config_settings say: {"do": "…"}. As an executable it
// takes the class of the backend as its first argument.
#include <hooks/pep517.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

constexpr int kManyDescriptors = 1024;

std::string text_of(const hooks::Json& settings, std::string_view key) {
  const hooks::Json* value = settings.find(key);
  const std::string* text = value != nullptr ? value->as_string() : nullptr;
  return text != nullptr ? *text : "";
}

void say(std::string_view hook, const hooks::Pep517Request& request, const std::filesystem::path& directory = {},
         const std::filesystem::path& metadata = {}) {
  std::printf("hook=%.*s tree=%s cwd=%s settings=%s directory=%s metadata=%s exists=%d\n",
              static_cast<int>(hook.size()), hook.data(), request.source_tree.c_str(),
              std::filesystem::current_path().c_str(), request.config_settings.to_string().c_str(), directory.c_str(),
              metadata.c_str(), static_cast<int>(std::filesystem::is_directory(directory)));
}

void write_text(int fd, std::string_view text) {
  if (::write(fd, text.data(), text.size()) < 0) std::abort();
}

void print_everywhere() {
  std::printf("printf ");
  std::fflush(stdout);
  std::cout << "cout " << std::flush;
  write_text(STDOUT_FILENO, "write ");
  if (std::system("echo child; echo error of the child >&2") != 0) std::abort();
  std::cerr << "cerr\n";
  std::fprintf(stderr, "stderr\n");
  std::clog << "clog\n";
  std::cout << "stdin has " << (std::getchar() == EOF ? 0 : 1) << " bytes\n";
  // Not flushed: who comes after the hook does that.
  std::cout << "last of cout\n";
  std::printf("last of stdio\n");
}

// No descriptor is free afterwards.
void cover_all_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = kManyDescriptors;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  const int fd = ::open("/dev/null", O_RDWR);
  for (int other = 0; other < kManyDescriptors; ++other) ::dup2(fd, other);
}

void print_descriptors() {
  for (int fd = 0; fd < kManyDescriptors; ++fd) {
    std::error_code failure;
    const auto target = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), failure);
    if (!failure) std::printf("%d=%s\n", fd, target.c_str());
  }
}

// A child that holds all it can, for as long as it is not killed.
void leave_child() {
  const pid_t child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  std::printf("child=%d\n", child);
}

// Leaves characters in the buffer of stdin.
void read_own_input() {
  int ends[2];
  if (::pipe(ends) != 0) std::abort();
  write_text(ends[1], "abc");
  ::dup2(ends[0], STDIN_FILENO);
  std::printf("%c\n", std::getchar());
  ::close(ends[0]);
  ::close(ends[1]);
}

// Answers twice, as it seems to a hook.
void fork_and_go_on() {
  std::printf("before the fork\n");
  const pid_t child = ::fork();
  if (child == 0) return;
  int status = 0;
  ::waitpid(child, &status, 0);
  std::printf("the child's code is %d\n", WEXITSTATUS(status));
}

// Not inlined: tests look for their names in stack traces.
[[gnu::noinline]] void throw_out_of_range() { std::printf("%d\n", std::vector<int>{1}.at(7)); }

[[gnu::noinline]] void throw_nested() {
  try {
    throw std::runtime_error("Connection refused");
  } catch (const std::exception&) {
    throw hooks::InfraException("cannot download");
  }
}

[[gnu::noinline]] void do_as_told(const std::string& what) {
  if (what == "print") print_everywhere();
  if (what == "own buffer") {
    std::ios_base::sync_with_stdio(false);
    std::cout << "kept by cout";
  }
  if (what == "no output") {
    std::fclose(stdin);
    ::close(STDOUT_FILENO);
    std::cout << "nobody reads this" << std::endl;  // NOLINT(performance-avoid-endl): sets badbit
    std::printf("nor this");
  }
  if (what == "own input") read_own_input();
  if (what == "close") {
    for (int fd = 0; fd < kManyDescriptors; ++fd) ::close(fd);
  }
  if (what == "cover") cover_all_descriptors();
  if (what == "descriptors") print_descriptors();
  if (what == "leave child") leave_child();
  if (what == "fork") fork_and_go_on();
  if (what == "fork and throw") {
    fork_and_go_on();
    throw std::runtime_error("from both");
  }
  if (what == "build") throw hooks::BuildException("add.c: syntax error");
  if (what == "infra") throw hooks::InfraException("the disk is full");
  if (what == "nested") throw_nested();
  if (what == "out of range") throw_out_of_range();
  if (what == "int") throw 42;  // NOLINT(hicpp-exception-baseclass): that is the point
  if (what == "long message") throw std::runtime_error(std::string(std::size_t{3} << 20U, 'x'));
  if (what == "exit") std::exit(3);
  if (what == "crash") std::abort();
}

class Backend : public hooks::Pep517Backend {
 public:
  std::string build_wheel(const hooks::WheelRequest& request) override {
    say("build_wheel", request, request.wheel_directory, request.metadata_directory);
    do_as_told(text_of(request.config_settings, "do"));
    const bool named = request.config_settings.find("name") != nullptr;
    return named ? text_of(request.config_settings, "name") : "demo-" + std::to_string(++count_) + ".whl";
  }
  std::string build_sdist(const hooks::SdistRequest& request) override {
    say("build_sdist", request, request.sdist_directory);
    return "demo-1.0.tar.gz";
  }
  std::string prepare_metadata_for_build_wheel(const hooks::MetadataRequest& request) override {
    say("prepare_metadata_for_build_wheel", request, request.metadata_directory);
    return "demo-1.0.dist-info";
  }
  std::vector<std::string> get_requires_for_build_wheel(const hooks::Pep517Request& request) override {
    say("get_requires_for_build_wheel", request);
    return {"a", "it's", "b\n"};
  }
  std::vector<std::string> get_requires_for_build_sdist(const hooks::Pep517Request& request) override {
    say("get_requires_for_build_sdist", request);
    return {"sdist"};
  }
  std::string build_editable(const hooks::WheelRequest& request) override {
    say("build_editable", request, request.wheel_directory, request.metadata_directory);
    return "demo-editable.whl";
  }
  std::string prepare_metadata_for_build_editable(const hooks::MetadataRequest& request) override {
    say("prepare_metadata_for_build_editable", request, request.metadata_directory);
    return "demo-editable.dist-info";
  }
  std::vector<std::string> get_requires_for_build_editable(const hooks::Pep517Request& request) override {
    say("get_requires_for_build_editable", request);
    return {};
  }

 private:
  int count_ = 0;  // one object serves all calls
};

// Has the defaults for all but one.
class WheelOnly : public hooks::Pep517Backend {
 public:
  std::string build_wheel(const hooks::WheelRequest& request) override {
    // What a default does where a backend calls it.
    if (text_of(request.config_settings, "do") == "default") return Pep517Backend::build_wheel(request);
    return "only.whl";
  }
};

// Cannot be made.
class Unmade : public WheelOnly {
 public:
  Unmade() {
    std::printf("printed by the constructor\n");
    throw std::runtime_error("no licence file");
  }
};

}  // namespace

#ifdef PEP517_LIBRARY
HOOKS_PEP517_LIBRARY(Backend)
#else
int main(int argc, char** argv) {
  const std::string_view kind = argc > 1 ? argv[1] : "";
  if (kind == "wheel-only") return hooks::run_pep517_backend<WheelOnly>(argc, argv);
  if (kind == "unmade") return hooks::run_pep517_backend<Unmade>(argc, argv);
  return hooks::run_pep517_backend<Backend>(argc, argv);
}
#endif
