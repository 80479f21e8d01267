// SPDX-License-Identifier: BSD-3-Clause
// What a backend does that overrides nothing.
#include <hooks/pep517.hpp>

namespace hooks {

namespace {

// Only a backend's own code gets here: a front end is told before that there is no such hook.
[[noreturn]] void throw_missing(const char* hook) {
  throw BuildException(std::string("this build backend has no ") + hook);
}

}  // namespace

Pep517Backend::~Pep517Backend() = default;

std::string Pep517Backend::build_wheel(const WheelRequest& /*request*/) { throw_missing("build_wheel"); }

std::string Pep517Backend::build_sdist(const SdistRequest& /*request*/) { throw_missing("build_sdist"); }

std::string Pep517Backend::prepare_metadata_for_build_wheel(const MetadataRequest& /*request*/) {
  throw_missing("prepare_metadata_for_build_wheel");
}

std::vector<std::string> Pep517Backend::get_requires_for_build_wheel(const Pep517Request& /*request*/) { return {}; }

std::vector<std::string> Pep517Backend::get_requires_for_build_sdist(const Pep517Request& /*request*/) { return {}; }

std::string Pep517Backend::build_editable(const WheelRequest& /*request*/) { throw_missing("build_editable"); }

std::string Pep517Backend::prepare_metadata_for_build_editable(const MetadataRequest& /*request*/) {
  throw_missing("prepare_metadata_for_build_editable");
}

std::vector<std::string> Pep517Backend::get_requires_for_build_editable(const Pep517Request& /*request*/) { return {}; }

}  // namespace hooks
