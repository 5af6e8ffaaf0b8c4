package dev.holdfast.testkit;

import dev.holdfast.NotDone;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.ClaimRow;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.HistoryRow;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredEntity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A database in memory, for nodes in one JVM: each {@link #open} answers another view of the same
 * tables. It can be made to fail. Keeps nothing when the JVM ends. Thread-safe.
 */
public final class MemoryDatabase implements Database.Provider {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Comparator<String> CODE_POINTS =
      (a, b) -> Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());

  private final Map<Integer, ClaimRow> claims = new TreeMap<>();
  private final Map<EntityKey, StoredEntity> entities = new HashMap<>();
  private final Map<EntityKey, Integer> shards = new HashMap<>();
  private final MemoryHistory history = new MemoryHistory();
  private final MemoryNodes nodes = new MemoryNodes(history);
  private Arbiter.Formation formation = new Arbiter.Formation(0, 0);
  private int shardCount;
  private int hash;
  private boolean down;
  private boolean losingReplies;
  private Runnable beforeNextWrite = () -> {};

  /** An empty database that works. */
  public MemoryDatabase() {}

  /** From now on every statement fails without an effect, or none does any more. */
  public synchronized void down(boolean isDown) {
    down = isDown;
  }

  /** From now on writes of entities take effect, but their outcome is reported as unknown. */
  public synchronized void losingReplies(boolean isLosing) {
    losingReplies = isLosing;
  }

  /** Runs once, when entities are to be written next and before any of them is. */
  public synchronized void beforeNextWrite(Runnable action) {
    beforeNextWrite = action;
  }

  /** From now on it is an empty one that was made for another number of shards. */
  public synchronized void replacedBy(int shards) {
    nodes.clear();
    List.of(claims, entities, this.shards).forEach(Map::clear);
    formation = new Arbiter.Formation(0, 0);
    shardCount = shards;
  }

  /** The entity's row. */
  public synchronized Optional<StoredEntity> row(EntityKey key) {
    return Optional.ofNullable(entities.get(key));
  }

  @Override
  public boolean accepts(String url) {
    return url.startsWith("memory:");
  }

  @Override
  public String example() {
    return "memory:";
  }

  @Override
  public Database open(Database.Settings settings) {
    return new View();
  }

  private void check() {
    if (down) {
      throw DatabaseException.notDone("the database is down", new IllegalStateException("down"));
    }
  }

  private static void checkJson(Store.Write write) {
    try {
      JSON.readTree(write.json() == null ? "null" : write.json());
      JSON.readTree(write.operations());
    } catch (JacksonException e) {
      throw DatabaseException.notDone("not JSON", e);
    }
  }

  /** What one node holds of the database. */
  private final class View implements Database, Arbiter, Store {
    @Override
    public Store store() {
      return this;
    }

    @Override
    public Arbiter arbiter() {
      return this;
    }

    @Override
    public int writers() {
      return 2;
    }

    @Override
    public Duration watchInterval() {
      return Duration.ofMillis(50);
    }

    @Override
    public String describe() {
      return "memory";
    }

    @Override
    public void close() {
      // nothing is held
    }

    @Override
    public void open(int wanted, int hashVersion) {
      synchronized (MemoryDatabase.this) {
        check();
        if (shardCount != 0 && shardCount != wanted) {
          throw new NotDone.CannotStart(
              "the database has " + shardCount + " shards, not " + wanted);
        }
        if (shardCount != 0 && hash != hashVersion) {
          throw new NotDone.CannotStart(
              "the database has hash version " + hash + ", not " + hashVersion);
        }
        shardCount = wanted;
        hash = hashVersion;
        for (int shard = 0; shard < wanted; shard++) {
          claims.putIfAbsent(shard, new ClaimRow(shard, 0, 0, 0));
        }
      }
    }

    @Override
    public OptionalLong register(
        String uuid, String name, String address, String http, Duration leaseTtl) {
      synchronized (MemoryDatabase.this) {
        check();
        return nodes.register(uuid, name, address, http, leaseTtl);
      }
    }

    @Override
    public boolean renew(long epoch, String uuid, Set<Long> unreachable) {
      synchronized (MemoryDatabase.this) {
        check();
        return nodes.renew(epoch, uuid, unreachable);
      }
    }

    @Override
    public List<NodeRow> nodes() {
      synchronized (MemoryDatabase.this) {
        check();
        return nodes.rows();
      }
    }

    @Override
    public boolean provenDead(NodeRow node) {
      return false;
    }

    @Override
    public boolean fence(long epoch, long heartbeatSeen, long by) {
      synchronized (MemoryDatabase.this) {
        check();
        NodeRow n = nodes.get(epoch);
        return n != null
            && n.heartbeat() == heartbeatSeen
            && nodes.move(epoch, NodeRow.State.FENCED, by);
      }
    }

    @Override
    public boolean fenceDead(long epoch, long by) {
      synchronized (MemoryDatabase.this) {
        check();
        return false; // nobody is ever proven dead
      }
    }

    @Override
    public void state(long epoch, NodeRow.State state) {
      synchronized (MemoryDatabase.this) {
        check();
        nodes.move(epoch, state, 0);
      }
    }

    @Override
    public boolean evict(Set<Long> victims, Set<Long> staying) {
      synchronized (MemoryDatabase.this) {
        check();
        if (!staying.stream().allMatch(nodes::stays)) {
          return false;
        }
        victims.forEach(epoch -> nodes.move(epoch, NodeRow.State.EVICTING, 0));
        return true;
      }
    }

    @Override
    public boolean form(long epoch) {
      synchronized (MemoryDatabase.this) {
        check();
        if (formation.founder() == epoch || !nodes.live(epoch)) {
          return nodes.live(epoch);
        }
        if (nodes.anyMemberBut(epoch) || nodes.live(formation.founder())) {
          return false;
        }
        formation = new Formation(formation.incarnation() + 1, epoch);
        nodes.noMembers();
        return true;
      }
    }

    @Override
    public Formation formation() {
      synchronized (MemoryDatabase.this) {
        check();
        return formation;
      }
    }

    @Override
    public boolean member(long epoch, long incarnation) {
      synchronized (MemoryDatabase.this) {
        check();
        return formation.incarnation() == incarnation && nodes.member(epoch);
      }
    }

    @Override
    public OptionalLong claim(int shard, long epoch) {
      synchronized (MemoryDatabase.this) {
        check();
        ClaimRow c = claims.get(shard);
        NodeRow n = nodes.get(epoch);
        if (c == null || n == null || n.state().compareTo(NodeRow.State.DRAINING) > 0) {
          return OptionalLong.empty();
        }
        if (c.owner() != 0 && c.owner() != epoch && nodes.live(c.owner())) {
          claims.put(shard, new ClaimRow(shard, c.owner(), c.token(), epoch));
          return OptionalLong.empty();
        }
        claims.put(shard, new ClaimRow(shard, epoch, c.token() + 1, 0));
        history.taken(shard, c.token() + 1, n);
        return OptionalLong.of(c.token() + 1);
      }
    }

    @Override
    public OptionalLong barrier(int shard, long epoch, long token) {
      synchronized (MemoryDatabase.this) {
        check();
        if (!holds(shard, epoch, token)) {
          return OptionalLong.empty();
        }
        claims.put(shard, new ClaimRow(shard, epoch, token + 1, wantedBy(shard)));
        return OptionalLong.of(token + 1);
      }
    }

    @Override
    public void release(int shard, long epoch, long token) {
      synchronized (MemoryDatabase.this) {
        check();
        if (holds(shard, epoch, token)) {
          claims.put(shard, new ClaimRow(shard, 0, token, wantedBy(shard)));
          history.released(shard);
        }
      }
    }

    @Override
    public void refused(int shard, long epoch, long token) {
      synchronized (MemoryDatabase.this) {
        check();
        ClaimRow c = claims.get(shard);
        if (c != null && (c.owner() != epoch || !nodes.live(epoch))) {
          history.refused(shard, epoch, token);
        }
      }
    }

    @Override
    public List<HistoryRow> history(int shard, int limit) {
      synchronized (MemoryDatabase.this) {
        check();
        return history.rows(shard, limit, nodes::get);
      }
    }

    private long wantedBy(int shard) {
      ClaimRow c = claims.get(shard);
      return c == null ? 0 : c.wantedBy();
    }

    private boolean holds(int shard, long epoch, long token) {
      ClaimRow c = claims.get(shard);
      return c != null && c.owner() == epoch && c.token() == token;
    }

    @Override
    public List<ClaimRow> claims() {
      synchronized (MemoryDatabase.this) {
        check();
        return claims.values().stream().filter(c -> c.token() > 0).toList();
      }
    }

    @Override
    public Optional<ClaimRow> claim(int shard) {
      synchronized (MemoryDatabase.this) {
        check();
        return Optional.ofNullable(claims.get(shard));
      }
    }

    @Override
    public List<Result> write(long owner, List<Write> writes) {
      synchronized (MemoryDatabase.this) {
        check();
        writes.forEach(MemoryDatabase::checkJson);
        Runnable first = beforeNextWrite;
        beforeNextWrite = () -> {};
        first.run();
        List<Result> results = new ArrayList<>();
        for (Write write : writes) {
          results.add(write(owner, write));
        }
        if (losingReplies) {
          throw DatabaseException.outcomeUnknown(
              "the reply was lost", new IllegalStateException("lost"));
        }
        return results;
      }
    }

    private Result write(long owner, Write w) {
      if (!holds(w.shard(), owner, w.token()) || !nodes.live(owner)) {
        return Result.NOT_OWNER;
      }
      StoredEntity old = entities.get(w.key());
      long at = old == null ? NO_ROW : old.revision();
      int shard = shards.getOrDefault(w.key(), w.shard());
      if (at != w.expected() || shard != w.shard()) {
        return Result.CONFLICT;
      }
      shards.put(w.key(), w.shard());
      entities.put(w.key(), new StoredEntity(w.key(), w.revision(), w.json(), w.operations(), ""));
      return Result.WRITTEN;
    }

    @Override
    public List<OptionalLong> confirm(long owner, List<Held> held) {
      synchronized (MemoryDatabase.this) {
        check();
        return held.stream()
            .map(h -> !holds(h.shard(), owner, h.token()) || !nodes.live(owner)
                ? OptionalLong.empty()
                : OptionalLong.of(
                    entities.containsKey(h.key()) ? entities.get(h.key()).revision() : NO_ROW))
            .toList();
      }
    }

    @Override
    public List<Optional<StoredEntity>> load(List<EntityKey> keys) {
      synchronized (MemoryDatabase.this) {
        check();
        return keys.stream().map(key -> Optional.ofNullable(entities.get(key))).toList();
      }
    }

    @Override
    public List<StoredEntity> list(String type, String after, int limit) {
      synchronized (MemoryDatabase.this) {
        check();
        return entities.values().stream()
            .filter(e -> e.key().type().equals(type) && e.json() != null)
            .filter(e -> CODE_POINTS.compare(e.key().id(), after) > 0)
            .sorted(Comparator.comparing(e -> e.key().id(), CODE_POINTS))
            .limit(limit)
            .map(this::withOwner)
            .toList();
      }
    }

    private StoredEntity withOwner(StoredEntity e) {
      Integer shard = shards.get(e.key());
      ClaimRow claim = shard == null ? null : claims.get(shard);
      NodeRow owner = claim == null ? null : nodes.get(claim.owner());
      String name = owner == null || !owner.state().live() ? "" : owner.name();
      return new StoredEntity(e.key(), e.revision(), e.json(), e.operations(), name);
    }

    @Override
    public boolean knows(String type) {
      synchronized (MemoryDatabase.this) {
        check();
        return entities.keySet().stream().anyMatch(key -> key.type().equals(type));
      }
    }
  }
}
