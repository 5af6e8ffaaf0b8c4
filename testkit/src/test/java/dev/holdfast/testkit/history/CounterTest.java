package dev.holdfast.testkit.history;

import static dev.holdfast.testkit.history.Asked.add;
import static dev.holdfast.testkit.history.Asked.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What is found to be wrong with a counter, and how it is told. */
class CounterTest {
  private static Story fresh() {
    return Story.byRevisions(Start.initial("0"));
  }

  @Test
  void aCounterThatCountsIsRight() {
    assertThat(fresh()
            .shown(add(1), 0, 1, "1")
            .done(add(1), 2, 3, 2)
            .done(add(1), 4, 5)
            .unknown(add(1), 6)
            .done(read(), 7, 8, 4, "4")
            .wrong())
        .isEqualTo("nothing");
  }

  @Test
  void anAddIsNotLost() {
    assertThat(fresh()
            .shown(add(1), 0, 1, "1")
            .shown(add(1), 2, 3, "2")
            .done(read(), 4, 5, 1, "1")
            .wrong())
        .isEqualTo("revision 2 was told before the call began that was shown revision 1 [2, 3]");
    assertThat(fresh().done(add(1), 0, 1).done(read(), 4, 5, 0, "0").wrong())
        .isEqualTo("it was done, but no revision from then up to 0 can be its work [1, 2]");
  }

  @Test
  void anAddIsNotDoneTwice() {
    assertThat(fresh().shown(add(1), 0, 1, "1").done(read(), 2, 3, 2, "2").wrong())
        .isEqualTo(
            "revision 2 was told, but only 1 writes may have been done since revision 0" + " [2]");
    assertThat(fresh().shown(add(1), 0, 1, "1").shown(add(1), 2, 3, "1").wrong())
        .isEqualTo("revision 1 was made by two writes [1, 2]");
  }

  @Test
  void whatWasRefusedDoesNotCount() {
    assertThat(fresh().refused(add(1), 0, 1).done(read(), 2, 3, 1, "1").wrong())
        .isEqualTo(
            "revision 1 was told, but only 0 writes may have been done since revision 0" + " [2]");
  }

  @Test
  void theValueIsASumOfWhatWasAdded() {
    assertThat(fresh().unknown(add(2), 0).done(read(), 2, 3, 1, "3").wrong())
        .isEqualTo("the value is not a sum of what was added [2]");
    assertThat(fresh()
            .unknown(add(2), 0)
            .unknown(add(2), 0)
            .done(read(), 2, 3, 2, "2")
            .wrong())
        .isEqualTo("revision 2 is shown with the value of revision 1 [3]");
    assertThat(fresh().unknown(add(2), 0).absent(read(), 2, 3).wrong())
        .isEqualTo("the counter was said not to exist, which it did all the time [2]");
  }

  @Test
  void differentAmountsAddUp() {
    Story story = fresh().done(add(5), 0, 1, 1).done(add(7), 2, 3, 2);
    assertThat(story.done(read(), 4, 5, 2, "12").wrong()).isEqualTo("nothing");
    assertThat(story.done(read(), 4, 5, 2, "13").wrong())
        .isEqualTo("revision 2 has two values, 12 and 13 [3, 4]");
    assertThat(fresh()
            .done(add(5), 0, 1, 1)
            .done(add(7), 2, 3, 2)
            .done(read(), 4, 5, 2, "13")
            .wrong())
        .isEqualTo("the value of revision 2 is not the sum of what was added, but off by 1 [2, 3]");
  }

  @Test
  void anUnknownAddIsThatOfTheRightAmount() {
    Story story = fresh().unknown(add(5), 0).done(add(7), 2, 3, 2).done(read(), 4, 5, 2, "10");
    assertThat(story.wrong())
        .isEqualTo("revision 1 was made by nobody: no write whose outcome or revision is not known"
            + " fits [2]");
    assertThat(story.unknown(add(3), 0).wrong()).isEqualTo("nothing");
  }

  @Test
  void differentAmountsNeedRevisions() {
    Story values = Story.withoutRevisions(Start.absent()).done(add(1), 0, 1).done(add(2), 2, 3);
    assertThatThrownBy(values::verdict)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the amounts that are added to k differ: judge it by revisions");
    Story untold = fresh().done(add(1), 0, 1).done(add(2), 2, 3).shown(read(), 4, 5, "3");
    assertThatThrownBy(untold::verdict)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("amounts differ and this read tells no revision: client 3: read newest: done,"
            + " value \"3\"");
  }

  @Test
  void withoutRevisionsTheValueAloneTells() {
    assertThat(Story.withoutRevisions(Start.absent())
            .absent(read(), 0, 1)
            .done(add(-3), 2, 3)
            .shown(read(), 4, 5, "0")
            .wrong())
        .isEqualTo("it was done, but no revision from then up to -1 can be its work [2, 3]");
  }
}
