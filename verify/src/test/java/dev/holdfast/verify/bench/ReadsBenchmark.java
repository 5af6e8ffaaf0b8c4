package dev.holdfast.verify.bench;

import dev.holdfast.Entity;
import dev.holdfast.testkit.MemoryDatabase;
import dev.holdfast.verify.bench.Nodes.Counter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a read from memory costs, at the owner and from a copy, beside a plain map and beside the
 * clock that every such read looks at.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms3g", "-Xmx3g"})
public class ReadsBenchmark {
  private static final int UNDER_WAY = 64;

  /** Ids in random order, none of them the object under which it is kept. */
  static String[] asked(List<String> ids) {
    List<String> copies = new ArrayList<>();
    ids.forEach(id -> copies.add(String.valueOf(id.toCharArray())));
    Collections.shuffle(copies, new Random(1));
    return copies.toArray(String[]::new);
  }

  /** Two nodes, and ids which the first one owns and of which the second one has copies. */
  @State(Scope.Benchmark)
  public static class Cluster {
    /** How many there are. */
    @Param({"1000", "100000"})
    public int entities;

    private final MemoryDatabase database = new MemoryDatabase();
    private final Nodes nodes =
        new Nodes(2, node -> node.database(database, "memory:").copies(256 << 20));
    private String[] ids = {};

    /** Makes them. */
    @Setup
    public void fill() {
      List<String> owned = Collections.synchronizedList(new ArrayList<>());
      String[] all = Nodes.ids(3 * entities);
      Together.call(
          all.length,
          UNDER_WAY,
          i -> nodes.async(0).get(all[i]).thenAccept(entity -> {
            if (entity.owner().equals(nodes.name(0))) {
              owned.add(entity.id());
            }
          }));
      String[] left = owned.subList(0, entities).toArray(String[]::new);
      while (left.length > 0) {
        List<String> missing = Collections.synchronizedList(new ArrayList<>());
        String[] wanted = left;
        Together.call(
            wanted.length,
            UNDER_WAY,
            i -> nodes.async(1).get(wanted[i]).thenAccept(entity -> {
              if (entity.source() != Entity.Source.COPY) {
                missing.add(entity.id());
              }
            }));
        left = missing.toArray(String[]::new);
      }
      ids = asked(owned.subList(0, entities));
    }

    /** Ends the nodes. */
    @TearDown
    public void close() {
      nodes.close();
    }
  }

  /** A map of as many. */
  @State(Scope.Benchmark)
  public static class Plain {
    /** How many there are. */
    @Param({"1000", "100000"})
    public int entities;

    private final Map<String, Entity<Counter>> map = new ConcurrentHashMap<>();
    private String[] ids = {};

    /** Makes it. */
    @Setup
    public void fill() {
      for (String id : Nodes.ids(entities)) {
        map.put(id, new Entity<>("counter", id, new Counter(0), 0, "node-0"));
      }
      ids = asked(Arrays.asList(Nodes.ids(entities)));
    }
  }

  /** Where one thread is in its walk over the ids. */
  @State(Scope.Thread)
  public static class Walk {
    private int at = new Random().nextInt(1_000_000);

    String next(String[] ids) {
      at = at + 1 < ids.length ? at + 1 : 0;
      return ids[at];
    }
  }

  /** At the owner. */
  @Benchmark
  public Object owned(Cluster cluster, Walk walk) {
    return cluster.nodes.at(0).get(walk.next(cluster.ids));
  }

  /** From a copy. */
  @Benchmark
  public Object copied(Cluster cluster, Walk walk) {
    return cluster.nodes.at(1).get(walk.next(cluster.ids));
  }

  /** In a map. */
  @Benchmark
  public @Nullable Object map(Plain plain, Walk walk) {
    return plain.map.get(walk.next(plain.ids));
  }

  /** The clock alone. */
  @Benchmark
  public long clock() {
    return System.nanoTime();
  }
}
