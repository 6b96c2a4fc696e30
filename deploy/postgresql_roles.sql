-- Least privilege on PostgreSQL. Run once, as the owner of the database, after `ehcp init`:
--
--   psql "$OWNER_URL" -f deploy/postgresql_roles.sql
--
-- ehcp_app    for the program: records and derives; can neither change nor remove a journal entry, nor any table's shape.
-- ehcp_reader for analysts: clocks, standings and flags; no person, and no entry of the journal.
--
-- Give people accounts of their own in these roles: CREATE ROLE asmith LOGIN PASSWORD '…' IN ROLE ehcp_reader;
-- The owner's account is needed only for `ehcp init`, `ehcp upgrade`, `ehcp restore` and `ehcp move`.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ehcp_app') THEN CREATE ROLE ehcp_app NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ehcp_reader') THEN CREATE ROLE ehcp_reader NOLOGIN; END IF;
END $$;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, ehcp_app, ehcp_reader;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO ehcp_app, ehcp_reader;

-- The journal is append-only for the program too, even if the trigger were gone.
GRANT SELECT, INSERT ON journal, flag, run, access_log, break_glass TO ehcp_app;
GRANT SELECT, INSERT, UPDATE ON cases, person, plan, team, officer, account TO ehcp_app;
-- Derived rows are made again; absences end; notices sent long ago are forgotten.
GRANT SELECT, INSERT, UPDATE, DELETE ON standing, clock, name_word, name_slip, absence, notice TO ehcp_app;
-- Sessions end, links are used up, failed tries are forgotten.
GRANT SELECT, INSERT, UPDATE, DELETE ON web_session, sign_in_link, sign_in_tries, known_device TO ehcp_app;
-- Tokens, webhooks and feeds are revoked, never removed; answers and messages that arrived are forgotten after a while.
GRANT SELECT, INSERT, UPDATE ON api_token, webhook, calendar_feed TO ehcp_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON given_answer, webhook_delivery TO ehcp_app;
GRANT SELECT ON alembic_version TO ehcp_app, ehcp_reader;

GRANT SELECT ON standing, clock, flag, run, team, officer TO ehcp_reader;
GRANT SELECT (case_ref, workflow, authority) ON cases TO ehcp_reader;
