package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.EntityOwner.Input;
import dev.holdfast.protocol.EntityOwner.Output;
import dev.holdfast.protocol.EntityOwner.State;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Store;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One random schedule: clients, a succession of owners of one entity, and a database that loses
 * replies, applies late and refuses. Checks after every step that nobody saw what must not be.
 */
final class OwnerSchedule {
  private static final int OPERATIONS = 24;

  private record Asked(Request request, long revisionBefore) {}

  private record Sent(long token, Output.Write write) {}

  private final Random random;
  private final BiConsumer<State, Input> visited;
  private final Map<Long, Asked> asked = new HashMap<>();
  private final Map<String, Long> acknowledged = new HashMap<>();
  private final Set<Long> answered = new HashSet<>();
  private final List<Sent> late = new ArrayList<>();
  private final Deque<Output> work = new ArrayDeque<>();
  private EntityOwner owner = new EntityOwner(new ListApplier(), "foo");
  private Row row = OwnerRig.ABSENT;
  private long token = 1;
  private long ownersToken = 1;
  private final List<Long> copies = new ArrayList<>();
  private boolean revoking;
  private long revisionSeen = Store.NO_ROW;
  private long tickets;
  private int operations;
  private boolean healthy;

  OwnerSchedule(long seed, BiConsumer<State, Input> visited) {
    this.random = new Random(seed);
    this.visited = visited;
  }

