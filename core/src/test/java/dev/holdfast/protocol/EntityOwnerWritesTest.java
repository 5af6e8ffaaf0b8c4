package dev.holdfast.protocol;

import static dev.holdfast.protocol.ListApplier.append;
import static dev.holdfast.protocol.ListApplier.appendIf;
import static dev.holdfast.protocol.ListApplier.change;
import static dev.holdfast.protocol.ListApplier.get;
import static dev.holdfast.protocol.ListApplier.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.EntityOwner.Input;
import dev.holdfast.protocol.EntityOwner.Output;
import dev.holdfast.protocol.EntityOwner.State;
import dev.holdfast.spi.Answer;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is combined into one write, recognised as a repetition, and found out after a failure. */
class EntityOwnerWritesTest {
  private static Answer.Done done(long revision) {
    return new Answer.Done(revision, "!", "foo");
  }

  private static Answer.Kind refusal(Answer answer) {
    return ((Answer.Failed) answer).kind();
  }

  private static void reload(OwnerRig rig, Row row) {
    rig.step(new Input.WriteUnknown("lost"));
    rig.step(new Input.Barred());
    rig.step(new Input.Loaded(row));
  }

  @Test
  void changesThatCameDuringAWriteAreWrittenAsOne() {
    OwnerRig rig = OwnerRig.at(State.WRITING);
    List<Long> tickets =
        LongStream.range(0, 5).map(i -> rig.ask(append("n" + i))).boxed().toList();
    rig.step(new Input.Written());
    assertThat(rig.write().expected()).isZero();
    assertThat(rig.write().row().revision()).isEqualTo(5);
    assertThat(rig.write().json()).isEqualTo("first,n0,n1,n2,n3,n4");
    assertThat(rig.answers).containsOnlyKeys(0L);
    rig.step(new Input.Written());
    for (int i = 0; i < 5; i++) {
      assertThat(rig.answer(tickets.get(i))).isEqualTo(done(i + 1));
    }
  }

  @Test
  void oneWriteCarriesNoMoreThanARowRemembers() {
    OwnerRig rig = OwnerRig.at(State.WRITING);
    for (int i = 0; i < Turns.COMBINED + 1; i++) {
      rig.ask(append("n" + i));
    }
    rig.step(new Input.Written());
    assertThat(rig.write().row().revision()).isEqualTo(Turns.COMBINED);
    rig.step(new Input.Written());
    assertThat(rig.write().row().revision()).isEqualTo(Turns.COMBINED + 1);
    assertThat(Turns.COMBINED).isLessThanOrEqualTo(Operations.KEPT);
  }

  @Test
  void aRefusalOfAnUncommittedValueIsAnsweredWithTheCommit() {
    OwnerRig rig = OwnerRig.at(State.WRITING);
    rig.ask(append("second"));
    long refused = rig.ask(change("r", "refuse", ""));
    long mismatch = rig.ask(appendIf("m", 0));
    long kept = rig.ask(change("k", "keep", ""));
    rig.step(new Input.Written());
    assertThat(rig.answers).containsOnlyKeys(0L);
    List<Output> outputs = rig.step(new Input.Written());
    assertThat(outputs)
        .filteredOn(o -> o instanceof Output.Reply r && !r.committed())
        .isEmpty();
    assertThat(((Answer.Failed) rig.answer(refused)).message()).isEqualTo("saw first,second");
    assertThat(rig.answer(kept)).isEqualTo(new Answer.Done(1, "first,second", "foo"));
    assertThat(refusal(rig.answer(mismatch))).isEqualTo(Answer.Kind.REVISION_MISMATCH);
    assertThat(((Answer.Failed) rig.answer(mismatch)).detail()).isEqualTo(1);
  }

  @Test
  void whatChangesNothingIsNotWrittenAndNeedsTheLease() {
    OwnerRig rig = OwnerRig.at(State.READY);
    List<Output> kept = rig.step(new Input.Arrived(9, change("k", "keep", "")));
    assertThat(kept)
        .containsExactly(new Output.Reply(9, new Answer.Done(0, "first", "foo"), false));
    assertThat(rig.state()).isEqualTo(State.READY);
  }

  @Test
  void expectationsAreHeldAgainstTheRevision() {
    OwnerRig rig = OwnerRig.at(State.READY);
    Answer.Failed refused = (Answer.Failed) rig.answer(rig.ask(appendIf("a", -1)));
    assertThat(refused.kind()).isEqualTo(Answer.Kind.REVISION_MISMATCH);
    assertThat(refused.message()).endsWith("is at revision 0; the caller expected it not to exist");
    long fits = rig.ask(appendIf("b", 0));
    rig.step(new Input.Written());
    assertThat(rig.answer(fits)).isEqualTo(done(1));
  }

