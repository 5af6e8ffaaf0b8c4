package dev.holdfast.pekko;

import dev.holdfast.Change;
import dev.holdfast.EntityType;
import dev.holdfast.Outcome;

/** What the nodes of these tests serve: counters, of which every id exists and begins at 0. */
final class Counters {
  record Counter(long count) {}

  record Add(long amount) implements Change<Counter, Long> {
    @Override
    public Outcome<Counter, Long> applyTo(Counter counter) {
      long sum = counter.count() + amount;
      return Outcome.<Counter, Long>become(new Counter(sum)).reply(sum);
    }
  }

  static final EntityType<Counter> COUNTERS = EntityType.named("counter", Counter.class)
      .startingAs(id -> new Counter(0))
      .accepting(Add.class);

  private Counters() {}
}
