# SPDX-License-Identifier: BSD-3-Clause
"""Runs grapnel as a step that is red for the author of a change, and purple for who keeps the machines."""

from recipe_engine import recipe_api

# An exit code of 2 is no failure to the engine, so that it is for us to say what it is.
_INFRA_EXIT_CODE = 2


class GrapnelApi(recipe_api.RecipeApi):
    """The module `grapnel`."""

    def build(self, name="hooks", arguments=(), executable="grapnel", **step_options):
        """Runs `grapnel build`.

        Args:
          name: of the step.
          arguments: more flags of `grapnel build`.
          executable: grapnel.
          step_options: go to the step as they are: timeout, cost, ...

        Returns: grapnel's report (`grapnel build --report json=...`), a dictionary.

        Raises: InfraFailure where the machine, the network or grapnel failed, time was over, or the run was canceled;
          StepFailure where the hooks or what they build failed.
        """
        return self._run("build", name, arguments, executable, step_options)

    def link(self, name="link hooks", arguments=(), executable="grapnel", **step_options):
        """Runs `grapnel link`; otherwise as build()."""
        return self._run("link", name, arguments, executable, step_options)

    def _run(self, command, name, arguments, executable, step_options):
        result = self.m.step(
            name,
            [executable, command, *arguments, "--report", "json=-"],
            stdout=self.m.json.output(),
            ok_ret=(0, _INFRA_EXIT_CODE),
            raise_on_failure=False,
            **step_options,
        )
        # None where it is missing or damaged: the engine does not count that as a failure.
        report = result.stdout if isinstance(result.stdout, dict) else None
        self._present(result, report)
        self.m.step.raise_on_failure(result)
        return report

    def _present(self, result, report):
        presentation = result.presentation
        status = self._status(result, report)
        if status is not None:
            presentation.status = status
        if report is None:
            presentation.step_text = "grapnel wrote no report"
            return
        presentation.properties["grapnel"] = {
            "class": report.get("class"),
            "retryable": report.get("retryable", False),
        }
        failures = [
            f"{hook.get('package')} ({hook.get('hook')}): {hook['class']}: {hook.get('reason', '')}"
            for hook in report.get("hooks", ())
            if hook.get("class") not in (None, "success", "skipped")
        ]
        if failures:
            presentation.step_text = failures[0]
            presentation.logs["failures"] = failures
        elif report.get("class") != "success":
            presentation.step_text = report.get("reason", "")

    def _status(self, result, report):
        """The step's status; None: the engine's own is right."""
        step = self.m.step
        if report is None:
            # Whoever ends without a report has done nothing that can be called a success.
            return step.INFRA_FAILURE if result.retcode in (0, _INFRA_EXIT_CODE) else None
        if report.get("dart_kind") == "internal":
            return step.INFRA_FAILURE
        by_class = {
            "success": step.WARNING if report.get("counts", {}).get("flaky") else None,
            "build_failure": step.FAILURE,
            "uncategorized": step.FAILURE,
            "infra_failure": step.INFRA_FAILURE,
            "timed_out": step.INFRA_FAILURE,
            # The engine knows best whether it was it that canceled.
            "canceled": step.INFRA_FAILURE,
        }
        # No class: the events were cut off.
        return by_class.get(report.get("class"), step.INFRA_FAILURE)
