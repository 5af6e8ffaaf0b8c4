package dev.holdfast.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class EventLogTest {
  private final EventLog log = new EventLog("p");

  private void add(int count) {
    log.add(IntStream.range(0, count)
        .mapToObj(i -> Event.of(Event.Kind.JOINED, Looks.BEGIN, "foo", i, "foo has joined"))
        .toList());
  }

  private static List<String> ids(List<EventLog.Entry> entries) {
    return entries.stream().map(EventLog.Entry::id).toList();
  }

  @Test
  void whoSaysWhereItWasGetsWhatCameAfter() {
    add(3);
    assertThat(ids(log.after("p-1").orElseThrow())).containsExactly("p-2", "p-3");
    assertThat(log.after("p-3").orElseThrow()).isEmpty();
    assertThat(ids(log.latest(2))).containsExactly("p-2", "p-3");
  }

  @Test
  void whereNobodyCanHaveBeenIsNoPlace() {
    add(3);
    for (String id :
        List.of("", "p", "p-", "p-4", "p--1", "q-1", "p-1x", "p-99999999999999999999")) {
      assertThat(log.after(id)).as(id).isEmpty();
    }
  }

  @Test
  void theLogIsBoundedAndKnowsWhatItHasForgotten() {
    add(EventLog.MOST + 10);
    assertThat(log.latest(5_000)).hasSize(EventLog.MOST);
    assertThat(log.after("p-9")).isEmpty();
    assertThat(log.after("p-10").orElseThrow()).hasSize(EventLog.MOST);
  }
}
