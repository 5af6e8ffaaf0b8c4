package dev.holdfast.protocol;

import static dev.holdfast.protocol.ListApplier.append;
import static dev.holdfast.protocol.ListApplier.confirm;
import static dev.holdfast.protocol.ListApplier.fill;
import static dev.holdfast.protocol.ListApplier.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.EntityOwner.Input;
import dev.holdfast.protocol.EntityOwner.Output;
import dev.holdfast.protocol.EntityOwner.State;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When an owner grants copies, and what waits for their end. */
class EntityOwnerCopiesTest {
  private static final Row FIRST = new Row(0, 0, "first", Operations.NONE);

  private static boolean granted(OwnerRig rig, Request request) {
    List<Output> outputs = rig.step(new Input.Arrived(1_000 + rig.answers.size(), request));
    return ((Output.Reply) outputs.get(0)).grant();
  }

  @Test
  void aReaderGetsAGrantWhenItWantsOneAndNothingChanges() {
    OwnerRig rig = OwnerRig.copied();
    assertThat(granted(rig, fill())).isTrue();
    assertThat(granted(rig, get())).isFalse();
    rig.ask(append("second"));
    assertThat(rig.state()).isEqualTo(State.WRITING);
    assertThat(granted(rig, fill())).isFalse();
  }

  @Test
  void theFirstReadsGetGrantsOnceTheRowIsThere() {
    OwnerRig rig = new OwnerRig();
    rig.step(new Input.Arrived(5, fill()));
    assertThat(rig.step(new Input.Loaded(FIRST)))
        .endsWith(new Output.Reply(5, new Answer.Done(0, "first", "foo"), false, true));
  }

  @Test
  void whatDoesNotExistIsNotCopied() {
    OwnerRig rig = new OwnerRig();
    rig.step(new Input.Arrived(5, fill()));
    List<Output> outputs = rig.step(new Input.Loaded(OwnerRig.ABSENT));
    assertThat(((Output.Reply) outputs.get(1)).grant()).isFalse();
  }

  @Test
  void copiesAreRevokedBesideTheWriteAndAwaitedBeforeAnybodySeesIt() {
    OwnerRig rig = OwnerRig.copied();
    List<Output> outputs = rig.step(new Input.Arrived(50, append("second")));
    assertThat(outputs.get(0)).isEqualTo(new Output.Revoke());
    assertThat(outputs.get(1)).isInstanceOf(Output.Write.class);
    assertThat(rig.step(new Input.Written())).isEmpty();
    assertThat(rig.state()).isEqualTo(State.REVOKING);
    assertThat(rig.answer(rig.ask(get()))).isEqualTo(new Answer.Done(0, "first", "foo"));
    assertThat(granted(rig, fill())).isFalse();
    assertThat(rig.answers).doesNotContainKey(50L);
    assertThat(rig.step(new Input.Revoked(1, 9)))
        .containsExactly(
            new Output.Show(rig.write().row()),
            new Output.Reply(50, new Answer.Done(1, "!", "foo"), true));
    assertThat(granted(rig, fill())).isTrue();
  }

  @Test
  void theWriteIsAwaitedWhenTheCopiesAreGoneFirst() {
    OwnerRig rig = OwnerRig.copied();
    rig.ask(append("second"));
    assertThat(rig.step(new Input.Revoked(1, 9))).isEmpty();
    assertThat(rig.state()).isEqualTo(State.WRITING);
    assertThat(granted(rig, fill())).isFalse();
    rig.step(new Input.Written());
    assertThat(rig.answer(0)).isEqualTo(new Answer.Done(1, "!", "foo"));
  }

  @Test
  void aWriteWithoutCopiesAsksNobody() {
    OwnerRig rig = OwnerRig.at(State.READY);
    rig.copied = true;
    assertThat(rig.step(new Input.Arrived(9, append("second"))))
        .singleElement()
        .isInstanceOf(Output.Write.class);
  }

  @Test
  void anOwnerThatBeginsDoesNotShowWhatItLoadedBeforeEarlierCopiesAreGone() {
    OwnerRig rig = new OwnerRig();
    rig.copied = true;
    assertThat(rig.step(new Input.Arrived(5, get())))
        .containsExactly(new Output.Load(), new Output.Revoke());
    assertThat(rig.step(new Input.Loaded(FIRST))).isEmpty();
    assertThat(rig.answers).isEmpty();
    assertThat(rig.step(new Input.Revoked(1, 0))).startsWith(new Output.Show(FIRST));
    assertThat(rig.answer(5)).isEqualTo(new Answer.Done(0, "first", "foo"));
  }

