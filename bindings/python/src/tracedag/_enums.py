"""The enumerations of the library. They grow: a number that this package does not know is kept.

Tests hold them against the public header.
"""
from __future__ import annotations

import enum
from typing import Dict, TypeVar

from ._library import lib


_NUMERIC = tuple("bcdoxXneEfFgG%")  # what ends the format of a number


class OpenEnum(enum.IntEnum):
    """Numbers with names. `Runtime(9)` is a Runtime although no name is known for it: its name
    is `UNKNOWN_9`, and it equals 9. As text, a member is the word that documents or reports use
    for it: `str(Runtime.LAMBDA)` is `lambda`. A format of numbers, such as `:d`, has the number."""

    @classmethod
    def _missing_(cls, value: object) -> OpenEnum | None:
        if not isinstance(value, int) or not 0 <= value < 2**32:  # C would cut it
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member

    def __reduce_ex__(self, protocol: object) -> tuple[type[OpenEnum], tuple[int]]:
        return type(self), (self.value,)

    @property
    def word(self) -> str:
        """The word for it."""
        field = _FIELDS.get(type(self))
        if field is None:
            return self.name.lower().replace("_", "-")
        known = lib.tracedag_enum_name(field, self.value)
        return str(self.value) if known is None else str(known.decode())

    def __str__(self) -> str:
        return self.word

    def __format__(self, spec: str) -> str:
        return format(self.value if spec.endswith(_NUMERIC) else self.word, spec)


class Activation(OpenEnum):
    """What makes a job run: a source of its own, or what it reads."""

    SOURCE = 1
    REACTIVE = 2


class Runtime(OpenEnum):
    """Where a job runs."""

    LAMBDA = 1
    ECS_PLATFORM = 2
    DISPATCHER = 3


class ExecutionStrategy(OpenEnum):
    """What one run of a reactive job stands for."""

    PER_UPDATE = 1
    PER_PARTITION = 2


class UpdateStrategy(OpenEnum):
    """What a run does with the data that is there."""

    APPEND = 1
    REPLACE = 2


class SourceKind(OpenEnum):
    """What starts a source job."""

    CRON = 1
    WEBHOOK = 2
    MANUAL = 3
    ALWAYS_ON = 4


class Policy(OpenEnum):
    """What an operator of a catalog says of user bundles, or of secrets."""

    FORBIDDEN = 1
    ALLOWED = 2
    REQUIRED = 3


class FieldType(OpenEnum):
    """The types of a field of a catalog."""

    STRING = 1
    INTEGER = 2
    NUMBER = 3
    BOOLEAN = 4
    LIST = 5
    MAP = 6
    ANY = 7


class Priority(OpenEnum):
    """How urgent the tasks of a job are."""

    NORMAL = 1
    BULK = 2


class BackpressureMode(OpenEnum):
    """What happens when a job's queue is full."""

    PAUSE = 1


class Storage(OpenEnum):
    """Where a published dataset is kept."""

    POSTGRES = 1
    S3 = 2


class WriteMode(OpenEnum):
    """How a dataset in postgres is written."""

    BUFFERED = 1
    DIRECT = 2


class Setting(OpenEnum):
    """The six tuning fields."""

    HEARTBEAT_TIMEOUT_SECONDS = 1
    MAX_ATTEMPTS = 2
    PRIORITY = 3
    MAX_QUEUE_DEPTH = 4
    MAX_QUEUE_AGE = 5
    BACKPRESSURE_MODE = 6

    @property
    def word(self) -> str:
        """The field's name in documents."""
        return self.name.lower()


class Origin(OpenEnum):
    """Who says the value of a tuning field: the job, the document's `defaults`, or nobody."""

    JOB = 1
    DEFAULTS = 2
    BUILT_IN = 3


class FlowKind(OpenEnum):
    """What a flow begins with: a secret, a user's bundle, a dataset from elsewhere, a webhook."""

    SECRET = 1
    BUNDLE = 2
    EXTERNAL = 3
    WEBHOOK = 4


class Severity(OpenEnum):
    """How bad a finding is. Only errors reject a document."""

    ERROR = 1
    WARNING = 2
    NOTE = 3


