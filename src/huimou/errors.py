"""Every error huimou raises, in one tree; each says who must act.

HuimouError                 one clear line (`str`) and what to do (`hint`)
├── UsageError              the command line or a settings file is wrong               exit 2
│   ├── StoreInUse          another living process works in the output folder          exit 2
│   └── StoreDamaged        a store holds what huimou never wrote there                exit 2
├── InputError              one file cannot be read; the others of a batch go on       exit 3
├── PromptError             a prompt file is wrong                                     exit 2
├── EndpointError           the model server cannot be used                            exit 4
│   ├── ReplayMiss          replay has no recording for a request                      exit 4
│   └── PromptCut           the server silently cut a prompt                           exit 4
└── AnswerError             one question got no usable answer; its unit falls back
    ├── AnswerTruncated     the answer hit max_tokens: ask about fewer, never the same again
    ├── ContextOverflow     the request does not fit the context: ask about fewer
    ├── AnswerInvalid       the answer does not fit the schema, after the re-ask
    └── AnswerPending       the answer is still to come, from a batch file
"""

from __future__ import annotations

import re
from typing import ClassVar, Self

# As in a class of a pattern: control, direction and invisible format characters, line breaks that few take for one.
UNSEEN = (
    r"\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
_INERT = re.compile(rf"[{UNSEEN}\ud800-\udfff]")  # with halves of pairs


def to_inert(text: str) -> str:
    """Text from outside as one line that does nothing to a terminal: what would is shown as U+FFFD."""
    return _INERT.sub("\ufffd", " ".join(text.split()))


class HuimouError(Exception):
    """Root of the tree.

    Args:
        message: what is wrong, one line; it may hold words of a server or a file, which are made inert.
        hint: what the user can do about it, one line; empty if the message says it.

    """

    exit_status: ClassVar[int] = 3
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = to_inert(message)
        self.hint = to_inert(hint)
        super().__init__(f"{self.message}: {self.hint}" if self.hint else self.message)

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        """As it was made, so that it is the same in another process."""
        return type(self), (self.message, self.hint)


class UsageError(HuimouError):
    """The command line or a settings file asks for something that cannot be."""

    exit_status = 2


class StoreInUse(UsageError):
    """Another living process has the store of an output folder."""


class StoreDamaged(UsageError):
    """A store, or a row of it, is not as huimou wrote it; what can be read of it is kept by `huimou store rebuild`."""


class PromptError(HuimouError):
    """A prompt file is malformed, lacks a variable, or its examples do not hold."""

    exit_status = 2


class InputError(HuimouError):
    """One input file cannot be read as a report; the rest of the batch goes on."""


class EndpointError(HuimouError):
    """The model server cannot be reached or refuses to work."""

    exit_status = 4
    retryable = True


class ReplayMiss(EndpointError):
    """Replay was asked for an answer that was never recorded, or was recorded for another request."""

    retryable = False


class PromptCut(EndpointError):
    """The server counted fewer prompt tokens than were sent: it cut the prompt without saying so."""

    retryable = False


class AnswerError(HuimouError):
    """One question got no usable answer."""


class AnswerTruncated(AnswerError):
    """`finish_reason` is length: the same request would be cut again."""


class ContextOverflow(AnswerError):
    """The request is longer than the server's context."""


class AnswerInvalid(AnswerError):
    """The answer does not fit the schema after instructor's re-ask."""


class AnswerUnasked(AnswerError):
    """No model may be asked."""


class AnswerPending(AnswerError):
    """The request is noted for a batch file, or waits for the answer to another one; no server was asked."""
