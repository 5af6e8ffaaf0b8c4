package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.Watched.Listed;
import dev.holdfast.protocol.Watched.Output;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage.Hint;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What watches are given, and what bounds there are. */
class WatchedTest {
  private final Watched watched = new Watched();

  private static EntityKey key(String id) {
    return new EntityKey("t", id);
  }

  private static List<EntityKey> reads(List<Output> outputs) {
    return outputs.stream()
        .filter(Output.Read.class::isInstance)
        .map(output -> ((Output.Read) output).key())
        .toList();
  }

  private static List<Long> gives(List<Output> outputs) {
    return outputs.stream()
        .filter(Output.Give.class::isInstance)
        .map(output -> ((Output.Give) output).watch())
        .toList();
  }

  private static List<Listed> rows(int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(i -> new Listed("x%06d".formatted(i), 0))
        .toList();
  }

  @Test
  void manyWatchesOfOneEntityCostOneRead() {
    assertThat(reads(watched.open(1, key("x"), null))).hasSize(1);
    assertThat(reads(watched.read(key("x"), 3, true))).isEmpty();
    for (long number = 2; number <= 1_000; number++) {
      watched.open(number, key("x"), 3L);
    }
    assertThat(gives(watched.read(key("x"), 3, true))).isEmpty();
    List<Output> again = watched.read(key("x"), 3, true);
    assertThat(reads(again))
        .as("those who came during the read were read for once")
        .isEmpty();
    assertThat(reads(watched.taken(1))).isEmpty();
    assertThat(reads(watched.look(List.of(new Hint(key("x"), 4))))).hasSize(1);
    assertThat(gives(watched.read(key("x"), 4, true))).hasSize(1_000);
  }

  @Test
  void whatAWatchHasSeenIsNotGivenAgain() {
    watched.open(1, key("x"), 3L);
    assertThat(gives(watched.read(key("x"), 3, true))).isEmpty();
    assertThat(watched.look(List.of(new Hint(key("x"), 3)))).isEmpty();
  }

  @Test
  void whoTakesNothingHasNothingReadAndGetsTheNewestInTheEnd() {
    watched.open(1, key("x"), null);
    assertThat(gives(watched.read(key("x"), 0, true))).containsExactly(1L);
    for (long revision = 1; revision < 100; revision++) {
      assertThat(watched.look(List.of(new Hint(key("x"), revision)))).isEmpty();
    }
    assertThat(reads(watched.taken(1))).containsExactly(key("x"));
    assertThat(gives(watched.read(key("x"), 99, true))).containsExactly(1L);
    assertThat(watched.taken(1)).isEmpty();
  }

  @Test
  void aPrefixHasNoMoreReadThanThereIsRoomFor() {
    watched.openAll(1, "t", "");
    List<Output> outputs = watched.listed(1, rows(0, 200), false);
    assertThat(reads(outputs)).hasSize(Watched.ROOM);
    int given = 0;
    for (EntityKey key : reads(outputs)) {
      List<Output> answered = watched.read(key, 0, true);
      given += gives(answered).size();
      assertThat(reads(answered)).isEmpty();
    }
    assertThat(given).isEqualTo(Watched.ROOM);
    assertThat(reads(watched.taken(1))).hasSize(1);
  }

  @Test
  void aNodeReadsOnlySoManyAtOnce() {
    List<EntityKey> begun = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      begun.addAll(reads(watched.open(i, key("x" + i), null)));
    }
    assertThat(begun).hasSize(Watched.MOST_READS);
    assertThat(reads(watched.read(begun.get(0), 0, true))).hasSize(1);
  }

  @Test
  void aPrefixOfTooManyEntitiesEnds() {
    watched.openAll(1, "t", "");
    List<Output> outputs = List.of();
    for (int from = 0; from <= 2 * Watched.MOST_IDS; from += 1_000) {
      outputs = watched.listed(1, rows(from, 1_000), true);
      if (outputs.contains(new Output.TooMany(1))) {
        break;
      }
    }
    assertThat(outputs).contains(new Output.TooMany(1));
    assertThat(watched.types()).isEmpty();
  }

  @Test
  void theTypesThatAreWatchedAreThoseOfOpenWatches() {
    watched.open(1, key("x"), null);
    watched.openAll(2, "u", "");
    watched.open(3, key("x"), null);
    assertThat(watched.types()).containsExactlyInAnyOrder("t", "u");
    watched.close(1);
    watched.close(2);
    watched.close(2);
    assertThat(watched.types()).containsExactly("t");
    watched.close(3);
    assertThat(watched.types()).isEmpty();
  }
}
