// SPDX-License-Identifier: BSD-3-Clause
#include "hooks_api/toolkit/c_arguments.hpp"

namespace hooks::toolkit {

namespace {

using Arguments = std::vector<std::string>;

void append(Arguments& arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
}

bool is_apple(const OS& os) { return os == os::kMacos || os == os::kIos; }
bool is_elf(const OS& os) { return !is_apple(os) && os != os::kWindows; }

const char* optimization_flag(CBuilder::Optimization optimization) {
  switch (optimization) {
    case CBuilder::Optimization::o0:
      return "-O0";
    case CBuilder::Optimization::o1:
      return "-O1";
    case CBuilder::Optimization::o2:
      return "-O2";
    case CBuilder::Optimization::o3:
      return "-O3";
    case CBuilder::Optimization::os:
      return "-Os";
  }
  return "-O0";
}

// For the compiler and the linker alike. A name that we do not know is the compiler's to judge.
Arguments sanitizer_flags(const CodeConfig& config) {
  if (!config.sanitizer) return {};
  if (*config.sanitizer == sanitizer::kAsan) return {"-fsanitize=address"};
  if (*config.sanitizer == sanitizer::kMsan) return {"-fsanitize=memory"};
  if (*config.sanitizer == sanitizer::kTsan) return {"-fsanitize=thread"};
  return {"-fsanitize=" + config.sanitizer->name()};
}

// C sources keep the language of their suffix, so that assembler ones may stand among them.
Arguments language_flags(const CBuilder& builder) {
  Arguments flags;
  if (builder.language == CBuilder::Language::cpp) flags = {"-x", "c++"};
  if (builder.language == CBuilder::Language::objective_c) flags = {"-x", "objective-c"};
  if (!builder.standard.empty()) flags.push_back("-std=" + builder.standard);
  return flags;
}

Arguments name_and_search_path_flags(const CJob& job, const std::string& file_name) {
  if (is_elf(job.config.target_os)) {
    Arguments flags{"-Wl,-rpath,$ORIGIN"};
    if (job.product == Product::dynamic_library) flags.insert(flags.begin(), "-Wl,-soname," + file_name);
    return flags;
  }
  if (is_apple(job.config.target_os) && job.product == Product::dynamic_library) {
    return {"-Wl,-install_name,@rpath/" + file_name};
  }
  return {};
}

// A prescribed compiler may be the C driver, which does not link C++'s library by itself.
Arguments language_libraries(const CJob& job) {
  if (job.builder.language != CBuilder::Language::cpp || !job.config.c_compiler) return {};
  return {job.config.target_os == os::kLinux ? "-lstdc++" : "-lc++"};
}

}  // namespace

Product product_of(const CBuilder& builder, const CodeConfig& config) {
  if (builder.output == CBuilder::Output::executable) return Product::executable;
  switch (builder.link_mode_preference.value_or(config.link_mode_preference)) {
    case LinkModePreference::static_:
    case LinkModePreference::prefer_static:
      return Product::static_library;
    case LinkModePreference::dynamic:
    case LinkModePreference::prefer_dynamic:
      break;
  }
  return Product::dynamic_library;
}

std::string file_name_of(const CJob& job) {
  switch (job.product) {
    case Product::dynamic_library:
      return dynamic_library_file_name(job.config.target_os, job.builder.name);
    case Product::static_library:
      return static_library_file_name(job.config.target_os, job.builder.name);
    case Product::executable:
      break;
  }
  return executable_file_name(job.config.target_os, job.builder.name);
}

std::vector<std::string> compile_arguments(const CJob& job, const std::filesystem::path& source,
                                           const std::filesystem::path& object, const std::filesystem::path& depfile) {
  const CBuilder& builder = job.builder;
  Arguments arguments = language_flags(builder);
  arguments.emplace_back(optimization_flag(builder.optimization));
  arguments.emplace_back(job.product == Product::executable ? "-fPIE" : "-fPIC");
  append(arguments, sanitizer_flags(job.config));
  for (const auto& [name, value] : builder.defines) arguments.push_back("-D" + name + (value ? "=" + *value : ""));
  for (const auto& include : builder.includes) arguments.push_back("-I" + (job.package_root / include).native());
  append(arguments, builder.flags);
  append(arguments, {"-MMD", "-MF", depfile.native(), "-MT", kDepfileTarget});
  append(arguments, {"-c", source.native(), "-o", object.native()});
  return arguments;
}

std::vector<std::string> link_arguments(const CJob& job, const std::vector<std::filesystem::path>& objects,
                                        const std::filesystem::path& file) {
  Arguments arguments{job.product == Product::executable ? "-pie" : "-shared", "-o", file.native()};
  for (const auto& object : objects) arguments.push_back(object.native());
  append(arguments, name_and_search_path_flags(job, file.filename().native()));
  append(arguments, sanitizer_flags(job.config));
  append(arguments, job.builder.flags);
  for (const auto& directory : job.builder.library_directories) {
    arguments.push_back("-L" + (job.package_root / directory).native());
  }
  for (const std::string& library : job.builder.libraries) arguments.push_back("-l" + library);
  append(arguments, language_libraries(job));
  return arguments;
}

std::vector<std::string> archive_arguments(const std::vector<std::filesystem::path>& objects,
                                           const std::filesystem::path& file) {
  Arguments arguments{"rcs", file.native()};
  for (const auto& object : objects) arguments.push_back(object.native());
  return arguments;
}

}  // namespace hooks::toolkit
