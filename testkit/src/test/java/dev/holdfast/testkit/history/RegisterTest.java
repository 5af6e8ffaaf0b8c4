package dev.holdfast.testkit.history;

import static dev.holdfast.testkit.history.Asked.delete;
import static dev.holdfast.testkit.history.Asked.read;
import static dev.holdfast.testkit.history.Asked.write;
import static dev.holdfast.testkit.history.Asked.writeIf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Entity;
import dev.holdfast.Read;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is found to be wrong with a register by its revisions, and how it is told. */
class RegisterTest {
  private static final String BY_NOBODY =
      " was made by nobody: no write whose outcome or revision is not known fits";

  private static Story fresh() {
    return Story.byRevisions(Start.absent());
  }

  private static Asked stale(long nanos) {
    return read(Read.atMostStale(Duration.ofNanos(nanos)));
  }

  @Test
  void oneThingAfterTheOtherIsRight() {
    Story story = fresh()
        .absent(read(), 0, 1)
        .done(write("a"), 2, 3, 0, "a")
        .done(read(), 4, 5, 0, "a")
        .done(writeIf(0, "b"), 6, 7, 1)
        .refused(writeIf(0, "c"), 8, 9, 1)
        .done(delete(), 10, 11, 2)
        .absent(read(), 12, 13)
        .done(writeIf(Entity.ABSENT, "d"), 14, 15, 3)
        .done(read(), 16, 17, 3, "d");
    assertThat(story.verdict())
        .isEqualTo(new Verdict(9, 1, 4, 5, 0, 3, List.of()))
        .hasToString(
            "9 operations on 1 keys (4 reads, 5 writes; 0 unknown, 3 refused): no" + " violation");
  }

  @Test
  void aReadThatIsOlderThanAnEarlierAnswerIsStale() {
    Story story =
        fresh().done(write("a"), 0, 1, 0).done(write("b"), 2, 3, 1).done(read(), 4, 5, 0, "a");
    assertThat(story.wrong())
        .isEqualTo("revision 1 was told before the call began that was shown revision 0 [2, 3]");
    assertThat(story.verdict().toString()).isEqualTo("""
        3 operations on 1 keys (1 reads, 2 writes; 0 unknown, 0 refused): 1 violations
        k: revision 1 was told before the call began that was shown revision 0; nanoseconds since 2
                        0 to               1  client 2: write b: revision 1
                        2 to               3  client 3: read newest: revision 0, value "a\"""");
  }

  @Test
  void aReadThatOverlapsTheWriteMayShowEither() {
    assertThat(fresh()
            .done(write("a"), 0, 1, 0)
            .done(write("b"), 2, 9, 1)
            .done(read(), 3, 4, 0, "a")
            .done(read(), 5, 6, 1, "b")
            .wrong())
        .isEqualTo("nothing");
  }

  @Test
  void whatOneReadShowedNoLaterOneMayTakeBack() {
    assertThat(fresh()
            .done(write("a"), 0, 1, 0)
            .done(write("b"), 2, 9, 1)
            .done(read(), 3, 4, 1, "b")
            .done(read(), 5, 6, 0, "a")
            .wrong())
        .isEqualTo("revision 1 was told before the call began that was shown revision 0 [3, 4]");
  }

  @Test
  void aValueCannotBeSeenBeforeItIsWritten() {
    assertThat(fresh().done(read(), 0, 1, 0, "a").done(write("a"), 2, 3, 0).wrong())
        .isEqualTo("revision 0 was told before the call began that made revision 0 [1, 2]");
  }

  @Test
  void aWriteOfUnknownOutcomeTakesEffectAfterItsCall() {
    assertThat(fresh().done(read(), 0, 1, 0, "a").unknown(write("a"), 2).wrong())
        .isEqualTo("revision 0 was told before the call began that made revision 0 [1, 2]");
    assertThat(fresh().unknown(write("a"), 2).done(read(), 900, 901, 0, "a").wrong())
        .isEqualTo("nothing");
  }

  @Test
  void aWriteCannotMakeAnOlderRevisionThanWasTold() {
    assertThat(fresh()
            .unknown(write("a"), 0)
            .done(write("b"), 1, 2, 1)
            .done(write("c"), 3, 4, 0)
            .wrong())
        .isEqualTo("revision 1 was told before the call began that made revision 0 [2, 3]");
  }

