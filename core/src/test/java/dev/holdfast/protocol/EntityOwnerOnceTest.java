package dev.holdfast.protocol;

import static dev.holdfast.protocol.ListApplier.append;
import static dev.holdfast.protocol.ListApplier.appendIf;
import static dev.holdfast.protocol.ListApplier.change;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.EntityOwner.Input;
import dev.holdfast.protocol.EntityOwner.Output;
import dev.holdfast.protocol.EntityOwner.State;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Request;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is new, what is a repetition, and what nobody can tell any more. */
class EntityOwnerOnceTest {
  private static String id(long number) {
    return new OperationId.Made(7, number).toString();
  }

  /** An entity to which the operations from {@code first} to {@code last} were applied. */
  private static OwnerRig applied(long first, long last) {
    OwnerRig rig = OwnerRig.at(State.READY);
    for (long number = first; number <= last; number++) {
      rig.ask(append(id(number)));
      rig.step(new Input.Written());
    }
    return rig;
  }

  /** The next owner of what this one wrote. */
  private static OwnerRig heir(OwnerRig rig) {
    OwnerRig heir = new OwnerRig();
    heir.ask(ListApplier.get());
    heir.step(new Input.Loaded(rig.write().row()));
    return heir;
  }

  private static boolean isApplied(OwnerRig rig, Request request) {
    long ticket = rig.ask(request);
    if (rig.state() == State.WRITING) {
      rig.step(new Input.Written());
    }
    return rig.answer(ticket) instanceof Answer.Done;
  }

  @Test
  void whatTheNextOwnerCannotKnowIsRefused() {
    OwnerRig heir = heir(applied(1, 80));
    long ticket = heir.ask(append(id(16)));
    assertThat(heir.state()).isEqualTo(State.READY);
    assertThat(heir.answer(ticket)).isInstanceOfSatisfying(Answer.TooOld.class, tooOld -> {
      assertThat(tooOld.reason()).contains(id(16)).contains("nobody can tell");
      assertThat(tooOld.beyond()).isEqualTo(16);
    });
    assertThat(heir.answer(heir.ask(append(id(17))))).isEqualTo(new Answer.Done(17, "!", "foo"));
  }

  @Test
  void whatWasOvertakenOnABusyEntityIsNewAllTheSame() {
    OwnerRig rig = applied(2, 100);
    assertThat(rig.write().row().operations().forgotten().number(7)).isEqualTo(36);
    assertThat(isApplied(rig, append(id(1))))
        .as("memory knows all since it was loaded")
        .isTrue();
    assertThat(isApplied(heir(rig), append(id(0))))
        .as("the next owner does not")
        .isFalse();
  }

  @Test
  void anotherOriginIsNotMeant() {
    OwnerRig heir = heir(applied(1, 80));
    assertThat(isApplied(heir, append("hf-6-1"))).isTrue();
    assertThat(isApplied(heir, append("hf-8-1"))).isTrue();
    assertThat(isApplied(heir, append("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"))).isTrue();
    assertThat(isApplied(heir, append("chosen"))).isTrue();
  }

  @Test
  void aChangeThatExpectsThePresentRevisionIsNewBeyondDoubt() {
    OwnerRig heir = heir(applied(1, 80));
    assertThat(isApplied(heir, appendIf(id(5), 80))).isTrue();
    assertThat(heir.answer(heir.ask(appendIf(id(4), 80)))).isInstanceOf(Answer.TooOld.class);
  }

  @Test
  void aChangeThatExpectsNothingIsNotProvenNewByADeletion() {
    OwnerRig rig = applied(1, 80);
    rig.ask(change(id(81), "delete", ""));
    rig.step(new Input.Written());
    OwnerRig heir = heir(rig);
    assertThat(heir.answer(heir.ask(appendIf(id(5), -1)))).isInstanceOf(Answer.TooOld.class);
  }

