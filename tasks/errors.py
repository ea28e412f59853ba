"""Every error a person can meet, by what they do next.

CleancopyError                something went wrong; exit code 1
├── UsageError                wrong usage: read the message, fix the command; exit code 2
│   ├── AmbiguousReference    it means several documents: name one of them; exit code 2
│   └── ConfigError           a setting, a rule file or a source file is wrong; exit code 2
├── ContractError             a table or a stage broke its contract: a bug, or a file changed by hand
│   └── CorruptPart           a stored file is not what its manifest says
├── GateStopped               a gate stopped the run, nothing was published: look at the report; exit code 3
├── VersionConflict           two runs changed the same batch: run again; exit code 4
└── TransientError            a file vanished, a disk was busy: run again, retried by the flow

Evidence goes through `super().__init__`, so that errors pickle across processes.
"""

from __future__ import annotations


class CleancopyError(Exception):
    """Root of all errors the project raises on purpose. `str()` says what, where and what next."""

    exit_code = 1


class UsageError(CleancopyError):
    """The command, its options or a path is wrong."""

    exit_code = 2


class AmbiguousReference(UsageError):
    """What should name one document names several."""


class ConfigError(UsageError):
    """A setting, a rule file or a source file cannot be used."""


class ContractError(CleancopyError):
    """A table or a stage broke its contract."""


class CorruptPart(ContractError):
    """A stored file is missing or its bytes are not those its manifest names."""


class GateStopped(CleancopyError):
    """A gate stopped the run: nothing was published."""

    exit_code = 3

    def __init__(self, stage: str, reasons: tuple[str, ...]) -> None:
        super().__init__(stage, reasons)
        self.stage = stage
        self.reasons = reasons

    def __str__(self) -> str:
        listed = "; ".join(self.reasons)
        return (
            f"gate {self.stage} stopped the run: {listed}. Nothing was published. "
            "See `cleancopy gates` for the rules; accept one with --accept RULE --reason TEXT."
        )


class VersionConflict(CleancopyError):
    """Another run published a different state of the same batches."""

    exit_code = 4

    def __init__(self, batches: tuple[str, ...], version: int) -> None:
        super().__init__(batches, version)
        self.batches = batches
        self.version = version

    def __str__(self) -> str:
        if not self.batches:
            return f"other runs kept publishing (now at version {self.version}): run again"
        return f"version {self.version} changed the same batches ({', '.join(self.batches)}): run again"


class TransientError(CleancopyError):
    """Something that may succeed when tried again."""
