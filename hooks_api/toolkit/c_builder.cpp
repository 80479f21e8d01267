// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/base/depfile.hpp"
#include "hooks_api/base/files.hpp"
#include "hooks_api/toolkit/c_arguments.hpp"
#include "hooks_api/toolkit/c_tools.hpp"
#include "hooks_api/toolkit/command.hpp"
#include "hooks_api/toolkit/steps.hpp"
#include <hooks/c_builder.hpp>
#include <hooks/exceptions.hpp>

#include <cstdlib>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

namespace hooks {

namespace {

using toolkit::CJob;
using toolkit::Product;

// More than any real depfile.
constexpr std::size_t kMaxDepfileBytes = 16U << 20U;

std::string_view search_path() {
  const char* path = std::getenv("PATH");
  return path != nullptr ? path : "";
}

// A full disk, or one that cannot be written.
void require(const base::Expected<void>& done) {
  if (!done) throw InfraException(done.error().message);
}

// The dependencies of one run, each once, without what the hook makes itself.
class Dependencies {
 public:
  Dependencies(const BuildInput& input, BuildOutputBuilder& output)
      : own_(base::directory_text(input.output_directory_shared())), root_(input.package_root()), output_(output) {}

  void add(const std::filesystem::path& file) {
    const std::filesystem::path path = root_ / file;
    if (path.lexically_normal().native().starts_with(own_)) return;
    if (seen_.insert(path.native()).second) output_.add_dependency(path);
  }

 private:
  std::string own_;
  std::filesystem::path root_;
  BuildOutputBuilder& output_;
  std::set<std::string> seen_;
};

// One run: everything that its steps need.
class Run {
 public:
  Run(const CBuilder& builder, const BuildInput& input, BuildOutputBuilder& output)
      : builder_(builder),
        input_(input),
        job_{builder, input.config().code(), input.package_root(), toolkit::product_of(builder, input.config().code())},
        output_(output),
        dependencies_(input, output),
        compiler_(toolkit::find_compiler(job_.config, builder.language, search_path())) {}

  CBuilder::Result make() {
    check_sources();
    declare(compiler_);
    const auto objects = compile_all();
    const std::filesystem::path file = input_.output_directory() / toolkit::file_name_of(job_);
    // Neither members of an old archive nor an old library after a failed link.
    require(base::remove_path(file));
    if (job_.product == Product::static_library) {
      const auto archiver = toolkit::find_archiver(job_.config, search_path());
      declare(archiver);
      run({archiver, toolkit::archive_arguments(objects, file)}, "cannot make " + file.filename().native());
    } else {
      run({compiler_, toolkit::link_arguments(job_, objects, file)}, "cannot link " + file.filename().native());
    }
    return {file, asset_for(file)};
  }

 private:
  // All of them become dependencies before one fails: a hook that failed runs again when they change.
  void check_sources() {
    for (const auto& source : builder_.sources) dependencies_.add(source);
    for (const auto& source : builder_.sources) {
      std::error_code error;
      if (std::filesystem::is_regular_file(input_.package_root() / source, error)) continue;
      throw BuildException("CBuilder '" + builder_.name + "': the source '" + source.native() + "' is not a file in " +
                           input_.package_root().native());
    }
  }

  // Without its version: asking for that is a process, and the file alone decides.
  void declare(const std::filesystem::path& tool) { output_.add_tool(std::filesystem::absolute(tool)); }

  // At once as far as the jobserver lets; what is seen of it is as if one were compiled after another.
  std::vector<std::filesystem::path> compile_all() {
    const auto directory = input_.output_directory() / "objects" / builder_.name;
    require(base::create_directories(directory));
    std::vector<std::filesystem::path> objects;
    std::vector<std::filesystem::path> depfiles;
    std::vector<toolkit::Step> steps;
    for (const auto& source : builder_.sources) {
      // Numbered: two directories may hold sources of one name.
      const std::string stem = std::to_string(objects.size()) + "_" + source.stem().native();
      objects.push_back(directory / (stem + ".o"));
      depfiles.push_back(directory / (stem + ".d"));
      require(base::remove_path(depfiles.back()));
      const auto path = input_.package_root() / source;
      steps.push_back({{compiler_, toolkit::compile_arguments(job_, path, objects.back(), depfiles.back())},
                       describe("cannot compile " + source.native())});
    }
    toolkit::run_steps(steps, input_.package_root(), [&](std::size_t step) { add_headers(depfiles[step]); });
    return objects;
  }

  void add_headers(const std::filesystem::path& depfile) {
    const auto text = base::read_file(depfile, kMaxDepfileBytes);
    if (!text) throw InfraException("the compiler did not say which headers it read: " + text.error().message);
    for (const std::string& file : base::depfile_prerequisites(*text)) dependencies_.add(file);
  }

  [[nodiscard]] std::string describe(const std::string& failure) const {
    return "CBuilder '" + builder_.name + "': " + failure;
  }

  void run(const toolkit::Command& command, const std::string& what) const {
    toolkit::run_command(command, input_.package_root(), describe(what));
  }

  [[nodiscard]] std::optional<CodeAsset> asset_for(const std::filesystem::path& file) const {
    if (job_.product == Product::executable) return std::nullopt;
    const LinkMode mode = job_.product == Product::static_library ? LinkMode(StaticLinking{}) : DynamicLoadingBundle{};
    return CodeAsset{.package = input_.package_name(),
                     .name = builder_.asset_name.empty() ? builder_.name : builder_.asset_name,
                     .link_mode = mode,
                     .file = file};
  }

  const CBuilder& builder_;
  const BuildInput& input_;
  CJob job_;
  BuildOutputBuilder& output_;
  Dependencies dependencies_;
  std::filesystem::path compiler_;
};

void check(const CBuilder& builder) {
  if (builder.name.empty() || builder.name.find('/') != std::string::npos) {
    throw BuildException("CBuilder: the name '" + builder.name + "' cannot be part of a file name");
  }
  if (builder.sources.empty()) throw BuildException("CBuilder '" + builder.name + "': there are no sources");
}

}  // namespace

CBuilder::~CBuilder() = default;
CBuilder::Result::~Result() = default;

CBuilder::Result CBuilder::run(const BuildInput& input, BuildOutputBuilder& hook_output) const {
  return run(input, hook_output, {ToAppBundle{}});
}

CBuilder::Result CBuilder::run(const BuildInput& input, BuildOutputBuilder& hook_output,
                               const std::vector<BuildRouting>& routings) const {
  check(*this);
  if (!input.config().build_code_assets()) return {};
  Result result = Run(*this, input, hook_output).make();
  if (result.asset) {
    for (const BuildRouting& routing : routings) hook_output.assets().add(*result.asset, routing);
  }
  return result;
}

}  // namespace hooks
