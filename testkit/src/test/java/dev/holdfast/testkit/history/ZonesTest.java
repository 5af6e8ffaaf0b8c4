package dev.holdfast.testkit.history;

import static dev.holdfast.testkit.history.Asked.read;
import static dev.holdfast.testkit.history.Asked.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Read;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is found to be wrong with a register by its values alone, and how it is told. */
class ZonesTest {
  private static Story fresh() {
    return Story.withoutRevisions(Start.absent());
  }

  @Test
  void twoValuesThatLastDoNotOverlap() {
    assertThat(fresh()
            .done(write("a"), 0, 1)
            .done(write("b"), 2, 3)
            .shown(read(), 4, 5, "b")
            .shown(read(), 6, 7, "a")
            .wrong())
        .isEqualTo("\"a\" and \"b\" must both have been the value at one moment [1, 4, 2, 3]");
  }

  @Test
  void aWriteIsNotLost() {
    assertThat(fresh()
            .done(write("a"), 0, 1)
            .done(write("b"), 2, 3)
            .shown(read(), 4, 5, "a")
            .wrong())
        .isEqualTo("\"a\" and \"b\" must both have been the value at one moment [1, 3, 2]");
  }

  @Test
  void absenceIsAValue() {
    assertThat(fresh().absent(read(), 0, 1).done(write("a"), 2, 3).wrong()).isEqualTo("nothing");
    assertThat(fresh().done(write("a"), 0, 1).absent(read(), 2, 3).wrong())
        .isEqualTo("absence and \"a\" must both have been the value at one moment [2, 1]");
    assertThat(Story.withoutRevisions(Start.at(0, "a")).absent(read(), 2, 3).wrong())
        .isEqualTo("it is shown what was never there [1]");
  }

  @Test
  void aWriteOfUnknownOutcomeCountsIfItIsRead() {
    Story story = fresh().done(write("a"), 0, 1).unknown(write("b"), 2);
    assertThat(story.shown(read(), 4, 5, "a").wrong()).isEqualTo("nothing");
    assertThat(story.shown(read(), 6, 7, "b").wrong()).isEqualTo("nothing");
    assertThat(story.shown(read(), 8, 9, "a").wrong())
        .isEqualTo("\"a\" and \"b\" must both have been the value at one moment [1, 5, 2, 4]");
  }

  @Test
  void aValueIsNotSeenBeforeItIsWritten() {
    assertThat(fresh().shown(read(), 0, 1, "a").done(write("a"), 2, 3).wrong())
        .isEqualTo("a value is shown before the call that wrote it [1, 2]");
  }

  @Test
  void whatWasRefusedIsNotSeenUnlessItWasAskedAgain() {
    Story story = fresh().refused(write("a"), 0, 1).shown(read(), 4, 5, "a");
    assertThat(story.wrong()).isEqualTo("a value is shown that was refused [1, 2]");
    assertThat(story.done(write("a"), 2, 3).wrong()).isEqualTo("nothing");
  }

  @Test
  void aStaleReadMayBeAsOldAsItSaysAndNoOlder() {
    Asked stale = read(Read.atMostStale(Duration.ofNanos(10)));
    Story story = fresh().done(write("a"), 0, 1).done(write("b"), 2, 3);
    assertThat(story.shown(stale, 13, 14, "a").wrong()).isEqualTo("nothing");
    assertThat(story.shown(read(Read.any()), 900, 901, "a").wrong()).isEqualTo("nothing");
    assertThat(story.shown(stale, 14, 15, "a").wrong())
        .isEqualTo("\"a\" and \"b\" must both have been the value at one moment [1, 5, 2]");
    assertThat(story.shown(stale, 0, 1, "b").wrong())
        .isEqualTo("a value is shown before the call that wrote it [6, 2]");
  }

  @Test
  void valuesMustBeUnique() {
    Story story = fresh().done(write("a"), 0, 1).done(write("a"), 2, 3);
    assertThatThrownBy(story::verdict)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("value \"a\" of k is not unique: judge it by revisions");
  }

  @Test
  void deletionsNeedRevisions() {
    Story story = fresh().done(Asked.delete(), 0, 1);
    assertThatThrownBy(story::verdict)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("k must be judged by revisions: client 1: delete: done");
  }
}
