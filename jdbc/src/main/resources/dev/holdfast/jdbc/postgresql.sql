-- Holdfast's tables on PostgreSQL 12 or later, in the first schema of the search path.
-- A node makes them when it finds none, if its role may; otherwise run this script as a role that
-- may, and grant SELECT, INSERT and UPDATE on the tables, and DELETE on holdfast_history, to the role
-- of the nodes. The first node to start fills holdfast_cluster and holdfast_claim.

-- One row: what all nodes must agree on.
CREATE TABLE holdfast_cluster (
  id             smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  incarnation    bigint   NOT NULL,  -- raised each time the cluster is formed anew
  founder        bigint,             -- the epoch that formed it; null if nobody did
  shards         integer  NOT NULL,  -- fixed by the first node, for ever
  hash_version   integer  NOT NULL,  -- how an id is mapped to a shard; fixed likewise
  schema_version integer  NOT NULL   -- of these tables
);

-- One row for each start of a node. Rows are kept, so that an epoch is never used again.
CREATE TABLE holdfast_node (
  epoch       bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid        text    NOT NULL UNIQUE,
  name        text    NOT NULL,
  address     text    NOT NULL,               -- of the engine
  http        text    NOT NULL,               -- URL of the HTTP API; empty if it has none
  state       text    NOT NULL CHECK (state IN ('up', 'draining', 'evicting', 'left', 'fenced')),
  heartbeat   bigint  NOT NULL DEFAULT 0,     -- a node that keeps raising it is alive
  member      boolean NOT NULL DEFAULT FALSE, -- has joined the cluster of the present incarnation
  unreachable text    NOT NULL DEFAULT '',    -- epochs it cannot reach, with commas between them
  lease_ttl_ms bigint NOT NULL,               -- by which others judge its silence
  started_at  timestamptz NOT NULL,           -- these four are for people: no decision uses them
  updated_at  timestamptz NOT NULL,
  ended_at    timestamptz,
  fenced_by   bigint                          -- an epoch; null if it was not fenced, or by a newcomer
) WITH (fillfactor = 50);

CREATE UNIQUE INDEX holdfast_node_live_name ON holdfast_node (name)
  WHERE state IN ('up', 'draining', 'evicting');
CREATE INDEX holdfast_node_ended ON holdfast_node (ended_at)
  WHERE state IN ('left', 'fenced');

-- One row for each shard: who owns it. Writers lock these rows shared, so nothing else is kept here,
-- the heartbeat least of all.
CREATE TABLE holdfast_claim (
  shard     integer PRIMARY KEY,
  owner     bigint,                      -- an epoch; null if nobody owns it
  token     bigint  NOT NULL DEFAULT 0,  -- raised at each change of hands; a write must name it
  wanted_by bigint                       -- the epoch that waits for it; null if nobody does
) WITH (fillfactor = 50);

-- One row for each take of a claim, written by the statement that takes it: who owned the shard, and
-- since when. For people; the latest 100 of each shard are kept. A take has ended when its node gave
-- the claim back, or was over (holdfast_node.ended_at), or took it again.
CREATE TABLE holdfast_history (
  shard       integer NOT NULL,
  token       bigint  NOT NULL,      -- the claim's token after the take
  epoch       bigint  NOT NULL,      -- who took it
  node        text    NOT NULL,      -- that node's name
  taken_at    timestamptz NOT NULL,
  released_at timestamptz,           -- the node gave it back; written by the statement that does
  refused_at  timestamptz,           -- a write of the node came when it owned the shard no longer
  PRIMARY KEY (shard, token)
) WITH (fillfactor = 85);

-- One row for each entity. A deleted one keeps its row, so that its revisions never repeat. Each
-- change writes the whole row: its page has room for that, and up to 3 KiB it stays in one piece.
CREATE TABLE holdfast_entity (
  type       text    COLLATE "C" NOT NULL,
  id         text    COLLATE "C" NOT NULL,
  shard      integer NOT NULL,
  value      json,                       -- SQL's null if it was deleted
  revision   bigint  NOT NULL,           -- 0 at first, one more at each change
  operations json    NOT NULL,           -- the latest changes, so that none is done twice
  updated_at timestamptz NOT NULL,       -- for people
  PRIMARY KEY (type, id)
) WITH (fillfactor = 70, toast_tuple_target = 3072);
