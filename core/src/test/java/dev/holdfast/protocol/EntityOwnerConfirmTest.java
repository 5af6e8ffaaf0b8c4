package dev.holdfast.protocol;

import static dev.holdfast.protocol.ListApplier.append;
import static dev.holdfast.protocol.ListApplier.confirm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.EntityOwner.Input;
import dev.holdfast.protocol.EntityOwner.Output;
import dev.holdfast.protocol.EntityOwner.State;
import dev.holdfast.spi.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads that the database confirms: never before it has spoken, never older than it says. */
class EntityOwnerConfirmTest {
  private static final Answer.Done FIRST = new Answer.Done(0, "first", "foo");

  @Test
  void isAnsweredWithoutTheLeaseOnceTheDatabaseHasConfirmed() {
    OwnerRig rig = OwnerRig.at(State.READY);
    assertThat(rig.step(new Input.Arrived(9, confirm()))).containsExactly(new Output.Confirm());
    assertThat(rig.step(new Input.Confirmed(0))).containsExactly(new Output.Reply(9, FIRST, true));
  }

  @Test
  void anEntityThatIsNotInMemoryIsLoadedFirst() {
    OwnerRig rig = new OwnerRig();
    assertThat(rig.step(new Input.Arrived(9, confirm()))).containsExactly(new Output.Load());
    Row row = new Row(3, 3, "a,b,c,d", Operations.NONE);
    assertThat(rig.step(new Input.Loaded(row)))
        .containsExactly(new Output.Show(row), new Output.Confirm());
    rig.step(new Input.Confirmed(3));
    assertThat(rig.answer(9)).isEqualTo(new Answer.Done(3, "a,b,c,d", "foo"));
  }

  @Test
  void whatCameAfterTheStatementBeganWaitsForTheNext() {
    OwnerRig rig = OwnerRig.at(State.READY);
    rig.ask(confirm());
    long later = rig.ask(confirm());
    long latest = rig.ask(confirm());
    List<Output> outputs = rig.step(new Input.Confirmed(0));
    assertThat(outputs).hasSize(2).endsWith(new Output.Confirm());
    assertThat(rig.answers).doesNotContainKeys(later, latest);
    rig.step(new Input.Confirmed(0));
    assertThat(rig.answer(later)).isEqualTo(FIRST).isEqualTo(rig.answer(latest));
  }

  @Test
  void aCommitThatTheOwnerHasNotHeardOfIsWaitedFor() {
    OwnerRig rig = OwnerRig.at(State.READY);
    rig.ask(append("second"));
    long read = rig.ask(confirm());
    rig.step(new Input.Confirmed(1));
    assertThat(rig.answers).doesNotContainKey(read);
    rig.step(new Input.Written());
    assertThat(rig.answer(read)).isEqualTo(new Answer.Done(1, "first,second", "foo"));
  }

  @Test
  void aWriteThatIsNotCommittedYetDoesNotHoldItUp() {
    OwnerRig rig = OwnerRig.at(State.READY);
    rig.ask(append("second"));
    long read = rig.ask(confirm());
    rig.step(new Input.Confirmed(0));
    assertThat(rig.answer(read)).isEqualTo(FIRST);
  }

  @Test
  void aValueCommittedMeanwhileIsShownAsItIs() {
    OwnerRig rig = OwnerRig.at(State.READY);
    rig.ask(append("second"));
    long read = rig.ask(confirm());
    rig.step(new Input.Written());
    rig.step(new Input.Confirmed(0));
    assertThat(rig.answer(read)).isEqualTo(new Answer.Done(1, "first,second", "foo"));
  }

  @Test
  void anUnknownWriteThatTheDatabaseHasIsShownOnlyWhenItIsFoundOut() {
    OwnerRig rig = OwnerRig.at(State.READY);
    rig.ask(append("second"));
    Row second = rig.write().row();
    rig.step(new Input.WriteUnknown("lost"));
    long read = rig.ask(confirm());
    rig.step(new Input.Confirmed(1));
    assertThat(rig.answers).doesNotContainKey(read);
    rig.step(new Input.Barred());
    assertThat(rig.step(new Input.Loaded(second))).endsWith(new Output.Confirm());
    assertThat(rig.answers).doesNotContainKey(read);
    rig.step(new Input.Confirmed(1));
    assertThat(rig.answer(read)).isEqualTo(new Answer.Done(1, "first,second", "foo"));
  }

  @Test
  void aDatabaseThatIsAheadForNoKnownReasonIsReadAgain() {
    OwnerRig rig = OwnerRig.at(State.READY);
    long read = rig.ask(confirm());
    assertThat(rig.step(new Input.Confirmed(4))).containsExactly(new Output.Load());
    assertThat(rig.state()).isEqualTo(State.RELOADING);
    Row loaded = new Row(4, 4, "a,b,c,d,e", Operations.NONE);
    assertThat(rig.step(new Input.Loaded(loaded))).endsWith(new Output.Confirm());
    assertThat(rig.answers).doesNotContainKey(read);
    rig.step(new Input.Confirmed(4));
    assertThat(rig.answer(read)).isEqualTo(new Answer.Done(4, "a,b,c,d,e", "foo"));
    assertThat(rig.state()).isEqualTo(State.READY);
  }

  @Test
  void aStatementThatBeganBeforeALoadConfirmsNothingThatWasLoaded() {
    OwnerRig rig = OwnerRig.at(State.READY);
    rig.ask(append("second"));
    long read = rig.ask(confirm());
    rig.step(new Input.WriteUnknown("lost"));
    rig.step(new Input.Barred());
    rig.step(new Input.Loaded(new Row(4, 4, "what,the,next,owner,has", Operations.NONE)));
    rig.step(new Input.Confirmed(0));
    assertThat(rig.answers).doesNotContainKey(read);
    rig.step(new Input.NotConfirmed("the claim is gone"));
    assertThat(rig.answer(read)).isInstanceOf(Answer.NotNow.class);
  }

  @Test
  void aDatabaseThatWentBackConfirmsNothing() {
    OwnerRig rig = OwnerRig.at(State.READY);
    long behind = rig.ask(confirm());
    rig.step(new Input.Confirmed(-1));
    assertThat(rig.answer(behind)).isInstanceOf(Answer.NotNow.class);
    long ahead = rig.ask(confirm());
    rig.step(new Input.Confirmed(4));
    rig.step(new Input.Loaded(new Row(3, 3, "a,b,c,d", Operations.NONE)));
    rig.step(new Input.Confirmed(2));
    assertThat(rig.answer(ahead)).isInstanceOf(Answer.NotNow.class);
    assertThat(rig.state()).isEqualTo(State.READY);
  }

  @Test
  void whatIsNotConfirmedIsToBeAskedAgain() {
    OwnerRig rig = OwnerRig.at(State.READY);
    long read = rig.ask(confirm());
    long next = rig.ask(confirm());
    assertThat(rig.step(new Input.NotConfirmed("moving"))).endsWith(new Output.Confirm());
    assertThat(rig.answer(read)).isEqualTo(new Answer.NotNow("moving"));
    rig.step(new Input.Disowned());
    assertThat(rig.answer(next)).isInstanceOf(Answer.NotNow.class);
  }

  @Test
  void onlySoManyMayWait() {
    OwnerRig rig = OwnerRig.at(State.READY);
    for (int i = 0; i < EntityOwner.WAITING; i++) {
      rig.ask(confirm());
    }
    assertThat(rig.answers).hasSize(1);
    assertThat(rig.answer(rig.ask(confirm()))).isInstanceOf(Answer.NotNow.class);
  }
}
