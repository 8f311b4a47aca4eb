/* tables.h - the first migration: all tables and views, once for each database.
 *
 * Included twice by migrations.c, with the words that differ defined: BYTES, INTEGER and ROW_ID,
 * types of columns. Times are milliseconds since 1970-01-01T00:00:00Z, by the database's clock.
 * This text has been released: it never changes; a change is a further migration.
 */

/* Who works here. */
"CREATE TABLE organisations ("
    "  id TEXT PRIMARY KEY," /* a short name, as in a URL */
    "  name TEXT NOT NULL,"
    "  catalog " BYTES "," /* YAML: what its documents may say; null: no catalog */
    "  created_at " INTEGER " NOT NULL);"

    "CREATE TABLE members ("
    "  org TEXT NOT NULL REFERENCES organisations (id),"
    "  subject TEXT NOT NULL," /* `sub` of a token */
    "  role TEXT NOT NULL CHECK (role IN ('viewer', 'deployer', 'worker')),"
    "  PRIMARY KEY (org, subject));"

    /* What was deployed. Rows are never changed or deleted: triggers refuse it. */
    "CREATE TABLE dag_versions ("
    "  id " ROW_ID ","
    "  org TEXT NOT NULL REFERENCES organisations (id),"
    "  dag TEXT NOT NULL,"
    "  number " INTEGER " NOT NULL," /* 1, 2, ... of each DAG */
    "  yaml_hash TEXT NOT NULL,"
    "  source_hash TEXT NOT NULL,"
    "  canonical " BYTES " NOT NULL,"
    "  source " BYTES " NOT NULL,"
    "  created_by TEXT NOT NULL,"
    "  created_at " INTEGER " NOT NULL,"
    "  UNIQUE (org, dag, yaml_hash),"
    "  UNIQUE (org, dag, number));"

    "CREATE TABLE version_jobs ("
    "  version_id " INTEGER " NOT NULL REFERENCES dag_versions (id),"
    "  name TEXT NOT NULL,"
    "  operator TEXT NOT NULL,"
    "  runtime TEXT NOT NULL,"
    "  activation TEXT NOT NULL,"
    "  source_kind TEXT," /* of a source job */
    "  schedule TEXT,"    /* of a cron source */
    "  outputs " INTEGER " NOT NULL,"
    "  timeout_seconds " INTEGER "," /* null: none was set */
    "  heartbeat_timeout_seconds " INTEGER " NOT NULL,"
    "  max_attempts " INTEGER " NOT NULL,"
    "  priority TEXT NOT NULL,"
    "  max_queue_depth " INTEGER " NOT NULL,"
    "  max_queue_age_seconds " INTEGER " NOT NULL,"
    "  backpressure_mode TEXT NOT NULL,"
    "  reset_outputs " INTEGER " NOT NULL,"
    "  PRIMARY KEY (version_id, name));"

    /* Inputs of jobs. `job` and `output` are null where another DAG publishes the dataset. */
    "CREATE TABLE version_edges ("
    "  version_id " INTEGER " NOT NULL REFERENCES dag_versions (id),"
    "  reader TEXT NOT NULL,"
    "  position " INTEGER " NOT NULL," /* from 0, in order of the document */
    "  job TEXT,"
    "  output " INTEGER ","
    "  dataset TEXT,"
    "  filter TEXT," /* `where`, JSON; null: none */
    "  PRIMARY KEY (version_id, reader, position));"
    "CREATE INDEX version_edges_by_dataset ON version_edges (dataset);"

    "CREATE TABLE version_publishes ("
    "  version_id " INTEGER " NOT NULL REFERENCES dag_versions (id),"
    "  dataset TEXT NOT NULL,"
    "  job TEXT NOT NULL,"
    "  output " INTEGER " NOT NULL,"
    "  storage TEXT,"
    "  write_mode TEXT,"
    "  table_schema TEXT," /* JSON */
    "  PRIMARY KEY (version_id, dataset));"

    /* Which version counts, and which counted before. */
    "CREATE TABLE activations ("
    "  id " ROW_ID ","
    "  org TEXT NOT NULL,"
    "  dag TEXT NOT NULL,"
    "  version_id " INTEGER " NOT NULL REFERENCES dag_versions (id),"
    "  previous_id " INTEGER " REFERENCES dag_versions (id),"
    "  kind TEXT NOT NULL CHECK (kind IN ('activate', 'rollback')),"
    "  actor TEXT NOT NULL,"
    "  at " INTEGER " NOT NULL);"

    "CREATE TABLE dag_current_versions ("
    "  org TEXT NOT NULL,"
    "  dag TEXT NOT NULL,"
    "  version_id " INTEGER " NOT NULL REFERENCES dag_versions (id),"
    "  activation_id " INTEGER " NOT NULL REFERENCES activations (id),"
    "  PRIMARY KEY (org, dag));"

    /* Names of datasets. A name belongs to the DAG that published it first, for a version that
 * publishes it can become active again at any time; so does its id. */
    "CREATE TABLE datasets ("
    "  org TEXT NOT NULL REFERENCES organisations (id),"
    "  name TEXT NOT NULL,"
    "  dataset_id TEXT NOT NULL UNIQUE,"
    "  dag TEXT NOT NULL,"
    "  created_at " INTEGER " NOT NULL,"
    "  PRIMARY KEY (org, name));"

    /* The registry is what the active versions publish. As a view it cannot be anything else: the
 * pointer that activates a version, or rolls back, is all that has to move. */
    "CREATE VIEW dataset_registry AS"
    "  SELECT d.org, d.name, d.dataset_id, d.dag, v.id AS version_id, v.number AS version,"
    "         v.yaml_hash, v.canonical, p.job, p.output, p.storage, p.write_mode, p.table_schema"
    "  FROM dag_current_versions c"
    "  JOIN dag_versions v ON v.id = c.version_id"
    "  JOIN version_publishes p ON p.version_id = v.id"
    "  JOIN datasets d ON d.org = c.org AND d.name = p.dataset AND d.dag = c.dag;"

    /* Work to do. A task is `pending` until a message about it is in the queue, then `ready`, `leased`
 * to a worker, and at last `done` or `dead`. */
    "CREATE TABLE tasks ("
    "  id " ROW_ID ","
    "  org TEXT NOT NULL REFERENCES organisations (id),"
    "  dag TEXT NOT NULL,"
    "  version_id " INTEGER " NOT NULL REFERENCES dag_versions (id),"
    "  job TEXT NOT NULL,"
    "  dedupe_key TEXT NOT NULL," /* what caused it, so that it is made once */
    "  cause TEXT NOT NULL,"      /* JSON: what the worker is told of it */
    "  state TEXT NOT NULL CHECK (state IN ('pending', 'ready', 'leased', 'done', 'dead')),"
    "  attempt " INTEGER " NOT NULL," /* 0: nobody has begun it */
    "  lease_token TEXT,"
    "  leased_by TEXT,"
    "  lease_until " INTEGER ","
    "  failure TEXT," /* of the last attempt */
    "  created_at " INTEGER " NOT NULL,"
    "  ended_at " INTEGER ","
    "  FOREIGN KEY (version_id, job) REFERENCES version_jobs (version_id, name),"
    "  UNIQUE (org, dag, dedupe_key));"
    "CREATE INDEX tasks_by_state ON tasks (state, org);"
    "CREATE INDEX tasks_by_job ON tasks (org, dag, job, state);"

    /* Messages to the queue, written together with the task, and kept until they are sent. */
    "CREATE TABLE outbox ("
    "  id " ROW_ID ","
    "  task_id " INTEGER " NOT NULL REFERENCES tasks (id),"
    "  attempt " INTEGER " NOT NULL," /* that the task had when it was written */
    "  created_at " INTEGER " NOT NULL,"
    "  sent_at " INTEGER ");"
    "CREATE INDEX outbox_unsent ON outbox (id) WHERE sent_at IS NULL;"

    /* When the cron sources of active versions are due next. */
    "CREATE TABLE cron_sources ("
    "  org TEXT NOT NULL,"
    "  dag TEXT NOT NULL,"
    "  job TEXT NOT NULL,"
    "  schedule TEXT NOT NULL,"
    "  next_run " INTEGER "," /* null: never again */
    "  PRIMARY KEY (org, dag, job));"
    "CREATE INDEX cron_sources_due ON cron_sources (next_run);"
