package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.Operations.Done;
import java.util.List;
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
    Remembered remembered = new Remembered(row(row, 7));
    assertThat(remembered.find("mine", row)).isEqualTo(done("mine", 7));
    assertThat(remembered.find("yours", row)).isNull();
  }

  @Test
  void whatIsAppliedAndNotYetWrittenIsFoundInTheRow() {
    Remembered remembered = new Remembered(row(row("mine", 7), 7));
    assertThat(remembered.find("next", row("mine", 7).plus(done("next", 8))))
        .isEqualTo(done("next", 8));
  }

  @Test
  void whatTheOwnerHasForgottenIsFoundAsLongAsTheRowHasIt() {
    Operations row = row("mine", 7);
    Remembered remembered = new Remembered(row(row, 7));
    List<Done> made = LongStream.rangeClosed(8, 7 + Remembered.KEPT)
        .mapToObj(revision -> done("hf-1-" + revision, revision))
        .toList();
    remembered.add(made, 7 + Remembered.KEPT);
    assertThat(remembered.find("mine", Operations.NONE)).isNull();
    assertThat(remembered.find("mine", row)).isEqualTo(done("mine", 7));
  }

  @Test
  void aRowOfFewTellsItAll() {
    assertThat(Remembered.besides(rowOf(Remembered.FEW), null)).isNull();
    assertThat(Remembered.besides(rowOf(Remembered.FEW + 1), null)).isNotNull();
  }

  @Test
  void aRowOfFewForgetsNothingWithAnotherWrite() {
    Operations most = rowOf(Remembered.FEW + Turns.COMBINED).operations();
    assertThat(most.size()).isEqualTo(Remembered.FEW + Turns.COMBINED);
    assertThat(most.forgotten()).isEqualTo(Forgotten.NONE);
  }

  @Test
  void whatIsRememberedIsKept() {
    Remembered remembered = new Remembered(rowOf(80));
    assertThat(Remembered.besides(rowOf(1), remembered)).isSameAs(remembered);
  }
}
