-- Holdfast's tables on SQLite 3.51.3 or later. A node makes them when it finds none, and the first
-- node to start fills holdfast_cluster and holdfast_claim.

-- One row: what all nodes must agree on.
CREATE TABLE holdfast_cluster (
  id             INTEGER PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  incarnation    INTEGER NOT NULL,  -- raised each time the cluster is formed anew
  founder        INTEGER,           -- the epoch that formed it; null if nobody did
  shards         INTEGER NOT NULL,  -- fixed by the first node, for ever
  hash_version   INTEGER NOT NULL,  -- how an id is mapped to a shard; fixed likewise
  schema_version INTEGER NOT NULL   -- of these tables
) STRICT;

-- One row for each start of a node. Rows are kept, so that an epoch is never used again.
CREATE TABLE holdfast_node (
  epoch       INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid        TEXT    NOT NULL UNIQUE,
  name        TEXT    NOT NULL,
  address     TEXT    NOT NULL,            -- of the engine
  http        TEXT    NOT NULL,            -- URL of the HTTP API; empty if it has none
  state       TEXT    NOT NULL CHECK (state IN ('up', 'draining', 'evicting', 'left', 'fenced')),
  heartbeat   INTEGER NOT NULL DEFAULT 0,  -- a node that keeps raising it is alive
  member      INTEGER NOT NULL DEFAULT 0,  -- has joined the cluster of the present incarnation
  unreachable TEXT    NOT NULL DEFAULT '', -- epochs it cannot reach, with commas between them
  lease_ttl_ms INTEGER NOT NULL,           -- by which others judge its silence
  started_at  TEXT    NOT NULL,            -- these four are for people: no decision uses them
  updated_at  TEXT    NOT NULL,
  ended_at    TEXT,
  fenced_by   INTEGER                      -- an epoch; null if it was not fenced, or by a newcomer
) STRICT;

CREATE UNIQUE INDEX holdfast_node_live_name ON holdfast_node (name)
  WHERE state IN ('up', 'draining', 'evicting');
CREATE INDEX holdfast_node_ended ON holdfast_node (ended_at)
  WHERE state IN ('left', 'fenced');

-- One row for each shard: who owns it.
CREATE TABLE holdfast_claim (
  shard     INTEGER PRIMARY KEY,
  owner     INTEGER,                     -- an epoch; null if nobody owns it
  token     INTEGER NOT NULL DEFAULT 0,  -- raised at each change of hands; a write must name it
  wanted_by INTEGER                      -- the epoch that waits for it; null if nobody does
) STRICT;

-- One row for each take of a claim, written by the transaction that takes it: who owned the shard,
-- and since when. For people; the latest 100 of each shard are kept. A take has ended when its node
-- gave the claim back, or was over (holdfast_node.ended_at), or took it again.
CREATE TABLE holdfast_history (
  shard       INTEGER NOT NULL,
  token       INTEGER NOT NULL,      -- the claim's token after the take
  epoch       INTEGER NOT NULL,      -- who took it
  node        TEXT    NOT NULL,      -- that node's name
  taken_at    TEXT    NOT NULL,
  released_at TEXT,                  -- the node gave it back; written by the transaction that does
  refused_at  TEXT,                  -- a write of the node came when it owned the shard no longer
  PRIMARY KEY (shard, token)
) STRICT;

-- One row for each entity. A deleted one keeps its row, so that its revisions never repeat.
CREATE TABLE holdfast_entity (
  type       TEXT    NOT NULL,
  id         TEXT    NOT NULL,
  shard      INTEGER NOT NULL,
  value      TEXT    CHECK (json_valid(value)),  -- SQL's null if it was deleted
  revision   INTEGER NOT NULL,                   -- 0 at first, one more at each change
  operations TEXT    NOT NULL CHECK (json_valid(operations)), -- so that no change is done twice
  updated_at TEXT    NOT NULL,                   -- for people
  PRIMARY KEY (type, id)
) STRICT;
