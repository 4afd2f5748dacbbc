"""Every error that the product raises on purpose.

EmbedError
├── PermanentError              the same input gives the same failure: do not retry
│   ├── SettingsError           a setting is missing or makes no sense
│   ├── PartMissing             a lake or store that this installation does without
│   ├── BadRequest              a question that cannot be answered as it is put
│   ├── BadArchive              an upload that cannot be taken in
│   │   └── OlderArchive        it is older than the current one, and nobody insisted
│   ├── BadRecord               one record of it that cannot: becomes a dead letter
│   ├── TooManyDeadLetters      more of a source failed than may be set aside
│   ├── ErasedUser              somebody who asked to be forgotten
│   ├── SourceRefused           a live source that says no, is forbidden, or is not what it should be
│   ├── DamagedFile             a file of the lake that cannot be read
│   ├── SpaceMismatch           vectors that do not belong together
│   ├── ModelUnavailable        a model that cannot be loaded
│   ├── ComputeRefused          a vendor or server says no: key, money, rules, no such GPU
│   └── VerificationFailed      a store does not hold what the lake holds
└── TransientError              worth another try
    ├── StoreUnavailable        a store that does not answer
    ├── MachineUnavailable      a machine that embeds, near or rented, does not answer or is gone
    ├── LakeUnavailable         the lake's storage does not answer, or the disk is full
    └── SourceUnavailable       a place that archives are pulled from, which does not answer as it should

The text of each is one line: where, what, and what to do about it.
"""

from __future__ import annotations


class EmbedError(Exception):
    """Base of all expected errors; the command line prints it as one line, never a traceback.

    Args:
        what: what is wrong, in a few words.
        where: the file, record, store or setting that it is about.
        remedy: what the reader can do.
    """

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        self.what, self.where, self.remedy = what, where, remedy
        super().__init__(what, where, remedy)

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}. {self.remedy}" if self.remedy else text


class PermanentError(EmbedError):
    """The same input gives the same failure."""


class TransientError(EmbedError):
    """Another try may succeed."""


class SettingsError(PermanentError):
    """A setting is missing or makes no sense."""


class PartMissing(PermanentError):
    """A lake, publication or store that this installation does without; says which setting names one."""


class BadRequest(PermanentError):
    """A question that cannot be answered as it is put: empty, endless, too much at once."""


class BadArchive(PermanentError):
    """An upload that cannot be taken in; nothing of it was kept."""


class OlderArchive(BadArchive):
    """An archive that is older than the current one, and nobody insisted."""


class BadRecord(PermanentError):
    """One record that cannot be used; it becomes a dead letter and the rest goes on."""


class TooManyDeadLetters(PermanentError):
    """More of a source failed than may be set aside."""


class ErasedUser(PermanentError):
    """Somebody who asked to be forgotten."""


class SourceRefused(PermanentError):
    """A live source that says no, is forbidden, or is not what it should be."""


class DamagedFile(PermanentError):
    """A file of the lake that cannot be read; what is derived can be made anew."""


class SpaceMismatch(PermanentError):
    """Vectors that do not belong together."""


class ModelUnavailable(PermanentError):
    """A model that cannot be loaded."""


class ComputeRefused(PermanentError):
    """A vendor or server that says no: key, money, rules, no such GPU or model."""


class VerificationFailed(PermanentError):
    """A store does not hold what the lake holds."""


class StoreUnavailable(TransientError):
    """A store that does not answer."""


class MachineUnavailable(TransientError):
    """A machine that embeds, near or rented, does not answer or is gone."""


class LakeUnavailable(TransientError):
    """The lake's storage does not answer, or its disk is full."""


class SourceUnavailable(TransientError):
    """A place that archives or pages are pulled from, which does not answer as it should."""
