// SPDX-License-Identifier: BSD-3-Clause
// A build hook that ends as the user-define "end" says.
#include <hooks/hooks.hpp>

#include <stdexcept>
#include <vector>

namespace {

// Not inlined: the tests look for the names of the functions that throw.
[[gnu::noinline]] void throw_build() { throw hooks::BuildException("cannot compile add.c"); }
[[gnu::noinline]] void throw_infra() {
  try {
    throw std::runtime_error("connect: Connection refused");
  } catch (const std::exception&) {
    throw hooks::InfraException("cannot download sqlite.c");
  }
}
[[gnu::noinline]] int throw_out_of_range() { return std::vector<int>{1}.at(7); }
[[gnu::noinline]] void throw_int() { throw 42; }
[[gnu::noinline]] void throw_latin1() { throw hooks::BuildException("caf\xe9"); }

void end_by(const std::string& end, hooks::BuildOutputBuilder& output) {
  if (end == "build") throw_build();
  if (end == "infra") throw_infra();
  if (end == "out_of_range") throw_out_of_range();
  if (end == "int") throw_int();
  if (end == "latin1") throw_latin1();
  if (end == "long message") throw hooks::BuildException(std::string(std::size_t{9} << 20U, 'x'));
  if (end == "unknown type") output.assets().add(hooks::EncodedAsset{"my/type", {}});
  if (end == "unknown types") output.assets().add_all(std::vector<hooks::EncodedAsset>(2, {"my/type", {}}));
  if (end == "link hook") output.assets().add(hooks::DataAsset{"p", "d", "/d"}, hooks::ToLinkHook{"q"});
  if (end == "unwritable") output.metadata().add("ratio", 0.0 / 0.0);
  if (end == "unwritable, then infra") {
    output.metadata().add("ratio", 0.0 / 0.0);
    throw_infra();
  }
  if (end == "first of two builders") {
    throw_infra();
    throw_build();
  }
}

}  // namespace

int main(int argc, char** argv) {
  return hooks::build(argc, argv, [](const hooks::BuildInput& input, hooks::BuildOutputBuilder& output) {
    output.add_dependency("hook/build.cpp");
    output.metadata().add("directory", input.output_directory().native());
    const hooks::Json* end = input.user_defines().find("end");
    if (end != nullptr) end_by(*end->as_string(), output);
  });
}
