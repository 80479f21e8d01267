# SPDX-License-Identifier: BSD-3-Clause
"""The plugin hatch-grapnel, installed, with the built grapnel: a hook in C++ fills wheels of Debian's hatchling
(spec: hatch-build-hooks, 6.5, 7.8)."""

import email
import json
import os
import sys
import tarfile
import unittest

from builds import GRAPNEL, HERE, PYTHON, Case, empty, faults_of_record, listing, member, member_that_ends, members, table

os.environ["HOOKD_COMMAND"] = f"'{GRAPNEL}' daemon --python {PYTHON}"
sys.path.insert(0, os.path.join(HERE, os.pardir, "daemon"))
import hookd

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
    app().abort("nobody is to blame", std::stoi(how));
  }
  void note(const std::string& what) {
    if (const char* file = std::getenv("DEMO_LOG")) std::ofstream(file, std::ios::app) << target_name() << ' ' << what << '\n';
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


class Bridge(Case):
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

    def run_in(self, project, command, **variables):
        given = {"GRAPNEL": GRAPNEL, "DEMO_LOG": getattr(self, "log", None), **variables}
        ended = super().run_in(project, command, **given)
        self.assert_nothing_left(project.root)
        return ended

    def assert_nothing_left(self, root):
        for place, names, _ in os.walk(os.path.join(root, ".hatch")):
            self.assertEqual([name for name in names if name.startswith("run-")], [], place)

    def backend(self, project, function, *arguments, **variables):
        return self.run_in(project, [PYTHON, "-c", "import sys\n" + BACKEND, function, *arguments], **variables)

    def noted(self):
        lines = []
        if os.path.exists(self.log):
            with open(self.log) as file:
                lines = file.read().splitlines()
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

    def test_hatchling(self):
        project = self.demo(hook={})
        ended = self.hatchling(project, "build")
        self.assert_code(ended)
        self.assertEqual(listing(project.path("dist")), [WHEEL, SDIST])
        self.assertEqual(self.noted(), self.ASKED + self.STAGES)
        self.assertNotIn("noise", ended.stdout)
        self.assert_built(project)
        with tarfile.open(project.path("dist", SDIST)) as archive:
            names = archive.getnames()
        for name in ("grapnel.toml", "hook/native.cpp", "src/demo/answer.c"):
            self.assertIn("demo_project-1.0/" + name, names)
        self.assertEqual([name for name in names if ".hatch" in name or name.endswith(".so")], [])
        ended = self.hatchling(project, "build", "-t", "wheel", "--clean", "--clean-hooks-after")
        self.assert_code(ended)
        self.assertEqual(self.noted(), self.ASKED + ["wheel clean"] + self.STAGES + ["wheel clean"])

    def test_the_same_wheel_twice(self):
        project = self.demo(hook={"transport": "session"})
        contents = []
        for directory in ("first", "second"):
            self.assert_code(self.hatchling(project, "build", "-t", "wheel", "-d", project.path(directory)))
            with open(project.path(directory, WHEEL), "rb") as file:
                contents.append(file.read())
        self.assertEqual(*contents)
        self.assert_built(project, "first")

    def test_a_hook_that_the_plugin_names(self):
        project = self.demo({"hook": "hook/native.cpp"})
        self.assert_code(self.hatchling(project, "build", "-t", "wheel"))
        self.assertEqual(self.noted(), self.ASKED + self.STAGES)
        self.assert_built(project)

    def test_build(self):
        """An sdist, and a wheel of it unpacked."""
        project = self.demo(hook={})
        ended = self.run_in(project, [PYTHON, "-m", "build", "-n", "-x", "-C", "key=a value"])
        self.assert_code(ended)
        self.assertEqual(listing(project.path("dist")), [WHEEL, SDIST])
        self.assertEqual(self.noted(), self.ASKED + self.STAGES)
        wheel = self.assert_built(project)
        self.assertEqual(json.loads(member(wheel, "demo/settings.json")), {"key": "a value"})

    def test_pip(self):
        project = self.demo(hook={})
        target = os.path.join(project.scratch, "installed by pip")
        self.pip_install(project, project.root, target, "--no-build-isolation")
        self.assertEqual(self.run_python(project, "import demo; print(demo.answer)", target), "42\n")

    def test_daemon(self):
        project = self.demo(hook={})
        directory = project.path("dist")
        for protocol in (1, 2):
            with self.subTest(protocol), hookd.Hookd(
                    protocol, tree=project.root, python_path=[self.site],
                    variables={"GRAPNEL": GRAPNEL, "DEMO_LOG": self.log, "CXXFLAGS": "-O0",
                               "XDG_CACHE_HOME": os.path.join(project.scratch, "cache")}) as daemon:
                empty(directory)
                self.assertEqual(daemon.run("hatchling.build", "get_requires_for_build_wheel").kind, "OK")
                answer = daemon.run("hatchling.build", "build_wheel", directory, '{"of": "the daemon"}')
                self.assertEqual((answer.kind, answer.text), ("OK", WHEEL), answer)
                self.assertEqual(self.noted(), self.ASKED + self.STAGES)
                self.assertEqual(daemon.shutdown(), 0)
                daemon.wait_until_nobody_is_left()
                wheel = self.assert_built(project)
                self.assertEqual(json.loads(member(wheel, "demo/settings.json")), {"of": "the daemon"})
                self.assert_nothing_left(project.root)

    def test_failures(self):
        """The exit code of hatchling is the failure's, and there is one clean line."""
        project = self.demo(hook={})
        for how, code, word in (("infra", 2, "infra"), ("build", 1, "build"), ("throw", 255, ""), ("die", 255, ""),
                                ("7", 7, "nobody is to blame"), ("125", 125, "nobody is to blame")):
            with self.subTest(how):
                project.write("grapnel.toml", table("build.hooks.native", {"path": "hook/native.cpp", "fail": how}))
                ended = self.hatchling(project, "build", "-t", "wheel")
                self.assert_code(ended, code)
                lines = [line for line in ended.stderr.splitlines() if line.startswith("grapnel: ")]
                self.assertEqual(len(lines), 1, ended.stderr)
                self.assertIn("'native'", lines[0])
                self.assertIn("initialize", lines[0])
                self.assertIn(word, lines[0])
                self.assertEqual(ended.stderr.splitlines()[-1], lines[0])
                self.assertNotIn("Traceback", ended.stderr + ended.stdout)
                self.assertNotIn("noise", ended.stdout)
                self.assertEqual(listing(project.path("dist")), [])

    def test_a_failure_under_build(self):
        project = self.demo(hook={"fail": "infra"})
        ended = self.run_in(project, [PYTHON, "-m", "build", "-n", "-x", "-w"])
        self.assertNotEqual(ended.returncode, 0)
        self.assertIn("grapnel: hook 'native', stage initialize: ", ended.stdout + ended.stderr)
        self.assertEqual(listing(project.path("dist")), [])

    def test_116_requirements(self):
        """hatchling 1.12 does not ask hooks for requirements: the plugin asks before it builds."""
        project = self.demo(hook={"needs-installed": "no-such-distribution>=3"})
        ended = self.backend(project, "get_requires_for_build_wheel")
        self.assert_code(ended)
        self.assertEqual(ended.stdout, "ANSWER []\n")
        self.assertEqual(self.noted(), [])
        ended = self.hatchling(project, "build", "-t", "wheel")
        self.assert_code(ended, 1)
        self.assertIn("no-such-distribution>=3", ended.stderr.splitlines()[-1])
        self.assertEqual(self.noted(), self.ASKED)
        # As hatchling 1.22 and later do: the hook's own instance, without a directory.
        ended = self.run_in(project, [PYTHON, "-c", """
import os
from hatchling.builders.wheel import WheelBuilder
from hatch_grapnel.plugin import GrapnelBuildHook
root = os.getcwd()
builder = WheelBuilder(root)
config = builder.config.hook_config["grapnel"]
print("ANSWER", GrapnelBuildHook(root, config, builder.config, builder.metadata, "", "wheel").dependencies())
"""])
        self.assert_code(ended)
        self.assertEqual(ended.stdout, "ANSWER ['no-such-distribution>=3']\n")
        self.assertEqual(self.noted(), self.ASKED)

    def test_117_metadata(self):
        project = self.demo(hook={"fail": "build"})
        directory = os.path.join(project.scratch, "metadata")
        os.mkdir(directory)
        ended = self.backend(project, "prepare_metadata_for_build_wheel", directory)
        self.assert_code(ended)
        self.assertEqual(ended.stdout, "ANSWER demo_project-1.0.dist-info\n")
        self.assertEqual(self.noted(), [])

    def test_118_hooks_only(self):
        project = self.demo(hook={})
        ended = self.backend(project, "build_wheel", project.path("dist"), HATCH_BUILD_HOOKS_ONLY="1")
        self.assert_code(ended, 1)
        self.assertIn("HATCH_BUILD_HOOKS_ONLY", ended.stderr.splitlines()[-1])
        self.assertNotIn("StopIteration", ended.stderr)
        self.assertEqual(self.noted(), [])
        # Not a front end's: hatchling's own command line means it.
        self.assert_code(self.hatchling(project, "build", "-t", "wheel", "--hooks-only"))
        self.assertEqual(self.noted(), self.ASKED + self.STAGES[:1])
        ended = self.backend(project, "build_wheel", project.path("dist"), HATCH_BUILD_CLEAN_HOOKS_AFTER="1")
        self.assert_code(ended)
        self.assertEqual(self.noted(), self.ASKED + self.STAGES + ["wheel clean"])


if __name__ == "__main__":
    unittest.main()
