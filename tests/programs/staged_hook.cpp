// SPDX-License-Identifier: BSD-3-Clause
// A staged hook that does what its table says. Keys, all optional; relative paths count from the root:
//
//   log           a file; each stage appends "NAME STAGE VERSION[,VERSION…] BUILD_HOOK…" with single spaces
//   log_instance  true: the name is "NAME#N", N the number of the object in its process
//   log_artifact  true: " artifact=FILE" is appended to the lines of finalize, FILE without its directory
//   log_end       true: the object's end appends "NAME end"
//   log_data      keys of build data: " KEY=JSON" is appended to the lines of initialize and finalize
//   log_env       variables: " NAME=VALUE" is appended to every line, or " NAME" where there is none
//   count         true: " state=N memory=M" is appended to every line; both count the stages, one in state(), one in
//                 the object
//   fail_in       "STAGE:HOW", or a list of such. HOW: build, infra, throw, int, nested (infra with a cause), abort:N,
//                 exit:N, signal:N, hang, rubbish (a line that is no JSON to descriptor 3), no_json (the same as the
//                 output.json of a process for one stage, which ends with 0), print ("noise" to stdout; no failure)
//   until         a file whose appearance ends a hang, in a directory that exists; without, nothing ends it
//   patch         changes to build data, made by initialize; patch_finalize: by finalize
//   replace       keys of these two whose values stand in the place of what is there
//   exclude       patterns, by initialize
//   requirements  what dependencies() answers
//   env           {"set": {NAME: VALUE}, "prepend": {NAME: VALUE}}, by initialize
//   outputs       files that initialize writes ("NAME VERSION\n") and declares, and that clean removes
//   inputs        files that initialize declares as its dependencies
#include <hooks/build_target.hpp>

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace {

using hooks::Json;

// A string, or a list of them.
std::vector<std::string> texts(const Json* value) {
  std::vector<std::string> found;
  if (value == nullptr) return found;
  if (const std::string* const text = value->as_string()) found.push_back(*text);
  if (const Json::Array* const list = value->as_array()) {
    for (const Json& one : *list) {
      if (const std::string* const text = one.as_string()) found.push_back(*text);
    }
  }
  return found;
}

Json::Object object(const Json* value) {
  const Json::Object* const found = value == nullptr ? nullptr : value->as_object();
  return found == nullptr ? Json::Object() : *found;
}

bool is_true(const Json* value) { return value != nullptr && *value == Json(true); }

std::string joined(const std::vector<std::string>& all, char between) {
  std::string text;
  for (const std::string& one : all) text += (text.empty() ? "" : std::string(1, between)) + one;
  return text;
}

void append_line(const std::filesystem::path& file, std::string line) {
  line += '\n';
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (fd < 0 || ::write(fd, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    throw hooks::InfraException("cannot write " + file.string());
  }
  ::close(fd);
}

[[noreturn]] void wait_for_death() {
  while (true) ::pause();
}

void wait_until_exists(const std::filesystem::path& file) {
  const int events = ::inotify_init1(IN_CLOEXEC);
  if (::inotify_add_watch(events, file.parent_path().c_str(), IN_CREATE | IN_MOVED_TO) < 0) wait_for_death();
  while (!std::filesystem::exists(file)) {
    std::array<char, 4096> event{};
    if (::read(events, event.data(), event.size()) < 0) wait_for_death();
  }
  ::close(events);
}

// The input.json of a process that runs one stage; empty in a session.
std::string& input_file() {
  static std::string path;
  return path;
}

constexpr std::string_view kRubbish = "rubbish\n";

[[noreturn]] void answer_rubbish() {
  std::ifstream in(input_file(), std::ios::binary);
  const Json input = Json::parse(std::string{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()});
  std::ofstream(texts(input.find("out_file")).front(), std::ios::binary) << kRubbish;
  std::_Exit(0);
}

class StagedHook final : public hooks::BuildHook {
 public:
  ~StagedHook() override {
    if (!end_log_.empty()) append_line(end_log_, name_ + " end");
  }

  std::vector<std::string> dependencies() override {
    begin("dependencies", {}, nullptr);
    return texts(config().find("requirements"));
  }

  void clean(const std::vector<std::string>& versions) override {
    begin("clean", versions, nullptr);
    for (const std::string& file : texts(config().find("outputs"))) std::filesystem::remove(root() / file);
  }

  void initialize(const std::string& version, hooks::BuildData& build_data) override {
    begin("initialize", {version}, &build_data);
    change(build_data, "patch");
    for (const std::string& pattern : texts(config().find("exclude"))) build_data.exclude(pattern);
    const Json::Object env = object(config().find("env"));
    for (const auto& [name, value] : object(env.find("set"))) set_environment(name, *value.as_string());
    for (const auto& [name, value] : object(env.find("prepend"))) prepend_environment(name, *value.as_string());
    for (const std::string& file : texts(config().find("outputs"))) {
      std::filesystem::create_directories((root() / file).parent_path());
      if (!(std::ofstream(root() / file) << plugin_name() << ' ' << version << '\n').flush()) {
        throw hooks::InfraException("cannot write " + file);
      }
      add_output(file);
    }
    for (const std::string& file : texts(config().find("inputs"))) add_dependency_file(file);
  }

  void finalize(const std::string& version, hooks::BuildData& build_data,
                const std::filesystem::path& artifact) override {
    begin("finalize", {version}, &build_data, artifact.filename().string());
    change(build_data, "patch_finalize");
  }

 private:
  void begin(const std::string& stage, const std::vector<std::string>& versions, const hooks::BuildData* build_data,
             const std::string& artifact = "") {
    log(stage, versions, build_data, artifact);
    for (const std::string& what : texts(config().find("fail_in"))) {
      if (what.starts_with(stage + ":")) fail(stage, what.substr(stage.size() + 1));
    }
  }

  void log(const std::string& stage, const std::vector<std::string>& versions, const hooks::BuildData* build_data,
           const std::string& artifact) {
    name_ = plugin_name();
    if (is_true(config().find("log_instance"))) name_ += "#" + std::to_string(instance_);
    std::string line = name_ + ' ' + stage;
    if (!versions.empty()) line += ' ' + joined(versions, ',');
    if (build_data != nullptr) {
      for (const std::string& hook : build_data->build_hooks()) line += ' ' + hook;
      for (const std::string& key : texts(config().find("log_data"))) {
        const Json* const value = build_data->find(key);
        line += ' ' + key + '=' + (value == nullptr ? "" : value->to_string());
      }
    }
    if (!artifact.empty() && is_true(config().find("log_artifact"))) line += " artifact=" + artifact;
    for (const std::string& name : texts(config().find("log_env"))) {
      const char* const value = std::getenv(name.c_str());
      line += ' ' + name + (value == nullptr ? "" : std::string("=") + value);
    }
    if (is_true(config().find("count"))) {
      const std::int64_t* const before = state().as_integer();
      const std::int64_t count = before == nullptr ? 1 : *before + 1;
      state() = count;
      line += " state=" + std::to_string(count) + " memory=" + std::to_string(++memory_);
    }
    const std::vector<std::string> file = texts(config().find("log"));
    if (file.empty()) return;
    append_line(root() / file.front(), line);
    if (is_true(config().find("log_end"))) end_log_ = root() / file.front();
  }

  void fail(const std::string& stage, const std::string& how) const {
    const auto number = [&](std::string_view before) { return std::stoi(how.substr(before.size())); };
    if (how == "build") throw hooks::BuildException("build failure in " + stage);
    if (how == "infra") throw hooks::InfraException("infra failure in " + stage);
    if (how == "throw") throw std::runtime_error("thrown in " + stage);
    if (how.starts_with("abort:")) app().abort("aborted in " + stage, number("abort:"));
    if (how.starts_with("exit:")) std::_Exit(number("exit:"));
    if (how.starts_with("signal:")) {
      std::signal(number("signal:"), SIG_DFL);
      std::raise(number("signal:"));
    }
    if (how == "int") throw 42;  // NOLINT(hicpp-exception-baseclass): that is the point
    if (how == "nested") {
      try {
        throw std::runtime_error("the cause in " + stage);
      } catch (const std::exception&) {
        throw hooks::InfraException("infra failure in " + stage);
      }
    }
    if (how == "hang") {
      const std::vector<std::string> until = texts(config().find("until"));
      if (until.empty()) wait_for_death();
      wait_until_exists(root() / until.front());
    }
    if (how == "rubbish") {
      // Not the channel's own function: any library may do this.
      [[maybe_unused]] const ssize_t size = ::write(3, kRubbish.data(), kRubbish.size());
    }
    if (how == "no_json") answer_rubbish();
    if (how == "print") std::cout << "noise\n" << std::flush;
  }

  void change(hooks::BuildData& build_data, std::string_view key) const {
    const std::vector<std::string> replaced = texts(config().find("replace"));
    Json::Object merged;
    for (const auto& [name, value] : object(config().find(key))) {
      if (std::find(replaced.begin(), replaced.end(), name) != replaced.end()) {
        build_data.set(name, value);
      } else if (name == "artifacts" && value.as_array() != nullptr) {
        for (const std::string& pattern : texts(&value)) build_data.add_artifact(pattern);
      } else {
        merged[name] = value;
      }
    }
    build_data.apply(merged);
  }

  static int next_instance() {
    static int count = 0;
    return ++count;
  }

  std::string name_;
  const int instance_ = next_instance();
  std::filesystem::path end_log_;
  int memory_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  constexpr std::string_view kConfig = "--config=";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with(kConfig)) input_file() = argument.substr(kConfig.size());
  }
  return hooks::run_build_hook<StagedHook>(argc, argv);
}
