package dev.holdfast.protocol;

import static dev.holdfast.protocol.ListApplier.append;
import static dev.holdfast.protocol.ListApplier.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.EntityOwner.Input;
import dev.holdfast.protocol.EntityOwner.Output;
import dev.holdfast.protocol.EntityOwner.State;
import dev.holdfast.spi.Answer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each transition of the class comment, one by one. */
class EntityOwnerTest {
  private static final Map<Input, Set<State>> LEGAL = Map.of(
      new Input.Loaded(OwnerRig.ABSENT), Set.of(State.LOADING, State.RELOADING),
      new Input.LoadFailed("x"), Set.of(State.LOADING, State.RELOADING),
      new Input.Written(), Set.of(State.WRITING),
      new Input.NotWritten("x"), Set.of(State.WRITING),
      new Input.WriteUnknown("x"), Set.of(State.WRITING),
      new Input.Barred(), Set.of(State.BARRING),
      new Input.BarFailed(), Set.of(State.BARRING),
      new Input.Confirmed(0), Set.of(),
      new Input.NotConfirmed("x"), Set.of(),
      new Input.Revoked(0, 0), Set.of(State.REVOKING));

  @ParameterizedTest
  @EnumSource(State.class)
  void theRigReachesEveryState(State state) {
    assertThat(OwnerRig.at(state).state()).isEqualTo(state);
  }

  @ParameterizedTest
  @EnumSource(value = State.class, mode = EnumSource.Mode.EXCLUDE, names = "ENDED")
  void whatCannotComeIsAnError(State state) {
    LEGAL.forEach((input, states) -> {
      if (!states.contains(state)) {
        assertThatThrownBy(() -> OwnerRig.at(state).step(input))
            .as("%s in %s", input, state)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining(state.toString());
      }
    });
  }

