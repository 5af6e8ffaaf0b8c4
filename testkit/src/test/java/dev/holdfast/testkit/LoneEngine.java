package dev.holdfast.testkit;

import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.Request;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The engine of a cluster of one: every shard is here, and one thread stands for all mailboxes. It
 * can be made to lose answers, and to fail. It reaches nobody.
 */
final class LoneEngine implements Engine {
  /** All engines that were started, the latest last. */
  static final class Started implements Engine.Provider {
    private final List<LoneEngine> engines = new CopyOnWriteArrayList<>();

    @Override
    public Engine start(Settings settings, Host host) {
      int port = settings.port() == 0 ? 4711 : settings.port();
      LoneEngine engine = new LoneEngine(host, "lone:" + port + "#" + engines.size());
      engines.add(engine);
      return engine;
    }

    LoneEngine latest() {
      return engines.get(engines.size() - 1);
    }

    List<LoneEngine> all() {
      return List.copyOf(engines);
    }
  }

  private final Host host;
  private final String address;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Map<EntityKey, Live> live = new HashMap<>();
  private final Map<Integer, Queue<Runnable>> waiting = new HashMap<>();
  private final AtomicInteger knocks = new AtomicInteger();
  private volatile boolean joined;
  private volatile boolean losingAnswers;
  private volatile boolean closed;

  private LoneEngine(Host host, String address) {
    this.host = host;
    this.address = address;
  }

  void losingAnswers() {
    losingAnswers = true;
  }

  /** How often it was asked whether somebody listens, whom it never reaches. */
  int knocks() {
    return knocks.get();
  }

  void fail(String reason) {
    host.failed(reason);
  }

  boolean closed() {
    return closed;
  }

  private void run(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      assert closed : e;
    }
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public void join(boolean form, List<String> seeds) {
    joined = form;
  }

  @Override
  public boolean joined() {
    return joined;
  }

  @Override
  public void serve() {}

  @Override
  public void send(long ticket, Request request, boolean again) {
    run(() -> {
      int shard = host.shardOf(request.key());
      Queue<Runnable> queue = waiting.computeIfAbsent(shard, s -> taken(s));
      Runnable delivery = () -> deliver(ticket, request);
      if (host.holds(shard)) {
        delivery.run();
      } else {
        queue.add(delivery);
      }
    });
  }

  private Queue<Runnable> taken(int shard) {
    Queue<Runnable> queue = new ArrayDeque<>();
    var unused = host.acquire(shard)
        .thenRun(() -> run(() -> {
          queue.forEach(Runnable::run);
          queue.clear();
        }));
    return queue;
  }

  private void deliver(long ticket, Request request) {
    EntityKey key = request.key();
    Live entity =
        live.computeIfAbsent(key, k -> host.activate(k, host.shardOf(k), this::run, () -> {}));
    Consumer<Answer> reply = answer -> {
      if (!losingAnswers) {
        host.answered(ticket, answer);
      }
    };
    entity.handle(request, reply);
  }

  @Override
  public void tell(String address, PeerMessage message) {}

  @Override
  public void touch(EntityKey key) {}

  @Override
  public Set<String> unreachable() {
    return Set.of();
  }

  @Override
  public boolean listensAt(String other) {
    knocks.incrementAndGet();
    return false;
  }

  @Override
  public void down(Set<String> addresses) {}

  @Override
  public Set<String> members() {
    return joined ? Set.of(address) : Set.of();
  }

  @Override
  public void leave(Duration within) {
    close();
  }

  @Override
  public void close() {
    closed = true;
    thread.shutdownNow();
  }
}
