// SPDX-License-Identifier: BSD-3-Clause
#include "wheel.hpp"

#include "project.hpp"
#include "sha256.hpp"
#include "zip.hpp"

#include <sys/utsname.h>

namespace {

std::string name_and_version() { return std::string(project::kName) + "-" + project::kVersion; }

// The stable interface of CPython 3.8 and later, on this kind of machine.
std::string tag() {
  utsname system{};
  ::uname(&system);
  return std::string("cp38-abi3-linux_") + system.machine;
}

// A field of RECORD, which is CSV.
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

std::string dist_info_name() { return name_and_version() + ".dist-info"; }

std::string wheel_name() { return name_and_version() + "-" + tag() + ".whl"; }

std::string metadata_text() {
  return std::string("Metadata-Version: 2.1\n") + "Name: " + project::kName + "\nVersion: " + project::kVersion +
         "\nSummary: " + project::kSummary + "\nRequires-Python: " + project::kRequiresPython + "\n";
}

Files dist_info_files() {
  return {
      {"METADATA", metadata_text()},
      {"WHEEL", "Wheel-Version: 1.0\nGenerator: tally-backend\nRoot-Is-Purelib: false\nTag: " + tag() + "\n"},
  };
}

std::string wheel_bytes(const Files& files) {
  Zip zip;
  std::string record;
  for (const auto& [name, bytes] : files) {
    zip.add(name, bytes);
    record += csv_field(name) + ",sha256=" + sha256_base64(bytes) + "," + std::to_string(bytes.size()) + "\n";
  }
  const std::string record_name = dist_info_name() + "/RECORD";
  zip.add(record_name, record + record_name + ",,\n");
  return zip.finish();
}
