package dev.holdfast.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Entity;
import dev.holdfast.NotDone;
import dev.holdfast.OutcomeUnknown;
import dev.holdfast.Read;
import dev.holdfast.testkit.history.History.Pending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded of calls, and kept in files. */
class HistoryTest {
  private final AtomicLong clock = new AtomicLong();
  private final History history = new History(clock::incrementAndGet);

  private Pending call() {
    return history.called("k", "1", Asked.write("a"));
  }

  private Told toldAfter(Exception failure) {
    History other = new History(clock::incrementAndGet);
    other.called("k", "1", Asked.delete()).failed(failure);
    return other.operations().get(0).told();
  }

  @Test
  void aCallIsTimedBeforeItIsSentAndAfterItReturned() {
    Pending call = call();
    clock.set(9);
    call.done(3, "a");
    assertThat(history.operations())
        .containsExactly(new Operation("k", "1", Asked.write("a"), 1, 10, new Told.Done(3, "a")));
  }

  @Test
  void aCallThatDidNotReturnIsUnknown() {
    Pending call = call();
    assertThat(history.operations())
        .containsExactly(new Operation(
            "k",
            "1",
            Asked.write("a"),
            1,
            Long.MAX_VALUE,
            new Told.Unknown("it has not returned")));
    call.unknown("time is up");
    assertThat(history.operations())
        .extracting(Operation::told)
        .containsExactly(new Told.Unknown("time is up"));
  }

  @Test
  void aCallReturnsOnce() {
    Pending call = call();
    call.refused("busy");
    assertThatThrownBy(call::done)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("it has ended before, and now again: client 1: write a: done");
    assertThat(history.operations()).hasSize(1);
  }

  @Test
  void aFailureSaysWhetherItWasDone() {
    assertThat(toldAfter(new NotDone.RevisionMismatch("no", 7)))
        .isEqualTo(new Told.Refused("revision-mismatch", 7));
    assertThat(toldAfter(new NotDone.NotFound("no")))
        .isEqualTo(new Told.Refused("not-found", Entity.ABSENT));
    assertThat(toldAfter(new NotDone.Unavailable("no", Duration.ZERO)))
        .isEqualTo(new Told.Refused("unavailable", Told.UNTOLD));
    assertThat(toldAfter(new OutcomeUnknown("perhaps", "hf-1-1")))
        .isEqualTo(new Told.Unknown("outcome-unknown"));
    assertThat(toldAfter(new TimeoutException("perhaps")))
        .isEqualTo(new Told.Unknown("java.util.concurrent.TimeoutException: perhaps"));
  }

  @Test
  void threadsRecordTogether() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String client = Integer.toString(i);
      threads.add(new Thread(() -> {
        for (int call = 0; call < 1_000; call++) {
          history.called("k" + call, client, Asked.read()).done(0, client);
        }
      }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(history.operations()).hasSize(8_000).doesNotHaveDuplicates();
  }

  @Test
  void aFileKeepsEverything(@TempDir Path folder) throws IOException {
    history.called("k", "1", Asked.read()).done(3, "a \"quoted\"\nvalue");
    history.called("k", "1", Asked.read(Read.confirmed())).refused("not-found", Entity.ABSENT);
    history.called("k", "2", Asked.read(Read.atMostStale(Duration.ofMillis(5)))).done(0, "");
    history.called("k", "2", Asked.read(Read.any())).unknown("time is up");
    history.called("k", "3", Asked.write("b")).done();
    history.called("k", "3", Asked.writeIf(Entity.ABSENT, "c")).refused("busy");
    history.called("l", "4", Asked.append("d")).done(1, null);
    history.called("m", "5", Asked.add(-6)).done(2, "7");
    history.called("k", "6", Asked.delete());
    Path file = folder.resolve("history");
    history.write(file);
    assertThat(History.read(file).operations())
        .containsExactlyInAnyOrderElementsOf(history.operations());
    assertThat(Files.readAllLines(file))
        .hasSize(9)
        .contains("{\"key\":\"l\",\"client\":\"4\",\"asked\":\"append\",\"argument\":\"d\","
            + "\"calledNanos\":13,\"returnedNanos\":14,\"told\":\"done\",\"revision\":1}");
  }

  @Test
  void severalFilesAreOneHistory(@TempDir Path folder) throws IOException {
    call().done();
    history.write(folder.resolve("one"));
    call().refused("busy");
    history.write(folder.resolve("both"));
    History merged = History.read(folder.resolve("one"), folder.resolve("both"));
    merged.addAll(history);
    assertThat(merged.operations()).hasSize(5);
  }

  @Test
  void aLineThatIsNoOperationIsNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("history");
    String line = "{\"key\":\"k\",\"client\":\"1\",\"asked\":\"%s\",\"calledNanos\":1,"
        + "\"returnedNanos\":2,\"told\":\"done\"}\n";
    Files.writeString(file, line.formatted("delete") + line.formatted("think"));
    assertThatThrownBy(() -> History.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ", line 2: nothing is asked for as think");
  }
}
