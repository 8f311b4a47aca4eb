-- The role of the Query Service: it reads the registry and who is a member, and nothing else.
--
--     psql -v role=query_reader -f reader.sql postgresql://OWNER@HOST/DATABASE
--
-- OWNER owns the database and its tables. The role has to be there (CREATE ROLE query_reader
-- LOGIN), and be a member of no other. The view has the rights of its owner, so that the tables
-- behind it stay closed. Temporary tables are taken from all but the owner, for what PUBLIC may do
-- the role may, too. That leaves it large objects of its own, unless a superuser revokes
-- lo_create(), lo_creat() and lo_from_bytea() from PUBLIC. A further run does no harm.
\set ON_ERROR_STOP on
BEGIN;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM :"role";
REVOKE CREATE, TEMPORARY ON DATABASE :"DBNAME" FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO :"role";
GRANT USAGE ON SCHEMA public TO :"role";
GRANT SELECT ON dataset_registry, members TO :"role";
ALTER ROLE :"role" IN DATABASE :"DBNAME" SET default_transaction_read_only = on;
COMMIT;