class SubjectKind(OpenEnum):
    """The kinds of thing that a finding can be about."""

    DAG = 1
    JOB = 2
    INPUT = 3
    DATASET = 4
    OPERATOR = 5
    CATALOG = 6


class Safety(OpenEnum):
    """What a fix may be trusted with."""

    SAFE = 1
    UNSAFE = 2
    DISPLAY = 3


class Suppression(OpenEnum):
    """Why a finding is set aside."""

    IN_SOURCE = 1
    BASELINE = 2


class Known(OpenEnum):
    """How it is known that there is a dataset."""

    PUBLISHED = 1
    CATALOG = 2
    REJECTED = 3


class Feature(OpenEnum):
    """What feature() can be asked for."""

    FORMAT = 1
    HASH_SCHEME = 2
    JSON_REPORT = 3
    YAML_PARSER = 4
    XXHASH = 5


class Limit(OpenEnum):
    """What Options can limit; as keyword arguments in lower case, such as `input_bytes`."""

    INPUT_BYTES = 1
    DEPTH = 2
    NODES = 3
    BLANK_RUN = 4
    SCALAR_BYTES = 5
    KEY_BYTES = 6
    ALIAS_NODES = 7
    ALIAS_NODE_RATIO = 8
    ALIAS_BYTE_RATIO = 9
    JOBS = 10
    EDGES = 11
    PUBLISHES = 12
    INPUTS_PER_JOB = 13
    LIST_ITEMS = 14
    WHERE_ENTRIES = 15
    CANONICAL_BYTES = 16
    FINDINGS = 17
    MESSAGE_BYTES = 18
    HEAP_BYTES = 19

    @property
    def word(self) -> str:
        """Its name as a keyword argument."""
        return self.name.lower()


class ChangeKind(OpenEnum):
    """What became of a thing between two versions."""

    ADDED = 1
    REMOVED = 2
    RENAMED = 3
    MOVED = 4
    CHANGED = 5


class ChangeClass(OpenEnum):
    """What a change does."""

    MATERIALIZATION = 1
    TRIGGER = 2
    PUBLISHING = 3
    TUNING = 4


class Break(OpenEnum):
    """What a change takes from those who read a published dataset."""

    DATASET_REMOVED = 1
    SCHEMA_REMOVED = 2
    COLUMN_REMOVED = 3
    COLUMN_TYPE = 4
    COLUMN_NULLABLE = 5
    KEY = 6
    STORAGE = 7
    UPDATE = 8


class ScopeReason(OpenEnum):
    """Why a job has to make its data anew."""

    ADDED = 1
    CHANGED = 2
    DATASET = 3
    DOWNSTREAM = 4


