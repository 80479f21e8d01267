# SPDX-License-Identifier: BSD-3-Clause
"""The hook `native-assets`: what the build and link hooks of packages make becomes a wheel's (spec: hatch-build-hooks,
6.4), built by grapnel, and by hatchling through hatch-grapnel."""

import email
import os
import tarfile
import unittest

from builds import GRAPNEL, PYTHON, Case, empty, faults_of_record, listing, member, member_that_ends, members, table

MACHINE = os.uname().machine
NATIVE = f"py3-none-linux_{MACHINE}"
PYPROJECT = """
[build-system]
requires = ["hatchling", "hatch-grapnel"]
build-backend = "hatchling.build"
[project]
name = "demo-project"
version = "1.0"
requires-python = ">=3.8"
[tool.hatch.build.targets.wheel]
packages = ["src/demo_project"]
dev-mode-dirs = ["src"]
"""
PACKAGES = """
[packages.demo]
path = "."
dependencies = ["numbers"]
[packages.numbers]
path = "packages/numbers"
"""
DEMO = """
import ctypes, os
directory = os.path.dirname(__file__)
library = ctypes.CDLL(os.path.join(directory, "libnumbers.so"))
three = library.three()
"""
# What it makes is what its user-define `kinds` says.
BUILD = r"""
#include <hooks/hooks.hpp>

int main(int argc, char** argv) {
  return hooks::build(argc, argv, [](const hooks::BuildInput& input, hooks::BuildOutputBuilder& output) {
    const hooks::Json* kinds = input.user_defines().find("kinds");
    const auto has = [&](const std::string& kind) {
      if (kinds == nullptr) return kind == "dynamic";
      return (" " + *kinds->as_string() + " ").find(" " + kind + " ") != std::string::npos;
    };
    const std::string package = input.package_name();
    const hooks::CBuilder library{.name = "numbers", .sources = {"src/numbers.c"}};
    if (has("dynamic")) library.run(input, output);
    hooks::CBuilder archive = library;
    archive.name = "parts";
    archive.link_mode_preference = hooks::LinkModePreference::static_;
    if (has("static")) archive.run(input, output);
    if (has("for-link")) archive.run(input, output, {hooks::ToLinkHook{"demo"}});
    if (has("system")) {
      output.assets().add(hooks::CodeAsset{.package = package, .name = "m", .link_mode =
          hooks::DynamicLoadingSystem{"libm.so.6"}});
    }
    const auto data = input.package_root() / "one.json";
    if (has("data")) output.assets().add(hooks::DataAsset{package, "tables/one.json", data});
    const auto add = [&](const char* type, const std::string& file, const char* name) {
      hooks::Json::Object encoding{{"name", name}, {"package", package}};
      encoding["file"] = (input.package_root() / file).string();
      output.assets().add(hooks::EncodedAsset{type, std::move(encoding)});
    };
    if (has("executable")) add("grapnel/executable", "tool", "tool");
    if (has("headers")) add("grapnel/headers", "include", "numbers");
    if (has("sbom")) add("grapnel/sbom", "numbers.cdx.json", "sbom");
    if (has("failure")) throw hooks::InfraException("no licence for the compiler");
  });
}
"""
LINK = r"""
#include <hooks/hooks.hpp>

#include <cstdlib>

int main(int argc, char** argv) {
  return hooks::link(argc, argv, [](const hooks::LinkInput& input, hooks::LinkOutputBuilder& output) {
    for (const hooks::EncodedAsset& encoded : input.assets()) {
      const auto asset = hooks::CodeAsset::decode(encoded);
      if (!asset || !asset->file) continue;
      const std::string file = (input.output_directory() / "libnumbers.so").string();
      const std::string command = "cc -shared -o '" + file + "' -Wl,--whole-archive '" + asset->file->string() +
                                  "' -Wl,--no-whole-archive";
      if (std::system(command.c_str()) != 0) throw hooks::BuildException(command);
      output.assets().add(hooks::CodeAsset{.package = input.package_name(), .name = "linked",
          .link_mode = hooks::DynamicLoadingBundle{}, .file = file});
    }
  });
}
"""
FILES = {"src/demo_project/__init__.py": DEMO, ".gitignore": "/dist/\n*.so\n", "packages/numbers/hook/build.cpp": BUILD,
         "packages/numbers/src/numbers.c": "int three(void) { return 3; }\n", "packages/numbers/one.json": "[1]\n",
         "packages/numbers/tool": "#!/usr/bin/env python3\nprint(3)\n", "packages/numbers/numbers.cdx.json": "{}\n",
         "packages/numbers/include/numbers.h": "int three(void);\n"}