  void run(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
    }
    heal();
    checkAll();
  }

  private void step() {
    switch (random.nextInt(17)) {
      case 0, 1 -> fresh();
      case 2 -> resend();
      case 3 -> ask(ListApplier.get());
      case 4 -> applyLate();
      case 5 -> disturb();
      case 6 -> ask(ListApplier.confirm());
      case 7 -> ask(ListApplier.fill());
      case 8 -> copies.forEach(this::seeCopy);
      case 9 -> revoke();
      case 10 -> input(new Input.Rested());
      default -> work();
    }
  }

  private void fresh() {
    if (operations < OPERATIONS) {
      String operation = "op" + operations++;
      String name = random.nextInt(6) == 0 ? "refuse" : "append";
      ask(ListApplier.change(operation, name, ""));
    }
  }

  private void resend() {
    if (operations > 0) {
      ask(ListApplier.append("op" + random.nextInt(operations)));
    }
  }

  private void ask(Request request) {
    long ticket = tickets++;
    asked.put(ticket, new Asked(request, revisionSeen));
    input(new Input.Arrived(ticket, request));
  }

  /** Now and then the entity is passivated, its actor fails, or its shard changes hands. */
  private void disturb() {
    switch (random.nextInt(6)) {
      case 0 -> input(new Input.Stop());
      case 1 -> crash();
      case 2 -> {
        token++;
        copies.clear(); // their owner's lease is over
        input(new Input.Disowned());
      }
      default -> work();
    }
  }

  /** A new owner loads only after the write that was under way has come back. */
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
    revoking = false;
    owner = new EntityOwner(new ListApplier(), "foo");
    ownersToken = token;
  }

  private void input(Input input) {
    visited.accept(owner.state(), input);
    for (Output output : owner.step(0, input)) {
      if (output instanceof Output.Reply reply) {
        reply(reply);
      } else if (output instanceof Output.Show show) {
        checkCopies(show.row().revision());
        see(show.row().revision(), (String) show.row().value());
      } else if (output instanceof Output.Revoke) {
        assertThat(revoking).isFalse();
        revoking = true;
      } else if (!(output instanceof Output.Hide)) {
        work.add(output);
      }
    }
  }

  private void revoke() {
    if (revoking) {
      revoking = false;
      int gone = copies.size();
      copies.clear();
      input(new Input.Revoked(gone, random.nextInt(3 * gone + 1)));
    }
  }

  /** Nobody can find what is shown now in a copy that is older. */
  private void checkCopies(long revision) {
    assertThat(copies).allMatch(copy -> copy == revision);
  }

  private void seeCopy(long revision) {
    assertThat(revision).as("a copy is the newest").isGreaterThanOrEqualTo(revisionSeen);
  }

  private void work() {
    Output next = work.poll();
    if (next instanceof Output.Load) {
      input(chance(4) ? new Input.LoadFailed("down") : new Input.Loaded(row));
    } else if (next instanceof Output.Write write) {
      input(send(write));
    } else if (next instanceof Output.Confirm) {
      input(confirm());
    } else if (next instanceof Output.Bar) {
      bar();
    } else if (next instanceof Output.Ended) {
      succeed();
    }
  }

  private Input confirm() {
    if (chance(6)) {
      return new Input.NotConfirmed("down");
    }
    return ownersToken == token
        ? new Input.Confirmed(row.stored())
        : new Input.NotConfirmed("not the owner");
  }

  private void bar() {
    boolean lost = chance(4);
    if (!lost || random.nextBoolean()) {
      token++;
      ownersToken = token;
    }
    input(lost ? new Input.BarFailed() : new Input.Barred());
  }

  private Input send(Output.Write write) {
    Sent sent = new Sent(ownersToken, write);
    if (chance(6)) {
      return new Input.NotWritten("full");
    }
    if (chance(5)) {
      late.add(sent);
      return new Input.WriteUnknown("lost");
    }
    boolean committed = commit(sent);
    return committed && !chance(4) ? new Input.Written() : new Input.WriteUnknown("lost");
  }

  private void applyLate() {
    if (!late.isEmpty()) {
      commit(late.remove(random.nextInt(late.size())));
    }
  }

  /** The guarded write: under the token, at the expected revision, or not at all. */
  private boolean commit(Sent sent) {
    Row next = sent.write.row();
    if (sent.token != token || sent.write.expected() != row.stored()) {
      return false;
    }
    String value = "" + sent.write.json();
    assertThat(value.split(",")).doesNotHaveDuplicates().hasSize((int) next.revision() + 1);
    if (row.value() != null) {
      assertThat(value).startsWith(row.value() + ",");
    }
    row = new Row(next.revision(), next.revision(), value, next.operations());
    return true;
  }

  private boolean chance(int oneIn) {
    return !healthy && random.nextInt(oneIn) == 0;
  }

  private void reply(Output.Reply reply) {
    assertThat(answered.add(reply.ticket())).as("answered once").isTrue();
    Asked what = asked.get(reply.ticket());
    assertThat(what).isNotNull();
    if (what == null || !(reply.answer() instanceof Answer.Done done)) {
      return;
    }
    if (reply.grant()) {
      assertThat(what.request.fill()).isNotNull();
      assertThat(revoking).as("no grant while copies are to go").isFalse();
      copies.add(done.revision());
    }
    if (what.request.kind().reads()) {
      assertThat(done.revision()).isGreaterThanOrEqualTo(what.revisionBefore);
      see(done.revision(), done.json());
    } else {
      Long before = acknowledged.put(what.request.operation(), done.revision());
      assertThat(before == null ? done.revision() : before).isEqualTo(done.revision());
      assertThat(row.revision()).isGreaterThanOrEqualTo(done.revision());
      assertThat(copies).allMatch(copy -> copy >= done.revision());
      revisionSeen = Math.max(revisionSeen, done.revision());
    }
  }

  private void see(long revision, @Nullable String value) {
    if (value != null) {
      assertThat(value.split(",")).hasSize((int) revision + 1);
      assertThat(row.value() + ",").as("only what is committed is seen").startsWith(value + ",");
    }
    revisionSeen = Math.max(revisionSeen, revision);
  }

  /** Nothing fails any more: every operation succeeds in the end, once. */
  private void heal() {
    healthy = true;
    late.clear();
    for (int operation = 0; operation < operations; operation++) {
      for (int attempt = 0; attempt < 4; attempt++) {
        ask(ListApplier.append("op" + operation));
        finishWork();
      }
    }
  }

  private void finishWork() {
    while (!work.isEmpty() || revoking) {
      revoke();
      work();
    }
  }

  private void checkAll() {
    List<String> applied =
        row.value() == null ? List.of() : Arrays.asList(((String) row.value()).split(","));
    assertThat(applied).hasSize(operations).doesNotHaveDuplicates();
    acknowledged.forEach(
        (operation, revision) -> assertThat(applied.get(revision.intValue())).isEqualTo(operation));
    assertThat(acknowledged).hasSize(operations);
  }
}
