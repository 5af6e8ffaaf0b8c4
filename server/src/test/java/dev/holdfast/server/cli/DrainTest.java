package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.cli.Cli.Ran;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The commands {@code drain} and {@code history}. */
final class DrainTest {
  private final FakeServer foo = new FakeServer("foo");
  private final FakeServer bar = new FakeServer("bar");

  @AfterEach
  void close() {
    foo.close();
    bar.close();
  }

  @Test
  void aDrainWaitsUntilTheNodeIsGoneAndTellsHowFarItIs() {
    Ran ran = Cli.run(foo.knowing(bar), "drain", "bar");
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).isEqualTo("bar has left\n");
    assertThat(ran.err()).startsWith("bar: 2 shards left\n");
    assertThat(foo.seen.stream().filter(seen -> seen.path().equals("/v1/nodes")))
        .hasSize(5);
  }

  @Test
  void theOrderIsJsonAndSaysWhetherItIsForced() {
    Cli.run(foo.knowing(bar), "drain", "bar", "--no-wait");
    Cli.run(bar.knowing(foo), "drain", "foo", "--no-wait", "--force");
    FakeServer.Seen order = foo.seen.get(foo.seen.size() - 1);
    assertThat(order.method() + " " + order.path()).isEqualTo("POST /v1/nodes/bar/drain");
    assertThat(order.headers()).containsEntry("Content-Type", "application/json");
    assertThat(order.body()).isEqualTo("{}");
    assertThat(bar.seen.get(bar.seen.size() - 1).body()).isEqualTo("{\"force\":true}");
  }

  @Test
  void withoutWaitingItEndsWhenTheNodeHasBeenTold() {
    Ran ran = Cli.run(foo.knowing(bar), "drain", "bar", "--no-wait", "--json");
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .isEqualTo("{\"node\":\"bar\",\"epoch\":1,\"state\":\"draining\",\"shards\":3}\n");
  }

  @Test
  void theEndOfADrainIsOneLineOfJson() {
    Ran ran = Cli.run(foo.knowing(bar), "drain", "bar", "--json");
    assertThat(ran.out()).isEqualTo("{\"node\":\"bar\",\"epoch\":1,\"state\":\"left\"}\n");
  }

  @Test
  void anUnknownNodeIsExitCode3AndTheLastOneExitCode1() {
    Ran unknown = Cli.run(foo.knowing(bar), "drain", "baz");
    assertThat(unknown.code()).isEqualTo(3);
    assertThat(unknown.err()).isEqualTo("error: no node baz\n");
    assertThat(Cli.run(bar, "drain", "bar").code()).isEqualTo(1);
  }

  @Test
  void aSenselessTimeoutIsExitCode2() {
    assertThat(Cli.run(foo.knowing(bar), "drain", "bar", "--timeout", "0").code())
        .isEqualTo(2);
    assertThat(Cli.run(foo, "drain").code()).isEqualTo(2);
    assertThat(foo.seen).isEmpty();
  }

  @Test
  void aNodeThatDoesNotLeaveInTimeIsExitCode5() {
    foo.neverLeaving();
    Ran ran = Cli.run(foo.knowing(bar), "drain", "bar", "--timeout", "1");
    assertThat(ran.code()).isEqualTo(5);
    assertThat(ran.err())
        .contains("error: bar has been told to leave, but has not left within 1 s");
  }

  @Test
  void whenTheNodeThatWasAskedIsTheOneThatLeavesAnotherIsAsked() {
    foo.knowing(bar).closingAfterDrain();
    Ran ran = Cli.run(foo, "drain", "foo");
    assertThat(ran.err()).doesNotContain("error");
    assertThat(ran.code()).isZero();
    assertThat(bar.seen).isNotEmpty();
  }

  @Test
  void aDrainWorksInAShell() {
    Ran ran = Cli.shell(foo.knowing(bar), false, "drain bar");
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).isEqualTo("bar has left\n");
  }

  @Test
  void theHistoryIsATableForPeople() {
    Ran ran = Cli.run(foo, "history", "entity_1");
    assertThat(ran.code()).isZero();
    assertThat(ran.out().lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            "NODE EPOCH TOKEN FROM TO ENDED",
            "bar 2 3 2026-01-02T03:04:06.000Z - owns it",
            "foo 1 1 2026-01-02T03:04:05.000Z 2026-01-02T03:04:06.000Z fenced by epoch 2,"
                + " wrote in vain at 2026-01-02T03:04:07.000Z");
  }

  @Test
  void theHistoryInJsonIsOneObjectALine() {
    Ran ran = Cli.run(foo, "history", "entity_1", "--json", "--limit", "1");
    assertThat(ran.lines()).hasSize(1);
    assertThat(ran.lines().get(0).path("node").asString("")).isEqualTo("bar");
    assertThat(ran.lines().get(0).path("to").isNull()).isTrue();
  }

  @Test
  void aHistoryThatCannotBeToldSaysWhy() {
    assertThat(Cli.run(foo, "history", "entity_1", "--limit", "0").code()).isEqualTo(2);
    assertThat(Cli.run(foo, "history").code()).isEqualTo(2);
    foo.close();
    assertThat(Cli.run(foo, "history", "entity/entity_1").code()).isEqualTo(5);
  }
}
