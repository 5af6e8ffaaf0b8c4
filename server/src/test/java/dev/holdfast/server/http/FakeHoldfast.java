package dev.holdfast.server.http;

import dev.holdfast.Call;
import dev.holdfast.Cluster;
import dev.holdfast.Entities;
import dev.holdfast.Entity;
import dev.holdfast.EntityType;
import dev.holdfast.Holdfast;
import dev.holdfast.JsonEntities;
import dev.holdfast.NodeInfo;
import dev.holdfast.NotDone;
import dev.holdfast.Ownership;
import dev.holdfast.Placement;
import dev.holdfast.Read;
import dev.holdfast.Watching;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A node of one type whose entities are in a map. Failures are put in line and come out with the
 * next calls; every call is kept. Thread-safe.
 */
public final class FakeHoldfast implements Holdfast, JsonEntities {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Entity<String> GONE = new Entity<>("", "", "null", Entity.ABSENT, "");

  private final String name;
  private final String http;
  private final EntityType<JsonNode> type;
  private final Map<String, Entity<String>> entities = new TreeMap<>();
  private final Deque<RuntimeException> failures = new ArrayDeque<>();
  private final Deque<RuntimeException> unseen = new ArrayDeque<>();
  private final List<Call> calls = new ArrayList<>();
  private final List<Read> reads = new CopyOnWriteArrayList<>();
  private final CompletableFuture<String> failure = new CompletableFuture<>();
  private CompletableFuture<Void> before = CompletableFuture.completedFuture(null);
  private final List<FakeWatch> watches = new CopyOnWriteArrayList<>();
  private boolean ready = true;
  private Cluster cluster = new Cluster(List.of(), List.of());
  private int looks;

  /** A node that serves {@code type} and says that its HTTP API is at {@code http}. */
  public FakeHoldfast(String name, String http, EntityType<JsonNode> type) {
    this.name = name;
    this.http = http;
    this.type = type;
  }

  /** The next call fails like this. */
  public synchronized void failNext(RuntimeException next) {
    failures.add(next);
  }

  /** What the next look at the cluster fails with. Nodes look by themselves, at any time. */
  public synchronized void failNextLook(RuntimeException next) {
    unseen.add(next);
  }

  /** Whether it says that it is ready. */
  public synchronized void ready(boolean isReady) {
    ready = isReady;
  }

  /** The latest call. */
  public synchronized Call lastCall() {
    return calls.get(calls.size() - 1);
  }

  /** How the latest read was asked for; those in {@link Read#any} mode come from the database. */
  public Read lastRead() {
    return reads.get(reads.size() - 1);
  }

  /** Further calls are answered when {@code when} is complete. */
  public synchronized void answerAfter(CompletableFuture<Void> when) {
    before = when;
  }

  /** How many calls there were. */
  public synchronized int countOfCalls() {
    return calls.size();
  }

  /** Whether there was a call. */
  public synchronized boolean asked() {
    return !calls.isEmpty();
  }

  private synchronized <T> CompletableFuture<T> answer(Call call, Supplier<T> action) {
    calls.add(call);
    // On a thread of its own, as a real node would.
    return before.thenApplyAsync(
        done -> {
          synchronized (this) {
            RuntimeException next = failures.poll();
            if (next != null) {
              throw next;
            }
            return action.get();
          }
        },
        task -> new Thread(task, "fake node").start());
  }

  @Override
  public CompletableFuture<Entity<String>> get(String id, Read read, Call call) {
    reads.add(read);
    return answer(call, () -> {
      Entity<String> e = existing(id);
      return read instanceof Read.Any
          ? new Entity<>(e.type(), id, e.value(), e.revision(), "", Entity.Source.DATABASE)
          : e;
    });
  }

  @Override
  public CompletableFuture<Entity<String>> set(
      String id, String json, @Nullable Long expected, Call call) {
    return answer(call, () -> write(id, assigned(id, read(json)), expected));
  }

  private JsonNode assigned(String id, JsonNode value) {
    String field = type.mainField().orElse("");
    if (field.isEmpty() || value.isContainer()) {
      return value;
    }
    Entity<String> old = current(id);
    ObjectNode whole =
        old.value().equals("null") ? JSON.createObjectNode() : (ObjectNode) read(old.value());
    return whole.set(field, value);
  }

  @Override
  public CompletableFuture<Entity<String>> patch(
      String id, String patch, @Nullable Long expected, Call call) {
    return answer(call, () -> {
      ObjectNode whole = (ObjectNode) read(existing(id).value());
      read(patch).properties().forEach(field -> whole.set(field.getKey(), field.getValue()));
      return write(id, whole, expected);
    });
  }

  @Override
  public CompletableFuture<Entity<String>> change(
      String id, String change, String json, Call call) {
    return answer(call, () -> {
      if (!change.equals("touch")) {
        throw new NotDone.UnknownChange("there is no change " + change);
      }
      Entity<String> old = existing(id);
      read(json);
      Entity<String> touched = write(id, read(old.value()), null);
      return new Entity<>(touched.type(), id, "\"touched\"", touched.revision(), name);
    });
  }

  @Override
  public CompletableFuture<Entity<String>> delete(String id, @Nullable Long expected, Call call) {
    return answer(call, () -> {
      existing(id);
      return put(id, "null", expected);
    });
  }