  @Test
  void aReloadThatTellsAllKeepsWhatIsRemembered() {
    OwnerRig rig = applied(1, 80);
    rig.ask(append(id(81)));
    Row committed = rig.write().row();
    rig.step(new Input.WriteUnknown("lost"));
    rig.step(new Input.Barred());
    rig.step(new Input.Loaded(committed));
    assertThat(rig.answer(rig.ask(append(id(2))))).isEqualTo(new Answer.Done(2, "!", "foo"));
    assertThat(rig.answer(rig.ask(append(id(81))))).isEqualTo(new Answer.Done(81, "!", "foo"));
    assertThat(isApplied(rig, append(id(0)))).isTrue();
  }

  @Test
  void aReloadThatCannotTellAllLeavesOnlyTheRowToBelieve() {
    OwnerRig rig = applied(1, 10);
    long lost = rig.ask(append(id(11)));
    rig.step(new Input.WriteUnknown("lost"));
    rig.step(new Input.Barred());
    rig.step(new Input.Loaded(applied(12, 300).write().row()));
    assertThat(rig.answer(lost)).as("done, then forgotten").isInstanceOf(Answer.TooOld.class);
    assertThat(rig.answer(rig.ask(append(id(20))))).isInstanceOf(Answer.TooOld.class);
    assertThat(rig.answer(rig.ask(append(id(5))))).isInstanceOf(Answer.TooOld.class);
  }

  @Test
  void aRepetitionIsKnownHoweverManyThereAre() {
    OwnerRig rig = OwnerRig.at(State.READY);
    for (long number = 1; number <= 2 * Remembered.FEW; number++) {
      assertThat(isApplied(rig, append(id(number)))).isTrue();
      for (long known = 1; known <= number; known++) {
        assertThat(rig.answer(rig.ask(append(id(known)))))
            .isEqualTo(new Answer.Done(known, "!", "foo"));
      }
    }
  }

  @Test
  void aRepetitionIsKnownBeforeTheFirstIsWritten() {
    OwnerRig rig = OwnerRig.at(State.WRITING);
    for (long number = 1; number <= Remembered.FEW; number++) {
      rig.ask(append(id(number)));
    }
    for (long number = 1; number <= Remembered.FEW; number++) {
      rig.ask(append(id(number)));
    }
    rig.step(new Input.Written());
    rig.step(new Input.Written());
    for (long number = 1; number <= Remembered.FEW; number++) {
      assertThat(rig.answer(number)).isEqualTo(new Answer.Done(number, "!", "foo"));
      assertThat(rig.answer(Remembered.FEW + number)).isEqualTo(rig.answer(number));
    }
  }

  @Test
  void onlyWhoeverWantsAChangeHasTheRowUnpackedAndOnlyTheFirst() {
    OwnerRig rig = new OwnerRig();
    AtomicInteger unpacked = new AtomicInteger();
    Operations operations = Operations.NONE.plus(new Operations.Done("x", 1, 0, null));
    rig.ask(ListApplier.get());
    rig.step(new Input.Loaded(new Row(0, 0, "first", () -> {
      unpacked.incrementAndGet();
      return operations;
    })));
    rig.ask(ListApplier.get());
    rig.ask(ListApplier.confirm());
    rig.step(new Input.Confirmed(0));
    assertThat(unpacked).hasValue(0);
    for (long number = 1; number <= 3; number++) {
      assertThat(rig.answer(rig.ask(appendIf(id(number), 9)))).isInstanceOf(Answer.Failed.class);
    }
    assertThat(unpacked).hasValue(1);
  }

  @Test
  void whoRestsKnowsWhatTheNextOwnerWould() {
    OwnerRig rig = applied(2, 100);
    rig.step(new Input.Rested());
    assertThat(rig.answer(rig.ask(append(id(36))))).isInstanceOf(Answer.TooOld.class);
    assertThat(rig.answer(rig.ask(append(id(1))))).isInstanceOf(Answer.TooOld.class);
    assertThat(rig.answer(rig.ask(append(id(37))))).isEqualTo(new Answer.Done(36, "!", "foo"));
    assertThat(isApplied(rig, append(id(101)))).isTrue();
  }

