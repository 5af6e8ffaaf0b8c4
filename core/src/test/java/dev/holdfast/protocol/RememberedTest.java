package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.Operations.Done;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What the owner or the row knows is found, wherever it is. */
class RememberedTest {
  private static Done done(String id, long revision) {
    return new Done(id, 1, revision, null);
  }

  private static Operations row(String id, long revision) {
    return Operations.NONE.plus(done(id, revision));
  }

  private static Row row(Operations operations, long revision) {
    return new Row(revision, revision, "value", operations);
  }

  private static Row rowOf(int count) {
    Operations all = Operations.NONE;
    for (int i = 1; i <= count; i++) {
      all = all.plus(done("hf-1-" + i, i));
    }
    return row(all, count);
  }

  @Test
  void whatTheRowHadWhenItWasLoadedIsFound() {
    Operations row = row("mine", 7);
    Remembered remembered = new Remembered(row(row, 7), 0);
    assertThat(remembered.find("mine", row)).isEqualTo(done("mine", 7));
    assertThat(remembered.find("yours", row)).isNull();
  }

  @Test
  void whatIsAppliedAndNotYetWrittenIsFoundInTheRow() {
    Remembered remembered = new Remembered(row(row("mine", 7), 7), 0);
    assertThat(remembered.find("next", row("mine", 7).plus(done("next", 8))))
        .isEqualTo(done("next", 8));
  }

  @Test
  void whatTheOwnerHasForgottenIsFoundAsLongAsTheRowHasIt() {
    Operations row = row("mine", 7);
    Remembered remembered = new Remembered(row(row, 7), 0);
    List<Done> made = LongStream.rangeClosed(8, 7 + Remembered.KEPT)
        .mapToObj(revision -> done("hf-1-" + revision, revision))
        .toList();
    remembered.add(made, 7 + Remembered.KEPT, 0);
    assertThat(remembered.find("mine", Operations.NONE)).isNull();
    assertThat(remembered.find("mine", row)).isEqualTo(done("mine", 7));
  }

  @Test
  void aRowOfFewTellsItAll() {
    assertThat(Remembered.besides(rowOf(Remembered.FEW), null, 0)).isNull();
    assertThat(Remembered.besides(rowOf(Remembered.FEW + 1), null, 0)).isNotNull();
  }

  @Test
  void aRowOfFewForgetsNothingWithAnotherWrite() {
    Operations most = rowOf(Remembered.FEW + Turns.COMBINED).operations();
    assertThat(most.size()).isEqualTo(Remembered.FEW + Turns.COMBINED);
    assertThat(most.forgotten()).isEqualTo(Forgotten.NONE);
  }

  @Test
  void whatIsRememberedIsKept() {
    Remembered remembered = new Remembered(rowOf(80), 0);
    assertThat(Remembered.besides(rowOf(1), remembered, 0)).isSameAs(remembered);
  }

  @Test
  void whatIsOlderThanAMinuteIsLetGo() {
    Remembered remembered = new Remembered(rowOf(0), 0);
    int seconds = 600;
    int mostAtOnce = 0;
    for (int second = 1; second <= seconds; second++) {
      remembered.add(
          List.of(done("hf-1-" + second, second)), second, TimeUnit.SECONDS.toNanos(second));
      mostAtOnce = Math.max(mostAtOnce, remembered.size());
    }
    assertThat(mostAtOnce).isBetween(60, 70);
    assertThat(remembered.find("hf-1-" + (seconds - 60), Operations.NONE)).isNotNull();
    assertThat(remembered.find("hf-1-" + (seconds - 70), Operations.NONE)).isNull();
    assertThat(remembered.mayHaveForgotten(new OperationId.Made(1, seconds - 70)))
        .isTrue();
    assertThat(remembered.mayHaveForgotten(new OperationId.Made(1, seconds - 60)))
        .isFalse();
  }

  @Test
  void whatIsOlderThanAMinuteIsFoundAsLongAsTheRowHasIt() {
    Row row = rowOf(64);
    Remembered remembered = new Remembered(row, 0);
    Operations next = row.operations().plus(done("hf-1-65", 65));
    remembered.add(List.of(done("hf-1-65", 65)), 65, 2 * Remembered.KEPT_NANOS);
    assertThat(remembered.size()).isEqualTo(1);
    for (int number = 2; number <= 65; number++) {
      assertThat(remembered.find("hf-1-" + number, next)).isEqualTo(done("hf-1-" + number, number));
    }
    assertThat(remembered.find("hf-1-1", next)).isNull();
    assertThat(remembered.mayHaveForgotten(new OperationId.Made(1, 1))).isTrue();
    assertThat(next.forgotten().covers(new OperationId.Made(1, 1))).isTrue();
    assertThat(next.forgotten().covers(new OperationId.Made(1, 66))).isFalse();
  }

  @Test
  void aNewChangeAfterALongPauseIsNew() {
    Remembered remembered = new Remembered(rowOf(80), 0);
    remembered.add(List.of(done("hf-1-81", 81)), 81, 2 * Remembered.KEPT_NANOS);
    assertThat(remembered.mayHaveForgotten(new OperationId.Made(1, 82))).isFalse();
    assertThat(remembered.mayHaveForgotten(new OperationId.Made(2, 1))).isFalse();
  }
}
