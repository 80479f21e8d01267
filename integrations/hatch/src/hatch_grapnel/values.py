# SPDX-License-Identifier: BSD-3-Clause
"""Build data and configurations as JSON, and patches to build data."""

import os

# The hatchling that first has a member of the wheel's build data.
SINCE = {"extra_metadata": "1.12", "shared_data": "1.24", "shared_scripts": "1.24", "sbom_files": "1.28"}
DEEPEST = 48


class NoJson(Exception):
    """A value that JSON has not."""


class NoPlace(Exception):
    """The build data of this hatchling, or of this target, cannot hold a member of a patch."""


def image(value, depth=0):
    """`value` as JSON: tuples are lists, paths and dates are texts."""
    if depth > DEEPEST:
        raise NoJson
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (list, tuple)):
        return [image(one, depth + 1) for one in value]
    if isinstance(value, dict):
        return {text(name): image(one, depth + 1) for name, one in value.items()}
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return text(value)


def text(value):
    if isinstance(value, str):
        return str.__str__(value)
    if hasattr(type(value), "__fspath__"):
        return os.fsdecode(os.fspath(value))
    raise NoJson


def build_data_image(build_data):
    """Without the names of the hooks, and without what only other hooks understand."""
    found = {}
    for name, value in build_data.items():
        if name != "build_hooks" and isinstance(name, str):
            try:
                found[name] = image(value)
            except NoJson:
                pass
    return found


def apply(patch, build_data, target, hatchling):
    """Changes `build_data` as grapnel's patch says, in place: hatchling and other hooks hold on to its members."""
    replaced = patch.get("replace") or []
    for name, value in (patch.get("build_data") or {}).items():
        if value is None:
            remove(build_data, name)
        elif isinstance(value, list):
            change_list(member(build_data, name, value, list, target, hatchling), value, name in replaced)
        elif isinstance(value, dict):
            change_map(member(build_data, name, value, dict, target, hatchling), value, name in replaced)
        else:
            build_data[name] = value


def remove(build_data, name):
    """hatchling needs its own members; they are emptied."""
    if isinstance(build_data.get(name), (list, dict)):
        build_data[name].clear()
    else:
        build_data.pop(name, None)


def member(build_data, name, value, kind, target, hatchling):
    if name not in build_data:
        if not value:
            return kind()
        if name in SINCE and target == "wheel":
            raise NoPlace("a hook sets the build data '%s', which needs hatchling %s or later; this is hatchling %s" % (
                name, SINCE[name], hatchling))
        if name in SINCE:
            raise NoPlace("a hook sets the build data '%s', which hatchling's target '%s' has not" % (name, target))
        build_data[name] = kind()
    if not isinstance(build_data[name], kind):
        raise NoPlace("a hook sets the build data '%s' to %s, and it is of type '%s'" % (
            name, "a list" if kind is list else "a map", type(build_data[name]).__name__))
    return build_data[name]


def change_list(old, new, is_replaced):
    if is_replaced:
        old.clear()
    old.extend(one for at, one in enumerate(new) if one not in old and one not in new[:at])


def change_map(old, new, is_replaced):
    if is_replaced:
        old.clear()
    old.update(new)
