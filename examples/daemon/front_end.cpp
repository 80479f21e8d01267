// SPDX-License-Identifier: BSD-3-Clause
// The smallest front end: runs one PEP 517 hook through `grapnel daemon`, or through any other hookd.
#include <grapnel/hookd_client.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

constexpr const char* kUsage =
    R"(usage: front_end [OPTION...] TREE BACKEND HOOK DIRECTORY [CONFIG_SETTINGS]

Runs HOOK (build_wheel, ...) of BACKEND for the project in TREE; the result goes to DIRECTORY.
Prints the file name, or one requirement a line. What the hook prints goes to standard error.

  --protocol 1|2            of the hookd; 1 where nothing is said
  --backend-path DIR        a directory of TREE with the backend in it; may be repeated; protocol 2 only
  --metadata-directory DIR  what prepare_metadata_for_build_wheel made, for build_wheel
  --daemon WORD             of the hookd's command, once for each word; else grapnel daemon --protocol N

Exit codes: 0 done, 1 the hook failed, 2 the hookd failed, 64 usage.
)";

struct Arguments {
  grapnel::HookdOptions options{};
  grapnel::HookdCall call{};
};

bool parse(const std::vector<std::string>& words, Arguments& arguments) {
  std::vector<std::string> positional;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!word.starts_with("--")) {
      positional.push_back(word);
      continue;
    }
    if (++i == words.size()) return false;
    if (word == "--protocol" && (words[i] == "1" || words[i] == "2")) {
      arguments.options.protocol = words[i] == "1" ? grapnel::HookdProtocol::seed : grapnel::HookdProtocol::later;
    } else if (word == "--backend-path") {
      arguments.call.backend_path.push_back(words[i]);
    } else if (word == "--metadata-directory") {
      arguments.call.metadata_directory = words[i];
    } else if (word == "--daemon") {
      arguments.options.command.push_back(words[i]);
    } else {
      return false;
    }
  }
  if (positional.size() != 4 && positional.size() != 5) return false;
  arguments.options.source_tree = positional[0];
  arguments.call.build_backend = positional[1];
  arguments.call.hook_name = positional[2];
  arguments.call.directory = positional[3];
  if (positional.size() == 5) arguments.call.config_settings = positional[4];
  if (arguments.options.command.empty()) {
    const bool is_seed = arguments.options.protocol == grapnel::HookdProtocol::seed;
    arguments.options.command = {"grapnel", "daemon", "--protocol", is_seed ? "1" : "2"};
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!parse({argv + 1, argv + argc}, arguments)) {
    std::fputs(kUsage, stderr);
    return 64;
  }
  try {
    grapnel::HookdClient hookd(arguments.options);
    const grapnel::HookdResult result = hookd.run(arguments.call);
    hookd.shutdown();
    std::fputs((result.standard_output + result.standard_error).c_str(), stderr);
    if (!result.ok) {
      std::fprintf(stderr, "%s: %s\n%s", result.error_kind.c_str(), result.error_message.c_str(),
                   result.traceback.c_str());
      return 1;
    }
    if (arguments.call.hook_name.starts_with("get_requires_")) {
      for (const std::string& item : grapnel::python_list(result.data)) std::printf("%s\n", item.c_str());
    } else {
      std::printf("%s\n", result.data.c_str());
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "front_end: %s\n", error.what());
    return 2;
  }
}
