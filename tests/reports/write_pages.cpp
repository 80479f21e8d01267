// SPDX-License-Identifier: BSD-3-Clause
// Writes HTML reports for a browser: write_pages DIRECTORY.
#include "runner/report/report.hpp"
#include "tests/support/sample_model.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

void write(const std::filesystem::path& file, const std::vector<grapnel::Event>& events) {
  std::ofstream out(file, std::ios::binary);
  out << grapnel::report::html_report(tests::model_of(events), {.path = file.string()});
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 2) throw std::invalid_argument("usage: write_pages DIRECTORY");
    const std::filesystem::path directory = argv[1];
    write(directory / "hooks10.html", tests::events_of(10, 4));
    write(directory / "hooks30.html", tests::events_of(30, 6));
    write(directory / "hooks1000.html", tests::events_of(1000, 16));
    for (const tests::Scenario& scenario : tests::kScenarios) {
      write(directory / (std::string(scenario.name) + ".html"), scenario.events());
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "write_pages: %s\n", error.what());
    return 1;
  }
}
