# SPDX-License-Identifier: BSD-3-Clause
"""A Python package whose wheel gets a shared library from a hook in C++, through hatch-grapnel in hatchling."""

import email
import os

from builds import GRAPNEL, PYTHON, Case, empty, faults_of_record, member_that_ends, members, read_lines, table

TAG = f"py3-none-linux_{os.uname().machine}"
WHEEL = f"demo_project-1.0-{TAG}.whl"
SDIST = "demo_project-1.0.tar.gz"
PYPROJECT = """
[build-system]
requires = ["hatchling", "hatch-grapnel"]
build-backend = "hatchling.build"
[project]
name = "demo-project"
version = "1.0"
requires-python = ">=3.8"
[tool.hatch.build.targets.wheel]
packages = ["src/demo"]
"""
DEMO = """
import ctypes, os
library = ctypes.CDLL(os.path.join(os.path.dirname(__file__), "libanswer.so"))
answer = library.answer()
"""
HOOK = r"""
#include <hooks/build_target.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>

// Compiles a library where the wheel finds it, and notes what is asked of it.
class Native : public hooks::BuildHook {
 public:
  std::vector<std::string> dependencies() override {
    note("dependencies");
    std::vector<std::string> needed;
    if (const hooks::Json* more = config().find("needs-installed")) needed.push_back(*more->as_string());
    return needed;
  }

  void clean(const std::vector<std::string>&) override { note("clean"); }

  void initialize(const std::string& version, hooks::BuildData& data) override {
    note("initialize " + version);
    std::cout << "noise on the standard output\n" << std::flush;
    if (const hooks::Json* how = config().find("fail")) fail(*how->as_string());
    const auto library = work_directory() / "libanswer.so";
    const std::string source = (root() / "src/demo/answer.c").string();
    const std::string command = "cc -shared -fPIC -o '" + library.string() + "' '" + source + "'";
    if (std::system(command.c_str()) != 0) throw hooks::BuildException("the compiler failed: " + command);
    data.add_force_include(library, "src/demo/libanswer.so");
    data.set_tag("@TAG@");
    data.set_pure_python(false);
    data.add_dependency("packaging>=20");
    data.exclude("*.c");
    if (config_settings().as_object() != nullptr) {
      std::ofstream(work_directory() / "settings.json") << config_settings().to_string();
      data.add_force_include(work_directory() / "settings.json", "src/demo/settings.json");
    }
    state() = 41;
  }

  void finalize(const std::string& version, hooks::BuildData& data, const std::filesystem::path& artifact) override {
    note("finalize " + version + " " + artifact.filename().string() + " " + data.tag().value_or("?") + " " +
         std::to_string(*state().as_integer() + 1) + (exists(work_directory() / "libanswer.so") ? " alive" : ""));
  }

 private:
  void fail(const std::string& how) {
    if (how == "infra") throw hooks::InfraException("the disk is full");
    if (how == "build") throw hooks::BuildException("a fault of the sources");
    if (how == "throw") throw std::string("of a type that nobody knows");
    if (how == "die") std::abort();
    if (how == "hang") {
      note("hangs");
      std::system("sleep 10000");
    }
    app().abort("nobody is to blame", std::stoi(how));
  }
  void note(const std::string& what) {
    const char* file = std::getenv("DEMO_LOG");
    if (file != nullptr) std::ofstream(file, std::ios::app) << target_name() << ' ' << what << '\n';
  }
};

int main(int argc, char** argv) { return hooks::run_build_hook<Native>(argc, argv); }
""".replace("@TAG@", TAG)
FILES = {"src/demo/__init__.py": DEMO, "src/demo/answer.c": "int answer(void) { return 42; }\n",
         "hook/native.cpp": HOOK, ".gitignore": "/dist/\n"}
BACKEND = """
from hatchling import build
function, arguments = sys.argv[1], sys.argv[2:]
print("ANSWER", getattr(build, function)(*arguments))
"""


class DemoCase(Case):
    """The project, with hatch-grapnel installed."""
    def demo(self, plugin=None, hook=None, more=""):
        """The hook is grapnel.toml's; where `hook` is None, it is what the plugin's table names."""
        files = dict(FILES)
        if hook is not None:
            files["grapnel.toml"] = table("build.hooks.native", {"path": "hook/native.cpp", **hook})
        project = self.project(PYPROJECT + more + table("tool.hatch.build.hooks.grapnel",
                                                        {"env": ["DEMO_LOG"], **(plugin or {})}), files)
        self.install_plugin(project)
        self.log = os.path.join(project.scratch, "log")
        return project

    def environment(self, project, **variables):
        given = {"GRAPNEL": GRAPNEL, "DEMO_LOG": getattr(self, "log", None), **variables}
        return super().environment(project, **given)

    def run_in(self, project, command, **variables):
        ended = super().run_in(project, command, **variables)
        self.assert_nothing_left(project.root)
        return ended

    def assert_nothing_left(self, root):
        for place, names, _ in os.walk(os.path.join(root, ".hatch")):
            self.assertEqual([name for name in names if name.startswith("run-")], [], place)

    def backend(self, project, function, *arguments, **variables):
        return self.run_in(project, [PYTHON, "-c", "import sys\n" + BACKEND, function, *arguments], **variables)

    def noted(self):
        """What the hooks wrote since the last time."""
        lines = read_lines(self.log)
        if lines:
            os.unlink(self.log)
        return lines

    def assert_built(self, project, directory="dist", name=WHEEL):
        """A wheel that installs, and whose library answers."""
        wheel = project.path(directory, name)
        self.assertEqual(faults_of_record(wheel), [])
        head = email.message_from_string(member_that_ends(wheel, ".dist-info/WHEEL"))
        self.assertEqual((head["Root-Is-Purelib"], head.get_all("Tag")), ("false", [TAG]))
        self.assertNotIn("demo/answer.c", members(wheel))
        about = email.message_from_string(member_that_ends(wheel, ".dist-info/METADATA"))
        self.assertEqual(about.get_all("Requires-Dist"), ["packaging>=20"])
        target = os.path.join(project.scratch, "installed")
        empty(target)
        self.pip_install(project, wheel, target)
        self.assertEqual(self.run_python(project, "import demo; print(demo.answer, demo.__file__)", target),
                         f"42 {target}/demo/__init__.py\n")
        return wheel

    STAGES = ["wheel initialize standard", f"wheel finalize standard {WHEEL} {TAG} 42 alive"]
    ASKED = ["wheel dependencies"]  # by a hatchling that does not ask itself
