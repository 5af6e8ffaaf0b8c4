package dev.holdfast.pekko;

import static dev.holdfast.pekko.Counters.COUNTERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.Call;
import dev.holdfast.Entities;
import dev.holdfast.Entity;
import dev.holdfast.EntityType;
import dev.holdfast.Holdfast;
import dev.holdfast.NodeInfo;
import dev.holdfast.Read;
import dev.holdfast.Watching;
import dev.holdfast.Watching.Seen;
import dev.holdfast.pekko.Counters.Add;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.testkit.MemoryDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Watches on nodes in this JVM, of entities that this or another one owns. */
class ClusterWatchTest {
  record Note(String text) {}

  private static final EntityType<Note> NOTES = EntityType.named("note", Note.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final MemoryDatabase database = new MemoryDatabase();
  private final Map<String, Holdfast> nodes = new TreeMap<>();

  private Holdfast start(String name) {
    Holdfast node = Holdfast.builder()
        .database(database, "memory:")
        .node(name)
        .serving(NOTES, COUNTERS)
        .shards(8)
        .leaseTtl(Duration.ofSeconds(2))
        .start();
    nodes.put(name, node);
    return node;
  }

  @AfterEach
  void stop() {
    nodes.values().forEach(Holdfast::close);
  }

  /** Notes of which each of two nodes owns some. */
  private static List<String> spread(Entities<Note> foo, Entities<Note> bar) {
    List<String> ids = new ArrayList<>();
    await().atMost(PATIENCE).until(() -> {
      String id = "n" + ids.size();
      ids.add(id);
      foo.set(id, new Note("0"));
      return ids.stream().anyMatch(each -> isLocal(foo, each))
          && ids.stream().anyMatch(each -> isLocal(bar, each));
    });
    return ids;
  }

  private static boolean isLocal(Entities<Note> owner, String id) {
    return owner.get(id, Read.any()).source() == Entity.Source.OWNER;
  }

  private static void awaitText(Map<String, Seen<Note>> seen, String id, String text) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> new Note(text).equals(valueOf(seen, id)));
  }

  private static Note valueOf(Map<String, Seen<Note>> seen, String id) {
    Seen<Note> last = seen.get(id);
    Note value = last == null ? null : last.value();
    return value == null ? new Note("") : value;
  }

  @Test
  void whatChangesOnOneNodeIsShownOnTheOther() {
    Entities<Note> foo = start("foo").entities(NOTES);
    Entities<Note> bar = start("bar").entities(NOTES);
    Map<String, Seen<Note>> seen = new ConcurrentHashMap<>();
    List<String> ids = spread(foo, bar);
    ids.forEach(id -> bar.watch(id, each -> seen.put(each.id(), each)));
    for (String id : ids) {
      awaitText(seen, id, "0");
      foo.set(id, new Note("1"));
      awaitText(seen, id, "1");
      foo.delete(id);
      await().atMost(PATIENCE).until(() -> !Objects.requireNonNull(seen.get(id)).exists());
      assertThat(Objects.requireNonNull(seen.get(id)).revision()).isEqualTo(2);
      bar.set(id, new Note("3"));
      awaitText(seen, id, "3");
    }
  }

  @Test
  void aPrefixShowsWhatIsThereWhatComesAndWhatGoes() {
    Entities<Note> foo = start("foo").entities(NOTES);
    Entities<Note> bar = start("bar").entities(NOTES);
    Map<String, Seen<Note>> seen = new ConcurrentHashMap<>();
    foo.set("a", new Note("0"));
    foo.set("a1", new Note("0"));
    foo.set("b1", new Note("0"));
    bar.watchAll("a", each -> seen.put(each.id(), each));
    awaitText(seen, "a", "0");
    awaitText(seen, "a1", "0");
    foo.set("a2", new Note("0"));
    awaitText(seen, "a2", "0");
    foo.delete("a1");
    await().atMost(PATIENCE).until(() -> !Objects.requireNonNull(seen.get("a1")).exists());
    assertThat(seen).doesNotContainKey("b1");
  }

  @Test
  void whoWasShownARevisionReadsNothingOlderOnAnyNode() {
    Entities<Counters.Counter> foo = start("foo").entities(COUNTERS);
    Entities<Counters.Counter> bar = start("bar").entities(COUNTERS);
    List<String> older = new CopyOnWriteArrayList<>();
    AtomicLong newest = new AtomicLong();
    for (Entities<Counters.Counter> watching : List.of(foo, bar)) {
      AtomicLong last = new AtomicLong(Entity.ABSENT);
      watching.watch("c", seen -> {
        long before = last.getAndSet(seen.revision());
        if (before >= seen.revision()
            || foo.get("c").revision() < seen.revision()
            || bar.get("c").revision() < seen.revision()) {
          older.add(before + " " + seen);
        }
        newest.set(seen.revision());
      });
    }
    for (int i = 0; i < 400; i++) {
      (i % 2 == 0 ? foo : bar).change("c", new Add(1));
    }
    await().atMost(PATIENCE).until(() -> newest.get() == 400);
    assertThat(older).isEmpty();
  }

  @Test
  void whoIsSlowToTakeWhatIsShownHoldsUpNobodyAndGetsTheNewest() {
    Entities<Note> foo = start("foo").entities(NOTES);
    CountDownLatch released = new CountDownLatch(1);
    List<Long> seen = new CopyOnWriteArrayList<>();
    foo.set("x", new Note("0"));
    foo.watch("x", each -> {
      seen.add(each.revision());
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    await().atMost(PATIENCE).until(() -> !seen.isEmpty());
    for (int i = 1; i <= 200; i++) {
      foo.set("x", new Note("" + i));
    }
    assertThat(seen).hasSize(1);
    released.countDown();
    await().atMost(PATIENCE).until(() -> seen.get(seen.size() - 1) == 200);
    assertThat(seen).as("what was replaced meanwhile is left out").hasSizeLessThan(10);
  }

  @Test
  void aWatchGoesOnWhenTheOwnerLeaves() {
    Entities<Note> foo = start("foo").entities(NOTES);
    Entities<Note> bar = start("bar").entities(NOTES);
    Map<String, Seen<Note>> seen = new ConcurrentHashMap<>();
    List<String> ids = spread(foo, bar);
    bar.watchAll("", each -> seen.put(each.id(), each));
    ids.forEach(id -> awaitText(seen, id, "0"));
    Objects.requireNonNull(nodes.remove("foo")).close();
    ids.forEach(id -> bar.set(id, new Note("1")));
    ids.forEach(id -> awaitText(seen, id, "1"));
  }

  @Test
  void aWatchOutlastsTheLifeOfItsNodeAndThatOfTheOwner() {
    Entities<Note> foo = start("foo").entities(NOTES);
    Entities<Note> bar = start("bar").entities(NOTES);
    Map<String, Seen<Note>> seen = new ConcurrentHashMap<>();
    List<String> ids = spread(foo, bar);
    ids.forEach(id -> bar.watch(id, each -> seen.put(each.id(), each)));
    for (String name : List.of("bar", "foo")) {
      comesBack(name);
      for (String id : ids) {
        String text = "after " + name;
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
          foo.set(id, new Note(text));
          return true;
        });
        awaitText(seen, id, text);
      }
    }
  }

  /** Declares it dead, and waits until it serves again. */
  private void comesBack(String name) {
    Holdfast node = Objects.requireNonNull(nodes.get(name));
    long before = epoch(node);
    database
        .open(new Database.Settings("memory:", "", "", Duration.ofSeconds(2)))
        .arbiter()
        .state(before, NodeRow.State.FENCED);
    await().atMost(PATIENCE).until(() -> node.ready() && epoch(node) > before);
  }

  private static long epoch(Holdfast node) {
    return node.nodes().stream()
        .filter(NodeInfo::self)
        .mapToLong(NodeInfo::epoch)
        .findFirst()
        .orElse(0);
  }

  @Test
  void tenThousandWatchesOnOneNodeAllSeeTheNewest() {
    Entities<Note> foo = start("foo").entities(NOTES).with(new Call(Duration.ofSeconds(30), null));
    Entities<Note> bar = start("bar").entities(NOTES);
    int watches = 10_000;
    int entities = 100;
    AtomicLong[] last = new AtomicLong[watches];
    for (int i = 0; i < watches; i++) {
      AtomicLong mine = new AtomicLong(-2);
      last[i] = mine;
      bar.watch("n" + i % entities, each -> mine.set(each.revision()));
    }
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < entities; i++) {
        foo.set("n" + i, new Note("" + round));
      }
    }
    await().atMost(PATIENCE).until(() -> {
      for (AtomicLong each : last) {
        if (each.get() != 1) {
          return false;
        }
      }
      return true;
    });
  }

  @Test
  void aWatchThatIsClosedOrWhoseNodeIsSaysSo() {
    Holdfast node = start("foo");
    Watching one = node.entities(NOTES).watch("x", each -> {});
    Watching all = node.entities(NOTES).watchAll("", each -> {});
    one.close();
    assertThat(one.ended().toCompletableFuture()).isCompletedWithValue("it was closed");
    assertThat(all.ended().toCompletableFuture()).isNotDone();
    Objects.requireNonNull(nodes.remove("foo")).close();
    assertThat(all.ended().toCompletableFuture()).isCompletedWithValue("this node is closed");
  }
}
