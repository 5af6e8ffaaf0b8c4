package dev.holdfast.verify.simulation;

import java.util.EnumMap;
import java.util.Map;

/**
 * Counts how often states were reached that are rare and must not be: a run without them is idle.
 */
final class Sometimes {
  /** What is to happen now and then. */
  enum State {
    NODE_FENCED,
    FENCED_WHILE_A_WRITE_IS_IN_FLIGHT,
    CLAIM_TAKEN_FROM_A_FENCED_NODE,
    TAKEOVER_WAITED_FOR_A_WRITE,
    PAUSED_PAST_THE_LEASE,
    LEASE_REVIVED,
    READ_REFUSED_BY_LEASE,
    READ_REFUSED_BY_CLAIM,
    UNKNOWN_OUTCOME_FOUND,
    UNKNOWN_OUTCOME_NOT_FOUND,
    LATE_WRITE_COMMITTED,
    LATE_WRITE_REFUSED_BY_TOKEN,
    LATE_WRITE_REFUSED_BY_CAS,
    LATE_WRITE_REFUSED_BY_FENCE,
    BATCH_OF_SEVERAL,
    BATCH_PARTLY_REFUSED,
    BATCH_LOST,
    BARRIER_RAISED_WITH_REPLY_LOST,
    BARRIER_ON_A_LOST_CLAIM,
    DUPLICATE_ANSWERED_FROM_THE_ROW,
    CHANGES_COMBINED,
    TWO_NODES_TOLD_TO_HOST,
    GIVING_WAITED_FOR_A_WRITE,
    TAKING_WAITED_FOR_THE_OWNER,
    TAKE_COMMITTED_LATE,
    STRAY_GIVEN_BACK,
    SHARD_YIELDED,
    CLAIM_FOUND_LOST,
    LINK_CUT,
    NODE_CUT_FROM_ALL_OTHERS,
    NODE_EVICTED,
    EVICTION_REFUSED,
    EVICTED_NODE_NOT_RENEWED,
    EVICTED_NODE_FENCED,
    EVICTED_NODE_BACK,
    PROBATION_FAILED,
    WAITED_TO_REACH_THE_OTHERS,
    NODE_LEFT,
    NODE_CRASHED,
    RESTART_ROLLED_BACK_A_WRITE,
    RESTART_COMMITTED_A_WRITE,
    DATABASE_OUT_OF_REACH,
    ONE_WAY_CUT,
    OUTCOME_UNKNOWN_TO_CLIENT,
    CERTAINLY_NOT_DONE,
    REVISION_MISMATCH,
    REJECTED,
    MESSAGE_DOUBLED
  }

  private final Map<State, Long> counts = new EnumMap<>(State.class);

  void reached(State state) {
    counts.merge(state, 1L, Long::sum);
  }

  long count(State state) {
    return counts.getOrDefault(state, 0L);
  }

  void add(Sometimes other) {
    other.counts.forEach((state, count) -> counts.merge(state, count, Long::sum));
  }
}