class NativeAssets(Case):
    def assets(self, files=None):
        project = self.project(PYPROJECT, {**FILES, **(files or {})})
        self.configure(project)
        return project

    def configure(self, project, kinds=None, **options):
        text = PACKAGES + table("build.hooks.native-assets", {name.replace("_", "-"): value
                                                              for name, value in options.items()})
        if kinds is not None:
            text += table("build.hooks.native-assets.defines.numbers", {"kinds": kinds})
        project.write("grapnel.toml", text)

    def build(self, project, version="standard", tag=NATIVE, code=0):
        """The wheel, or what was said where it fails."""
        empty(project.path("dist"))
        ended = self.grapnel(project, "build", "-t", f"wheel:{version}")
        self.assert_code(ended, code)
        if code != 0:
            self.assertEqual(listing(project.path("dist")), [])
            return ended.stderr
        name = f"demo_project-1.0-{tag}.whl"
        self.assertEqual(listing(project.path("dist")), [name])
        wheel = project.path("dist", name)
        self.assertEqual(faults_of_record(wheel), [])
        return wheel

    def content(self, wheel):
        return [name for name in members(wheel) if ".dist-info/" not in name]

    def assert_three(self, project, wheel):
        target = os.path.join(project.scratch, "installed")
        empty(target)
        self.pip_install(project, wheel, target)
        self.assertEqual(self.run_python(project, "import demo_project as d; print(d.three)", target), "3\n")
        return target

    def is_pure(self, wheel):
        return email.message_from_string(member_that_ends(wheel, ".dist-info/WHEEL"))["Root-Is-Purelib"]

    def test_a_library(self):
        project = self.assets()
        wheel = self.build(project)
        self.assertEqual(self.content(wheel), ["demo_project/__init__.py", "demo_project/libnumbers.so"])
        self.assertEqual(self.is_pure(wheel), "false")
        self.assert_three(project, wheel)
        self.configure(project, assets_dir="demo_project/native")
        self.assertIn("demo_project/native/libnumbers.so", members(self.build(project)))

    def test_kinds_of_assets(self):
        project = self.assets()
        self.configure(project, "dynamic data executable headers sbom static system")
        wheel = self.build(project)
        self.assertEqual(self.content(wheel), [
            "demo_project/__init__.py", "demo_project/libnumbers.so", "numbers/tables/one.json",
            "demo_project-1.0.data/data/include/numbers/numbers.h", "demo_project-1.0.data/scripts/tool"])
        self.assertTrue(member(wheel, "demo_project-1.0.data/scripts/tool").startswith("#!python"))
        self.assertIn("demo_project-1.0.dist-info/sboms/numbers.cdx.json", members(wheel))
        target = self.assert_three(project, wheel)
        self.assertEqual(listing(os.path.join(target, "bin")), ["tool"])
        self.assertTrue(os.path.exists(os.path.join(target, "include", "numbers", "numbers.h")))

        self.configure(project, "data")  # nothing that is native
        wheel = self.build(project, tag="py3-none-any")
        self.assertEqual(self.content(wheel), ["demo_project/__init__.py", "numbers/tables/one.json"])
        self.assertEqual(self.is_pure(wheel), "true")
        self.configure(project, "system")  # nothing to ship
        wheel = self.build(project)
        self.assertEqual(self.content(wheel), ["demo_project/__init__.py"])
        self.assertEqual(self.is_pure(wheel), "false")

    def test_nothing_but_a_static_library(self):
        project = self.assets()
        for kinds in ("static", "static data"):
            self.configure(project, kinds)
            words = self.build(project, code=1)
            self.assertIn("package:numbers/parts", words)
            self.assertIn("static library", words)

    def test_a_link_hook(self):
        project = self.assets({"hook/link.cpp": LINK})
        self.configure(project, "for-link")
        wheel = self.build(project)
        self.assertEqual(self.content(wheel), ["demo_project/__init__.py", "demo_project/libnumbers.so"])
        self.assert_three(project, wheel)

    def test_failures(self):
        project = self.assets()
        self.configure(project, "dynamic failure")
        words = self.build(project, code=2)
        self.assertIn("build hook of package 'numbers'", words)
        self.assertIn("no licence for the compiler", words)
        project.write("packages/numbers/src/numbers.c", "int three(void) { return }\n")
        self.configure(project)
        self.assertIn("numbers.c", self.build(project, code=1))
        project.write("grapnel.toml", "[build.hooks.native-assets]\n")
        self.assertIn("grapnel.toml with packages", self.build(project, code=1))

    def test_tags(self):
        project = self.assets()
        for tag, wanted in (("py3", NATIVE), ("abi3:cp39", f"cp39-abi3-linux_{MACHINE}"),
                            ("cp311-cp311-linux_riscv64", "cp311-cp311-linux_riscv64")):
            with self.subTest(tag):
                self.configure(project, "system", tag=tag)
                head = email.message_from_string(member_that_ends(self.build(project, tag=wanted), ".dist-info/WHEEL"))
                self.assertEqual(head.get_all("Tag"), [wanted])
        self.configure(project, "system", tag="infer")
        inferred = self.run_in(project, [PYTHON, "-c", "import sys; print('cp%d%d' % sys.version_info[:2], end='')"]).stdout
        self.build(project, tag=f"{inferred}-{inferred}-linux_{MACHINE}")
        self.configure(project, "system", tag="py3-none")
        self.assertIn("build.hooks.native-assets.tag", self.build(project, code=1))
        # For another machine it is the target's name that counts.
        other = "x86_64" if MACHINE == "aarch64" else "aarch64"
        self.configure(project, "system", target_arch="x64" if MACHINE == "aarch64" else "arm64")
        self.build(project, tag=f"py3-none-linux_{other}")

    def test_editable(self):
        project = self.assets()
        pure = "py3-none-any"
        self.configure(project)
        library = "demo_project/libnumbers.so"
        self.assertIn(library, members(self.build(project, "editable", pure)))
        self.configure(project, editable="skip")
        self.assertNotIn(library, members(self.build(project, "editable", pure)))
        self.assertIn(library, members(self.build(project)))  # others have it

        self.configure(project, editable="in-tree")
        copy = project.path("src", library)
        self.assertFalse(os.path.exists(copy))
        self.assertNotIn(library, members(self.build(project, "editable", pure)))
        self.assertTrue(os.path.exists(copy))
        text = "import demo_project as d; print(d.three)"
        self.assertEqual(self.run_python(project, text, project.path("src")), "3\n")
        self.assert_code(self.grapnel(project, "build", "-t", "wheel", "--clean-only"))
        self.assertFalse(os.path.exists(copy))
        self.assertTrue(os.path.exists(project.path("src/demo_project/__init__.py")))

        self.configure(project, editable="nowhere")
        self.assertIn("build.hooks.native-assets.editable", self.build(project, code=1))

    def test_an_sdist_has_sources_alone(self):
        project = self.assets()
        ended = self.grapnel(project, "build")
        self.assert_code(ended)
        with tarfile.open(project.path("dist", "demo_project-1.0.tar.gz")) as archive:
            names = [name.partition("/")[2] for name in archive.getnames()]
        self.assertIn("packages/numbers/hook/build.cpp", names)
        self.assertIn("grapnel.toml", names)
        self.assertEqual([name for name in names if name.startswith((".grapnel", ".hatch", ".dart")) or
                          name.endswith((".so", ".o"))], [])

    def test_through_hatchling(self):
        """The plugin's table has the options, and there are no other hooks."""
        project = self.assets()
        self.install_plugin(project)
        project.write("pyproject.toml", PYPROJECT + table("tool.hatch.build.hooks.grapnel", {"tag": "py3"}) +
                      table("tool.hatch.build.hooks.grapnel.defines.numbers", {"kinds": "dynamic data"}))
        project.write("grapnel.toml", PACKAGES)
        ended = self.run_in(project, [PYTHON, "-m", "build", "-n", "-x"], GRAPNEL=GRAPNEL)
        self.assert_code(ended)
        name = f"demo_project-1.0-{NATIVE}.whl"
        self.assertEqual(listing(project.path("dist")), [name, "demo_project-1.0.tar.gz"])
        wheel = project.path("dist", name)
        self.assertEqual(self.content(wheel), ["demo_project/__init__.py", "demo_project/libnumbers.so",
                                               "numbers/tables/one.json"])
        self.assertEqual(faults_of_record(wheel), [])
        self.assert_three(project, wheel)


if __name__ == "__main__":
    unittest.main()
