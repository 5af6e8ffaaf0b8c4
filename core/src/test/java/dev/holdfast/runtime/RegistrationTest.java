package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.NotDone;
import dev.holdfast.spi.NodeRow;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RegistrationTest {
  private final FakeArbiter arbiter = new FakeArbiter();
  private final SteppingTicker ticker = new SteppingTicker(Duration.ofMillis(20));
  private final Registration registration =
      new Registration(arbiter, ticker, Duration.ofNanos(1), 0, time -> {});

  private long register() {
    return registration.register(entry());
  }

  private static Registration.Entry entry() {
    return new Registration.Entry("uuid", Set.of("u7"), "foo", "me:1#1", "", FakeArbiter.TTL);
  }

  @Test
  void aFreeNameIsHadAtOnce() {
    assertThat(register()).isEqualTo(1);
    assertThat(arbiter.looks).isZero();
  }

  @Test
  void aNodeThatBeatsKeepsItsName() {
    arbiter.put(FakeArbiter.row(1, "foo", "other:1#9", true));
    arbiter.onLook = () -> arbiter.beat(1);
    assertThatThrownBy(this::register)
        .isInstanceOf(NameTaken.class)
        .hasMessageContaining("running already (epoch 1 at other:1#9)");
    assertThat(arbiter.nodes.get(1L)).extracting(NodeRow::state).isEqualTo(NodeRow.State.UP);
  }

  @Test
  void aNodeThatIsSilentForItsTimeLosesItsName() {
    arbiter.put(FakeArbiter.row(1, "foo", "other:1#9", true));
    assertThat(register()).isEqualTo(2);
    assertThat(arbiter.nodes.get(1L)).extracting(NodeRow::state).isEqualTo(NodeRow.State.FENCED);
    assertThat(arbiter.looks).isGreaterThan(20);
  }

  @Test
  void aNodeThatIsProvenDeadLosesItsNameAtOnce() {
    arbiter.put(FakeArbiter.row(1, "foo", "other:1#9", true));
    arbiter.dead = true;
    assertThat(register()).isEqualTo(2);
    assertThat(arbiter.looks).isEqualTo(1);
  }

  @Test
  void aNodeWithALongerTimeToLiveIsWaitedForThatLong() {
    NodeRow slow = FakeArbiter.row(1, "foo", "other:1#9", true);
    arbiter.put(new NodeRow(
        1,
        "u1",
        "foo",
        "other:1#9",
        "",
        slow.state(),
        0,
        true,
        Set.of(),
        FakeArbiter.TTL.multipliedBy(5)));
    assertThat(register()).isEqualTo(2);
    assertThat(arbiter.looks).isGreaterThan(100);
  }

  @Test
  void aRowOfAnEarlierLifeIsEndedAtOnce() {
    arbiter.put(FakeArbiter.row(7, "foo", "me:1#0", true));
    assertThat(register()).isEqualTo(2);
    assertThat(arbiter.nodes.get(7L)).extracting(NodeRow::state).isEqualTo(NodeRow.State.LEFT);
    assertThat(arbiter.looks).isEqualTo(1);
  }

  @Test
  void aRegistrationWhoseReplyWasLostLeavesNoSecondRow() {
    arbiter.losing.add("register");
    assertThat(register()).isEqualTo(1);
    assertThat(arbiter.nodes).hasSize(1);
  }

  @Test
  void aDatabaseThatAnswersLateIsWaitedFor() {
    arbiter.down.add("register");
    Pause untilItAnswers = time -> arbiter.down.clear();
    Registration patient =
        new Registration(arbiter, ticker, Duration.ofNanos(1), 0, untilItAnswers);
    assertThat(patient.register(entry())).isEqualTo(1);
  }

  @Test
  void withoutTheDatabaseThereIsNoStart() {
    arbiter.down.add("register");
    assertThatThrownBy(this::register)
        .isInstanceOf(NotDone.CannotStart.class)
        .hasMessageContaining("database");
  }
}
