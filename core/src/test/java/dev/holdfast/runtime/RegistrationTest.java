package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.NotDone;
import dev.holdfast.protocol.LeaseTerms;
import dev.holdfast.spi.NodeRow;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RegistrationTest {
  private final FakeArbiter arbiter = new FakeArbiter();
  private final SteppingTicker ticker = new SteppingTicker(Duration.ofMillis(20));
  private final Registration registration =
      new Registration(arbiter, ticker, LeaseTerms.ofTtl(1_000_000_000), Duration.ofNanos(1));

  private long register() {
    return registration.register("uuid", "foo", "me:1#1", "");
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
        .isInstanceOf(NotDone.CannotStart.class)
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
  void withoutTheDatabaseThereIsNoStart() {
    arbiter.down.add("register");
    assertThatThrownBy(this::register)
        .isInstanceOf(NotDone.CannotStart.class)
        .hasMessageContaining("database");
  }
}