  @Test
  void aDeletedEntityKeepsItsRevision() {
    OwnerRig rig = OwnerRig.at(State.READY);
    rig.ask(change("d", "delete", ""));
    rig.step(new Input.Written());
    assertThat(rig.write().json()).isNull();
    assertThat(refusal(rig.answer(rig.ask(get())))).isEqualTo(Answer.Kind.NOT_FOUND);
    long again = rig.ask(appendIf("again", -1));
    assertThat(rig.write().expected()).isEqualTo(1);
    rig.step(new Input.Written());
    assertThat(rig.answer(again)).isEqualTo(done(2));
  }

  @Test
  void aRepetitionIsAnsweredFromTheRecord() {
    OwnerRig rig = OwnerRig.at(State.READY);
    rig.ask(append("second"));
    rig.step(new Input.Written());
    assertThat(rig.answer(rig.ask(append("first")))).isEqualTo(done(0));
    assertThat(refusal(rig.answer(rig.ask(change("first", "append", "other")))))
        .isEqualTo(Answer.Kind.OPERATION_REUSED);
    assertThat(rig.answer(rig.ask(get()))).isEqualTo(new Answer.Done(1, "first,second", "foo"));
  }

  @Test
  void aRepetitionInOneWriteIsAppliedOnce() {
    OwnerRig rig = OwnerRig.at(State.WRITING);
    long one = rig.ask(append("twice"));
    long two = rig.ask(append("twice"));
    long reused = rig.ask(change("twice", "append", "other"));
    rig.step(new Input.Written());
    assertThat(rig.write().json()).isEqualTo("first,twice");
    rig.step(new Input.Written());
    assertThat(rig.answer(one)).isEqualTo(done(1)).isEqualTo(rig.answer(two));
    assertThat(refusal(rig.answer(reused))).isEqualTo(Answer.Kind.OPERATION_REUSED);
  }

  @Test
  void aRepetitionThatTheRowHasForgottenIsRememberedByTheOwner() {
    OwnerRig rig = OwnerRig.at(State.READY);
    for (int i = 0; i < 2 * Operations.KEPT; i++) {
      rig.ask(append("n" + i));
      rig.step(new Input.Written());
    }
    assertThat(rig.write().row().operations().find("first", Long.MAX_VALUE, Long.MAX_VALUE))
        .isEmpty();
    assertThat(rig.answer(rig.ask(append("first")))).isEqualTo(done(0));
    assertThat(rig.state()).isEqualTo(State.READY);
  }

  @Test
  void aRepeatedSetAnswersWhatItSet() {
    OwnerRig rig = OwnerRig.at(State.READY);
    rig.ask(set("s", "v"));
    rig.step(new Input.Written());
    assertThat(rig.answer(rig.ask(set("s", "v")))).isEqualTo(new Answer.Done(1, "v", "foo"));
  }

  @Test
  void anUnknownWriteThatIsFoundIsAnsweredAsItWas() {
    OwnerRig rig = OwnerRig.at(State.WRITING);
    reload(rig, rig.write().row());
    assertThat(rig.answer(0)).isEqualTo(done(0));
    assertThat(rig.state()).isEqualTo(State.READY);
  }

  @Test
  void anUnknownWriteThatIsNotFoundIsAppliedAgainBeforeWhatCameLater() {
    OwnerRig rig = OwnerRig.at(State.WRITING);
    long later = rig.ask(append("later"));
    reload(rig, OwnerRig.ABSENT);
    assertThat(rig.write().json()).isEqualTo("first,later");
    rig.step(new Input.Written());
    assertThat(rig.answer(0)).isEqualTo(done(0));
    assertThat(rig.answer(later)).isEqualTo(done(1));
  }

  @Test
  void aRepetitionInALostWriteDoesNotPassForItsSuccess() {
    OwnerRig rig = OwnerRig.at(State.READY);
    Row committed = rig.write().row();
    rig.ask(append("blocking"));
    long repeated = rig.ask(append("first"));
    long fresh = rig.ask(append("fresh"));
    rig.step(new Input.NotWritten("full"));
    reload(rig, committed);
    assertThat(rig.answers).doesNotContainKey(fresh);
    assertThat(rig.write().json()).isEqualTo("first,fresh");
    rig.step(new Input.Written());
    assertThat(rig.answer(fresh)).isEqualTo(done(1));
    assertThat(rig.answer(repeated)).isEqualTo(done(0));
  }

  @Test
  void aLateWriteOfAnEarlierOwnerDoesNotPassForThisOnes() {
    OwnerRig rig = OwnerRig.at(State.READY);
    Row committed = rig.write().row();
    rig.ask(append("blocking"));
    long other = rig.ask(append("other"));
    long late = rig.ask(append("late"));
    rig.step(new Input.NotWritten("full"));
    OwnerRig earlier = new OwnerRig();
    earlier.ask(append("late"));
    earlier.step(new Input.Loaded(committed));
    reload(rig, earlier.write().row());
    assertThat(rig.write().json()).isEqualTo("first,late,other");
    rig.step(new Input.Written());
    assertThat(rig.answer(late)).isEqualTo(done(1));
    assertThat(rig.answer(other)).isEqualTo(done(2));
  }
}
