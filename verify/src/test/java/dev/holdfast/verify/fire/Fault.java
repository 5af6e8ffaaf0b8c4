package dev.holdfast.verify.fire;

import dev.holdfast.verify.Cut;
import dev.holdfast.verify.PostgresServer;
import dev.holdfast.verify.Rest;
import dev.holdfast.verify.Words;
import dev.holdfast.verify.fire.Cluster.Node;
import dev.holdfast.verify.fire.FragileDatabases.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;

/** What can be done to a cluster. Each ends by itself, or is ended by what it answers. */
enum Fault {
  KILL("a node is killed, and started again", Needs.NOTHING) {
    @Override
    Ending begin(Cluster cluster, Random random) {
      return kill(cluster, 1, random);
    }
  },
  KILL_TWO("two nodes are killed at once, and started again", Needs.NOTHING) {
    @Override
    Ending begin(Cluster cluster, Random random) {
      return kill(cluster, 2, random);
    }
  },
  KILL_ALL("all nodes in processes are killed at once, and started again", Needs.NOTHING) {
    @Override
    Ending begin(Cluster cluster, Random random) {
      return kill(cluster, cluster.nodes().size(), random);
    }
  },
  KILL_IN_WRITE(
      "a node dies in the midst of a write: before or after the database hears of it, after the"
          + " commit, or while it answers",
      Needs.NOTHING) {
    @Override
    Ending begin(Cluster cluster, Random random) throws IOException {
      Moment[] moments = Moment.values();
      Moment moment = moments[random.nextInt(moments.length)];
      Node node = cluster.victims(1, random).get(0);
      FragileDatabases.arm(node.failpoint(), moment);
      if (!node.process().ends(WRITING)) {
        node.process().kill(); // it writes nothing at present
        Files.deleteIfExists(node.failpoint());
      }
      return new Ending(node.name() + ", " + Words.of(moment), cluster::startEnded);
    }
  },
  STOP("a node is told to end, hands over, and is started again", Needs.NOTHING) {
    @Override
    Ending begin(Cluster cluster, Random random) {
      return one(cluster, random, node -> {
        node.process().stop();
        return cluster::startEnded;
      });
    }
  },
  FREEZE("a node is stopped by a signal, and goes on", Needs.NOTHING) {
    @Override
    Ending begin(Cluster cluster, Random random) {
      return one(cluster, random, node -> {
        node.process().signal("STOP");
        return () -> node.process().signal("CONT");
      });
    }
  },
  OTHER_CLOCK(
      "a node starts again with a clock that is an hour off, or 2 % fast or slow, then without",
      Needs.FAKETIME) {
    @Override
    Ending begin(Cluster cluster, Random random) {
      List<FakeClock> clocks = FakeClock.ALL;
      FakeClock clock = clocks.get(random.nextInt(clocks.size()));
      Node node = cluster.victims(1, random).get(0);
      node.process().kill();
      node.process().launch(clock.environment());
      cluster.awaitReady(node, WARMING);
      return new Ending(node.name() + ", " + clock.name(), () -> {
        node.process().close();
        node.process().launch();
      });
    }
  },
  STARVE("more threads than cores compute all the time", Needs.NOTHING) {
    @Override
    Ending begin(Cluster cluster, Random random) throws IOException {
      List<Process> hogs = new ArrayList<>();
      for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
        hogs.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
      }
      return new Ending("", () -> hogs.forEach(Process::destroyForcibly));
    }
  },
  CUT_FROM_PEERS("nothing passes between a node and the others", Needs.NAMESPACE) {
    @Override
    Ending begin(Cluster cluster, Random random) {
      return one(cluster, random, node -> fromPeers(cluster, node)::close);
    }
  },
  CUT_ONE_WAY("nothing passes from a node to the others; the other way it does", Needs.NAMESPACE) {
    @Override
    Ending begin(Cluster cluster, Random random) {
      return one(cluster, random, node -> {
        Cut cut = new Cut();
        others(cluster, node).forEach(other -> cut.oneWay(node.address(), other));
        return cut::close;
      });
    }
  },
  CUT_ONE_LINK("nothing passes between two nodes", Needs.NAMESPACE) {
    @Override
    Ending begin(Cluster cluster, Random random) {
      List<String> all = new ArrayList<>(cluster.addresses());
      Collections.shuffle(all, random);
      Cut cut = new Cut().between(all.get(0), all.get(1));
      return new Ending(all.get(0) + " and " + all.get(1), cut::close);
    }
  },
  FLAP("the link between a node and the others is cut and mended all the time", Needs.NAMESPACE) {
    @Override
    Ending begin(Cluster cluster, Random random) {
      Flapping flapping = new Flapping(300 + random.nextInt(2_000));
      return one(cluster, random, node -> flapping.start(() -> fromPeers(cluster, node))::close);
    }
  },
  LOSE_PACKETS("up to a fifth of what nodes send each other is lost", Needs.NAMESPACE) {
    @Override
    Ending begin(Cluster cluster, Random random) {
      double rate = 0.01 + 0.19 * random.nextDouble();
      List<String> all = cluster.addresses();
      Cut cut = new Cut();
      for (int i = 0; i < all.size(); i++) {
        for (String other : all.subList(i + 1, all.size())) {
          cut.losing(rate, all.get(i), other);
        }
      }
      return new Ending("", cut::close);
    }
  },
  ISOLATE("a node reaches neither the others nor the database, only its clients", Needs.NAMESPACE) {
    @Override
    Ending begin(Cluster cluster, Random random) {
      return one(cluster, random, node -> {
        Cut cut = fromPeers(cluster, node);
        DatabaseLink link = held(node);
        return () -> {
          cut.close();
          link.pass();
        };
      });
    }
  },
  SPLIT("the nodes fall into two halves", Needs.NAMESPACE) {
    @Override
    Ending begin(Cluster cluster, Random random) {
      List<String> all = new ArrayList<>(cluster.addresses());
      Collections.shuffle(all, random);
      List<String> half = all.subList(0, all.size() / 2);
      Cut cut = new Cut();
      half.forEach(
          one -> all.subList(half.size(), all.size()).forEach(other -> cut.between(one, other)));
      return new Ending("" + half, cut::close);
    }
  },
  CUT_FROM_DATABASE(
      "what a node and the database say to each other is held back, and delivered late",
      Needs.DATABASE) {
    @Override
    Ending begin(Cluster cluster, Random random) {
      return one(cluster, random, node -> held(node)::pass);
    }
  },
  CUT_ALL_FROM_DATABASE("the same for all nodes at once", Needs.DATABASE) {
    @Override
    Ending begin(Cluster cluster, Random random) {
      cluster.links().forEach(DatabaseLink::hold);
      return passing(cluster);
    }
  },
  SLOW_DATABASE("all the database says and hears takes 50 to 300 ms more", Needs.DATABASE) {
    @Override
    Ending begin(Cluster cluster, Random random) {
      cluster.links().forEach(link -> link.delay(50 + random.nextInt(250)));
      return passing(cluster);
    }
  },
  LOSE_ANSWERS("one answer in ten of the database is lost, and its connection", Needs.DATABASE) {
    @Override
    Ending begin(Cluster cluster, Random random) {
      cluster.links().forEach(link -> link.loseAnswers(0.1));
      return passing(cluster);
    }
  },
  END_SESSIONS("the database ends all sessions, again and again", Needs.DATABASE) {
    @Override
    Ending begin(Cluster cluster, Random random) {
      for (int i = 0; i < 3; i++) {
        database(cluster)
            .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
        Rest.millis(200);
      }
      return new Ending("", () -> {});
    }
  },
  LOCK_CLAIMS("somebody locks all claims in the database", Needs.DATABASE) {
    @Override
    Ending begin(Cluster cluster, Random random) throws SQLException {
      Connection connection = database(cluster).connect();
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SELECT 1 FROM holdfast_claim FOR UPDATE");
      }
      return new Ending("", connection::close);
    }
  },
  CRASH_DATABASE("the database crashes, and recovers", Needs.DATABASE) {
    @Override
    Ending begin(Cluster cluster, Random random) throws IOException {
      database(cluster).crash();
      return new Ending("", database(cluster)::startAgain);
    }
  },
  RESTART_DATABASE("the database is stopped in order, and starts again", Needs.DATABASE) {
    @Override
    Ending begin(Cluster cluster, Random random) throws IOException {
      database(cluster).stop();
      return new Ending("", database(cluster)::startAgain);
    }
  },
  FAIL_OVER(
      "the database is lost, or frozen for a while, and a synchronous standby takes its place",
      Needs.DATABASE) {
    @Override
    Ending begin(Cluster cluster, Random random) throws IOException, SQLException {
      PostgresServer lost = database(cluster);
      if (random.nextBoolean()) {
        cluster.failOver(lost::crash);
        return new Ending("lost", lost::delete);
      }
      cluster.failOver(() -> lost.signalAll("STOP"));
      return new Ending("frozen", () -> {
        lost.signalAll("CONT");
        Rest.millis(1_000); // what it was told before it was replaced is still done, or refused
        lost.crash();
        lost.delete();
      });
    }
  },
  FREEZE_SESSIONS("some of the database's sessions stop, and go on", Needs.DATABASE) {
    @Override
    Ending begin(Cluster cluster, Random random) throws IOException {
      List<Long> stopped = database(cluster).stopSessions(1 + random.nextInt(8));
      return new Ending("", () -> database(cluster).resume(stopped));
    }
  },
  FULL_DISK("no byte is left where the database keeps its data", Needs.SMALL_DISK) {
    @Override
    Ending begin(Cluster cluster, Random random) throws IOException {
      SmallDisk disk = Objects.requireNonNull(cluster.disk());
      PostgresServer postgres = cluster.postgres();
      disk.fill();
      if (postgres != null) {
        postgres.useUpLog();
        disk.fill();
      }
      return new Ending("", () -> {
        disk.free();
        if (postgres != null) {
          postgres.revive();
        }
      });
    }
  },
  FREEZE_DATABASE("all processes of the database are stopped, and go on", Needs.DATABASE) {
    @Override
    Ending begin(Cluster cluster, Random random) throws IOException {
      database(cluster).signalAll("STOP");
      return new Ending("", () -> database(cluster).signalAll("CONT"));
    }
  };

  /** What must be there. */
  enum Needs {
    NOTHING,
    /** A network namespace of this process's own. */
    NAMESPACE,
    /** A PostgreSQL. */
    DATABASE,
    /** A file system that may be filled. */
    SMALL_DISK,
    /** libfaketime. */
    FAKETIME
  }

  /** What ends it. */
  interface Action {
    void run() throws IOException, SQLException;
  }

  /**
   * How to end it.
   *
   * @param victim whom it meets; empty for all
   */
  record Ending(String victim, Action action) {}

  /** Within which time a node that is used writes something. */
  private static final Duration WRITING = Duration.ofSeconds(3);

  /** Within which time a node usually serves; what hurts it as well may make it longer. */
  private static final Duration WARMING = Duration.ofSeconds(15);

  private final String what;
  private final Needs needs;

  Fault(String what, Needs needs) {
    this.what = what;
    this.needs = needs;
  }

  /** Begins it. */
  abstract Ending begin(Cluster cluster, Random random) throws IOException, SQLException;

  String what() {
    return what;
  }

  Needs needs() {
    return needs;
  }

  /** As people write it: {@code cut-from-peers}. */
  String text() {
    return Words.of(this);
  }

  private static Ending kill(Cluster cluster, int count, Random random) {
    List<Node> victims = cluster.victims(count, random);
    victims.forEach(node -> node.process().signal("KILL"));
    victims.forEach(node -> node.process().awaitEnd());
    return new Ending("" + victims.stream().map(Node::name).toList(), cluster::startEnded);
  }

  /** Does something to one node; answers how to end it. */
  private static Ending one(Cluster cluster, Random random, Function<Node, Action> doing) {
    Node node = cluster.victims(1, random).get(0);
    return new Ending(node.name(), doing.apply(node));
  }

  private static Cut fromPeers(Cluster cluster, Node node) {
    Cut cut = new Cut();
    others(cluster, node).forEach(other -> cut.between(node.address(), other));
    return cut;
  }

  private static DatabaseLink held(Node node) {
    DatabaseLink link = Objects.requireNonNull(node.link());
    link.hold();
    return link;
  }

  private static List<String> others(Cluster cluster, Node node) {
    List<String> others = new ArrayList<>(cluster.addresses());
    others.remove(node.address());
    return others;
  }

  private static Ending passing(Cluster cluster) {
    return new Ending("", () -> cluster.links().forEach(DatabaseLink::pass));
  }

  private static PostgresServer database(Cluster cluster) {
    return Objects.requireNonNull(cluster.postgres());
  }
}