  @Test
  void whoRestsKeepsTheRowPackedUntilSomebodyWantsAChange() {
    OwnerRig rig = applied(1, 3);
    rig.step(new Input.Rested());
    rig.step(new Input.Rested());
    rig.ask(ListApplier.get());
    assertThat(rig.applier.packed).isEqualTo(1);
    assertThat(rig.applier.unpacked).isZero();
    assertThat(rig.answer(rig.ask(append(id(3))))).isEqualTo(new Answer.Done(3, "!", "foo"));
    assertThat(rig.applier.unpacked).isEqualTo(1);
    assertThat(isApplied(rig, append(id(4)))).isTrue();
  }

  @Test
  void aRowWithoutOperationsIsNotPacked() {
    OwnerRig rig = OwnerRig.copied();
    rig.step(new Input.Rested());
    assertThat(rig.applier.packed).isZero();
  }

  @Test
  void memoryForgetsToo() {
    OwnerRig rig = applied(1, Remembered.KEPT + 1);
    assertThat(rig.answer(rig.ask(append(id(1))))).isInstanceOf(Answer.TooOld.class);
    assertThat(rig.answer(rig.ask(append(id(2))))).isEqualTo(new Answer.Done(2, "!", "foo"));
  }

  @Test
  void whatOnlyMemoryHasForgottenIsToldByTheRow() {
    OwnerRig rig = OwnerRig.at(State.READY);
    assertThat(isApplied(rig, append("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"))).isTrue();
    for (long number = 1; number <= Remembered.KEPT + 1; number++) {
      assertThat(isApplied(rig, append(id(number)))).isTrue();
    }
    assertThat(isApplied(rig, append("017f22e2-79af-7cc3-98c4-dc0c0c07398f"))).isTrue();
    assertThat(rig.answer(rig.ask(append("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"))))
        .isEqualTo(new Answer.Done(1, "!", "foo"));
  }

  @Test
  void anIdUsedForAnotherRequestIsToldByItsFingerprint() {
    OwnerRig rig = OwnerRig.at(State.READY);
    // "Aa" and "BB" have the same String.hashCode.
    rig.ask(change("x", "append", "Aa"));
    rig.step(new Input.Written());
    assertThat(rig.answer(rig.ask(change("x", "append", "BB"))))
        .isInstanceOfSatisfying(
            Answer.Failed.class,
            failed -> assertThat(failed.kind()).isEqualTo(Answer.Kind.OPERATION_REUSED));
    assertThat(rig.answer(rig.ask(change("x", "append", "Aa")))).isInstanceOf(Answer.Done.class);
  }

  @Test
  void whatWaitedTooLongIsNotApplied() {
    OwnerRig rig = OwnerRig.at(State.WRITING);
    long late = rig.ask(append("late"));
    rig.nowNanos = 500_000_000;
    long inTime = rig.ask(append("in-time"));
    rig.nowNanos = 1_000_000_000;
    rig.step(new Input.Written());
    assertThat(rig.answer(late))
        .isEqualTo(new Answer.NotNow("its time was up before its turn came"));
    assertThat(rig.write().json()).isEqualTo("first,in-time");
    rig.step(new Input.Written());
    assertThat(rig.answer(inTime)).isEqualTo(new Answer.Done(1, "!", "foo"));
  }

  @Test
  void whatWaitedTooLongForTheRowIsNotApplied() {
    OwnerRig rig = OwnerRig.at(State.LOADING);
    rig.nowNanos = 2_000_000_000;
    assertThat(rig.step(new Input.Loaded(OwnerRig.ABSENT)))
        .noneMatch(output -> output instanceof Output.Write);
    assertThat(rig.answer(0)).isInstanceOf(Answer.NotNow.class);
    assertThat(rig.state()).isEqualTo(State.READY);
  }

  @Test
  void aWriteUnderWayIsAnsweredHoweverLongItTakes() {
    OwnerRig rig = OwnerRig.at(State.WRITING);
    rig.nowNanos = 9_000_000_000L;
    rig.step(new Input.Written());
    assertThat(rig.answer(0)).isEqualTo(new Answer.Done(0, "!", "foo"));
  }
}