  @Test
  void whatComesAfterTheEndIsIgnored() {
    OwnerRig rig = OwnerRig.at(State.ENDED);
    LEGAL.keySet().forEach(input -> assertThat(rig.step(input)).isEmpty());
    assertThat(rig.step(new Input.Stop())).isEmpty();
    assertThat(rig.step(new Input.Disowned())).isEmpty();
    assertThat(rig.step(new Input.Rested())).isEmpty();
    assertThat(rig.answer(rig.ask(get()))).isInstanceOf(Answer.NotNow.class);
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void toRestChangesNothingThatCanBeSeen(State state) {
    OwnerRig rig = OwnerRig.at(state);
    assertThat(rig.step(new Input.Rested())).isEmpty();
    assertThat(rig.state()).isEqualTo(state);
  }

  @Test
  void theFirstRequestLoads() {
    OwnerRig rig = new OwnerRig();
    assertThat(rig.step(new Input.Arrived(7, get()))).containsExactly(new Output.Load());
    assertThat(rig.step(new Input.Arrived(8, get()))).isEmpty();
    assertThat(rig.state()).isEqualTo(State.LOADING);
  }

  @Test
  void aLoadedRowIsShownThenAnswered() {
    OwnerRig rig = new OwnerRig();
    long ticket = rig.ask(get());
    Row row = new Row(3, 3, "a,b,c,d", Operations.NONE);
    List<Output> outputs = rig.step(new Input.Loaded(row));
    assertThat(outputs)
        .containsExactly(
            new Output.Show(row),
            new Output.Reply(ticket, new Answer.Done(3, "a,b,c,d", "foo"), false));
    assertThat(rig.state()).isEqualTo(State.READY);
  }

  @Test
  void aFailedLoadRefusesWhatWaitsAndStartsOver() {
    OwnerRig rig = OwnerRig.at(State.LOADING);
    rig.step(new Input.LoadFailed("down"));
    assertThat(rig.answer(0)).isEqualTo(new Answer.NotNow("down"));
    assertThat(rig.state()).isEqualTo(State.EMPTY);
    rig.ask(get());
    assertThat(rig.state()).isEqualTo(State.LOADING);
  }

  @Test
  void aChangeIsShownAndAcknowledgedOnlyWhenItIsWritten() {
    OwnerRig rig = OwnerRig.at(State.WRITING);
    assertThat(rig.answers).isEmpty();
    assertThat(rig.write().expected()).isEqualTo(-1);
    assertThat(rig.write().json()).isEqualTo("first");
    List<Output> outputs = rig.step(new Input.Written());
    assertThat(outputs)
        .containsExactly(
            new Output.Show(rig.write().row()),
            new Output.Reply(0, new Answer.Done(0, "!", "foo"), true));
    assertThat(rig.state()).isEqualTo(State.READY);
  }

  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"WRITING", "BARRING", "RELOADING"})
  void readsSeeTheCommittedValueWhileAWriteIsUndecided(State state) {
    OwnerRig rig = OwnerRig.at(State.READY);
    long ticket = rig.ask(append("second"));
    if (state != State.WRITING) {
      rig.step(new Input.WriteUnknown("lost"));
    }
    if (state == State.RELOADING) {
      rig.step(new Input.Barred());
    }
    assertThat(rig.state()).isEqualTo(state);
    assertThat(rig.answer(rig.ask(get()))).isEqualTo(new Answer.Done(0, "first", "foo"));
    assertThat(rig.answers).doesNotContainKey(ticket);
  }

  @Test
  void whatIsCertainlyNotWrittenIsNotDone() {
    OwnerRig rig = OwnerRig.at(State.WRITING);
    long waiting = rig.ask(append("second"));
    rig.step(new Input.NotWritten("full"));
    assertThat(rig.answer(0)).isEqualTo(new Answer.NotNow("full"));
    assertThat(rig.write().json()).isEqualTo("second");
    rig.step(new Input.Written());
    assertThat(rig.answer(waiting)).isEqualTo(new Answer.Done(0, "!", "foo"));
  }

  @Test
  void anUnknownOutcomeRaisesTheTokenThenLoads() {
    OwnerRig rig = OwnerRig.at(State.WRITING);
    assertThat(rig.step(new Input.WriteUnknown("lost"))).containsExactly(new Output.Bar());
    assertThat(rig.step(new Input.BarFailed())).containsExactly(new Output.Bar());
    assertThat(rig.step(new Input.Barred())).containsExactly(new Output.Load());
    assertThat(rig.step(new Input.LoadFailed("down"))).containsExactly(new Output.Load());
    assertThat(rig.state()).isEqualTo(State.RELOADING);
    assertThat(rig.answers).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(value = State.class, mode = EnumSource.Mode.EXCLUDE, names = "ENDED")
  void whoIsDisownedEndsAtOnceAndIsUnsureOfWhatIsUnderWay(State state) {
    OwnerRig rig = OwnerRig.at(state);
    boolean undecided =
        Set.of(State.WRITING, State.BARRING, State.RELOADING, State.REVOKING).contains(state);
    boolean waits = undecided || state == State.LOADING;
    long waiting = waits ? rig.ask(append("second")) : -1;
    List<Output> outputs = rig.step(new Input.Disowned());
    assertThat(outputs).endsWith(new Output.Hide(), new Output.Ended());
    assertThat(rig.state()).isEqualTo(State.ENDED);
    if (undecided) {
      assertThat(rig.answer(0)).isInstanceOf(Answer.Unsure.class);
    }
    if (waits) {
      assertThat(rig.answer(waiting)).isInstanceOf(Answer.NotNow.class);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"EMPTY", "LOADING", "READY", "BARRING", "RELOADING"})
  void aStopEndsAtOnceWhenNothingCanBeFinished(State state) {
    OwnerRig rig = OwnerRig.at(state);
    assertThat(rig.step(new Input.Stop())).endsWith(new Output.Hide(), new Output.Ended());
    assertThat(rig.state()).isEqualTo(State.ENDED);
    if (state == State.BARRING || state == State.RELOADING) {
      assertThat(rig.answer(0)).isInstanceOf(Answer.Unsure.class);
    }
  }

  @Test
  void aStopLetsTheWriteUnderWayFinish() {
    OwnerRig rig = OwnerRig.at(State.WRITING);
    long waiting = rig.ask(append("second"));
    rig.step(new Input.Stop());
    assertThat(rig.answer(waiting)).isInstanceOf(Answer.NotNow.class);
    assertThat(rig.answer(rig.ask(get()))).isInstanceOf(Answer.NotNow.class);
    assertThat(rig.answers).doesNotContainKey(0L);
    assertThat(rig.step(new Input.Written())).endsWith(new Output.Hide(), new Output.Ended());
    assertThat(rig.answer(0)).isEqualTo(new Answer.Done(0, "!", "foo"));
  }

  @Test
  void aStoppingOwnerStillFindsOutAnUnknownOutcome() {
    OwnerRig rig = OwnerRig.at(State.WRITING);
    rig.step(new Input.Stop());
    rig.step(new Input.WriteUnknown("lost"));
    rig.step(new Input.Barred());
    rig.step(new Input.Loaded(rig.write().row()));
    assertThat(rig.answer(0)).isEqualTo(new Answer.Done(0, "!", "foo"));
    assertThat(rig.state()).isEqualTo(State.ENDED);
  }

  @Test
  void aStoppingOwnerDoesNotWaitForADatabaseThatIsDown() {
    OwnerRig barring = OwnerRig.at(State.WRITING);
    barring.step(new Input.Stop());
    barring.step(new Input.WriteUnknown("lost"));
    barring.step(new Input.BarFailed());
    assertThat(barring.answer(0)).isInstanceOf(Answer.Unsure.class);
    OwnerRig loading = OwnerRig.at(State.WRITING);
    loading.step(new Input.Stop());
    loading.step(new Input.WriteUnknown("lost"));
    loading.step(new Input.Barred());
    loading.step(new Input.LoadFailed("down"));
    assertThat(loading.answer(0)).isInstanceOf(Answer.Unsure.class);
    assertThat(loading.state()).isEqualTo(State.ENDED);
  }

  @Test
  void onlySoManyMayWait() {
    OwnerRig rig = OwnerRig.at(State.WRITING);
    for (int i = 0; i < EntityOwner.WAITING; i++) {
      rig.ask(append("op" + i));
    }
    assertThat(rig.answers).isEmpty();
    assertThat(rig.answer(rig.ask(append("too-many"))))
        .isEqualTo(new Answer.NotNow("too many changes wait for this entity"));
  }
}
