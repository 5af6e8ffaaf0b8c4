package dev.holdfast.runtime;

import dev.holdfast.Entity;
import dev.holdfast.runtime.Copy.Session;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A copy whose session has lapsed, so that a change of its entity may have been acknowledged; then
 * it is revoked, and the session is extended. Whoever sees the session extended must see it
 * revoked.
 */
@JCStressTest
@State
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "Nothing is answered.")
@Outcome(id = "1", expect = Expect.FORBIDDEN, desc = "A value that has been changed.")
public class CopyOrder {
  private static final long NOW = 1_000;
  private static final long LATER = 2_000;

  private final Session session = new Session(1, NOW);
  private final Copy copy = new Copy(new Entity<>("counter", "c", 0, 0, "foo"), session, 1, 1);

  /** The thread of the node's peers. */
  @Actor
  public void revoking() {
    copy.revoke();
    session.extend(LATER);
  }

  /** Any caller. */
  @Actor
  public void reading(I_Result result) {
    result.r1 = copy.read(NOW) == null ? 0 : 1;
  }
}