  @Test
  void whatAnUnknownOutcomeCameToIsShownWhenNoCopyIsLeft() {
    OwnerRig rig = OwnerRig.copied();
    rig.ask(append("second"));
    rig.step(new Input.WriteUnknown("lost"));
    rig.step(new Input.Barred());
    assertThat(rig.step(new Input.Loaded(rig.write().row()))).isEmpty();
    assertThat(rig.answer(rig.ask(get()))).isEqualTo(new Answer.Done(0, "first", "foo"));
    rig.step(new Input.Revoked(1, 0));
    assertThat(rig.answer(0)).isEqualTo(new Answer.Done(1, "!", "foo"));
  }

  @Test
  void aRowThatIsAheadIsShownWhenNoCopyIsLeft() {
    OwnerRig rig = OwnerRig.copied();
    rig.step(new Input.Arrived(5, confirm()));
    assertThat(rig.step(new Input.Confirmed(4)))
        .containsExactly(new Output.Load(), new Output.Revoke());
    Row ahead = new Row(4, 4, "later", Operations.NONE);
    assertThat(rig.step(new Input.Loaded(ahead))).isEmpty();
    assertThat(rig.step(new Input.Revoked(1, 0))).startsWith(new Output.Show(ahead));
  }

  @Test
  void aWriteThatIsCertainlyNotDoneNeedNotWaitButTheNextOneMust() {
    OwnerRig rig = OwnerRig.copied();
    rig.ask(append("second"));
    rig.step(new Input.NotWritten("full"));
    assertThat(rig.answer(0)).isInstanceOf(Answer.NotNow.class);
    assertThat(granted(rig, fill())).isFalse();
    List<Output> outputs = rig.step(new Input.Arrived(1, append("third")));
    assertThat(outputs).singleElement().isInstanceOf(Output.Write.class);
    rig.step(new Input.Written());
    assertThat(rig.answers).doesNotContainKey(1L);
    rig.step(new Input.Revoked(1, 0));
    assertThat(rig.answer(1)).isEqualTo(new Answer.Done(1, "!", "foo"));
  }

  @Test
  void aStopLetsWhatIsCommittedBeAcknowledged() {
    OwnerRig rig = OwnerRig.at(State.REVOKING);
    rig.step(new Input.Stop());
    assertThat(rig.answers).doesNotContainKey(0L);
    assertThat(rig.step(new Input.Revoked(1, 0))).endsWith(new Output.Hide(), new Output.Ended());
    assertThat(rig.answer(0)).isEqualTo(new Answer.Done(1, "!", "foo"));
  }

  @Test
  void anEntityThatIsWrittenAsOftenAsItIsReadStopsGrantingAndStartsAgain() {
    OwnerRig rig = OwnerRig.copied();
    int grants = 0;
    for (int i = 0; i < 100; i++) {
      grants += writeAfter(rig, 1, 0);
    }
    assertThat(grants).isLessThan(3);
    int refused = 0;
    while (!granted(rig, fill())) {
      refused++;
    }
    assertThat(refused).isBetween(1, GrantPolicy.MOST);
    int again = 0;
    for (int i = 0; i < 20; i++) {
      again += writeAfter(rig, 200, 100) > 0 ? 1 : 0;
    }
    assertThat(again).isEqualTo(20);
    assertThat(writeAfter(rig, 1, 1)).isEqualTo(1);
  }

  /** Reads so many times from afar, then writes; answers how many of the reads got a grant. */
  private static int writeAfter(OwnerRig rig, int reads, int uses) {
    int grants = 0;
    for (int i = 0; i < reads; i++) {
      grants += granted(rig, fill()) ? 1 : 0;
    }
    List<Output> outputs = rig.step(
        new Input.Arrived(100_000 + rig.answers.size(), append("op" + rig.answers.size())));
    rig.step(new Input.Written());
    if (outputs.contains(new Output.Revoke())) {
      rig.step(new Input.Revoked(grants, uses * grants));
    }
    assertThat(rig.state()).isEqualTo(State.READY);
    return grants;
  }
}