  @Test
  void twoWritesCannotMakeOneRevision() {
    assertThat(fresh().done(write("a"), 0, 1, 0).done(write("b"), 2, 3, 0).wrong())
        .isEqualTo("revision 0 was made by two writes [1, 2]");
  }

  @Test
  void aRevisionHasOneValue() {
    assertThat(fresh().done(write("a"), 0, 1, 0).done(read(), 2, 3, 0, "b").wrong())
        .isEqualTo("revision 0 has two values, \"a\" and \"b\" [1, 2]");
  }

  @Test
  void aWriteIsToldWhatItWrote() {
    assertThat(fresh().done(write("a"), 0, 1, 0, "b").wrong())
        .isEqualTo("it was told another value than it wrote [1]");
  }

  @Test
  void aValueIsWrittenBySomebodyWhoWasNotRefused() {
    assertThat(fresh().unknown(write("a"), 0).done(read(), 2, 3, 0, "x").wrong())
        .isEqualTo("revision 0 is shown with value \"x\", which nobody wrote [2]");
    assertThat(fresh()
            .refused(write("x"), 0, 1)
            .unknown(write("a"), 0)
            .done(read(), 2, 3, 0, "x")
            .wrong())
        .isEqualTo("revision 0 is shown with value \"x\", which was refused [1, 3]");
    assertThat(fresh()
            .done(write("x"), 0, 1, 0)
            .unknown(write("a"), 0)
            .done(read(), 2, 3, 1, "x")
            .wrong())
        .isEqualTo("revision 1 is shown with value \"x\", which is another revision's [1, 3]");
  }

  @Test
  void aWriteOfUnknownOutcomeIsDoneOnce() {
    assertThat(fresh()
            .unknown(write("a"), 0)
            .unknown(write("b"), 0)
            .done(read(), 2, 3, 0, "a")
            .done(read(), 4, 5, 1, "a")
            .wrong())
        .isEqualTo("value \"a\" is that of two revisions, and was written once [1, 3, 4]");
  }

  @Test
  void aRevisionThatNobodyReadNeedsAWriteThatIsLeft() {
    Story story = fresh().done(write("a"), 0, 1, 0).done(write("c"), 4, 5, 2);
    assertThat(story.wrong())
        .isEqualTo(
            "revision 2 was told, but only 2 writes may have been done since revision -1" + " [2]");
    assertThat(story.unknown(write("late"), 6).wrong())
        .isEqualTo("revision 1" + BY_NOBODY + " [1, 2]");
    assertThat(story.unknown(write("b"), 2).wrong()).isEqualTo("nothing");
  }

  @Test
  void aCompareAndSetIsDoneAtTheRevisionThatItExpects() {
    assertThat(fresh().unknown(write("x"), 0).done(writeIf(3, "a"), 0, 1, 1).wrong())
        .isEqualTo("it was done at another revision than it expected [2]");
    assertThat(fresh()
            .done(write("a"), 0, 1, 0)
            .done(writeIf(Entity.ABSENT, "b"), 2, 3, 1)
            .wrong())
        .isEqualTo("revision 0 is a value to one, and to the other the key does not exist then"
            + " [1, 2]");
  }

  @Test
  void aCompareAndSetOfUnknownOutcomeIsDoneThereToo() {
    assertThat(fresh()
            .unknown(write("x"), 0)
            .unknown(writeIf(3, "a"), 0)
            .done(read(), 1, 2, 1, "a")
            .wrong())
        .isEqualTo("it took effect at revision 1, which is not the one after what it expected"
            + " [2, 3]");
  }

  @Test
  void aCompareAndSetIsNotRefusedAtTheRevisionThatItExpects() {
    assertThat(
            fresh().done(write("a"), 0, 1, 0).refused(writeIf(0, "b"), 2, 3, 0).wrong())
        .isEqualTo("it was refused though the key was as it expected [2]");
    assertThat(fresh().refused(writeIf(Entity.ABSENT, "b"), 2, 3, Entity.ABSENT).wrong())
        .isEqualTo("it was refused though the key was as it expected [1]");
  }

  @Test
  void aRefusalThatTellsTheRevisionIsARead() {
    assertThat(fresh()
            .done(write("a"), 0, 1, 0)
            .done(write("b"), 2, 3, 1)
            .refused(writeIf(7, "c"), 4, 5, 0)
            .wrong())
        .isEqualTo("revision 1 was told before the call began that was shown revision 0 [2, 3]");
  }

