package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	_ "github.com/lib/pq"
	_ "github.com/mattn/go-sqlite3"
)

// Every request holds one connection, so that this is also how many documents are judged at once.
const mostConnections = 8

// A store is the database of a Dispatcher, for reading alone.
type store struct {
	db *sql.DB
}

// openStore takes sqlite:PATH or postgresql://...; the database may be away and come later.
func openStore(location string) (*store, error) {
	driver, name, err := source(location)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(mostConnections)
	db.SetMaxIdleConns(mostConnections)
	db.SetConnMaxLifetime(5 * time.Minute)
	return &store{db}, nil
}

// source makes the driver's words of a location. They say that nothing is written, and how long
// the database may take. An error does not repeat the location, which may hold a password.
func source(location string) (driver, name string, err error) {
	if path := strings.TrimPrefix(location, "sqlite:"); path != location && path != "" {
		return "sqlite3", "file:" + (&url.URL{Path: path}).EscapedPath() +
			"?mode=ro&_query_only=true&_busy_timeout=5000", nil
	}
	u, err := url.Parse(location)
	if err != nil || (u.Scheme != "postgresql" && u.Scheme != "postgres") {
		return "", "", errors.New("the database is no sqlite:PATH and no postgresql:// URL")
	}
	parameters := u.Query()
	for key, value := range map[string]string{
		"application_name":              "query_service",
		"connect_timeout":               "5",
		"default_transaction_read_only": "on",
		"statement_timeout":             "10000",
	} {
		parameters.Set(key, value)
	}
	u.RawQuery = parameters.Encode()
	return "postgres", u.String(), nil
}

// answers finds out whether the database can be asked.
func (s *store) answers(ctx context.Context) error {
	var one int
	err := s.db.QueryRowContext(ctx, "SELECT 1 FROM dataset_registry LIMIT 1").Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// An entry is a dataset as the registry has it.
type entry struct {
	name      string
	datasetID string
	dag       string
	versionID int64
	version   int64
	yamlHash  string
	publication
}

// A publication says what a dataset is made from, and where it is kept. What is null in the
// registry is empty.
type publication struct {
	job       string
	output    int64
	storage   string
	writeMode string
	schema    string // JSON
}

// A state is the registry as it was at one moment. Whatever is activated in the meantime, all that
// is read from it belongs together.
type state interface {
	mayRead(org, subject string) (bool, error)
	entries(org string) ([]entry, error)
	find(org, name string) (e entry, found bool, err error)
	canonical(org string, e *entry) ([]byte, error)
	release()
}

// pin begins to read. The moment is that of the first question.
func (s *store) pin(ctx context.Context) (state, error) {
	// In SQLite every transaction is of this kind.
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, err
	}
	return &snapshot{ctx, tx}, nil
}

// A snapshot is the state that a transaction sees.
type snapshot struct {
	ctx context.Context
	tx  *sql.Tx
}

func (s *snapshot) release() { s.tx.Rollback() }

// mayRead says whether someone reads data of an organisation. A worker has its tasks, and no more.
func (s *snapshot) mayRead(org, subject string) (bool, error) {
	var count int
	err := s.tx.QueryRowContext(s.ctx, "SELECT COUNT(*) FROM members"+
		" WHERE org = $1 AND subject = $2 AND role IN ('viewer', 'deployer')",
		org, subject).Scan(&count)
	return count > 0, err
}

// All values come after the columns that all questions have, by number.
const selectEntries = "SELECT name, dataset_id, dag, version_id, version, yaml_hash, job, output," +
	" COALESCE(storage, ''), COALESCE(write_mode, ''), COALESCE(table_schema, '')" +
	" FROM dataset_registry WHERE org = $1"

func (e *entry) fields() []any {
	return []any{&e.name, &e.datasetID, &e.dag, &e.versionID, &e.version, &e.yamlHash, &e.job,
		&e.output, &e.storage, &e.writeMode, &e.schema}
}

// entries lists the datasets of an organisation, by name.
func (s *snapshot) entries(org string) ([]entry, error) {
	rows, err := s.tx.QueryContext(s.ctx, selectEntries+" ORDER BY name", org)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []entry{}
	for rows.Next() {
		var e entry
		if err := rows.Scan(e.fields()...); err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, rows.Err()
}

func (s *snapshot) find(org, name string) (e entry, found bool, err error) {
	err = s.tx.QueryRowContext(s.ctx, selectEntries+" AND name = $2", org, name).Scan(e.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return entry{}, false, nil
	}
	return e, err == nil, err
}

// canonical gives the bytes of the version that publishes a dataset. It asks by name alone: that
// they are of the entry's version is what the transaction is for.
func (s *snapshot) canonical(org string, e *entry) ([]byte, error) {
	var bytes []byte
	err := s.tx.QueryRowContext(s.ctx,
		"SELECT canonical FROM dataset_registry WHERE org = $1 AND name = $2", org, e.name).Scan(&bytes)
	if err != nil {
		return nil, fmt.Errorf("the canonical form of version %d of DAG %q: %w", e.version, e.dag, err)
	}
	return bytes, nil
}