class Code(OpenEnum):
    """The codes of findings; `str(Code.UNKNOWN_JOB)` is `TD402`."""

    INVALID_UTF8 = 101
    CONTROL_CHARACTER = 102
    TAB_INDENTATION = 103
    BAD_INDENTATION = 104
    UNCLOSED_BRACKET = 105
    UNCLOSED_QUOTE = 106
    UNEXPECTED_TEXT = 107
    BAD_ESCAPE = 108
    MISSING_COLON = 109
    DUPLICATE_KEY = 110
    MANY_DOCUMENTS = 111
    NO_DOCUMENT = 112
    UNDEFINED_ALIAS = 113
    RECURSIVE_ALIAS = 114
    MERGE_KEY = 115
    TAG = 116
    DIRECTIVE = 117
    COMPLEX_KEY = 118
    LINE_BREAK = 119
    BLANK_RUN = 120
    REPEATED_ANCHOR = 121
    LIMIT_SIZE = 190
    LIMIT_DEPTH = 191
    LIMIT_NODES = 192
    LIMIT_ALIASES = 193
    LIMIT_SCALAR = 194
    LIMIT_COUNT = 195
    DROPPED = 199
    MISSING_KEY = 201
    UNKNOWN_KEY = 202
    WRONG_TYPE = 203
    OUT_OF_RANGE = 204
    BAD_VALUE = 205
    RESERVED_RUNTIME = 206
    EMPTY_VALUE = 207
    EMPTY_COLLECTION = 208
    NOT_A_MAP = 209
    BAD_DURATION = 210
    BAD_NAME = 211
    NO_DEFAULT = 212
    NOT_FINITE = 213
    NULL_VALUE = 214
    OTHER_VERSION = 215
    IAM_KEY = 216
    CATALOG_FIELD = 217
    DUPLICATE_JOB = 301
    NEEDED_BY_ACTIVATION = 302
    WRONG_ACTIVATION = 303
    APPEND_WITHOUT_KEY = 304
    REPEATED_COLUMN = 305
    UNKNOWN_OPERATOR = 306
    OPERATOR_RUNTIME = 307
    OPERATOR_USE = 308
    CONFIG_SHAPE = 309
    MISSING_UDF = 310
    UDF_RUNTIME = 311
    SOURCE_SHAPE = 312
    KEY_WITHOUT_APPEND = 313
    WEBHOOK_PATH = 314
    FROM_SHAPE = 401
    UNKNOWN_JOB = 402
    UNKNOWN_OUTPUT = 403
    CYCLE = 404
    SELF_INPUT = 405
    WHERE_SHAPE = 406
    WHERE_VALUE = 407
    WHERE_FIELD = 408
    WHERE_TYPE = 409
    DATASET_CYCLE = 410
    REPEATED_INPUT = 411
    UNKNOWN_DATASET = 412
    PUBLISH_SOURCE = 501
    DATASET_NAME = 502
    WRITE_MODE_USE = 503
    MISSING_WRITE_MODE = 504
    MISSING_SCHEMA = 505
    SCHEMA_USE = 506
    UNKNOWN_COLUMN = 507
    KEY_MISMATCH = 508
    PUBLISHED_TWICE = 509
    NULLABLE_KEY = 510
    BUFFERED_REPLACE = 511
    COLUMN_SHAPE = 512
    UDF_SECRETS = 601
    UNTRUSTED_SECRETS = 602
    UNTRUSTED_DIRECT = 603
    SECRET_VALUE = 604
    INVISIBLE_CHARACTER = 605
    SCHEDULE_FORM = 701
    RATE_VALUE = 702
    RATE_UNIT = 703
    CRON_FIELDS = 704
    CRON_RANGE = 705
    CRON_DAYS = 706
    NEVER_FIRES = 707
    OVERLAP = 708
    YAML11_WORD = 801
    UNREAD_OUTPUT = 802
    UNREAD_JOB = 803
    DEFAULT_REPEATED = 805
    UNUSED_ANCHOR = 809
    HEARTBEAT = 812
    UDF_REPLACE = 813
    UNUSED_BASELINE = 814
    UNUSED_ALLOW = 815
    ATTEMPT_KEY = 816
    LAMBDA_TIMEOUT = 817
    LONG_DATASET_NAME = 818
    PLACEHOLDER = 819
    UNPUBLISHED_DATASET = 901
    DATASET_TAKEN = 902
    DAG_CYCLE = 903
    REPEATED_DAG_NAME = 904

    @property
    def word(self) -> str:
        """As reports print it."""
        return f"TD{self.value}"


# Enumerations whose words are those of a field of the format: the library knows them, also
# those that a newer library has and this package does not.
_FIELDS: dict[type, bytes] = {
    Activation: b"activation",
    Runtime: b"runtime",
    ExecutionStrategy: b"execution_strategy",
    UpdateStrategy: b"update_strategy",
    SourceKind: b"kind",
    Priority: b"priority",
    BackpressureMode: b"backpressure_mode",
    Storage: b"storage",
    WriteMode: b"write_mode",
}

_Member = TypeVar("_Member", bound=OpenEnum)


class Members(Dict[int, _Member]):
    """An enumeration as a table from numbers: several times faster than calling it."""

    def __init__(self, kind: type[_Member]) -> None:
        super().__init__((member.value, member) for member in kind)
        self._kind = kind

    def __missing__(self, number: int) -> _Member:
        return self._kind(number)

    def optional(self, number: int) -> _Member | None:
        """None for 0, which stands for an absent value."""
        return self[number] if number else None
