package dev.holdfast.verify.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class TableTest {
  @Test
  void aRowHasMedianLeastMostAndTheRatioOfHoldfastToIt() {
    String text = table(
        set("holdfast", 900), set("holdfast", 1_000), set("holdfast", 1_200), set("database", 500));
    assertThat(text)
        .contains("#### A change, at any node")
        .contains("| 1,000 uniform | 16 | holdfast | 1,000 (900 to 1,200) | 1.00 | 10.0")
        .contains("| 1,000 uniform | 16 | database | 500 | 2.00 | 10.0");
  }

  @Test
  void aProgramThatKnowsNoChoicesIsComparedToo() {
    String text = table(
        set("holdfast", 1_000),
        parse(
            "{\"peer\":\"elixir-global\",\"work\":\"set-own\",\"concurrency\":16,\"entities\":1000,"
                + "\"median_us\":330.5,\"p99_us\":null,\"per_second\":2000,\"repetition\":1,"
                + "\"unheard\":\"of\"}"));
    assertThat(text).contains("| 1,000 | 16 | elixir-global set-own | 2,000 | 0.50 | 331");
  }

  @Test
  void theMedianOfTwoRepetitionsLiesBetweenThem() {
    assertThat(table(set("holdfast", 1_000), set("holdfast", 2_000)))
        .contains("| holdfast | 1,500 (1,000 to 2,000) | 1.00 |");
  }

  @Test
  void failedCallsAreToldBesideTheirPeer() {
    Measurement failing =
        new Measurement("redis", "set", 16, 1_000, "uniform", 2, 1.0, 2.0, null, 100.0, null, 7, 1);
    assertThat(table(failing)).contains("| redis (7 calls failed) |");
  }

  @Test
  void changesAreComparedWithTheDatabasesOwnBest() {
    Measurement best = new Measurement(
        "database-best",
        "batches-of-64-on-2",
        128,
        1_000,
        "uniform",
        0,
        null,
        null,
        null,
        4_000.0,
        null,
        0,
        1);
    Measurement many = new Measurement(
        "holdfast", "set", 256, 1_000, "uniform", 2, 1.0, 2.0, null, 3_000.0, null, 0, 1);
    assertThat(table(many, best)).contains("| 64 | 2 | 4,000 | 0.75 |");
  }

  @Test
  void silencesAreComparedWithThoseOfAPeerThatHasOtherEntities() {
    String text = table(
        failover(3_000_000.0),
        failover(3_200_000.0),
        parse("{\"peer\":\"elixir-global\",\"work\":\"failover-kill\",\"concurrency\":1,"
            + "\"entities\":1,\"repetition\":1,\"median_us\":10000}"));
    assertThat(text)
        .contains("#### A node is killed")
        .contains("| 60 | holdfast | 3,100 (3,000 to 3,200) | 1.00 |")
        .contains("| 1 | elixir-global | 10.0 | 310 |");
  }

  @Test
  void aMeasurementIsReadAsItWasWritten() {
    Measurement one = set("holdfast", 12.5);
    assertThat(Measurement.parse(one.line())).contains(one);
  }

  @Test
  void otherLinesOfAProgramAreNoMeasurements() {
    assertThat(Measurement.all(Stream.of("", "starting", "{", "{}", "{\"peer\":\"a\"}", "[1]")))
        .isEmpty();
  }

  @Test
  void onlyTheMarkedPartOfADocumentIsReplaced() {
    String begin = "<!-- written by ./holdfast bench --write -->";
    String end = "<!-- end of what ./holdfast bench --write wrote -->";
    String replaced = Section.replaced("before\n" + begin + "\nold\n" + end + "\nafter\n", "new\n");
    assertThat(replaced).isEqualTo("before\n" + begin + "\n\nnew\n\n" + end + "\nafter\n");
    assertThatThrownBy(() -> Section.replaced("no marks", "new")).hasMessageContaining("put in");
  }

  private static String table(Measurement... all) {
    return new Table(List.of(all)).text();
  }

  private static Measurement set(String peer, double perSecond) {
    return new Measurement(
        peer, "set", 16, 1_000, "uniform", 2, 10.0, 20.0, null, perSecond, null, 0, 1);
  }

  private static Measurement failover(double micros) {
    return new Measurement(
        "holdfast", "failover-kill", 0, 60, null, 3, micros, null, null, null, null, 0, 1);
  }

  private static Measurement parse(String line) {
    return Measurement.parse(line).orElseThrow();
  }
}
