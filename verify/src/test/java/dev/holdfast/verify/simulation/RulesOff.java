package dev.holdfast.verify.simulation;

import dev.holdfast.verify.simulation.Simulation.Failure;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What happens without some of the rules.
 *
 * @param off the rules that are switched off
 * @param calm whether nothing fails and shards only move
 * @param breaks whether a promise must break, within {@link #LIMIT} seeds; else none may
 * @param why what is shown by it
 */
record RulesOff(Set<Rule> off, boolean calm, boolean breaks, String why) {
  /** Within how many seeds a promise must break. */
  static final int LIMIT = 10_000;

  /** For how many seeds none may, where other rules cover for the missing ones. */
  static final int COVERED = 1_000;

  static final List<RulesOff> ALL = List.of(
      breaks("a late write lands under the next owner", Rule.TOKEN),
      breaks("a late write of an actor that is gone undoes what came after it", Rule.CAS),
      breaks("the value loaded lacks the last owner's last write", Rule.TAKEOVER),
      breaks("two owners at once", Rule.EXPIRY),
      breaks("a paused owner answers with what another has changed since", Rule.CHECKREAD),
      breaks("a change that was given up as not done is done later", Rule.BARRIER),
      breaks("a repeated change is applied again", Rule.ONCE),
      breaks("an eviction that comes late tells the last member to go", Rule.EVICT),
      covered(false, "TOKEN and CAS cover for it", Rule.DRAIN),
      breaks("nothing stops a late write", Rule.CAS, Rule.TOKEN),
      breaks("a late write undoes what came after it", Rule.CAS, Rule.BARRIER),
      covered(true, "DRAIN covers for both", Rule.CAS, Rule.TOKEN),
      new RulesOff(
          EnumSet.of(Rule.CAS, Rule.TOKEN, Rule.DRAIN),
          true,
          true,
          "a write that was in flight lands after the shard has moved"),
      breaks("a copy is granted of what a write is just changing", Rule.BLOCKG),
      breaks("an answer comes after the revocation that it needed", Rule.NONCE),
      breaks("a change is known while copies of the old value are read", Rule.VISIBLE),
      breaks("the next owner changes what copies still show", Rule.REVOKE),
      breaks("a new actor shows what the last one had not shown for the copies", Rule.REVRELOAD),
      breaks("a session is renewed by who does not know what was revoked", Rule.CARRY),
      breaks("a reader out of reach goes on reading", Rule.SESSION),
      breaks("a change comes between a grant and its record", Rule.RECORD),
      breaks("a paused reader sees the session renewed and not why", Rule.ORDER),
      breaks("a late answer is kept that the owner has forgotten", Rule.DROP));

  private static RulesOff breaks(String why, Rule first, Rule... more) {
    return new RulesOff(EnumSet.of(first, more), false, true, why);
  }

  private static RulesOff covered(boolean calm, String why, Rule first, Rule... more) {
    return new RulesOff(EnumSet.of(first, more), calm, false, why);
  }

  /** Runs seeds until a promise breaks, or there were enough of them; null if none broke. */
  @Nullable Failure firstFailure() {
    Simulation simulation = new Simulation(off, calm);
    for (long seed = 0; seed < (breaks ? LIMIT : COVERED); seed++) {
      Optional<Failure> failure = simulation.run(seed);
      if (failure.isPresent()) {
        return failure.get();
      }
    }
    return null;
  }

  String name() {
    return off.stream().map(Rule::name).collect(Collectors.joining(" + "))
        + (calm ? ", nothing fails" : "");
  }

  /** A row of the table in {@code docs/protocol.md}. */
  String row(@Nullable Failure failure) {
    String seeds = failure == null
        ? String.format(java.util.Locale.ROOT, "none in %,d", COVERED)
        : String.format(java.util.Locale.ROOT, "%,d", failure.seed() + 1);
    return "| " + name() + " | " + seeds + " | " + why + " |";
  }
}
