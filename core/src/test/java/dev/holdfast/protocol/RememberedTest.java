package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.Operations.Done;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What the owner or the row knows is found, wherever it is. */
class RememberedTest {
  private final Remembered remembered = new Remembered();

  private static Done done(String id, long revision) {
    return new Done(id, 1, revision, null);
  }

  private static Operations row(String id, long revision) {
    return Operations.NONE.plus(done(id, revision));
  }

  private void load(Operations operations, long revision) {
    remembered.load(new Row(revision, revision, "value", operations));
  }

  @Test
  void whatTheRowHadWhenItWasLoadedIsFound() {
    Operations row = row("mine", 7);
    load(row, 7);
    assertThat(remembered.find("mine", row)).isEqualTo(done("mine", 7));
    assertThat(remembered.find("yours", row)).isNull();
  }

  @Test
  void whatIsAppliedAndNotYetWrittenIsFoundInTheRow() {
    load(row("mine", 7), 7);
    assertThat(remembered.find("next", row("mine", 7).plus(done("next", 8))))
        .isEqualTo(done("next", 8));
  }

  @Test
  void whatTheOwnerHasForgottenIsFoundAsLongAsTheRowHasIt() {
    Operations row = row("mine", 7);
    load(row, 7);
    List<Done> made = LongStream.rangeClosed(8, 7 + Remembered.KEPT)
        .mapToObj(revision -> done("hf-1-" + revision, revision))
        .toList();
    remembered.add(made, 7 + Remembered.KEPT);
    assertThat(remembered.find("mine", Operations.NONE)).isNull();
    assertThat(remembered.find("mine", row)).isEqualTo(done("mine", 7));
  }
}
