package dev.holdfast.runtime;

import dev.holdfast.protocol.ClaimState;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** Gauges of the life that is at the moment somebody looks; they ask nobody but this node. */
final class LifeGauges {
  private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Meters meters;
  private final Lives lives;

  private LifeGauges(Meters meters, Lives lives) {
    this.meters = meters;
    this.lives = lives;
  }

  static void register(Lasting node, Lives lives, StoredReads storedReads) {
    Meters meters = node.metrics().meters();
    LifeGauges gauges = new LifeGauges(meters, lives);
    gauges.ofTheNode();
    gauges.ofClaims();
    gauges.ofMemory(node);
    gauges.ofQueues(node.calls(), storedReads);
  }

  private void ofTheNode() {
    meters.gauge(
        "ready",
        "1 if this node serves and means to stay",
        () -> lives.present().ready() ? 1 : 0);
    meters.gauge("epoch", "The epoch of this node's latest life", lives::epoch);
    meters.gauge(
        "lease.left.seconds",
        "Seconds for which the node lease is valid",
        () -> lives.present().here().lease().leftNanos() / SECOND);
    meters.gauge(
        "nodes.live",
        "Nodes that are up, as this one sees it",
        () -> lives.present().liveNodes());
  }

  private void ofClaims() {
    claims(
        "held", state -> state instanceof ClaimState.Held || state instanceof ClaimState.Raising);
    claims("wanted", state -> state instanceof ClaimState.Taking);
    claims(
        "moving",
        state -> state instanceof ClaimState.Draining || state instanceof ClaimState.Giving);
  }

  private void claims(String state, Predicate<ClaimState> at) {
    meters.gauge(
        "claims", "Claims on shards", () -> of(parts -> parts.claims().count(at)), "state", state);
  }

  private void ofMemory(Lasting node) {
    for (String type : node.rules().keySet()) {
      meters.gauge(
          "entities.live",
          "Entities in memory that this node owns",
          () -> Optional.ofNullable(lives.present().here().live().get(type))
              .map(entities -> entities.size())
              .orElse(0),
          "type",
          type);
    }
    NodeSettings settings = node.settings();
    meters.gauge("entities.limit", "How many may be in memory", settings::liveEntities);
    meters.gauge(
        "copies.kept",
        "Copies that this node keeps",
        () -> peers(p -> p.copying().count()));
    meters.gauge(
        "copies.bytes", "What they take, roughly", () -> peers(p -> p.copying().weight()));
    meters.gauge("copies.bytes.limit", "What they may take", settings::copyBytes);
    meters.gauge(
        "copies.granted",
        "Copies that others may keep of this node's entities",
        () -> peers(p -> p.granting().count()));
    meters.gauge("copies.granted.limit", "How many they may be", () -> Peers.MOST_GRANTS);
  }

  private void ofQueues(Calls calls, StoredReads storedReads) {
    meters.gauge("calls.under.way", "Calls that are not answered yet", calls::underWay);
    meters.gauge("calls.limit", "How many may be under way", () -> Calls.LIMIT);
    queue("load", parts -> parts.store().waitingLoads());
    queue("confirm", parts -> parts.store().waitingConfirmations());
    queue("write", parts -> parts.store().waitingWrites());
    meters.gauge("queue", "What waits for the database", storedReads::waiting, "of", "read");
  }

  private void queue(String of, ToIntFunction<NodeParts> length) {
    meters.gauge("queue", "What waits for the database", () -> of(length), "of", of);
  }

  private int of(ToIntFunction<NodeParts> number) {
    return lives.present().started().map(number::applyAsInt).orElse(0);
  }

  private double peers(Function<Peers, Number> number) {
    return lives.present().peers().map(number).map(Number::doubleValue).orElse(0.0);
  }
}
