package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.EntityOwner.Input;
import dev.holdfast.protocol.EntityOwner.Output;
import dev.holdfast.protocol.OperationId.Made;
import dev.holdfast.protocol.OperationId.Timed;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Store;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One random schedule of several hundred operations under way at once, named by several nodes and
 * by clients. The network delivers them late and again, owners come and go, writes get lost. What
 * was applied is read off the value, not off the records under test.
 */
final class OnceSchedule {
  private static final int OPERATIONS = 400;

  /** A value that tells which operations made it, the latest first. */
  private record Link(String operation, @Nullable Link before) {}

  private static final class Chain implements Applier {
    @Override
    public Applied apply(Row row, Request request) {
      Link next = new Link(request.operation(), (Link) row.value());
      return new Applied.Changed(next, "{}", null);
    }

    @Override
    public String encode(Object value) {
      return "{}";
    }
  }

  private record Sent(long token, Output.Write write) {}

  final Set<String> refused = new HashSet<>();
  final Set<String> acknowledged = new HashSet<>();
  final List<String> log = new ArrayList<>();

  private final Random random;
  private final int nodes;
  private final Map<Long, String> asked = new HashMap<>();
  private final List<String> network = new ArrayList<>();
  private final List<Sent> late = new ArrayList<>();
  private final Deque<Output> work = new ArrayDeque<>();
  private final Map<Integer, Long> numbers = new HashMap<>();
  private EntityOwner owner = new EntityOwner(new Chain(), "foo");
  private Row row = OwnerRig.ABSENT;
  private int logAtLoading;
  private boolean loaded;
  private long token = 1;
  private long ownersToken = 1;
  private long tickets;
  private long clock = 1_700_000_000_000L;
  private int created;
  private boolean healthy;

  OnceSchedule(long seed, int nodes) {
    this.random = new Random(seed);
    this.nodes = nodes;
  }

  void run(int steps) {
    for (int i = 0; i < OPERATIONS / 2; i++) {
      create();
    }
    for (int i = 0; i < steps; i++) {
      step();
    }
    heal();
  }

  private void step() {
    switch (random.nextInt(16)) {
      case 0, 1, 2 -> {
        if (created < OPERATIONS) {
          create();
        }
      }
      case 3, 4, 5 -> deliver(1 + random.nextInt(60));
      case 6 -> disturb();
      case 7 -> applyLate();
      default -> work();
    }
  }

  /** Sent once or more, all under way from now on. */
  private void create() {
    created++;
    int node = random.nextInt(nodes + 1);
    String id = node == 0
        ? timed(clock += random.nextInt(3))
        : new Made(node, numbers.merge(node, 1L, Long::sum)).toString();
    for (int copies = 1 + random.nextInt(2); copies > 0; copies--) {
      network.add(id);
    }
  }

  private String timed(long millis) {
    return String.format(
        "%08x-%04x-7%03x-8%03x-%012x",
        millis >>> 16,
        millis & 0xffff,
        random.nextInt(0x1000),
        random.nextInt(0x1000),
        random.nextLong() & 0xffff_ffff_ffffL);
  }

  /** In any order; some of them will come once more, much later perhaps. */
  private void deliver(int messages) {
    for (int i = 0; i < messages && !network.isEmpty(); i++) {
      int at = random.nextInt(network.size());
      String id = network.get(at);
      if (random.nextInt(4) != 0) {
        network.set(at, network.get(network.size() - 1));
        network.remove(network.size() - 1);
      }
      ask(id);
    }
  }

  private void ask(String id) {
    long ticket = tickets++;
    asked.put(ticket, id);
    input(new Input.Arrived(ticket, ListApplier.append(id)));
  }

  private void disturb() {
    switch (random.nextInt(4)) {
      case 0 -> input(new Input.Stop());
      case 1 -> crash();
      case 2 -> rest();
      default -> {
        token++;
        input(new Input.Disowned());
      }
    }
  }

  /** As if it had just loaded the row. */
  private void rest() {
    if (owner.state() == EntityOwner.State.READY) {
      logAtLoading = log.size();
    }
    input(new Input.Rested());
  }

  private void crash() {
    for (Output output : work) {
      if (output instanceof Output.Write write) {
        send(write);
      }
    }
    succeed();
  }

  private void succeed() {
    work.clear();
    owner = new EntityOwner(new Chain(), "foo");
    ownersToken = token;
    loaded = false;
  }

  private void input(Input input) {
    for (Output output : owner.step(0, input)) {
      if (output instanceof Output.Reply reply) {
        reply(reply);
      } else if (!(output instanceof Output.Show) && !(output instanceof Output.Hide)) {
        work.add(output);
      }
    }
  }