  @Override
  public CompletableFuture<List<Entity<String>>> list(String after, int limit, Call call) {
    return answer(
        call,
        () -> entities.values().stream()
            .filter(entity -> !entity.value().equals("null") && entity.id().compareTo(after) > 0)
            .limit(limit)
            .toList());
  }

  @Override
  public Watching.Pull watch(String id, @Nullable Long after, Runnable news) {
    failIfTold();
    Entity<String> now = current(id);
    return watching(
        new FakeWatch(id::equals, after == null ? -2 : after, news),
        List.of(new Entity<>(type.name(), id, now.value(), now.revision(), name)));
  }

  @Override
  public Watching.Pull watchAll(String prefix, Runnable news) {
    failIfTold();
    FakeWatch watch = new FakeWatch(id -> id.startsWith(prefix), -2, news);
    synchronized (this) {
      return watching(watch, List.copyOf(entities.values()));
    }
  }

  private synchronized FakeWatch watching(FakeWatch watch, List<Entity<String>> now) {
    watches.add(watch);
    now.forEach(watch::changed);
    return watch;
  }

  /** The watches that were opened, in that order. */
  List<FakeWatch> watches() {
    return watches;
  }

  /** How many watches were opened. */
  public int countOfWatches() {
    return watches.size();
  }

  /** How much was given to watches and not taken. */
  public int untaken() {
    return watches.stream().mapToInt(FakeWatch::untaken).sum();
  }

  /** Ends all watches, as a node does by itself. */
  public void endWatches(String reason) {
    watches.forEach(watch -> watch.end(reason));
  }

  private JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JacksonException e) {
      throw new NotDone.InvalidValue("not JSON: " + e.getOriginalMessage());
    }
  }

  private Entity<String> current(String id) {
    if (id.isEmpty() || id.length() > 256) {
      throw new NotDone.InvalidId("an id has 1 to 256 bytes");
    }
    return entities.getOrDefault(id, GONE);
  }

  private Entity<String> existing(String id) {
    Entity<String> entity = current(id);
    if (entity.value().equals("null")) {
      throw new NotDone.NotFound(type.name() + "/" + id + " does not exist");
    }
    return entity;
  }

  private Entity<String> write(String id, JsonNode value, @Nullable Long expected) {
    type.problemWith(value).ifPresent(problem -> {
      throw new NotDone.InvalidValue(problem);
    });
    return put(id, value.toString(), expected);
  }

  private Entity<String> put(String id, String json, @Nullable Long expected) {
    Entity<String> old = current(id);
    long present = old.value().equals("null") ? Entity.ABSENT : old.revision();
    if (expected != null && expected != present) {
      throw new NotDone.RevisionMismatch(id + " is at revision " + present, present);
    }
    Entity<String> next = new Entity<>(type.name(), id, json, old.revision() + 1, name);
    entities.put(id, next);
    watches.forEach(watch -> watch.changed(next));
    return next;
  }

  @Override
  public <T> Entities<T> entities(EntityType<T> wanted) {
    throw new UnsupportedOperationException("this fake speaks JSON only");
  }

  @Override
  public JsonEntities json(String wanted) {
    if (!wanted.equals(type.name())) {
      throw new NotDone.UnknownType("type \"" + wanted + "\" is not served by node " + name);
    }
    return this;
  }

  @Override
  public List<EntityType<?>> types() {
    return List.of(type);
  }

  @Override
  public String node() {
    return name;
  }

  @Override
  public List<NodeInfo> nodes() {
    failIfTold();
    return List.of(new NodeInfo(name, 7, "127.0.0.1:1234", http, "up", 3, true, 12, 34));
  }

  @Override
  public Placement where(String wanted, String id) {
    failIfTold();
    return new Placement(wanted, id, 5, name, 7, 2);
  }

  @Override
  public synchronized Cluster cluster() {
    RuntimeException next = unseen.poll();
    if (next != null) {
      throw next;
    }
    looks++;
    return cluster;
  }

  /** How the cluster looks from now on. */
  public synchronized void look(Cluster next) {
    cluster = next;
  }

  /** How often somebody has looked. */
  public synchronized int looks() {
    return looks;
  }

  @Override
  public List<Ownership> history(int limit) {
    return List.of();
  }

  private synchronized void failIfTold() {
    RuntimeException next = failures.poll();
    if (next != null) {
      throw next;
    }
  }

  @Override
  public List<Ownership> history(String wanted, String id) {
    failIfTold();
    current(id);
    Instant from = Instant.parse("2026-01-02T03:04:05.678901Z");
    Instant to = from.plusSeconds(1);
    return List.of(
        new Ownership(5, name, 7, 2, to, null, Ownership.Ending.LASTS, 0, null),
        new Ownership(5, "bar", 6, 1, from, to, Ownership.Ending.FENCED, 7, to.plusSeconds(1)));
  }

  @Override
  public void drain(String node, boolean force) {
    failIfTold();
    if (!force) {
      throw new NotDone.LastNode("no other node is up");
    }
    synchronized (this) {
      ready = false;
    }
  }

  @Override
  public CompletionStage<String> closed() {
    return new CompletableFuture<>();
  }

  @Override
  public synchronized boolean ready() {
    return ready;
  }

  @Override
  public String obstacle() {
    return ready() ? "" : "node " + name + " is leaving";
  }

  @Override
  public CompletionStage<String> failure() {
    return failure;
  }

  @Override
  public void close() {
    ready(false);
  }
}