  @Test
  void whatWasDeletedIsNotShown() {
    assertThat(fresh()
            .done(write("a"), 0, 1, 0)
            .done(delete(), 2, 3, 1)
            .done(read(), 4, 5, 1, "a")
            .wrong())
        .isEqualTo("revision 1 is a value to one, and to the other the key does not exist then"
            + " [2, 3]");
  }

  @Test
  void whatExistsIsFound() {
    assertThat(fresh().done(write("a"), 0, 1, 0).absent(read(), 2, 3).wrong())
        .isEqualTo("the key was said not to exist, which it did all the time [1, 2]");
    assertThat(Story.byRevisions(Start.at(4, "a")).absent(read(), 2, 3).wrong())
        .isEqualTo("the key was said not to exist, which it did all the time [1]");
  }

  @Test
  void aDeletionThatTellsNoRevisionMustBeThere() {
    Story story = fresh().done(write("a"), 0, 1, 0).done(delete(), 2, 3).done(write("b"), 4, 5, 2);
    assertThat(story.wrong()).isEqualTo("nothing");
    assertThat(fresh()
            .done(write("a"), 0, 1, 0)
            .done(delete(), 2, 3)
            .done(read(), 4, 5, 0, "a")
            .wrong())
        .isEqualTo("it was done, but no revision from then up to 0 can be its work [2, 3]");
  }

  @Test
  void aTypeWithAnInitialValueGoesBackToIt() {
    assertThat(Story.byRevisions(Start.initial("new"))
            .done(read(), 0, 1, 0, "new")
            .done(write("a"), 2, 3, 1)
            .unknown(delete(), 4)
            .done(read(), 6, 7, 2, "new")
            .wrong())
        .isEqualTo("nothing");
  }

  @Test
  void revisionsBeginAtTheStart() {
    assertThat(Story.byRevisions(Start.at(4, "a")).done(read(), 0, 1, 3, "b").wrong())
        .isEqualTo("a revision was told from before the start, 4 [1]");
    assertThat(Story.byRevisions(Start.at(4, "a")).done(write("b"), 0, 1, 4).wrong())
        .isEqualTo("a write was told revision 4, which was there [1]");
  }

  @Test
  void aStaleReadMayBeAsOldAsItSaysAndNoOlder() {
    Story story = fresh().done(write("a"), 0, 1, 0).done(write("b"), 2, 3, 1);
    assertThat(story.done(stale(10), 13, 14, 0, "a").wrong()).isEqualTo("nothing");
    assertThat(story.done(stale(10), 14, 15, 0, "a").wrong())
        .isEqualTo("revision 1 was told before the call began that was shown revision 0 [2, 4]");
  }

  @Test
  void aStaleReadMayBeAhead() {
    Story story = fresh()
        .done(write("a"), 0, 1, 0)
        .done(write("b"), 2, 9, 1)
        .done(stale(0), 3, 4, 1, "b")
        .done(read(), 5, 6, 0, "a");
    assertThat(story.wrong()).isEqualTo("nothing");
    assertThat(story.done(stale(0), 0, 1, 1, "b").wrong())
        .isEqualTo("revision 1 was told before the call began that made revision 1 [5, 2]");
  }

  @Test
  void aReadOfAnyAgeShowsWhatWasThereOnce() {
    Story story = fresh().done(write("a"), 0, 1, 0).done(write("b"), 2, 3, 1);
    assertThat(story.done(read(Read.any()), 900, 901, 0, "a").wrong()).isEqualTo("nothing");
    assertThat(story.done(read(Read.any()), 900, 901, 1, "x").wrong())
        .isEqualTo("revision 1 has two values, \"b\" and \"x\" [2, 4]");
  }

  @Test
  void aReadWithoutARevisionCannotBeJudgedByRevisions() {
    Story story = fresh().shown(read(), 0, 1, "a");
    assertThatThrownBy(story::verdict)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("this read tells no revision: judge k without revisions; client 1: read newest:"
            + " done, value \"a\"");
  }

  @Test
  void listsAndRegistersAreNotMixed() {
    Story story = fresh().done(write("a"), 0, 1, 0).done(Asked.append("b"), 2, 3, 1);
    assertThatThrownBy(story::verdict)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "k is asked for what belongs to registers, lists and counters: use several" + " keys");
  }
}