  private void work() {
    Output next = work.poll();
    if (next instanceof Output.Load) {
      load();
    } else if (next instanceof Output.Write write) {
      input(send(write));
    } else if (next instanceof Output.Bar) {
      token++;
      ownersToken = token;
      input(new Input.Barred());
    } else if (next instanceof Output.Revoke) {
      input(new Input.Revoked(0, 0));
    } else if (next instanceof Output.Ended) {
      succeed();
    }
  }

  private void load() {
    if (chance(10)) {
      input(new Input.LoadFailed("down"));
      return;
    }
    if (!loaded) {
      logAtLoading = log.size();
      loaded = true;
    }
    input(new Input.Loaded(row));
  }

  private Input send(Output.Write write) {
    Sent sent = new Sent(ownersToken, write);
    if (chance(12)) {
      return new Input.NotWritten("full");
    }
    if (chance(12)) {
      late.add(sent);
      return new Input.WriteUnknown("lost");
    }
    boolean committed = commit(sent);
    return committed && !chance(8) ? new Input.Written() : new Input.WriteUnknown("lost");
  }

  private void applyLate() {
    if (!late.isEmpty()) {
      commit(late.remove(random.nextInt(late.size())));
    }
  }

  private boolean commit(Sent sent) {
    Row next = sent.write.row();
    if (sent.token != token || sent.write.expected() != row.stored()) {
      return false;
    }
    Deque<String> applied = new ArrayDeque<>();
    for (Object at = next.value(); at != row.value(); ) {
      Link link = (Link) Objects.requireNonNull(at, "what was committed before is part of it");
      applied.push(link.operation);
      at = link.before;
    }
    log.addAll(applied);
    row = next;
    assertThat(row.revision()).isEqualTo(log.size() - 1);
    return true;
  }

  private boolean chance(int oneIn) {
    return !healthy && random.nextInt(oneIn) == 0;
  }

  private void reply(Output.Reply reply) {
    String id = asked.remove(reply.ticket());
    assertThat(id).as("answered once").isNotNull();
    if (id == null) {
      return;
    }
    if (reply.answer() instanceof Answer.Done done) {
      assertThat(log.get((int) done.revision())).as("acknowledged").isEqualTo(id);
      acknowledged.add(id);
    } else if (reply.answer() instanceof Answer.TooOld) {
      assertThat(mayBeForgotten(id)).as("%s was forgotten", id).isTrue();
      refused.add(id);
    } else {
      assertThat(reply.answer()).isInstanceOfAny(Answer.NotNow.class, Answer.Unsure.class);
      if (!healthy && random.nextBoolean()) {
        network.add(id);
      }
    }
  }

  /**
   * Whether one of its kind and origin, with its place or a later one, had left the row when this
   * owner loaded it; found by counting, without the marks.
   */
  private boolean mayBeForgotten(String id) {
    OperationId place = OperationId.parse(id);
    int later = 0;
    for (int i = logAtLoading - 1; i >= 0; i--) {
      OperationId other = OperationId.parse(log.get(i));
      int kept = place instanceof Made ? Operations.KEPT : Operations.LATEST;
      if (other.getClass() == place.getClass()) {
        if (later >= kept && (nodes > Forgotten.ORIGINS || outranks(other, place))) {
          return true;
        }
        later++;
      }
    }
    return false;
  }

  private static boolean outranks(OperationId other, OperationId place) {
    if (other instanceof Made a && place instanceof Made b) {
      return a.epoch() == b.epoch() && a.number() >= b.number();
    }
    return other instanceof Timed a && place instanceof Timed b && a.millis() >= b.millis();
  }

  /** Nothing fails any more: every message comes, and every operation is told of. */
  private void heal() {
    healthy = true;
    finishWork();
    while (!network.isEmpty()) {
      deliver(50);
      finishWork();
    }
    List<String> open = new ArrayList<>(log);
    open.addAll(refused);
    for (String id : open) {
      ask(id);
      finishWork();
    }
    assertThat(log).as("applied at most once").doesNotHaveDuplicates();
    assertThat(log).as("acknowledged is applied").containsAll(acknowledged);
    assertThat(row.stored()).isGreaterThan(Store.NO_ROW);
    Set<String> told = new HashSet<>(acknowledged);
    told.addAll(refused);
    assertThat(told).containsAll(log);
  }

  private void finishWork() {
    while (!work.isEmpty()) {
      work();
    }
  }
}
