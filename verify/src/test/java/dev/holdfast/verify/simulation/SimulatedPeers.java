package dev.holdfast.verify.simulation;

import static dev.holdfast.verify.simulation.Timeline.MILLI;
import static dev.holdfast.verify.simulation.Timeline.SECOND;

import dev.holdfast.protocol.CopyTerms;
import dev.holdfast.protocol.LeaseTerms;
import dev.holdfast.spi.PeerMessage;
import java.util.List;
import java.util.Set;

/**
 * What one node has to do with the others about copies: those it grants, those it keeps, and what
 * is said about them, which may be lost, late, doubled and in any order.
 */
final class SimulatedPeers {
  private static final long TICK = 50 * MILLI;
  private static final int MOST_GRANTS = 1_000;

  private final SimulatedNode node;
  private final World world;
  private final SimulatedGrants grants;
  private final SimulatedCopies copies;
  private boolean ticking;

  SimulatedPeers(SimulatedNode node) {
    this.node = node;
    this.world = node.world;
    CopyTerms terms = new CopyTerms(
        LeaseTerms.ofTtl(SECOND),
        300 * MILLI,
        100 * MILLI,
        world.weather.sessionsSilent,
        MOST_GRANTS);
    this.grants = new SimulatedGrants(node, terms, this::tell);
    this.copies = new SimulatedCopies(node, terms, this::tell);
  }

  SimulatedGrants grants() {
    return grants;
  }

  SimulatedCopies copies() {
    return copies;
  }

  /** From the first use on. */
  void tick() {
    if (!ticking) {
      ticking = true;
      tickAgain();
    }
  }

  private void tickAgain() {
    grants.tick();
    copies.tick();
    node.after(TICK, this::tickAgain);
  }

  void live(Set<Long> epochs) {
    grants.live(epochs);
    copies.live(epochs);
  }

  private void tell(String address, PeerMessage message) {
    Seat to = world.seats.get(address.charAt(0) - '0');
    PeerMessage sent = stripped(message);
    world.net.message(node.seat(), to.number(), () -> arrived(to.node(), address, sent), () -> {});
  }

  private PeerMessage stripped(PeerMessage message) {
    return world.off.contains(Rule.CARRY) && message instanceof PeerMessage.Renewed renewed
        ? new PeerMessage.Renewed(
            renewed.reader(),
            renewed.owner(),
            renewed.session(),
            renewed.renewal(),
            renewed.nanos(),
            List.of())
        : message;
  }

  private static void arrived(SimulatedNode there, String address, PeerMessage message) {
    if (NodeTable.address(there.seat(), there.epoch()).equals(address)) {
      there.run(() -> there.peers().told(message));
    }
  }

  private void told(PeerMessage message) {
    tick();
    if (message instanceof PeerMessage.Renew
        || message instanceof PeerMessage.Revoked
        || message instanceof PeerMessage.Dropped) {
      grants.told(message);
    } else {
      copies.told(message);
    }
  }
}
