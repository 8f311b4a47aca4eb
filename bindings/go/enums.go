package tracedag

// #include <tracedag/tracedag.h>
import "C"

import "strconv"

// word gives the word of a number, or the number itself where there is none; "" for 0, which
// says that a field is absent.
func word(words []string, number uint32) string {
	if number < uint32(len(words)) {
		return words[number]
	}
	return strconv.FormatUint(uint64(number), 10)
}

// wordOf is word for the enumerations that the library has the words of.
func wordOf(field string, number uint32) string {
	key, _ := terminated(field)
	name := C.tracedag_enum_name(firstByte(key), C.uint32_t(number))
	if name == nil && number != 0 {
		return strconv.FormatUint(uint64(number), 10)
	}
	return C.GoString(name)
}

// An Activation is what makes a job run.
type Activation uint32

// The activations.
const (
	ActivationSource   Activation = C.TRACEDAG_ACTIVATION_SOURCE
	ActivationReactive Activation = C.TRACEDAG_ACTIVATION_REACTIVE
)

// String gives the word of the format, such as "source".
func (a Activation) String() string { return wordOf("activation", uint32(a)) }

// A Runtime is what runs a job.
type Runtime uint32

// The runtimes.
const (
	RuntimeLambda      Runtime = C.TRACEDAG_RUNTIME_LAMBDA
	RuntimeECSPlatform Runtime = C.TRACEDAG_RUNTIME_ECS_PLATFORM
	RuntimeDispatcher  Runtime = C.TRACEDAG_RUNTIME_DISPATCHER
)

// String gives the word of the format, such as "lambda".
func (r Runtime) String() string { return wordOf("runtime", uint32(r)) }

// An ExecutionStrategy says how often a reactive job runs. A source job has none, which is 0.
type ExecutionStrategy uint32

// The execution strategies.
const (
	ExecutionPerUpdate    ExecutionStrategy = C.TRACEDAG_EXECUTION_PER_UPDATE
	ExecutionPerPartition ExecutionStrategy = C.TRACEDAG_EXECUTION_PER_PARTITION
)

// String gives the word of the format, such as "PerUpdate"; "" for none.
func (s ExecutionStrategy) String() string { return wordOf("execution_strategy", uint32(s)) }

// An UpdateStrategy says what a job does to its outputs. A job that needs none may have none,
// which is 0.
type UpdateStrategy uint32

// The update strategies.
const (
	UpdateAppend  UpdateStrategy = C.TRACEDAG_UPDATE_APPEND
	UpdateReplace UpdateStrategy = C.TRACEDAG_UPDATE_REPLACE
)

// String gives the word of the format, such as "append"; "" for none.
func (s UpdateStrategy) String() string { return wordOf("update_strategy", uint32(s)) }

// A SourceKind is what a source job waits for. A reactive job has none, which is 0.
type SourceKind uint32

// The kinds of source.
const (
	SourceCron     SourceKind = C.TRACEDAG_SOURCE_CRON
	SourceWebhook  SourceKind = C.TRACEDAG_SOURCE_WEBHOOK
	SourceManual   SourceKind = C.TRACEDAG_SOURCE_MANUAL
	SourceAlwaysOn SourceKind = C.TRACEDAG_SOURCE_ALWAYS_ON
)

// String gives the word of the format, such as "always_on"; "" for none.
func (k SourceKind) String() string { return wordOf("kind", uint32(k)) }

// A Priority says which jobs go first.
type Priority uint32

// The priorities.
const (
	PriorityNormal Priority = C.TRACEDAG_PRIORITY_NORMAL
	PriorityBulk   Priority = C.TRACEDAG_PRIORITY_BULK
)

// String gives the word of the format, such as "normal".
func (p Priority) String() string { return wordOf("priority", uint32(p)) }

// A BackpressureMode says what happens to a job whose queue is too long or too old.
type BackpressureMode uint32

// The backpressure modes.
const (
	BackpressurePause BackpressureMode = C.TRACEDAG_BACKPRESSURE_PAUSE
)

// String gives the word of the format, such as "pause".
func (m BackpressureMode) String() string { return wordOf("backpressure_mode", uint32(m)) }

// A Storage is where a dataset is kept; 0 where none is stated.
type Storage uint32

// The storages.
const (
	StoragePostgres Storage = C.TRACEDAG_STORAGE_POSTGRES
	StorageS3       Storage = C.TRACEDAG_STORAGE_S3
)

// String gives the word of the format, such as "s3"; "" for none.
func (s Storage) String() string { return wordOf("storage", uint32(s)) }

// A WriteMode is how a dataset in postgres is written; 0 where none is stated.
type WriteMode uint32

// The write modes.
const (
	WriteBuffered WriteMode = C.TRACEDAG_WRITE_BUFFERED
	WriteDirect   WriteMode = C.TRACEDAG_WRITE_DIRECT
)

// String gives the word of the format, such as "buffered"; "" for none.
func (m WriteMode) String() string { return wordOf("write_mode", uint32(m)) }

// A Setting is one of the six tuning fields.
type Setting uint32

// The tuning fields.
const (
	SettingHeartbeatTimeoutSeconds Setting = C.TRACEDAG_SETTING_HEARTBEAT_TIMEOUT_SECONDS
	SettingMaxAttempts             Setting = C.TRACEDAG_SETTING_MAX_ATTEMPTS
	SettingPriority                Setting = C.TRACEDAG_SETTING_PRIORITY
	SettingMaxQueueDepth           Setting = C.TRACEDAG_SETTING_MAX_QUEUE_DEPTH
	SettingMaxQueueAge             Setting = C.TRACEDAG_SETTING_MAX_QUEUE_AGE
	SettingBackpressureMode        Setting = C.TRACEDAG_SETTING_BACKPRESSURE_MODE
)

// String gives the key of the format, such as "max_attempts".
func (s Setting) String() string {
	return word([]string{
		SettingHeartbeatTimeoutSeconds: "heartbeat_timeout_seconds",
		SettingMaxAttempts:             "max_attempts",
		SettingPriority:                "priority",
		SettingMaxQueueDepth:           "max_queue_depth",
		SettingMaxQueueAge:             "max_queue_age",
		SettingBackpressureMode:        "backpressure_mode",
	}, uint32(s))
}

// An Origin says where the value of a tuning field came from.
type Origin uint32

// The origins.
const (
	OriginJob      Origin = C.TRACEDAG_ORIGIN_JOB      // the job says it
	OriginDefaults Origin = C.TRACEDAG_ORIGIN_DEFAULTS // the document's defaults say it
	OriginBuiltIn  Origin = C.TRACEDAG_ORIGIN_BUILT_IN // nobody does; the format's own default
)

// String gives the word that the form with origins prints: job, defaults or built-in.
func (o Origin) String() string {
	return word([]string{OriginJob: "job", OriginDefaults: "defaults",
		OriginBuiltIn: "built-in"}, uint32(o))
}
