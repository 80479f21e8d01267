# SPDX-License-Identifier: BSD-3-Clause
"""Patterns of files that are left out: no build data of Hatch's, so the option `exclude` is made longer."""

PATTERNS = "_BuilderConfig__exclude_patterns"
COMPILED = "_BuilderConfig__exclude_spec"


class Exclusions:
    """Of one builder's configuration."""

    def __init__(self, config):
        self.config = config
        self.undo = None

    def set(self, patterns):
        """Leaves out `patterns` too, instead of those that were set before. False where this hatchling keeps what it
        has read in a way that is not known."""
        self.reset()
        if not patterns:
            return True
        if not all(hasattr(self.config, name) for name in (PATTERNS, COMPILED, "default_exclude")):
            return False
        own, common = self.config.target_config, self.config.build_config
        table = own if "exclude" in own else common
        if "exclude" not in table:
            # Hatch's default may be known only once the files are selected.
            default = self.config.default_exclude
            self.config.default_exclude = lambda: [*default(), *patterns]
            self.undo = lambda: delattr(self.config, "default_exclude")
        elif isinstance(table["exclude"], list):
            before = table["exclude"]
            own["exclude"] = [*before, *patterns]
            self.undo = (lambda: own.update(exclude=before)) if table is own else (lambda: own.pop("exclude", None))
        self.forget()  # else Hatch says what it wants of that option
        return True

    def reset(self):
        if self.undo is not None:
            self.undo()
            self.undo = None
            self.forget()

    def forget(self):
        """What Hatch has read already."""
        setattr(self.config, PATTERNS, None)
        setattr(self.config, COMPILED, None)
